import { join } from 'node:path';
import type { PlatformEvent } from '../../shared/foresight.ts';
import type { CanaryFile } from '../base/canary-file.ts';
import type { Clock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import type { Log } from '../base/log.ts';
import { createLogWriter } from './files.ts';
import { SCENARIOS as STORIES } from './scenarios/index.ts';
import type { ScenarioId } from './scenarios/scenario.ts';
import { createSimulation } from './simulate.ts';
import type { Simulation, StoryLine } from './simulate.ts';
import type { Truth } from './tally.ts';
import { CLUSTER_IDS, tenantsFile } from './tenants.ts';
import type { ClusterId, TenantsFile } from './tenants.ts';

export type { ScenarioId } from './scenarios/scenario.ts';

/** Real time between two looks at the clock. */
const TICK_MS = 100;
/** What is behind is made up for in pieces, so that the process stays free for others. */
const PIECE_MS = 1_000;
const BUSY_MS = 50;

export interface DemoOptions {
  readonly scenario: ScenarioId;
  readonly seed: number;
  /** Where the log files are written; files of an earlier demo there are replaced. */
  readonly dir: string;
  /** Starts at the scenario's `startsAtMs` (or now) and may run faster than real time. */
  readonly clock: Clock;
  readonly log?: Log;
  /** Share of the full traffic. */
  readonly volume?: number;
}

/** What can be chosen. */
export const SCENARIOS: readonly {
  readonly id: ScenarioId;
  readonly title: string;
  readonly summary: string;
  readonly startsAtMs: number | 'now';
}[] = STORIES.map(({ id, title, summary, startsAtMs }) => ({ id, title, summary, startsAtMs }));

export interface DemoLog {
  readonly id: string;
  readonly path: string;
  readonly format: 'syslog' | 'rspamd';
  readonly cluster: ClusterId;
}

export interface DemoQueue {
  readonly id: string;
  readonly cluster: ClusterId;
  readonly host: string;
  /** What `postqueue -j` prints on this host now; empty when nothing waits. */
  list(): string;
}

/** An invented mail platform that writes real log lines and lists real queues. */
export interface DemoPlatform {
  /** Writes the last minutes before now at once, then goes on with the clock. */
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly tenants: TenantsFile;
  readonly logs: readonly DemoLog[];
  readonly queues: readonly DemoQueue[];
  /** What the scenario has done so far, oldest first. */
  story(): readonly StoryLine[];
  /** What is planted where, as hashes. */
  readonly canaries: CanaryFile;
  /** Changes and reports since they were last taken: what other systems would push. */
  takeEvents(): readonly PlatformEvent[];
  /** Lives until `nowMs`; its lines wait for `flush`. */
  step(nowMs: number): void;
  /** Writes what `step` has made. */
  flush(): Promise<void>;
  truth(): Truth;
  /** Bytes that could not be written. */
  lostBytes(): number;
}

/** The demo platform; nothing happens before `start` or `step`. */
export function createDemoPlatform(options: DemoOptions): DemoPlatform {
  const { scenario, seed, dir, clock, log = silentLog, volume = 1 } = options;
  const simulation = createSimulation({ scenario, seed, nowMs: clock.now(), volume });
  const logs = CLUSTER_IDS.flatMap((cluster) => logsOf(cluster, dir));
  const paths = logs.map(({ path }) => path);
  const writer = createLogWriter(paths, log);
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;

  function flush(): Promise<void> {
    return writer.write(
      simulation
        .take()
        .flatMap(({ cluster, syslog, rspamd }) =>
          logsOf(cluster, dir).map(
            ({ format, path }) => [path, format === 'syslog' ? syslog : rspamd] as const,
          ),
        ),
    );
  }

  async function tick(): Promise<void> {
    const isBehind = catchUp(simulation, clock.now());
    await flush();
    if (isRunning) timer = setTimeout(() => void tick(), isBehind ? 1 : TICK_MS);
  }

  return {
    async start() {
      if (isRunning) return;
      isRunning = true;
      await writer.open();
      simulation.step(simulation.startMs);
      await tick();
    },
    async stop() {
      isRunning = false;
      clearTimeout(timer);
      await flush();
      await writer.close();
    },
    tenants: tenantsFile(simulation.tenants),
    logs,
    queues: CLUSTER_IDS.map((cluster) => queueOf(simulation, cluster)),
    story: () => simulation.story(),
    canaries: simulation.canaries,
    takeEvents: () => simulation.takeEvents(),
    step: (nowMs) => simulation.step(nowMs),
    flush,
    truth: () => simulation.truth(),
    lostBytes: () => writer.lostBytes(),
  };
}

/** Lives towards `nowMs`, but not for long at a time; says whether it is still behind. */
function catchUp(simulation: Simulation, nowMs: number): boolean {
  const untilMs = performance.now() + BUSY_MS;
  while (simulation.nowMs() < nowMs && performance.now() < untilMs) {
    simulation.step(Math.min(nowMs, simulation.nowMs() + PIECE_MS));
  }
  return simulation.nowMs() < nowMs;
}

function queueOf(simulation: Simulation, cluster: ClusterId): DemoQueue {
  const id = `queue-${cluster.toLowerCase()}`;
  return { id, cluster, host: hostName(cluster), list: () => simulation.list(cluster) };
}

function hostName(cluster: ClusterId): string {
  return `mx-${cluster.toLowerCase()}`;
}

function logsOf(cluster: ClusterId, dir: string): readonly DemoLog[] {
  const letter = cluster.toLowerCase();
  return [
    { id: `mail-${letter}`, path: join(dir, `${hostName(cluster)}.log`), format: 'syslog', cluster },
    { id: `rspamd-${letter}`, path: join(dir, `rspamd-${letter}.log`), format: 'rspamd', cluster },
  ];
}
