import { FEEDS, type Feed } from '../../shared/protocol.ts';
import { Histogram } from '../../shared/histogram.ts';
import { merge, type QueueGauge, Window } from '../../shared/window.ts';
import { effectiveQuantile } from '../aggregate/rolling.ts';
import type { Direction } from '../aggregate/scope.ts';
import type { Recent } from './recent.ts';

/** One step of a series: its windows merged, and which feeds were covered at some time in it. */
export interface Step {
  readonly window: Window;
  /** The same by direction, in the order they were asked for. */
  readonly parts: readonly Window[];
  readonly queues: readonly QueueGauge[];
  readonly covered: ReadonlySet<Feed>;
  /** Share of the expected reports that came, 0 to 1; null when nothing is known of the step. */
  readonly coverage: number | null;
}

export interface SeriesFrame {
  readonly scope: number;
  readonly directions: readonly Direction[];
  readonly cluster: string;
  readonly fromMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** Steps of `stepMs` (whole seconds) from `fromMs`, oldest first. */
export function stepsOf(recent: Recent, frame: SeriesFrame): Step[] {
  const perStep = frame.stepMs / 1000;
  const first = Math.floor(frame.fromMs / 1000);
  return Array.from({ length: frame.steps }, (_, i) => stepOf(recent, frame, first + i * perStep, perStep));
}

function stepOf(recent: Recent, frame: SeriesFrame, first: number, seconds: number): Step {
  const window = new Window();
  const byDirection = frame.directions.map((direction) =>
    mergeSeconds(recent, { scope: frame.scope, direction }, first, seconds),
  );
  for (const part of byDirection) merge(window, part);
  const covered = new Set<Feed>();
  let expected = 0;
  let fresh = 0;
  for (let second = first; second < first + seconds; second++) {
    const coverage = recent.coverageAt(second)?.[frame.cluster];
    if (!coverage) continue;
    for (const feed of FEEDS) {
      expected += coverage[feed].expected;
      fresh += coverage[feed].fresh;
      if (coverage[feed].fresh > 0) covered.add(feed);
    }
  }
  const queues = byDirection.flatMap(({ queue }) => (queue ? [queue] : []));
  return { window, parts: byDirection, queues, covered, coverage: expected === 0 ? null : fresh / expected };
}

function mergeSeconds(
  recent: Recent,
  of: { scope: number; direction: Direction },
  first: number,
  seconds: number,
): Window {
  const sum = new Window();
  for (let second = first; second < first + seconds; second++) {
    const window = recent.ring.at(second, of.scope, of.direction);
    if (window) merge(sum, window);
  }
  return sum;
}

/** Windows behind one point of spam share and lag: this many steps up to and with it. */
export function trailing(steps: readonly Step[], i: number, count: number): Window {
  const sum = new Window();
  for (let k = Math.max(0, i - count + 1); k <= i; k++) {
    const step = steps[k];
    if (step) merge(sum, step.window);
  }
  return sum;
}

/** Final verdicts and the spam among them; of the filter when it reports, else what milter rejects in Postfix' log tell. */
export function spamShare(
  counts: Window['counts'],
  hasFilter: boolean,
  milterSeen: boolean,
): { percent: number | null; n: number } {
  const n = hasFilter
    ? counts.scanned - counts.softRejected
    : milterSeen
      ? counts.queued + counts.milterSpam
      : 0;
  const spam = hasFilter ? counts.spam : counts.milterSpam;
  return { percent: n > 0 ? (100 * spam) / n : null, n };
}

export interface SeriesContext {
  /** A source of the filter's own verdicts is configured for this scope. */
  readonly hasFilter: boolean;
  readonly milterSeen: boolean;
  /** A source lists the queue; else its depth is what the log tells. */
  readonly hasListing: boolean;
  /** Steps behind one point of spam share and lag. */
  readonly trail: number;
}

type Metric = (steps: readonly Step[], i: number, context: SeriesContext) => number | null;

/** Names of the series API and how each comes from the steps. */
export const METRICS: Readonly<Record<string, Metric>> = {
  queueDepth: queueMetric((gauge) => gauge.incoming + gauge.active + gauge.deferred),
  queueIncoming: queueMetric((gauge) => gauge.incoming),
  queueActive: queueMetric((gauge) => gauge.active),
  queueDeferred: queueMetric((gauge) => gauge.deferred),
  queueHold: queueMetric((gauge) => gauge.hold),
  oldestWaitingMs: oldestWaiting,
  spamPercent: (steps, i, context) => spamAt(steps, i, context)?.percent ?? null,
  spamN: (steps, i, context) => spamAt(steps, i, context)?.n ?? null,
  lagP50Ms: lagMetric(0.5),
  lagP95Ms: lagMetric(0.95),
  lagP99Ms: lagMetric(0.99),
  accepted: flowMetric('accepted'),
  delivered: flowMetric('delivered'),
  deferred: flowMetric('deferred'),
  bounced: flowMetric('bounced'),
  rejected: flowMetric('rejected'),
  loginOk: flowMetric('loginOk'),
  loginFailed: flowMetric('loginFailed'),
  loginFault: flowMetric('loginFault'),
};

function flowMetric(name: keyof Window['counts']): Metric {
  return (steps, i) => {
    const step = steps[i];
    return step?.covered.has('flow') ? step.window.counts[name] : null;
  };
}

function queueMetric(read: (gauge: QueueGauge) => number): Metric {
  return (steps, i, context) => {
    const step = steps[i];
    if (!step?.covered.has(context.hasListing ? 'queue' : 'flow')) return null;
    return step.queues.reduce((sum, gauge) => sum + read(gauge), 0);
  };
}

function oldestWaiting(steps: readonly Step[], i: number, context: SeriesContext): number | null {
  const step = steps[i];
  if (!step?.covered.has(context.hasListing ? 'queue' : 'flow')) return null;
  const ages = step.queues.flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]));
  return ages.length > 0 ? Math.max(...ages) : null;
}

function spamAt(steps: readonly Step[], i: number, context: SeriesContext) {
  if (!steps[i]?.covered.has(context.hasFilter ? 'filter' : 'flow')) return null;
  return spamShare(trailing(steps, i, context.trail).counts, context.hasFilter, context.milterSeen);
}

/** As on the tile: of inbound mail; of outbound where there is no other. */
function lagMetric(q: number): Metric {
  return (steps, i, context) => {
    if (!steps[i]?.covered.has('flow')) return null;
    for (const [place] of (steps[i]?.parts ?? []).entries()) {
      const lag = effectiveQuantile(
        [deliveredIn(steps, i, place, context.trail)],
        waitingIn(steps[i], place),
        q,
      );
      if (lag) return lag.valueMs;
    }
    return null;
  };
}

function deliveredIn(steps: readonly Step[], i: number, place: number, trail: number): Histogram {
  const delivered = new Histogram();
  for (let k = Math.max(0, i - trail + 1); k <= i; k++) {
    const part = steps[k]?.parts[place];
    if (part) delivered.merge(part.effectiveLag);
  }
  return delivered;
}

function waitingIn(step: Step | undefined, place: number): Histogram[] {
  const queue = step?.parts[place]?.queue;
  return queue ? [queue.waiting] : [];
}
