import { type Tier, TIERS } from '../store.ts';

/** Windows of one scope that may be read for one answer; beyond it a coarser tier is read. */
export const MAX_ROWS = 2_500;
/** Lengths a step may have, seconds: what people read off an axis, each a whole multiple of the tiers below it. */
const ROUND_SECONDS = [
  1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
  604_800,
];

/** First and last slot of each tier; null when it is empty. */
export type Extents = Readonly<Record<Tier, { readonly oldestMs: number; readonly newestMs: number } | null>>;

export interface RangeAsked {
  readonly fromMs: number;
  readonly toMs: number;
  /** At most this many steps. */
  readonly points: number;
}

export interface TierChoice {
  readonly tier: Tier;
  /** A whole multiple of the tier. */
  readonly stepMs: number;
  /** Start of the first step, and number of steps. */
  readonly firstMs: number;
  readonly steps: number;
  readonly reason: string;
}

/**
 * Which windows a series is made from, and how long its steps are. The finest tier that reaches back to the start and
 * costs no more than MAX_ROWS decides how fine the answer is; it is then read from the coarsest tier that makes up whole
 * steps, which holds the very same sums in fewer rows.
 */
export function chooseTier(range: RangeAsked, extents: Extents, nowMs: number): TierChoice {
  const toMs = Math.min(range.toMs, nowMs);
  const { tier: finest, reason } = finestTier({ ...range, toMs }, extents);
  const stepMs = stepFor(Math.max(0, toMs - range.fromMs), range.points, finest * 1000);
  const tier = TIERS.findLast(
    (each) => stepMs % (each * 1000) === 0 && (each === finest || reachesBack(each, range.fromMs, extents)),
  );
  const firstMs = Math.floor(range.fromMs / stepMs) * stepMs;
  const steps = Math.min(range.points, Math.max(0, Math.ceil((toMs - firstMs) / stepMs)));
  return { tier: tier ?? finest, stepMs, firstMs, steps, reason };
}

function finestTier({ fromMs, toMs }: RangeAsked, extents: Extents): { tier: Tier; reason: string } {
  const tried: string[] = [];
  for (const tier of TIERS) {
    const rows = Math.ceil((toMs - fromMs) / (tier * 1000));
    if (tier !== 3_600 && rows > MAX_ROWS) tried.push(`${name(tier)} would be ${rows} rows`);
    else if (!reachesBack(tier, fromMs, extents)) tried.push(`${name(tier)} does not reach back that far`);
    else return { tier, reason: [`${name(tier)}: ${rows} rows`, ...tried].join('; ') };
  }
  return { tier: 3_600, reason: [`${name(3_600)}: nothing reaches further back`, ...tried].join('; ') };
}

/** Whether a tier holds the start of a range, or at least as much of it as any coarser one. */
function reachesBack(tier: Tier, fromMs: number, extents: Extents): boolean {
  const oldestMs = extents[tier]?.oldestMs;
  if (oldestMs === undefined) return tier === 10 && TIERS.every((each) => !extents[each]);
  if (oldestMs <= fromMs) return true;
  return TIERS.every((coarser) => {
    const other = coarser > tier ? extents[coarser] : null;
    return !other || Math.floor(oldestMs / (coarser * 1000)) * coarser * 1000 <= other.oldestMs;
  });
}

function name(tier: Tier): string {
  return tier === 10 ? '10 s' : tier === 60 ? '1 min' : '1 h';
}

/** The shortest round multiple of `unitMs` that keeps the answer within `points`; one point of room for a range that begins within a step. */
export function stepFor(rangeMs: number, points: number, unitMs: number): number {
  const fits = (stepMs: number) => Math.ceil(rangeMs / stepMs) + 1 <= points;
  const round = ROUND_SECONDS.find((seconds) => (seconds * 1000) % unitMs === 0 && fits(seconds * 1000));
  if (round !== undefined) return round * 1000;
  const days = 86_400_000;
  const unit = rangeMs > points * days ? days : unitMs;
  return Math.max(1, Math.ceil(rangeMs / Math.max(1, points - 1) / unit)) * unit;
}

/** The coarsest tier whose windows make up whole steps: the fewest rows for the same sums. */
export function tierOfStep(stepMs: number): Tier {
  return TIERS.findLast((tier) => stepMs % (tier * 1000) === 0) ?? 10;
}

/** A range as whole windows of one tier. */
export interface Snapped {
  readonly tier: Tier;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The range in the finest windows that cost no more than `maxRows` and reach back that far; its ends move out to theirs. */
export function snapRange(fromMs: number, toMs: number, extents: Extents, maxRows = MAX_ROWS): Snapped {
  const fits = (tier: Tier) =>
    (toMs - fromMs) / (tier * 1000) <= maxRows && reachesBack(tier, fromMs, extents);
  const tier = TIERS.find(fits) ?? 3_600;
  const unit = tier * 1000;
  return { tier, fromMs: Math.floor(fromMs / unit) * unit, toMs: Math.ceil(toMs / unit) * unit };
}
