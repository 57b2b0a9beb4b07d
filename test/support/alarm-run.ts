import { type Tenant, TenantsFile } from '../../server/attribute/tenants-file.ts';
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import type { MailEvent } from '../../server/collect/event.ts';
import { createListingParser } from '../../server/collect/postqueue/parse.ts';
import { createLogReader, type LogReader } from '../../server/collect/reader.ts';
import type { ScenarioId } from '../../server/demo/scenarios/scenario.ts';
import { createSimulation, type Simulation, WARM_UP_MS } from '../../server/demo/simulate.ts';
import { CLUSTER_IDS, type ClusterId, tenantsFile } from '../../server/demo/tenants.ts';
import { createEvaluator } from '../../server/detect/rules/evaluate.ts';
import { createLiveFacts, type OwnFacts } from '../../server/detect/rules/live-facts.ts';
import { loadRuleSet } from '../../server/detect/rules/rule-set.ts';
import type { Evaluator, Facts, RuleSet, Verdict } from '../../server/detect/rules/types.ts';
import type { Variation } from '../../server/demo/world.ts';
import { DEFAULT_PROVIDERS } from '../../server/history/journal/default-providers.ts';
import { createProviders } from '../../server/history/journal/providers.ts';
import { createPipeline, type Pipeline } from '../../server/pipeline.ts';
import type { Feed, SourceReport } from '../../shared/protocol.ts';

/** Between two listings of a queue. */
const LIST_MS = 30_000;
const HEALTHY: OwnFacts = { diskFreePercent: 60, historyFailing: 0, alarmPathFailing: 0, nobodyOnCall: 0 };

export interface AlarmRunOptions {
  readonly scenario: ScenarioId;
  /** Simulated time after the start of the story. */
  readonly minutes: number;
  readonly volume?: number;
  readonly seed?: number;
  readonly variation?: Variation;
  /** For stories that begin now. */
  readonly nowMs?: number;
  /** Between two evaluations, ms of simulated time. */
  readonly stepMs?: number;
  /** Between two listings of a queue. */
  readonly listMs?: number;
  readonly rules?: RuleSet;
  readonly kept?: string;
  readonly own?: (nowMs: number) => OwnFacts;
  /** Sources that tell of nothing at a moment. */
  readonly isLost?: (source: string, nowMs: number) => boolean;
  readonly tap?: (event: MailEvent, nowMs: number) => void;
}

/** One moment of a run. */
export interface AlarmTick {
  readonly nowMs: number;
  readonly verdicts: readonly Verdict[];
  readonly facts: Facts;
  readonly pipeline: Pipeline;
}

export interface AlarmRun {
  readonly startMs: number;
  readonly tenants: readonly Tenant[];
  readonly pipeline: Pipeline;
  readonly evaluator: Evaluator;
  readonly simulation: Simulation;
  /** Lives on to the end; `alive` says which points wait for an answer. */
  run(tick: (tick: AlarmTick) => void, alive?: () => ReadonlySet<string>): void;
}

/** A story of the demo platform through pipeline, facts and rules, in simulated time and without files. */
export function createAlarmRun(options: AlarmRunOptions): AlarmRun {
  const { scenario, seed = 42, nowMs: beginMs = Date.parse('2026-11-21T00:00:00Z'), volume = 1 } = options;
  const { variation } = options;
  const simulation = createSimulation({
    ...{ scenario, seed, nowMs: beginMs, volume },
    ...(variation && { variation }),
  });
  const { tenants } = TenantsFile.parse(tenantsFile(simulation.tenants));
  const clock = { time: simulation.startMs - WARM_UP_MS, now: () => clock.time, speed: 1 };
  const isLost = options.isLost ?? (() => false);
  const providers = createProviders(DEFAULT_PROVIDERS);
  const pipeline = createPipeline({
    tenants,
    limits: DEFAULT_THRESHOLDS,
    clock,
    reports: () => reportsOf(clock.time, isLost),
    isUnseen: true,
    providerOf: (domain) => providers.of(domain, undefined)?.id,
    ...(options.tap ? { tap: options.tap } : {}),
  });
  const own = options.own ?? (() => HEALTHY);
  const factsAt = createLiveFacts({ live: pipeline, sums: pipeline.sums, own: () => own(clock.time) });
  const evaluator = createEvaluator({
    rules: options.rules ?? loadRuleSet(undefined, 1).set,
    kept: options.kept,
  });
  const readers = readersOf(clock.now);
  const { stepMs = 1_000, listMs = LIST_MS } = options;

  return {
    startMs: simulation.startMs,
    tenants,
    pipeline,
    evaluator,
    simulation,
    run(tick, alive = () => new Set()) {
      const untilMs = simulation.startMs + options.minutes * 60_000;
      while (clock.time < untilMs) {
        const nowMs = clock.time + stepMs;
        simulation.step(nowMs);
        clock.time = nowMs;
        feed(simulation, readers, { pipeline, isLost: (source) => isLost(source, nowMs) });
        if (Math.floor(nowMs / listMs) !== Math.floor((nowMs - stepMs) / listMs))
          for (const cluster of CLUSTER_IDS)
            if (!isLost(queueId(cluster), nowMs)) list(simulation, cluster, nowMs, pipeline);
        pipeline.tick(nowMs);
        const facts = factsAt(nowMs);
        tick({ nowMs, facts, pipeline, verdicts: evaluator.evaluate(facts, nowMs, alive()) });
      }
    },
  };
}

