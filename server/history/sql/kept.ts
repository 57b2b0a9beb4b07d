import { type Tier, TIERS } from '../store.ts';
import type { Numbers } from './numbers.ts';

/** Slots of a tier that are kept: [from, to). */
export interface Kept {
  readonly from: number;
  readonly to: number;
}

/** Null: the tier is empty. A coarser tier ends where not all of its windows are made yet. */
export function keptOf(numbers: Numbers, tier: Tier): Kept | null {
  const [oldest, newest] = [numbers.get(`oldest${tier}`), numbers.get(`newest${tier}`)];
  if (oldest === undefined || newest === undefined) return null;
  const from = Math.max(oldest, numbers.get(`floor${tier}`) ?? oldest);
  const to = Math.min(newest + 1, madeOf(numbers, tier));
  return from < to ? { from, to } : null;
}

/** Below the floor of the finer tier a window takes what comes directly, and is always whole. */
function madeOf(numbers: Numbers, tier: Tier): number {
  const finer = TIERS[TIERS.indexOf(tier) - 1];
  if (finer === undefined) return Infinity;
  const direct = Math.floor(((numbers.get(`floor${finer}`) ?? 0) * finer) / tier);
  return Math.max(numbers.get(`made${tier}`) ?? 0, direct);
}
