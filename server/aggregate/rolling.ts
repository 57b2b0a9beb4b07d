import { bucketOf, Histogram, valueOf, ZERO_BUCKET } from '../../shared/histogram.ts';
import { type Counts, COUNTERS, emptyCounts, type Window } from '../../shared/window.ts';

/** The tile's window (metrics: W = 5 min). */
export const ROLLING_MS = 300_000;

/** Sum of the last five minutes of one (scope, direction): windows are added as they come and taken out as they leave. */
export class Rolling {
  readonly counts: Counts = emptyCounts();
  readonly effectiveLag = new Histogram();

  add(window: Window): void {
    for (const name of COUNTERS) this.counts[name] += window.counts[name];
    this.effectiveLag.merge(window.effectiveLag);
  }

  subtract(window: Window): void {
    for (const name of COUNTERS) this.counts[name] -= window.counts[name];
    this.effectiveLag.subtract(window.effectiveLag);
  }
}

export interface CensoredQuantile {
  readonly valueMs: number;
  /** The rank falls on mail still waiting: the truth is this or more. */
  readonly isFloor: boolean;
}

/** Room for buckets of values up to e⁴⁰. Used within one call only. */
const sums = new Float64Array(4_096);

/**
 * Quantiles over delivered and still waiting mail together (metrics 8.3). Ages of waiting mail are lower bounds.
 * When nothing was delivered each is the age of the oldest that waits. Undefined when there is neither. `qs` ascend.
 */
export function effectiveQuantiles(
  delivered: readonly Histogram[],
  waiting: readonly Histogram[],
  qs: readonly number[],
): readonly CensoredQuantile[] | undefined {
  const [deliveredCount, waitingCount] = [total(delivered), total(waiting)];
  if (deliveredCount + waitingCount === 0) return undefined;
  const all = [...delivered, ...waiting];
  const max = all.reduce((highest, histogram) => Math.max(highest, histogram.max), 0);
  if (deliveredCount === 0) return qs.map(() => ({ valueMs: max, isFloor: true }));
  for (const histogram of all) histogram.addTo(sums);
  const values = quantilesOf(sums, qs, deliveredCount + waitingCount);
  sums.fill(0);
  return values.map((value): CensoredQuantile => {
    const valueMs = Math.min(value, max);
    return { valueMs, isFloor: waitingCount > 0 && waitingAtOrBelow(waiting, valueMs) };
  });
}

/** One of them. */
export function effectiveQuantile(
  delivered: readonly Histogram[],
  waiting: readonly Histogram[],
  q: number,
): CensoredQuantile | undefined {
  return effectiveQuantiles(delivered, waiting, [q])?.[0];
}

/** Nearest ranks, as `Histogram.quantile`, of ascending `qs` in one pass. */
function quantilesOf(counts: Float64Array, qs: readonly number[], total: number): number[] {
  const ranks = qs.map((q) => Math.max(1, Math.ceil(q * total - 1e-9)));
  const values: number[] = [];
  let seen = 0;
  for (let place = 0; values.length < ranks.length && place < counts.length; place++) {
    seen += counts[place] as number;
    while (values.length < ranks.length && seen >= (ranks[values.length] as number))
      values.push(valueOf(place + ZERO_BUCKET));
  }
  return values;
}

/** Messages beyond a limit, delivered or waiting. */
export function countBeyond(histograms: readonly Histogram[], limitMs: number): number {
  const limit = bucketOf(limitMs);
  let count = 0;
  for (const histogram of histograms)
    for (const [bucket, n] of histogram.entries()) if (bucket > limit) count += n;
  return count;
}

/** Whether waiting mail stands at or below the quantile: its true lag may lie above, so the quantile may rise. */
function waitingAtOrBelow(waiting: readonly Histogram[], valueMs: number): boolean {
  const oldest = waiting.reduce((highest, histogram) => Math.max(highest, histogram.quantile(1) ?? -1), -1);
  return oldest >= 0 && oldest * 1.02 >= valueMs;
}

function total(histograms: readonly Histogram[]): number {
  return histograms.reduce((sum, { count }) => sum + count, 0);
}
