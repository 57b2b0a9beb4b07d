import { type DemoSet, type ScreenReport, HEARTBEAT_MS } from '../../shared/protocol.ts';
import type { ScreenRequest } from '../../shared/screens.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Telemetry } from '../base/telemetry.ts';
import { createDisplaySockets, type DisplaySockets } from './display-sockets.ts';
import type { Door } from './door.ts';
import { type LiveActions, createHandlers } from './live-handlers.ts';
import { createRequests } from './live-requests.ts';
import { type LiveRooms, type LiveServer, type LiveSocket, createLiveRooms } from './live-rooms.ts';
import type { LivePort, PrincipalOf } from './port.ts';
import { isRoomName } from './room-variants.ts';
import { type DisplayOf, type Screen, reportScreens } from './screens.ts';
import type { ScreenWatch } from './screens/screen-watch.ts';

/** A screen shows one room, a desk perhaps three. */
const MAX_ROOMS = 4;

export interface LiveHubDeps {
  readonly io: LiveServer;
  readonly port: LivePort;
  readonly principalOf: PrincipalOf;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly heartbeatMs?: number;
  /** Real time, whatever the port's clock does. */
  readonly monotonicMs?: () => number;
  /** Told of what paired displays do. */
  readonly screenWatch?: Pick<ScreenWatch, 'painted' | 'told' | 'left'>;
  readonly displayOf?: DisplayOf;
  /** Told who comes in. */
  readonly door?: Pick<Door, 'connected' | 'painted'>;
}

export interface LiveHub extends Pick<DisplaySockets, 'refresh' | 'expel'> {
  start(): void;
  stop(): void;
  /** Sends the delta of this tick to every room that has members. In the turn in which the port moved on. */
  tick(): void;
  /** Tells every screen that what it shows is void as a whole. In the turn in which the port changed. */
  resetRooms(reason: string): void;
  screens(): ScreenReport[];
  /** Screens that are connected now. */
  connected(): Iterable<Screen>;
  /** Asks one screen for something; false: it is not connected. */
  ask(screenId: string, request: ScreenRequest): boolean;
}

/** Screens come and go, join rooms, and say what they have painted; each tick the rooms send them what changed. */
export function createLiveHub(deps: LiveHubDeps): LiveHub {
  const { io, port, telemetry, principalOf, heartbeatMs = HEARTBEAT_MS } = deps;
  const { monotonicMs = () => performance.now(), screenWatch, displayOf, door } = deps;
  const log = deps.log.child('live');
  const screens = new Map<string, Screen>();
  const rooms = createLiveRooms(io, port, telemetry);
  const displays = createDisplaySockets({ io, screens, rooms, principalOf });
  const handlers = createHandlers(createActions(rooms, deps, monotonicMs));
  let heartbeat: NodeJS.Timeout | undefined;

  io.on('connection', onConnection);

  return {
    start: () => void (heartbeat = setInterval(rooms.beat, heartbeatMs)),
    stop: () => clearInterval(heartbeat),
    tick: rooms.tick,
    resetRooms(reason) {
      // Who may see some tenants only is told anew which there are now.
      displays.refreshLimited(reason);
      rooms.reset(reason);
      log.info('rooms_reset', { reason });
    },
    screens() {
      const offsetMs = port.clock.now() - monotonicMs();
      return reportScreens(screens.values(), (atMs) => Math.round(atMs + offsetMs), displayOf);
    },
    connected: () => screens.values(),
    ask: (screenId, request) => io.sockets.sockets.get(screenId)?.emit('screen:asked', request) ?? false,
    refresh: displays.refresh,
    expel: displays.expel,
  };

  function onConnection(socket: LiveSocket): void {
    const { id, request } = socket;
    const screen: Screen = {
      id,
      principal: principalOf(request),
      connectedMonotonicMs: monotonicMs(),
      rooms: new Map(),
      told: null,
    };
    screens.set(id, screen);
    door?.connected(screen, request);
    telemetry.screensConnected(screens.size);
    rooms.watch(socket);
    socket.onAny(createRequests(screen, { handlers, telemetry, log, monotonicMs }));
    socket.on('disconnect', () => {
      screens.delete(id);
      screenWatch?.left(screen);
      rooms.forget(id);
      telemetry.screensConnected(screens.size);
    });
  }
}

function createActions(
  rooms: LiveRooms,
  { port, screenWatch, door }: Pick<LiveHubDeps, 'port' | 'screenWatch' | 'door'>,
  monotonicMs: () => number,
): LiveActions {
  return {
    join(screen, room) {
      if (!screen.rooms.has(room) && screen.rooms.size >= MAX_ROOMS) {
        throw new AppError('bad-request', `a screen joins at most ${MAX_ROOMS} rooms: leave one first`);
      }
      const joined = rooms.join(screen, room);
      if (joined) screen.rooms.set(room, screen.rooms.get(room));
      return joined;
    },
    leave(screen, room) {
      if (!isRoomName(room) || !screen.rooms.delete(room)) return;
      rooms.leave(screen.id, room);
    },
    sparks: (tenants) => ({ seq: rooms.seq(), sparks: port.sparks(tenants) }),
    painted(screen, room, seq) {
      if (!isRoomName(room) || !screen.rooms.has(room) || seq > rooms.seq()) return false;
      screen.rooms.set(room, { seq, monotonicMs: monotonicMs() });
      screenWatch?.painted(screen);
      door?.painted(screen);
      return true;
    },
    tell(screen, told) {
      screen.told = told;
      screenWatch?.told(screen);
    },
    clock: () => ({ atMs: port.clock.now(), speed: port.clock.speed }),
    setDemo(request: DemoSet) {
      if (!port.setDemo)
        throw new AppError('not-demo', 'this server watches a real platform: there is no demo to set');
      return port.setDemo(request);
    },
  };
}
