/** Everything is constructed here and in `runtime.ts`; this is the life of the server: start, tick, stop. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import type { DemoSet, DemoState } from '../shared/protocol.ts';
import type { Config } from './base/config.ts';
import { AppError, messageOf } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { createSqlCheckpoints } from './base/store/sql/checkpoints.ts';
import type { Driver } from './base/store/sql/driver.ts';
import { openSqliteStore } from './base/store/sql/open.ts';
import { createTelemetry } from './base/telemetry.ts';
import { createPorts } from './live.ts';
import { createPublisher } from './publish/server.ts';
import type { Health } from './publish/port.ts';
import {
  assertScenario,
  createDemoRuntime,
  createPlatformRuntime,
  type DemoChoice,
  type Runtime,
} from './runtime.ts';

/** Screens get one frame a second. */
const TICK_MS = 1_000;
/** A demo's clock passes many seconds in one; its seconds are closed more often. */
const DEMO_ADVANCE_MS = 150;

export interface App {
  /** Resolves with the address to open. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

export interface AppOptions {
  readonly config: Config;
  /** Watch the demo platform instead of what the config names. */
  readonly demo: DemoChoice | null;
  readonly log: Log;
}

export function createApp({ config, demo, log }: AppOptions): App {
  const registry = new Registry();
  const telemetry = createTelemetry(log, registry);
  const dist = join(import.meta.dirname, '../dist');
  const demoDir = join(config.data, 'demo');
  let runtime: Runtime | undefined;
  let store: Driver | undefined;
  let timers: NodeJS.Timeout[] = [];
  let isCheckpointing = false;
  let isChanging = false;

  const ports = createPorts({
    serverId: randomUUID(),
    version: packageJson.version,
    current,
    screens: () => publisher.hub.screens(),
    ...(demo ? { setDemo } : {}),
  });
  const publisher = createPublisher({
    host: config.host,
    port: config.port,
    distDir: dist,
    live: ports.live,
    query: ports.query,
    health: { health: () => ({ ok: true, reasons: [] }), ready },
    ingest: { acceptRspamd: (report) => current().acceptRspamd(report) },
    registry,
    telemetry,
    log,
  });

  return { start, stop };

  function current(): Runtime {
    if (!runtime) throw new AppError('unavailable', 'the server is still starting');
    return runtime;
  }

  async function start(): Promise<string> {
    const made = demo ? createDemoRuntime(demo, demoDir, log) : await openPlatform();
    runtime = made;
    await made.start();
    made.pipeline.tick(made.clock.now());
    ports.ticked();
    const url = await publisher.start().catch(async (error: unknown) => {
      // Sources that go on reading would keep a server alive that nobody can reach.
      await made.stop();
      await store?.close();
      throw error;
    });
    telemetry.start();
    timers = [setTimeout(onSecond, untilNextSecond()), setInterval(advance, DEMO_ADVANCE_MS)];
    return url;
  }

  async function openPlatform(): Promise<Runtime> {
    store = await openSqliteStore(join(config.data, 'mailvigil.db'), Date.now());
    return createPlatformRuntime(config, log, createSqlCheckpoints(store));
  }

  async function stop(): Promise<void> {
    timers.forEach(clearTimeout);
    telemetry.stop();
    await publisher.stop();
    await runtime?.stop();
    await checkpoint();
    await store?.close();
  }

  /** Just after each full second, so that the second that ended is in the frame. */
  function untilNextSecond(): number {
    return TICK_MS - (Date.now() % TICK_MS) + 5;
  }

  function onSecond(): void {
    timers[0] = setTimeout(onSecond, untilNextSecond());
    tick();
    void checkpoint();
  }

  function tick(): void {
    const startedMs = performance.now();
    const { pipeline, clock } = current();
    pipeline.tick(clock.now());
    ports.ticked();
    publisher.hub.tick();
    telemetry.tickDone(performance.now() - startedMs);
  }

  function advance(): void {
    const { pipeline, clock } = current();
    if (clock.speed > 1) pipeline.advance(clock.now());
  }

  /** One at a time: a slow disk must not pile them up. */
  async function checkpoint(): Promise<void> {
    if (isCheckpointing) return;
    isCheckpointing = true;
    try {
      await current().checkpoint();
    } catch (error) {
      log.error('checkpoint_failed', { reason: messageOf(error) });
    } finally {
      isCheckpointing = false;
    }
  }

  /** One at a time. The old platform ends first: both write to the same folder. */
  async function setDemo(choice: DemoSet): Promise<DemoState> {
    assertScenario(choice.scenario);
    if (isChanging)
      throw new AppError('unavailable', 'the demo is being changed already; try again in a moment');
    isChanging = true;
    try {
      await current().stop();
      const next = createDemoRuntime({ ...choice, seed: demo?.seed ?? 1 }, demoDir, log);
      await next.start();
      runtime = next;
      next.pipeline.tick(next.clock.now());
      ports.ticked();
      publisher.hub.resetRooms('another demo scenario');
      return next.demo() ?? notDemo();
    } finally {
      isChanging = false;
    }
  }

  function ready(): Health {
    const lost =
      runtime?.pipeline.state.reports.filter(({ state }) => state === 'failing' || state === 'lost') ?? [];
    if (!runtime) return { ok: false, reasons: ['the server is still starting'] };
    return {
      ok: true,
      reasons: lost.map(({ id, reason }) => `source ${id}: ${reason ?? 'no word from it'}`),
    };
  }
}

function notDemo(): never {
  throw new AppError('not-demo', 'this server watches a real platform: there is no demo to set');
}
