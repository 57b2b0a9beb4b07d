/**
 * Places in the journal are ordered by time: the second of an entry, then the order of arrival within it.
 * An import or a late source thus comes to stand where its time is, and "newest first" is "highest place first".
 */

/** 2020-01-01, so that places stay small. */
const EPOCH_SECOND = 1_577_836_800;
/** Places of one second; what is beyond goes on in the next one, see `strayOf`. */
export const PLACES_PER_SECOND = 65_536;
const LAST_SECOND = 2 ** 31 - 1;
const DAY_SECONDS = 86_400;

/** Second of a time as places count them; times out of 2020 to 2088 take the nearest there is. */
export function secondOf(atMs: number): number {
  const second = Math.floor(atMs / 1000) - EPOCH_SECOND;
  return Math.min(Math.max(Number.isFinite(second) ? second : 0, 0), LAST_SECOND);
}

/** Seconds between where an entry's time is and where its place is: widens searches by time. */
export function strayOf(atMs: number, second: number): number {
  return Math.abs(Math.floor(atMs / 1000) - EPOCH_SECOND - second);
}

/** First place of a second. */
export function firstPlace(second: number): number {
  return second * PLACES_PER_SECOND;
}

/** Start of the second of a place, epoch ms. */
export function timeOfPlace(place: number): number {
  return (secondOfPlace(place) + EPOCH_SECOND) * 1000;
}

/** The UTC day of a second, counted from 2020. */
export function dayOf(second: number): number {
  return Math.floor(second / DAY_SECONDS);
}

/** First place of a day: rows of a segment are counted from there. */
export function firstPlaceOfDay(day: number): number {
  return firstPlace(day * DAY_SECONDS);
}

/** Places in [from, to) are those whose entries may be of [fromMs, toMs), when none strayed farther than `straySeconds`. */
export function placesBetween(
  fromMs: number | undefined,
  toMs: number | undefined,
  straySeconds: number,
): { readonly from: number; readonly to: number } {
  return {
    from: fromMs === undefined ? 0 : firstPlace(Math.max(0, secondOf(fromMs) - straySeconds)),
    to: toMs === undefined ? Number.MAX_SAFE_INTEGER : firstPlace(secondOf(toMs) + straySeconds + 1),
  };
}

/** Second of a place. */
export function secondOfPlace(place: number): number {
  return Math.floor(place / PLACES_PER_SECOND);
}
