/**
 * Values no finer than they are shown, so that what nobody can see is not sent. `client/format/number.ts` shows the same of
 * the value that comes out as of the one that goes in.
 */

/** Counts and rates: three significant figures. */
export function shownCount(n: number): number {
  return Number(n.toPrecision(3));
}

/** Shares keep what tells almost none from none and almost all from all. */
export function shownPercent(percent: number): number {
  if (percent > 0 && percent < 0.01) return 0.005;
  if (percent > 99.99 && percent < 100) return 99.995;
  if (percent >= 99.95 && percent <= 99.99) return Number(percent.toFixed(2));
  return shownCount(percent);
}

/** Up to so long, ms, a duration is shown in steps of so many. */
const DURATION_STEPS = [
  [999, 1],
  [9_949, 100],
  [59_499, 1_000],
  [3_596_999, 6_000],
  [172_619_999, 360_000],
  [Infinity, 8_640_000],
] as const;

export function shownDuration(durationMs: number): number {
  const ms = Math.round(durationMs);
  const step = DURATION_STEPS.find(([upToMs]) => ms <= upToMs)?.[1] ?? 1;
  return Math.round(ms / step) * step;
}
