import type { Histogram } from '../../../shared/histogram.ts';
import { FEEDS, type Feed } from '../../../shared/protocol.ts';
import {
  type AccessGauge,
  addCounts,
  type Counts,
  emptyCounts,
  type QueueGauge,
} from '../../../shared/window.ts';
import { Rolling, ROLLING_MS } from '../../aggregate/rolling.ts';
import {
  type FeedState,
  type LagBasis,
  lagBasis,
  type MetricBasis,
  policyRefusedOf,
} from '../metric-basis.ts';
import { readerOf } from '../readings.ts';
import type { StoredWindow, Tier, WindowReader } from '../store.ts';
import { clusterOf, isMilterSeen } from './columns.ts';
import { type CoverageBook, GAUGE_AGE_MS, type Known } from './coverage.ts';
import { type Seen, seenBy } from './seen.ts';
import { extentsOf, finerThan, readCoverage, readRange, scopeName } from './steps.ts';
import type { SampleColumn, SamplesAnswer, SamplesQuery, TenantRef } from './types.ts';

/** Numbers that leave out who waits are not effective lag: without the state of the queue they are not known. */
const NEEDS_QUEUE = /^(outboundLag|lag|messagesBeyond)/;
/** Not even whether anybody was silent is known. */
export const NOT_KEPT = 'nothing is kept of that time';
const UNCOVERED = 'no source covered it then';
const SILENT = 'sources were silent then';
const NO_QUEUE = 'who waited then is not known';

/**
 * Numbers of one scope as rules would have read them at the end of each step: the one definition of `readings.ts` over the
 * five minutes before it. Windows of an hour are taken for an average five minutes of that hour.
 */
export function samplesOf(
  reader: WindowReader,
  query: SamplesQuery,
  tenants: readonly TenantRef[],
): SamplesAnswer {
  const { stepMs } = query;
  const tier = (stepMs / 1000) as Tier;
  const firstMs = Math.floor(query.fromMs / stepMs) * stepMs;
  const steps = Math.max(0, Math.ceil((query.toMs - firstMs) / stepMs));
  const toMs = firstMs + steps * stepMs;
  const book = readCoverage(reader, clusterOf(query.scope, tenants), firstMs, toMs);
  const back = Math.max(1, ROLLING_MS / stepMs);
  const wanted = {
    effectiveLag: query.metrics.some((name) => NEEDS_QUEUE.test(name)),
    gauges: true,
    tables: query.metrics.some((name) => name.startsWith('policyRefused')),
  };
  const of = { scope: scopeName(query.scope), tier, wanted };
  const beginMs = firstMs - (back - 1) * stepMs;
  const stored = bySteps(readRange(reader, of, beginMs, toMs), beginMs, stepMs);
  const moving = new MovingBasis(stored, back, {
    ...{ stepMs, beginMs, withPolicy: wanted.tables },
    milterSeen: query.metrics.some((name) => /^(spam|hostile)/.test(name)) && isMilterSeen(reader, toMs),
  });
  const columns = new Columns(query.metrics, steps);
  const keptFromMs = keptFrom(reader, tier);
  for (let i = 0; i < steps; i++) {
    const stepFromMs = firstMs + i * stepMs;
    const known = book.step(stepFromMs, stepFromMs + stepMs);
    const isKept = stepFromMs + stepMs > keptFromMs;
    moving.advance(i, known, book);
    columns.read(i, moving, isKept ? whyNot(known) : NOT_KEPT);
  }
  return { firstMs, stepMs, steps, ...columns.answer() };
}

/** As live tiles have it: at least half of those that tell of mail are heard. */
function whyNot({ expected, covered, gauged }: Known): string | null {
  const asked = (['flow', 'queue'] as const).filter((feed) => expected.has(feed));
  if (asked.length === 0) return expected.size === 0 ? NOT_KEPT : UNCOVERED;
  const heard = asked.filter((feed) => (feed === 'queue' ? gauged : covered).has(feed));
  return heard.length * 2 >= asked.length ? null : SILENT;
}

/** From when on windows of a tier, or finer ones in their place, are kept. */
function keptFrom(reader: WindowReader, tier: Tier): number {
  const extents = extentsOf(reader);
  for (let each: Tier | undefined = tier; each !== undefined; each = finerThan(each)) {
    const extent = extents[each];
    if (extent) return extent.oldestMs;
  }
  return Infinity;
}

