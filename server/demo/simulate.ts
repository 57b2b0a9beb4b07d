import type { PlatformEvent } from '../../shared/foresight.ts';
import type { CanaryFile } from '../base/canary-file.ts';
import { canaryFileOf, createCanaries } from './canaries.ts';
import { createCluster } from './cluster.ts';
import { createDirectory } from './directory.ts';
import { listQueue } from './listing.ts';
import { createRandom } from './random.ts';
import { scenarioById } from './scenarios/index.ts';
import type { ScenarioId } from './scenarios/scenario.ts';
import { waiting } from './message.ts';
import { createScheduler } from './scheduler.ts';
import { createTally } from './tally.ts';
import type { Truth } from './tally.ts';
import { CLUSTER_IDS, createTenants } from './tenants.ts';
import type { ClusterId, Tenant } from './tenants.ts';
import { startTraffic } from './traffic.ts';
import type { Cluster, Variation, World } from './world.ts';

/** Simulated before the start, so that no screen begins empty. */
export const WARM_UP_MS = 6 * 60_000;

/** What a simulation is made of; the same gives the same lines. */
export interface SimulationOptions {
  readonly scenario: ScenarioId;
  readonly seed: number;
  /** For scenarios that start now. */
  readonly nowMs: number;
  /** Share of the full traffic; 1 unless a test has a whole day to get through. */
  readonly volume?: number;
  /** The story as it was unless a test wants many like it. */
  readonly variation?: Variation;
}

const AS_IT_WAS: Variation = { shiftMs: 0, scale: 1 };

/** Lines written since they were last taken, per cluster. */
export interface TakenLines {
  readonly cluster: ClusterId;
  readonly syslog: string;
  readonly rspamd: string;
}

export interface StoryLine {
  readonly atMs: number;
  readonly text: string;
}

/** Legitimate recipients: in the queues, and told to come again; and how many mailboxes those in the queues are. */
export interface HeldTruth {
  readonly waiting: number;
  readonly retrying: number;
  readonly mailboxes: number;
  readonly byTenant: Readonly<Record<string, number>>;
}

/** The platform without files and clocks: time goes on when it is told so. */
export interface Simulation {
  readonly startMs: number;
  readonly tenants: readonly Tenant[];
  /** Lives until `nowMs`. The lines do not depend on the size of the steps. */
  step(nowMs: number): void;
  nowMs(): number;
  take(): readonly TakenLines[];
  /** Text of `postqueue -j` on the host of this cluster. */
  list(cluster: ClusterId): string;
  story(): readonly StoryLine[];
  /** Changes and reports since they were last taken. */
  takeEvents(): readonly PlatformEvent[];
  /** What is planted where, as hashes. */
  readonly canaries: CanaryFile;
  /** Legitimate mail that is really held up: on hold, or waiting for longer than that. */
  heldTruth(lateMs: number): HeldTruth;
  truth(): Truth;
}

/** A platform that has run for `WARM_UP_MS` when its scenario starts. */
export function createSimulation(options: SimulationOptions): Simulation {
  const scenario = scenarioById(options.scenario);
  const variation = options.variation ?? AS_IT_WAS;
  const startMs = (scenario.startsAtMs === 'now' ? options.nowMs : scenario.startsAtMs) + variation.shiftMs;
  const scheduler = createScheduler(startMs - WARM_UP_MS);
  const random = createRandom(options.seed);
  const tenants = createTenants(random);
  const tally = createTally(tenants);
  const story: StoryLine[] = [];
  const events: PlatformEvent[] = [];
  let happened = 0;
  let retrying = 0;
  const clusters = {} as Record<ClusterId, Cluster>;
  const world: World = {
    scheduler,
    random,
    tally,
    directory: createDirectory(tenants, random),
    canaries: createCanaries(tenants, options.seed),
    volume: options.volume ?? 1,
    variation,
    clusters,
    tell: (text) => void story.push({ atMs: scheduler.now(), text }),
    retrying: (recipients) => void (retrying += recipients),
    happen: (event) => void events.push({ id: `demo-${++happened}`, atMs: scheduler.now(), ...event }),
  };
  for (const id of CLUSTER_IDS) clusters[id] = createCluster(world, id, scenario.utcOffsetMinutes);
  startTraffic(world, scenario.utcOffsetMinutes);
  scenario.plan(world, startMs);

  return {
    startMs,
    tenants,
    step: (nowMs) => scheduler.runUntil(nowMs),
    nowMs: () => scheduler.now(),
    take: () =>
      CLUSTER_IDS.map((cluster) => {
        const { log, filterLog } = clusters[cluster];
        return { cluster, syslog: log.take(), rspamd: filterLog.take() };
      }),
    list: (cluster) => listQueue(clusters[cluster].queue.messages()),
    story: () => [...story],
    takeEvents: () => events.splice(0),
    canaries: canaryFileOf(world.canaries, startMs),
    heldTruth: (lateMs) => heldTruth(clusters, { nowMs: scheduler.now(), lateMs, retrying }),
    truth: () => tally.truth(),
  };
}

const LEGITIMATE: ReadonlySet<string> = new Set(['ham', 'notice']);

function heldTruth(
  clusters: Readonly<Record<ClusterId, Cluster>>,
  { nowMs, lateMs, retrying }: { readonly nowMs: number; readonly lateMs: number; readonly retrying: number },
): HeldTruth {
  const mailboxes = new Set<string>();
  const byTenant: Record<string, number> = {};
  let count = 0;
  for (const id of CLUSTER_IDS)
    for (const message of clusters[id].queue.messages()) {
      const isHeld = message.state === 'hold' || nowMs - message.arrivedMs > lateMs;
      if (!isHeld || !LEGITIMATE.has(message.nature)) continue;
      for (const { target } of waiting(message)) {
        if (target.kind !== 'mailbox' || target.state === 'full') continue;
        count += 1;
        mailboxes.add(target.address);
        byTenant[target.tenant.id] = (byTenant[target.tenant.id] ?? 0) + 1;
      }
    }
  return { waiting: count, retrying, mailboxes: mailboxes.size, byTenant };
}
