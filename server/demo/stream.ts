import type { World } from './world.ts';

/** Rates are looked at again at least this often. */
const REVIEW_MS = 10_000;

/** Happenings of a kind, per second at this moment of simulated time. */
export type Rate = (nowMs: number) => number;

/** Calls `happen` as a Poisson process of this rate, for ever. */
export function startStream(world: World, rate: Rate, happen: () => void): void {
  const { scheduler, random, volume } = world;
  function next(): void {
    const perSecond = rate(scheduler.now()) * volume;
    const gapMs = perSecond > 0 ? random.exponential(1_000 / perSecond) : Infinity;
    // A gap that is cut off and drawn anew stays exponential.
    if (gapMs > REVIEW_MS) return scheduler.after(REVIEW_MS, next);
    scheduler.after(gapMs, () => {
      happen();
      next();
    });
  }
  next();
}
