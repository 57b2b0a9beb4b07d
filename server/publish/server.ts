import { type Server as HttpServer, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { Server } from 'socket.io';
import { AppError } from '../base/errors.ts';
import type { DisplayEvents, Identity } from '../base/identity/types.ts';
import { unavailableIdentity } from '../base/identity/unavailable.ts';
import type { Log } from '../base/log.ts';
import type { Telemetry } from '../base/telemetry.ts';
import type { AlarmsPort } from './alarms-port.ts';
import { createDoor, displayEvents } from './door.ts';
import type { ForesightPort } from './foresight-port.ts';
import { type Guard, createHttpApp } from './http.ts';
import { type LiveHub, createLiveHub } from './live-hub.ts';
import type { LiveServer } from './live-rooms.ts';
import type { HealthPort, IngestPort, LivePort, PrincipalOf, QueryPort } from './port.ts';
import type { DisplayOf } from './screens.ts';
import type { ScreenWatch } from './screens/screen-watch.ts';
import { isLoopback, refusalOf } from './request-guard.ts';
import { allRoutes } from './routes/all-routes.ts';
import type { Scrape } from './routes/system-routes.ts';
import { createScreensPort, type ScreensPortDeps } from './screens-port.ts';
import { createTenantMetrics } from './tenant-metrics.ts';

export interface PublisherDeps {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Names besides loopback under which a server on loopback may be asked (behind a proxy). */
  readonly ownHosts?: readonly string[];
  readonly distDir: string;
  readonly live: LivePort;
  readonly query: QueryPort;
  readonly health: HealthPort;
  readonly ingest?: IngestPort;
  /** Absent: alarms are not watched; their routes say so. */
  readonly alarms?: AlarmsPort;
  readonly foresight?: ForesightPort;
  /** Default: a display by its cookie, and everybody else who gets through is the local operator. */
  readonly principalOf?: PrincipalOf;
  /** Absent: screens cannot be paired. */
  readonly identity?: () => Identity;
  readonly registry: Registry;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly heartbeatMs?: number;
  /** Told of what paired displays do. */
  readonly screenWatch?: Pick<ScreenWatch, 'painted' | 'told' | 'left'>;
  readonly displayOf?: DisplayOf;
  readonly care?: ScreensPortDeps['care'];
}

export interface Publisher {
  readonly hub: LiveHub;
  /** To be told what becomes of displays. */
  readonly displays: DisplayEvents;
  /** Resolves with the address to open. */
  start(): Promise<string>;
  /** Resolves when nobody is connected any more, at the latest after the grace time. */
  stop(): Promise<void>;
}

/** Requests under way get this long to end. */
const STOP_GRACE_MS = 2_000;
const MAX_CONNECTIONS = 5_000;
const NO_IDENTITY = unavailableIdentity('this server keeps no identities');

/** HTTP and the live wire on one port. */
export function createPublisher(deps: PublisherDeps): Publisher {
  const { host, ownHosts = [], query, registry, live } = deps;
  const identity = deps.identity ?? (() => NO_IDENTITY);
  const door = createDoor(identity, () => query.tenants());
  const principalOf = deps.principalOf ?? door.principalOf;
  const guard: Guard = (headers) => refusalOf(headers, host, ownHosts);
  const routes = allRoutes({
    version: live.version,
    query,
    health: deps.health,
    ingest: deps.ingest ?? {},
    scrape: createScrape(registry, query),
    ...(deps.alarms && { alarms: deps.alarms }),
    ...(deps.foresight && { foresight: deps.foresight }),
    screens: createScreensPort({
      ...{ identity, live, hub: () => hub, listening: () => listeningText(http.address(), host) },
      ...(deps.care && { care: deps.care }),
    }),
  });
  const http: HttpServer = createServer(createHttpApp({ ...deps, routes, principalOf, guard }));
  const io = createLiveServer(http, guard);
  const hub: LiveHub = createLiveHub({ ...deps, io, port: live, principalOf, door });

  return {
    hub,
    displays: displayEvents(() => hub),
    async start() {
      await listen(http, deps.port, host);
      hub.start();
      return urlOf(http.address() as AddressInfo);
    },
    async stop() {
      hub.stop();
      const force = setTimeout(() => http.closeAllConnections(), STOP_GRACE_MS);
      await io.close();
      clearTimeout(force);
    },
  };
}

function createScrape(registry: Registry, query: QueryPort): Scrape {
  const tenants = createTenantMetrics(registry, query);
  return async () => {
    await tenants.refresh();
    return { body: await registry.metrics(), contentType: registry.contentType };
  };
}

function createLiveServer(http: HttpServer, guard: Guard): LiveServer {
  const io: LiveServer = new Server(http, {
    transports: ['websocket', 'polling'],
    serveClient: false,
    // What clients send is a name and a number or two.
    maxHttpBufferSize: 64 * 1024,
    // Screens notice a silent server by our own frames and beats; these only find connections that are gone.
    pingInterval: 25_000,
    pingTimeout: 20_000,
    connectTimeout: 10_000,
    // Either would compress each frame again for each screen: ten times the price of the frame itself.
    perMessageDeflate: false,
    httpCompression: false,
    allowRequest({ headers }, answer) {
      const isFull = io.engine.clientsCount >= MAX_CONNECTIONS;
      const refusal = guard(headers) ?? (isFull ? 'too-many-connections' : undefined);
      answer(refusal, refusal === undefined);
    },
  });
  return io;
}

async function listen(http: HttpServer, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    http.listen(port, host, resolve);
  });
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): AppError {
  const known: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} is in use; stop the other process or set --port`,
    EACCES: `port ${port} needs more rights; set --port to 1024 or above`,
    EADDRNOTAVAIL: `${host} is not an address of this machine; set --host`,
    ENOTFOUND: `the host ${host} is not known; set --host`,
  };
  const message = known[error.code ?? ''] ?? `cannot listen on ${host} port ${port}: ${error.message}`;
  return new AppError('unavailable', message, [], { cause: error });
}

/** Where it can be reached, and why only there. */
function listeningText(address: ReturnType<HttpServer['address']>, host: string): string {
  const port = typeof address === 'object' && address ? `:${address.port}` : '';
  return isLoopback(host) ? `${host}${port}, from this machine only: nobody signs in yet` : `${host}${port}`;
}

/** An address that can be opened: listening on all of them is not one. */
function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
