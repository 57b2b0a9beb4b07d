import { BucketSums } from '../../shared/bucket-sums.ts';
import { bucketOf, Histogram } from '../../shared/histogram.ts';
import { addCounts, type Counts, COUNTERS, emptyCounts, type Window } from '../../shared/window.ts';

/** The tile's window (metrics: W = 5 min). */
export const ROLLING_MS = 300_000;

/** Sum of the last five minutes of one (scope, direction): windows are added as they come and taken out as they leave. */
export class Rolling {
  readonly counts: Counts = emptyCounts();
  readonly effectiveLag = new Histogram();

  add(window: Window): void {
    addCounts(this.counts, window.counts);
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

/** Used within one call only. */
const sums = new BucketSums();

/**
 * Quantiles over delivered and still waiting mail together (metrics 8.3). Ages of waiting mail are lower bounds.
 * When nothing was delivered each is the age of the oldest that waits. Undefined when there is neither. `qs` ascend.
 */
export function effectiveQuantiles(
  delivered: readonly Histogram[],
  waiting: readonly Histogram[],
  qs: readonly number[],
): readonly CensoredQuantile[] | undefined {
  try {
    return quantilesOf(delivered, addUp(delivered), { waiting, waitingCount: addUp(waiting) }, qs);
  } finally {
    sums.clear();
  }
}

/** Of what was delivered alone, and of it with what waits: each as `effectiveQuantiles`, in one pass over the histograms. */
export function effectiveQuantilesBoth(
  delivered: readonly Histogram[],
  waiting: readonly Histogram[],
  qs: readonly number[],
): {
  readonly delivered: readonly CensoredQuantile[] | undefined;
  readonly withWaiting: readonly CensoredQuantile[] | undefined;
} {
  try {
    const deliveredCount = addUp(delivered);
    const alone = quantilesOf(delivered, deliveredCount, { waiting: [], waitingCount: 0 }, qs);
    const waitingCount = addUp(waiting);
    if (waitingCount === 0) return { delivered: alone, withWaiting: alone };
    const together = quantilesOf(delivered, deliveredCount, { waiting, waitingCount }, qs);
    return { delivered: alone, withWaiting: together };
  } finally {
    sums.clear();
  }
}

/** Out of `sums`, which hold all of them. */
function quantilesOf(
  delivered: readonly Histogram[],
  deliveredCount: number,
  { waiting, waitingCount }: { readonly waiting: readonly Histogram[]; readonly waitingCount: number },
  qs: readonly number[],
): readonly CensoredQuantile[] | undefined {
  if (deliveredCount + waitingCount === 0) return undefined;
  const max = Math.max(highest(delivered), highest(waiting));
  if (deliveredCount === 0) return qs.map(() => ({ valueMs: max, isFloor: true }));
  return sums.quantiles(qs, deliveredCount + waitingCount).map((value): CensoredQuantile => {
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
  const oldest = waiting.reduce((most, histogram) => Math.max(most, histogram.quantile(1) ?? -1), -1);
  return oldest >= 0 && oldest * 1.02 >= valueMs;
}

/** Into `sums`; how many they are. */
function addUp(histograms: readonly Histogram[]): number {
  let count = 0;
  for (const histogram of histograms) count += histogram.addTo(sums);
  return count;
}

function highest(histograms: readonly Histogram[]): number {
  return histograms.reduce((most, { max }) => Math.max(most, max), 0);
}
