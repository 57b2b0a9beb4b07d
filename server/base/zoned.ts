/** Wall-clock times of a zone, through the days on which its clocks change. */
import { DateTime, IANAZone } from 'luxon';

/** A day of the calendar, in no zone: `2026-03-29`. */
export interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MINUTE_MS = 60_000;
/** Twice the largest change of clocks that there has been in living memory. */
const SEARCH_MS = 6 * 3_600_000;

/** Whether the name is one of the IANA database. */
export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** The day it is there. */
export function localDay(atMs: number, zone: string): LocalDay {
  const { year, month, day } = DateTime.fromMillis(atMs, { zone });
  return { year, month, day };
}

/** The day so many days later. */
export function addDays({ year, month, day }: LocalDay, days: number): LocalDay {
  const moved = new Date(Date.UTC(year, month - 1, day + days));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** 1 Monday to 7 Sunday (ISO 8601). */
export function weekdayOf(day: LocalDay): number {
  return new Date(utcOf(day)).getUTCDay() || 7;
}

/** Minutes after midnight of `HH:MM`; 24:00 is the midnight at the end of the day. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/**
 * When the clocks there show this. Of a time that they show twice it is the first; one that they never show is read with the
 * offset before the change, so 02:30 comes out as 03:30 (RFC 5545, 3.3.5).
 */
export function instantOf(day: LocalDay, minutes: number, zone: string): number {
  const wall = utcOf(day) + minutes * MINUTE_MS;
  const iana = IANAZone.create(zone);
  const offset = (atMs: number) => iana.offset(atMs) * MINUTE_MS;
  const about = wall - offset(wall);
  const before = offset(about - SEARCH_MS);
  const after = offset(about + SEARCH_MS);
  const first = wall - before;
  if (before === after || offset(first) === before) return first;
  const second = wall - after;
  return offset(second) === after ? second : first;
}

function utcOf({ year, month, day }: LocalDay): number {
  return Date.UTC(year, month - 1, day);
}
