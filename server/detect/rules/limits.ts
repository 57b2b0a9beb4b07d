import type { Guard, Level } from './types.ts';

/** Bounds of a value; both the value itself when it is exact. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

type Limits = Pick<Level, 'above' | 'below'>;

/** Whether a value lies beyond a limit, as far as its bounds are certain of it. */
export function isBeyond({ above, below }: Limits, { low, high }: Bounds): boolean {
  return (above !== undefined && low > above) || (below !== undefined && high < below);
}

/** Whether a guard holds: between its limits when it has both. */
export function isGuardMet({ above, below }: Guard, value: number): boolean {
  return (above === undefined || value > above) && (below === undefined || value < below);
}

/** Whether the value is so far inside the lowest limits that the alarm may clear. */
export function isInside(lowest: Limits, value: number, ratio: number, max: number): boolean {
  return (
    (lowest.above === undefined || value <= clearAbove(lowest.above, ratio)) &&
    (lowest.below === undefined || value >= clearBelow(lowest.below, ratio, max))
  );
}

/** Limit for clearing of an upper limit: 80 % of it. */
export function clearAbove(limit: number, ratio: number): number {
  return limit < 0 ? limit / ratio : limit * ratio;
}

/** ... of a lower one. Shares of success are measured by what lacks to all: 99 % clears at 99.2 %. */
export function clearBelow(limit: number, ratio: number, max: number): number {
  if (max === 100 && limit >= 50) return 100 - (100 - limit) * ratio;
  return limit < 0 ? limit * ratio : limit / ratio;
}

/** The limit that is told of: of the side on which the value lies. */
export function toldLimit(
  level: Limits | undefined,
  value: number | null,
): { readonly limit: number | null; readonly side: 'above' | 'below' } {
  const { above, below } = level ?? {};
  const isLow = below !== undefined && (above === undefined || (value !== null && value < below));
  return isLow ? { limit: below, side: 'below' } : { limit: above ?? null, side: 'above' };
}
