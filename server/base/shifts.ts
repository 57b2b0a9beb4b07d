import { addDays, instantOf, localDay, minutesOf } from './zoned.ts';

/** When the shift began that `nowMs` lies in: the last of the times of day `HH:MM` in the zone. Without any: local midnight. */
export function shiftBegan(shifts: readonly string[], zone: string, nowMs: number): number {
  const today = localDay(nowMs, zone);
  const times = shifts.length > 0 ? shifts : ['00:00'];
  const begins = [addDays(today, -1), today].flatMap((day) =>
    times.map((time) => instantOf(day, minutesOf(time), zone)),
  );
  return Math.max(...begins.filter((beginMs) => beginMs <= nowMs));
}
