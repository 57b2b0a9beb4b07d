/** What will come: as usual at these hours and as much more or less as today, or as of late where nothing usual is known. */
import { medianOf } from '../median.ts';
import { type Flow, sum, usualMean } from './flow.ts';
import type { Fluid } from './fluid.ts';
import type { DrainInput, Slot } from './types.ts';

const HOUR_MS = 3_600_000;
/** A trend is believed so far ahead. */
const TREND_HOURS = 2;
const SIGMA_OF_MAD = 1.4826;
/** Slots of one mean, where a trend is looked for. */
const TREND_SLOTS = 30;

/** Recipients a slot, so many standard deviations above what is expected. */
export function expectedArrivals(input: DrainInput, flow: Flow, deviations: number): Fluid['arrivals'] {
  const { atMs, slots, arrivals, pace } = input;
  const hoursOf = (n: number) => (n * pace.slotMs) / HOUR_MS;
  const today = todayAgainstUsual(input);
  if (today === null) {
    const perHour = slopeOf(slots, 1 / hoursOf(TREND_SLOTS));
    return (slot) => {
      const trend = 1 + perHour * Math.min(TREND_HOURS, hoursOf(slot));
      const error = Math.hypot(flow.arrivedError, driftOf(hoursOf(slot)));
      return flow.arrived * Math.max(0, trend + deviations * error);
    };
  }
  return (slot) => {
    const usual = arrivals(atMs + slot * pace.slotMs);
    if (!usual) return flow.arrived;
    // Hours are off independently of each other: those seen make today's ratio wrong, those to come add their own.
    const perHour = (SIGMA_OF_MAD * usual.mad) / Math.max(usual.median, 1e-9);
    const error = perHour * Math.sqrt(1 / today.hours + 1 / Math.max(1, hoursOf(slot)));
    return usual.median * today.ratio * Math.max(0, 1 + deviations * Math.hypot(error, today.countError));
  };
}

/** What came in the time looked at against what usually comes then; null where no usual is known. */
function todayAgainstUsual({ atMs, slots, arrivals, pace }: DrainInput) {
  let [came, usual, n] = [0, 0, 0];
  slots.forEach(({ arrived }, i) => {
    const expected = arrivals(atMs - (slots.length - i) * pace.slotMs);
    if (!expected) return;
    came += arrived;
    usual += expected.median;
    n += 1;
  });
  if (n === 0 || usual <= 0 || !arrivals(atMs)) return null;
  const hours = Math.max(1, (n * pace.slotMs) / HOUR_MS);
  return { ratio: came / usual, hours, countError: 1 / Math.sqrt(Math.max(1, came)) };
}

/** How fast what comes has changed in the time looked at, as a share of it an hour; trends tire, so not all of it is believed. */
function slopeOf(slots: readonly Slot[], meansAnHour: number): number {
  const parts = Math.floor(slots.length / TREND_SLOTS);
  if (parts < 3) return 0;
  const means = Array.from({ length: parts }, (_, i) => {
    const to = slots.length - (parts - 1 - i) * TREND_SLOTS;
    return usualMean(slots.slice(to - TREND_SLOTS, to).map(({ arrived }) => arrived));
  });
  const slopes = means.flatMap((b, j) => means.slice(0, j).map((a, i) => ((b - a) / (j - i)) * meansAnHour));
  const mean = sum(means, (n) => n) / parts;
  return mean > 0 ? Math.max(-0.25, Math.min(0.25, (0.7 * (medianOf(slopes) ?? 0)) / mean)) : 0;
}

/** Standard deviation without a usual week: what comes may change by so much in an hour, and not for ever. */
function driftOf(hours: number): number {
  return Math.min(0.4, hours * 0.12);
}
