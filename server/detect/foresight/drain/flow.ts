/** What the recent slots say of how much goes and comes. */
import { medianOf } from '../median.ts';
import type { Slot } from './types.ts';

const SLOW_SLOTS = 3;
/** Fewer are chance. */
const LEAST_CAME = 8;
/** What nothing stands before can do so much more than it does, at least. */
const KEEPS_UP = 1.3;
/** A slot is busy when more stood ready at its beginning and at its end than so many slots of what left: a scan's retries only pass. */
const BUSY = 0.5;
/** What could go longer ago may have been another thing: a store that was drowning, another host. */
const BUSY_SLOTS = 60;
/** A tenth of the slots may be a newsletter or a release from hold: they count no more than the next. */
const UNUSUAL_SHARE = 0.1;

/** Slots of which it is counted how many attempts succeed. */
const SUCCESS_SLOTS = 10;
/** Standard deviations. */
const BEYOND_CHANCE = 4;

/** Per slot. */
export interface Flow {
  /** Slots since it goes as it does now. */
  readonly going: number;
  readonly capacity: { readonly low: number; readonly high: number };
  readonly isCapacitySeen: boolean;
  readonly success: number;
  readonly arrived: number;
  /** Relative, of the mean that `arrived` is. */
  readonly arrivedError: number;
}

/** `scanEvery`: slots between two scans of the deferred queue; fewer tell nothing of retries. */
export function flowOf(slots: readonly Slot[], scanEvery: number): Flow {
  const regime = sinceItGoes(slots);
  const last = slots.slice(-30);
  const arrived = usualMean(last.map(({ arrived: n }) => n));
  return {
    going: regime.length,
    ...capacityOf(regime, slots),
    success: successOf(regime.slice(-SUCCESS_SLOTS), scanEvery),
    arrived,
    // Counting error of a sum of independent arrivals.
    arrivedError: 1 / Math.sqrt(Math.max(1, arrived * last.length)),
  };
}

/** Of all attempts; of those since they go otherwise than before, if they do: the store is back, or it is gone. */
function successOf(slots: readonly Slot[], scanEvery: number): number {
  const all = attemptsOf(slots);
  let most = BEYOND_CHANCE;
  let success = all.n === 0 ? 0 : all.left / all.n;
  for (let from = 1; from <= slots.length - scanEvery; from++) {
    const since = attemptsOf(slots.slice(from));
    const z = differenceOf({ left: all.left - since.left, n: all.n - since.n }, since);
    if (z <= most) continue;
    most = z;
    success = since.left / since.n;
  }
  return success;
}

interface Attempts {
  readonly left: number;
  readonly n: number;
}

/** How many standard deviations two shares are apart that have the same chance (the test of two proportions). */
function differenceOf(a: Attempts, b: Attempts): number {
  const share = (a.left + b.left) / (a.n + b.n);
  const deviation = Math.sqrt(share * (1 - share) * (1 / a.n + 1 / b.n));
  return deviation > 0 ? Math.abs(a.left / a.n - b.left / b.n) / deviation : 0;
}

function attemptsOf(slots: readonly Slot[]): Attempts {
  const left = sum(slots, ({ departed }) => departed);
  return { left, n: left + sum(slots, ({ deferred }) => deferred) };
}

/** Recipients a slot by which it has grown in the last ten. */
export function growthOf(slots: readonly Slot[]): number {
  const depths = slots.slice(-11).flatMap(({ waiting }) => waiting ?? []);
  const slopes = depths.flatMap((b, j) => depths.slice(0, j).map((a, i) => (b - a) / (j - i)));
  return medianOf(slopes) ?? 0;
}

/** The last slots in which mail left at about the speed of now: since the store was back, the filter kept up, a host came. */
function sinceItGoes(slots: readonly Slot[]): readonly Slot[] {
  const now = medianOf(slots.slice(-5).map(({ departed }) => departed)) ?? 0;
  if (now <= 0 || hasStopped(slots)) return [];
  let start = slots.length;
  // Three slow slots in a row are another time; fewer may be a pause between two retries.
  for (let i = slots.length - 1, slow = 0; i >= 0 && slow < SLOW_SLOTS; i--) {
    const slot = slots[i];
    const isSlow = slot !== undefined && slot.departed < Math.min(now * 0.3, slot.arrived * 0.7);
    slow = isSlow ? slow + 1 : 0;
    if (!isSlow) start = i;
  }
  return slots.slice(start);
}

/** Of what came in the last two slots, less than half as much left: whatever went before, it does not go now. */
function hasStopped(slots: readonly Slot[]): boolean {
  const last = slots.slice(-2);
  const came = sum(last, ({ arrived }) => arrived);
  return came >= LEAST_CAME && sum(last, ({ departed }) => departed) < came / 2;
}

/** What goes when there is enough to do is what can go; otherwise no less can than was seen. */
function capacityOf(
  regime: readonly Slot[],
  all: readonly Slot[],
): Pick<Flow, 'capacity' | 'isCapacitySeen'> {
  const lately = regime.slice(-BUSY_SLOTS);
  const busy = lately.filter(
    ({ ready, departed }, i) => departed > 0 && Math.min(ready, lately[i - 1]?.ready ?? 0) > departed * BUSY,
  );
  if (busy.length >= 3) {
    const rates = smoothed(busy.slice(-30).map(({ departed }) => departed)).sort((a, b) => a - b);
    const mean = sum(rates, (n) => n) / rates.length;
    const error = mean / Math.sqrt(Math.max(1, mean * rates.length));
    return {
      capacity: { low: Math.min(at(rates, 0.5), mean) - error, high: Math.max(at(rates, 0.9), mean) + error },
      isCapacitySeen: true,
    };
  }
  // Nothing stood: it has kept up with whatever came, and with more before the trouble.
  const most = Math.max(
    ...smoothed(all.map(({ departed }) => departed)),
    KEEPS_UP * (medianOf(regime.map(({ departed }) => departed)) ?? 0),
  );
  return { capacity: { low: most, high: Infinity }, isCapacitySeen: false };
}

/** Means of five, so that one slot is no capacity. */
function smoothed(values: readonly number[]): number[] {
  if (values.length < 5) return [...values];
  return values.slice(4).map((_, i) => sum(values.slice(i, i + 5), (n) => n) / 5);
}

/** Mean of what comes, the few largest taken for no more than the largest of the others. */
export function usualMean(values: readonly number[]): number {
  const most = at(
    [...values].sort((a, b) => a - b),
    1 - UNUSUAL_SHARE,
  );
  return sum(values, (n) => Math.min(n, most)) / Math.max(1, values.length);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

export function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}