function bySteps(
  windows: readonly StoredWindow[],
  beginMs: number,
  stepMs: number,
): ReadonlyMap<number, readonly StoredWindow[]> {
  const steps = new Map<number, StoredWindow[]>();
  for (const window of windows) {
    const i = Math.floor((window.slotMs - beginMs) / stepMs);
    const others = steps.get(i);
    if (others) others.push(window);
    else steps.set(i, [window]);
  }
  return steps;
}

type Stored = ReadonlyMap<number, readonly StoredWindow[]>;
interface Frame {
  readonly stepMs: number;
  readonly beginMs: number;
  readonly milterSeen: boolean;
  readonly withPolicy: boolean;
}

/** The basis of one scope, moved from step to step: windows are added as they come and taken out as they leave. */
class MovingBasis implements MetricBasis {
  inbound: Counts = emptyCounts();
  outbound: Counts = emptyCounts();
  queues: readonly QueueGauge[] = [];
  access: AccessGauge | null = null;
  lag!: MetricBasis['lag'];
  feeds!: Readonly<Record<Feed, FeedState>>;
  policyRefused: number | null;
  readonly milterSeen: boolean;
  isQueueKnown = false;
  readonly #stored: Stored;
  readonly #back: number;
  readonly #frame: Frame;
  readonly #rolling = [new Rolling(), new Rolling()] as const;
  /** Last state of the queue by direction, and of access. */
  readonly #gauges: [Seen<QueueGauge> | null, Seen<QueueGauge> | null] = [null, null];
  #access: Seen<AccessGauge> | null = null;
  #policy = 0;

  constructor(stored: Stored, back: number, frame: Frame) {
    this.#stored = stored;
    this.#back = back;
    this.#frame = frame;
    this.milterSeen = frame.milterSeen;
    this.policyRefused = frame.withPolicy ? 0 : null;
    for (let i = 0; i < back - 1; i++) this.#add(i);
  }

