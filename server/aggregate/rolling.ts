import { Histogram } from '../../shared/histogram.ts';
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

/**
 * Quantile over delivered and still waiting mail together (metrics 8.3). Ages of waiting mail are lower bounds.
 * When nothing was delivered it is the age of the oldest that waits. Undefined when there is neither.
 */
export function effectiveQuantile(
  delivered: readonly Histogram[],
  waiting: readonly Histogram[],
  q: number,
): CensoredQuantile | undefined {
  const deliveredCount = total(delivered);
  const waitingCount = total(waiting);
  if (deliveredCount + waitingCount === 0) return undefined;
  if (deliveredCount === 0) return { valueMs: Math.max(...waiting.map(({ max }) => max)), isFloor: true };
  const all = new Histogram();
  for (const histogram of [...delivered, ...waiting]) all.merge(histogram);
  const valueMs = all.quantile(q) ?? 0;
  return { valueMs, isFloor: waitingAtOrBelow(waiting, valueMs) };
}

/** Whether waiting mail stands at or below the quantile: its true lag may lie above, so the quantile may rise. */
function waitingAtOrBelow(waiting: readonly Histogram[], valueMs: number): boolean {
  const own = new Histogram();
  for (const histogram of waiting) own.merge(histogram);
  const oldest = own.quantile(1);
  return oldest !== undefined && oldest * 1.02 >= valueMs;
}

function total(histograms: readonly Histogram[]): number {
  return histograms.reduce((sum, { count }) => sum + count, 0);
}
