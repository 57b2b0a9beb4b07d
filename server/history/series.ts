import { type Counts, peakOf, type QueueGauge } from '../../shared/window.ts';
import { type LagName, Point, type SeriesContext } from './point.ts';
import type { Step } from './steps.ts';
import type { Wanted } from './store.ts';

/** Final verdicts and the spam among them; of the filter when it reports, else what milter rejects in Postfix' log tell. */
export function spamShare(
  counts: Counts,
  hasFilter: boolean,
  milterSeen: boolean,
): { percent: number | null; n: number; spam: number } {
  const n = hasFilter
    ? counts.scanned - counts.softRejected
    : milterSeen
      ? counts.queued + counts.milterSpam
      : 0;
  const spam = hasFilter ? counts.spam : counts.milterSpam;
  return { percent: n > 0 ? (100 * spam) / n : null, n, spam };
}

type Metric = (point: Point) => number | null;

/** Names of the series API and how each comes from the steps. */
export const METRICS: Readonly<Record<string, Metric>> = {
  queueDepth: queueMetric((gauge) => gauge.incoming + gauge.active + gauge.deferred),
  queueIncoming: queueMetric((gauge) => gauge.incoming),
  queueActive: queueMetric((gauge) => gauge.active),
  queueDeferred: queueMetric((gauge) => gauge.deferred),
  queueHold: queueMetric((gauge) => gauge.hold),
  queueCorrupt: queueMetric((gauge) => gauge.corrupt),
  // Of both directions together: at most this many, as each may have had its peak at another moment.
  queuePeak: ({ step, queueFeed }) =>
    step.gauged.has(queueFeed)
      ? step.parts.reduce((sum, { window }) => sum + (peakOf(window)?.depth ?? 0), 0)
      : null,
  oldestWaitingMs: oldestWaiting,
  spamPercent: (point) => spamOf(point)?.percent ?? null,
  spamN: (point) => spamOf(point)?.n ?? null,
  spamLowPercent: (point) => wilsonOf(point)?.low ?? null,
  spamHighPercent: (point) => wilsonOf(point)?.high ?? null,
  scanCoveragePercent,
  hostilePercent,
  lagP50Ms: lagMetric('p50'),
  lagP95Ms: lagMetric('p95'),
  lagP99Ms: lagMetric('p99'),
  lagMaxMs: lagMetric('max'),
  accepted: flowMetric('accepted'),
  delivered: flowMetric('delivered'),
  deferred: flowMetric('deferred'),
  bounced: flowMetric('bounced'),
  expired: flowMetric('expired'),
  rejected: flowMetric('rejected'),
  held: flowMetric('held'),
  // Failed for good, of all that came to an end (metrics 8.5).
  bouncePercent: shareMetric(
    ({ bounced, expired }) => bounced + expired,
    ({ delivered, bounced, expired }) => delivered + bounced + expired,
  ),
  // Attempts that ended for now, of all attempts (metrics 8.4).
  deferralPercent: shareMetric(
    ({ deferred }) => deferred,
    ({ delivered, deferred, bounced }) => delivered + deferred + bounced,
  ),
  loginOk: flowMetric('loginOk'),
  loginFailed: flowMetric('loginFailed'),
  loginFault: flowMetric('loginFault'),
  accessPercent: ({ step }) => {
    const access = accessOf(step);
    return access && access.users > 0 ? 100 * (1 - access.failing / access.users) : null;
  },
  accessUsers: ({ step }) => accessOf(step)?.users ?? null,
  late: flowMetric('late'),
  troubles: flowMetric('troubles'),
};

/** Columns of the named metrics for the steps from `lead` on; those before are only looked back on. */
export function columnsOf(
  names: readonly string[],
  steps: readonly Step[],
  lead: number,
  context: SeriesContext,
): Record<string, (number | null)[]> {
  const points = steps.slice(lead).map((_, i) => new Point(steps, i + lead, context));
  const column = (name: string) => points.map((point) => shown(METRICS[name]?.(point) ?? null));
  return Object.fromEntries(names.map((name) => [name, column(name)]));
}

/** Counts are exact; of shares and percentiles six figures are more than is known. */
function shown(value: number | null): number | null {
  return value === null || Number.isInteger(value) ? value : Number(value.toPrecision(6));
}

/** What of the stored windows these metrics are made from. */
export function wantedFor(names: readonly string[]): Wanted {
  const lag = names.some((name) => name.startsWith('lag'));
  return { effectiveLag: lag, gauges: lag || names.some((name) => /^(queue|oldest|access)/.test(name)) };
}

function flowMetric(name: keyof Counts): Metric {
  return ({ step }) => (step.covered.has('flow') ? step.window.counts[name] : null);
}

function shareMetric(part: (counts: Counts) => number, whole: (counts: Counts) => number): Metric {
  return (point) => {
    if (!point.step.covered.has('flow')) return null;
    return percentOf(part(point.counts), whole(point.counts));
  };
}

function queueMetric(read: (gauge: QueueGauge) => number): Metric {
  return ({ step, queueFeed }) =>
    step.gauged.has(queueFeed) ? step.queues.reduce((sum, gauge) => sum + read(gauge), 0) : null;
}

function oldestWaiting({ step, queueFeed }: Point): number | null {
  if (!step.gauged.has(queueFeed)) return null;
  const ages = step.queues.flatMap(({ oldestMs }) => (oldestMs === null ? [] : [oldestMs]));
  return ages.length > 0 ? Math.max(...ages) : null;
}

function accessOf({ gauged, window }: Step) {
  return gauged.has('access') ? window.access : null;
}

function spamOf({ step, hasFilter, counts, milterSeen }: Point) {
  return step.covered.has(hasFilter ? 'filter' : 'flow') ? spamShare(counts, hasFilter, milterSeen) : null;
}

function wilsonOf(point: Point) {
  const share = spamOf(point);
  return share && share.n > 0 ? wilson(share.spam, share.n) : null;
}

/** 97.5 % quantile of the normal distribution: both tails together leave 95 %. */
const Z = 1.959964;

/** 95 % bounds of a share, percent (E. B. Wilson, JASA 22, 1927). */
export function wilson(part: number, n: number): { readonly low: number; readonly high: number } {
  const share = part / n;
  const denominator = 1 + Z ** 2 / n;
  const middle = (share + Z ** 2 / (2 * n)) / denominator;
  const half = (Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2))) / denominator;
  return { low: 100 * Math.max(0, middle - half), high: 100 * Math.min(1, middle + half) };
}

/** Final verdicts of all messages that came past the filter: those that were queued, and those that it refused. */
function scanCoveragePercent({ step, hasFilter, counts }: Point): number | null {
  if (!hasFilter || !step.covered.has('filter') || !step.covered.has('flow')) return null;
  const percent = percentOf(counts.scanned - counts.softRejected, counts.queued + counts.milterSpam);
  // Verdict and queueing may fall into two steps.
  return percent === null ? null : Math.min(100, percent);
}

/** Spam and what was refused before the filter, of all that came (metrics 8.2). */
function hostilePercent(point: Point): number | null {
  const share = spamOf(point);
  if (!share || !point.step.covered.has('flow')) return null;
  const before = Math.max(0, point.counts.rejectedPermanent - point.counts.milterSpam);
  return percentOf(before + share.spam, before + share.n);
}

function lagMetric(name: LagName): Metric {
  return (point) => (point.step.covered.has('flow') ? (point.lag(name)?.valueMs ?? null) : null);
}

function percentOf(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}