  /** To the end of step `i`. */
  advance(i: number, known: Known, book: CoverageBook): void {
    this.#add(i + this.#back - 1);
    if (i > 0) this.#subtract(i - 1);
    const { stepMs, beginMs } = this.#frame;
    const endMs = beginMs + (i + this.#back) * stepMs;
    // An hour is an average five minutes of it.
    const share = ROLLING_MS / Math.max(stepMs, ROLLING_MS);
    this.inbound = scaled(this.#rolling[0].counts, share);
    this.outbound = scaled(this.#rolling[1].counts, share);
    if (this.policyRefused !== null) this.policyRefused = this.#policy * share;
    this.feeds = feedsOf(known);
    this.isQueueKnown = known.gauged.has(known.expected.has('queue') ? 'queue' : 'flow');
    const sinceMs = book.gaugeEndMs(endMs) - GAUGE_AGE_MS;
    const recent = <T>(seen: Seen<T> | null) => (seen && seen.atMs >= sinceMs ? seen.gauge : null);
    const queues = [recent(this.#gauges[0]), recent(this.#gauges[1])] as const;
    this.queues = queues.flatMap((queue) => queue ?? []);
    this.access = recent(this.#access);
    this.lag = {
      inbound: lagOf(this.#rolling[0].effectiveLag, queues[0], share),
      outbound: lagOf(this.#rolling[1].effectiveLag, queues[1], share),
    };
  }

  #add(i: number): void {
    const { stepMs, beginMs } = this.#frame;
    const endMs = beginMs + (i + 1) * stepMs;
    for (const { parts } of this.#stored.get(i) ?? [])
      for (const direction of [0, 1] as const) {
        const part = parts[direction];
        if (!part) continue;
        this.#rolling[direction].add(part);
        this.#policy += this.#frame.withPolicy ? policyRefusedOf(part.bounces) : 0;
        if (part.queue) this.#gauges[direction] = seenBy(part.queue, endMs);
        if (part.access && direction === 0) this.#access = seenBy(part.access, endMs);
      }
  }

  #subtract(i: number): void {
    for (const { parts } of this.#stored.get(i) ?? [])
      for (const direction of [0, 1] as const) {
        const part = parts[direction];
        if (!part) continue;
        this.#rolling[direction].subtract(part);
        this.#policy -= this.#frame.withPolicy ? policyRefusedOf(part.bounces) : 0;
      }
  }
}

function scaled(counts: Counts, share: number): Counts {
  if (share === 1) return counts;
  const sum = emptyCounts();
  addCounts(sum, counts);
  for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] *= share;
  return sum;
}

/** Who waits is a state and is not averaged; only what was delivered is. */
function lagOf(delivered: Histogram, queue: QueueGauge | null, share: number): LagBasis {
  const basis = lagBasis([delivered], queue ? [queue.waiting] : []);
  if (share === 1) return basis;
  const [flow, waiting] = [lagBasis([delivered], []), lagBasis([], queue ? [queue.waiting] : [])];
  return {
    quantile: (q) => basis.quantile(q),
    beyond: (limitMs) => flow.beyond(limitMs) * share + waiting.beyond(limitMs),
    count: () => flow.count() * share + waiting.count(),
  };
}

/**
 * Events that were read later count as known, as in every series of the past; states are known only of what was heard
 * then. Without a listing the queue is known from the log, and only while the log was heard.
 */
function feedsOf({ expected, covered, gauged }: Known): Record<Feed, FeedState> {
  const state = (feed: Feed): FeedState => {
    if (!expected.has(feed)) return 'none';
    const isState = feed === 'queue' || feed === 'access';
    return (isState ? gauged : covered).has(feed) ? 'fresh' : 'lost';
  };
  const feeds = Object.fromEntries(FEEDS.map((feed) => [feed, state(feed)])) as Record<Feed, FeedState>;
  const isLogHeard = gauged.has('flow') || !expected.has('flow');
  return feeds.queue === 'none' && !isLogHeard ? { ...feeds, queue: 'lost' } : feeds;
}

/** Columns as they are filled, one step after the other. */
class Columns {
  readonly #columns: readonly (SampleColumn & {
    readonly read: NonNullable<ReturnType<typeof readerOf>>;
    readonly needsQueue: boolean;
  })[];
  readonly #names: readonly string[];
  readonly #whyNot: Uint8Array;
  readonly #reasons: string[] = [''];

  constructor(metrics: readonly string[], steps: number) {
    this.#names = metrics;
    this.#whyNot = new Uint8Array(steps);
    this.#columns = metrics.map((name) => ({
      value: new Float64Array(steps).fill(Number.NaN),
      n: new Float64Array(steps).fill(Number.NaN),
      part: new Float64Array(steps).fill(Number.NaN),
      isFloor: new Uint8Array(steps),
      whyNot: new Uint8Array(steps),
      needsQueue: NEEDS_QUEUE.test(name),
      read: readerOf(name) ?? (() => ({ value: null, n: null, noData: `'${name}' is not kept` })),
    }));
  }

  read(i: number, basis: MovingBasis, whyNot: string | null): void {
    if (whyNot !== null) this.#whyNot[i] = this.#reasonOf(whyNot);
    for (const column of this.#columns) {
      if (whyNot === NOT_KEPT || (column.needsQueue && !basis.isQueueKnown)) {
        column.whyNot[i] = this.#reasonOf(whyNot ?? NO_QUEUE);
        continue;
      }
      const { value, n, part, isFloor, noData } = column.read(basis);
      if (noData !== undefined) column.whyNot[i] = this.#reasonOf(noData);
      column.value[i] = value ?? Number.NaN;
      column.n[i] = n ?? Number.NaN;
      column.part[i] = part ?? Number.NaN;
      column.isFloor[i] = isFloor ? 1 : 0;
    }
  }

  answer(): Pick<SamplesAnswer, 'columns' | 'whyNot' | 'reasons'> {
    const plain = this.#columns.map(({ value, n, part, isFloor, whyNot }) => ({
      value,
      n,
      part,
      isFloor,
      whyNot,
    }));
    const columns = Object.fromEntries(this.#names.map((name, c) => [name, plain[c] as SampleColumn]));
    return { columns, whyNot: this.#whyNot, reasons: this.#reasons };
  }

  #reasonOf(text: string): number {
    const at = this.#reasons.indexOf(text);
    return at >= 0 ? at : this.#reasons.push(text) - 1;
  }
}