export type Readers = Readonly<Record<ClusterId, { readonly mail: LogReader; readonly filter: LogReader }>>;

export function readersOf(now: () => number): Readers {
  const reader = (cluster: ClusterId, format: 'syslog' | 'rspamd', source: string) =>
    createLogReader({ format, source, timezone: 'UTC', host: hostOf(cluster), now, hasFindings: true });
  return Object.fromEntries(
    CLUSTER_IDS.map((cluster) => [
      cluster,
      {
        mail: reader(cluster, 'syslog', `mail-${cluster.toLowerCase()}`),
        filter: reader(cluster, 'rspamd', `rspamd-${cluster.toLowerCase()}`),
      },
    ]),
  ) as unknown as Readers;
}

function feed(
  simulation: Simulation,
  readers: Readers,
  { pipeline, isLost }: { readonly pipeline: Pipeline; readonly isLost: (source: string) => boolean },
): void {
  for (const { cluster, syslog, rspamd } of simulation.take()) {
    const letter = cluster.toLowerCase();
    if (!isLost(`mail-${letter}`)) read(readers[cluster].mail, syslog, pipeline);
    if (!isLost(`rspamd-${letter}`)) read(readers[cluster].filter, rspamd, pipeline);
  }
}

export function read(reader: LogReader, text: string, pipeline: Pipeline): void {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(10, start);
    if (reader.read(bytes, start, end) === 'event') pipeline.event(reader.event);
    start = end + 1;
  }
}

export function list(
  simulation: Pick<Simulation, 'list'>,
  cluster: ClusterId,
  nowMs: number,
  pipeline: Pipeline,
): void {
  const parser = createListingParser();
  parser.push(Buffer.from(simulation.list(cluster)));
  const { entries } = parser.end();
  const source = queueId(cluster);
  pipeline.listing({
    source,
    host: hostOf(cluster),
    startedAtMs: nowMs,
    tookMs: 0,
    isPartial: false,
    entries,
  });
}

export function hostOf(cluster: ClusterId): string {
  return `mx-${cluster.toLowerCase()}`;
}

export function queueId(cluster: ClusterId): string {
  return `queue-${cluster.toLowerCase()}`;
}

export function reportsOf(nowMs: number, isLost: (source: string, nowMs: number) => boolean): SourceReport[] {
  return CLUSTER_IDS.flatMap((cluster) => {
    const letter = cluster.toLowerCase();
    return [
      report(`mail-${letter}`, 'log', ['flow', 'access']),
      report(`rspamd-${letter}`, 'log', ['filter']),
      report(queueId(cluster), 'postqueue', ['queue']),
    ];

    function report(id: string, type: SourceReport['type'], feeds: readonly Feed[]): SourceReport {
      const counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} };
      const state = isLost(id, nowMs) ? 'lost' : 'ok';
      const base = { id, type, feeds, cluster, target: id, intervalMs: 1_000, counters };
      return state === 'ok'
        ? { ...base, state, asOfMs: nowMs }
        : { ...base, state, reason: 'it does not answer', asOfMs: nowMs - 61_000 };
    }
  });
}

/** When a rule first held at a scope for as long as it must, by level. */
export interface Raise {
  readonly atMs: number;
  readonly rule: string;
  readonly scope: string;
  readonly scopeKind: string;
  readonly priority: string;
  readonly reason: string;
  clearedAtMs: number | null;
}

/** Hold and clear times in their simplest form: what an alarm desk would make of a run, to see what rules raise and when. */
export class Holds {
  readonly raises: Raise[] = [];
  readonly alive = new Set<string>();
  readonly #points = new Map<
    string,
    { since: (number | null)[]; raised: number; clearSince: number | null; last: Raise[] }
  >();

  observe(verdicts: readonly Verdict[], nowMs: number): void {
    const seen = new Map(verdicts.map((verdict) => [verdict.key, verdict]));
    for (const [key, verdict] of seen) this.#move(key, verdict, nowMs);
  }

  #move(key: string, verdict: Verdict, nowMs: number): void {
    const { rule, level, scope, reason } = verdict;
    let point = this.#points.get(key);
    if (!point) {
      if (level < 0) return;
      point = { since: rule.levels.map(() => null), raised: -1, clearSince: null, last: [] };
      this.#points.set(key, point);
      this.alive.add(key);
    }
    const { since } = point;
    rule.levels.forEach((_, place) => (since[place] = level >= place ? (since[place] ?? nowMs) : null));
    const isHeld = (place: number) => {
      const from = since[place] ?? null;
      return from !== null && nowMs - from >= (rule.levels[place]?.holdSeconds ?? 0) * 1000;
    };
    const place = rule.levels.findLastIndex((_, each) => isHeld(each));
    const priority = rule.levels[place]?.priority;
    if (priority && place > point.raised) {
      const raise = {
        atMs: nowMs,
        rule: rule.id,
        scope: scope.id,
        scopeKind: scope.kind,
        priority,
        reason,
        clearedAtMs: null,
      };
      point.raised = place;
      point.last.push(raise);
      this.raises.push(raise);
    }
    point.clearSince = verdict.isClear ? (point.clearSince ?? nowMs) : null;
    const isOver = point.clearSince !== null && nowMs - point.clearSince >= rule.clearForSeconds * 1000;
    if (!isOver && !(point.raised < 0 && level < 0 && verdict.noData === null)) return;
    for (const raise of point.last) raise.clearedAtMs = nowMs;
    this.#points.delete(key);
    this.alive.delete(key);
  }
}
