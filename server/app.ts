/** Everything is constructed here and in `runtime.ts`; this is the life of the server: start, tick, stop. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import packageJson from '../package.json' with { type: 'json' };
import type { DemoSet, DemoState } from '../shared/protocol.ts';
import type { Config } from './base/config.ts';
import { openIdentity } from './base/identity/identity.ts';
import type { Identity } from './base/identity/types.ts';
import { unavailableIdentity } from './base/identity/unavailable.ts';
import { AppError, messageOf } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { createBuildReader } from './base/page-build.ts';
import { createTelemetry, type Telemetry } from './base/telemetry.ts';
import { createPorts, type Ports } from './live.ts';
import { createProvidersPort } from './publish/providers-file.ts';
import { createPublisher, type Publisher } from './publish/server.ts';
import type { Health } from './publish/port.ts';
import { createScreenCare, type ScreenCare } from './publish/screens/screen-care.ts';
import type { CalmFacts } from './publish/screens/calm.ts';
import {
  assertScenario,
  createDemoRuntime,
  createPlatformRuntime,
  providersPath,
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

export function createApp(options: AppOptions): App {
  return new Server(options);
}

class Server implements App {
  readonly #options: AppOptions;
  readonly #demoDir: string;
  readonly #ports: Ports;
  readonly #publisher: Publisher;
  readonly #telemetry: Telemetry;
  readonly #screens: ScreenCare;
  #identity: Identity = unavailableIdentity('the server is still starting');
  #runtime: Runtime | undefined;
  #timers: NodeJS.Timeout[] = [];
  #isChanging = false;

  constructor(options: AppOptions) {
    const { config, demo, log } = options;
    const registry = new Registry();
    const distDir = join(import.meta.dirname, '../dist');
    this.#options = options;
    this.#demoDir = join(config.data, 'demo');
    this.#telemetry = createTelemetry(log, registry);
    this.#screens = createScreenCare({
      displays: {
        displays: () => this.#identity.displays(),
        displayOf: (principal) => this.#identity.displayOf(principal),
      },
      hub: () => this.#publisher.hub,
      calmFacts: () => this.#calmFacts(),
      ...{ registry, log },
    });
    this.#ports = createPorts({
      serverId: randomUUID(),
      version: packageJson.version,
      build: createBuildReader(distDir),
      current: () => this.#current(),
      screens: () => this.#publisher.hub.screens(),
      providers: createProvidersPort(providersPath(config), (text) => this.#current().useProviders(text)),
      ...(demo ? { setDemo: (choice: DemoSet) => this.#setDemo(choice) } : {}),
    });
    this.#publisher = createPublisher({
      host: config.host,
      port: config.port,
      distDir,
      live: this.#ports.live,
      query: this.#ports.query,
      health: { health: () => ({ ok: true, reasons: [] }), ready: () => this.#ready() },
      ingest: { acceptRspamd: (report) => this.#current().acceptRspamd(report) },
      alarms: this.#ports.alarms,
      foresight: this.#ports.foresight,
      screenWatch: this.#screens.watch,
      displayOf: this.#screens.displayOf,
      care: this.#screens,
      identity: () => this.#identity,
      registry,
      telemetry: this.#telemetry,
      log,
    });
  }

  async start(): Promise<string> {
    const { demo, log } = this.#options;
    const runtime = await (demo
      ? createDemoRuntime(demo, { dir: this.#demoDir, log, screens: this.#screens.watch })
      : createPlatformRuntime(this.#options.config, log, this.#screens.watch));
    this.#runtime = runtime;
    // The folder is ours now.
    this.#identity = await this.#openIdentity();
    const url = await this.#open(runtime).catch(async (error: unknown) => {
      // Sources that go on reading would keep a server alive that nobody can reach.
      await runtime.stop();
      await this.#identity.close();
      throw error;
    });
    this.#telemetry.start();
    this.#timers = [
      setTimeout(() => this.#onSecond(), untilNextSecond()),
      setInterval(() => this.#advance(), DEMO_ADVANCE_MS),
    ];
    return url;
  }

  /** The night is watched even when nobody can be paired. */
  async #openIdentity(): Promise<Identity> {
    const { config, log } = this.#options;
    try {
      const identity = await openIdentity({ dir: config.data, log });
      identity.listen(this.#publisher.displays);
      return identity;
    } catch (error) {
      log.error('identity_not_opened', { reason: messageOf(error) });
      return unavailableIdentity(messageOf(error));
    }
  }

  async #open(runtime: Runtime): Promise<string> {
    await runtime.start();
    tick(runtime);
    this.#ports.ticked();
    const url = await this.#publisher.start();
    this.#screens.watch.start();
    return url;
  }

  async stop(): Promise<void> {
    this.#timers.forEach(clearTimeout);
    this.#telemetry.stop();
    await this.#publisher.stop();
    await this.#runtime?.stop();
    await this.#identity.close();
  }

  #current(): Runtime {
    if (!this.#runtime) throw new AppError('unavailable', 'the server is still starting');
    return this.#runtime;
  }

  #onSecond(): void {
    this.#timers[0] = setTimeout(() => this.#onSecond(), untilNextSecond());
    this.#screens.second();
    if (this.#isChanging) return;
    this.#tick();
    void this.#current().commit();
  }

  /** One turn: the state moves on, and every room is told what changed. */
  #tick(): void {
    const startedMs = performance.now();
    const runtime = this.#current();
    const { pipeline } = runtime;
    tick(runtime);
    this.#ports.ticked();
    this.#publisher.hub.tick();
    for (const { id, counters } of pipeline.state.reports) this.#telemetry.sourceRead(id, counters);
    this.#telemetry.tickDone(performance.now() - startedMs);
  }

  #advance(): void {
    const { pipeline, clock, alarms } = this.#current();
    if (clock.speed <= 1 || this.#isChanging) return;
    const nowMs = clock.now();
    pipeline.advance(nowMs);
    alarms.watch.advance(nowMs);
  }

  /** One at a time. The old platform ends first: both write to the same folder. */
  async #setDemo(choice: DemoSet): Promise<DemoState> {
    assertScenario(choice.scenario);
    if (this.#isChanging) {
      throw new AppError('unavailable', 'the demo is being changed already; try again in a moment');
    }
    this.#isChanging = true;
    try {
      const before = this.#current().demo();
      await this.#current().stop();
      const next = await this.#startDemo(choice).catch(async (error: unknown) => {
        // A stopped platform must not stand there as if it were watched: the one before comes back.
        if (before) this.#change(await this.#startDemo(before));
        throw error;
      });
      this.#change(next);
      return next.demo() ?? notDemo();
    } finally {
      this.#isChanging = false;
    }
  }

  async #startDemo({ scenario, speed }: DemoSet): Promise<Runtime> {
    const seed = this.#options.demo?.seed ?? 1;
    const next = await createDemoRuntime(
      { scenario, speed, seed },
      { dir: this.#demoDir, log: this.#options.log, screens: this.#screens.watch },
    );
    await next.start().catch(async (error: unknown) => {
      await next.stop();
      throw error;
    });
    return next;
  }

  #change(next: Runtime): void {
    this.#runtime = next;
    tick(next);
    this.#ports.ticked();
    this.#publisher.hub.resetRooms('another demo scenario');
  }

  /** Whether a screen may look away for a moment. */
  #calmFacts(): CalmFacts {
    if (!this.#runtime) return { alarms: null, faults: ['the server is still starting'] };
    const { alarms, storage } = this.#runtime;
    const faults = this.#isChanging ? ['the demo is being changed'] : [];
    const { state, reason } = storage();
    if (state === 'failing') faults.push(`history is not kept: ${reason ?? 'the store does not answer'}`);
    return { alarms: alarms.port.snapshot(), faults };
  }

  #ready(): Health {
    if (!this.#runtime) return { ok: false, reasons: ['the server is still starting'] };
    const troubled = this.#runtime.pipeline.state.reports.filter(
      ({ state }) => state === 'failing' || state === 'lost',
    );
    return {
      ok: true,
      reasons: troubled.map(({ id, reason }) => `source ${id}: ${reason ?? 'no word from it'}`),
    };
  }
}

/** The state moves on, and then what is watched over it. */
function tick({ pipeline, alarms, foresight, clock }: Runtime): void {
  const nowMs = clock.now();
  pipeline.tick(nowMs);
  alarms.watch.tick(nowMs);
  foresight.tick(nowMs);
}

/** Just after each full second, so that the second that ended is in the frame. */
function untilNextSecond(): number {
  return TICK_MS - (Date.now() % TICK_MS) + 5;
}

function notDemo(): never {
  throw new AppError('not-demo', 'this server watches a real platform: there is no demo to set');
}
