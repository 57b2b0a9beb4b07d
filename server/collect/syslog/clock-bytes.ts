import { COLON, SPACE } from '../scan/bytes.ts';
import type { Scan } from '../scan/scan.ts';

const DOT = 0x2e;
const COMMA = 0x2c;
const DASH = 0x2d;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTHS = new Map(
  NAMES.map((name, i) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    i + 1,
  ]),
);

/** 1..12 of an English month's three letters, 0 of anything else. */
export function monthAt(buffer: Buffer, at: number): number {
  const name = ((buffer[at] ?? 0) << 16) | ((buffer[at + 1] ?? 0) << 8) | (buffer[at + 2] ?? 0);
  return MONTHS.get(name) ?? 0;
}

/** Value of one digit, -1 of anything else. */
export function digitAt(buffer: Buffer, at: number): number {
  const value = (buffer[at] ?? 0) - 0x30;
  return value >= 0 && value <= 9 ? value : -1;
}

/** Value of two digits, -1 of anything else. */
export function twoDigitsAt(buffer: Buffer, at: number): number {
  const tens = digitAt(buffer, at);
  const ones = digitAt(buffer, at + 1);
  return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
}

/** Day of month of RFC 3164: two digits, the first of which may be a space. */
export function paddedDayAt(buffer: Buffer, at: number): number {
  return buffer[at] === SPACE ? digitAt(buffer, at + 1) : twoDigitsAt(buffer, at);
}

/** Seconds since the full hour of `hh:mm:ss`; -1 when it is none. A leap second counts as the next one. */
export function secondOfHourAt(buffer: Buffer, at: number): number {
  if (buffer[at + 2] !== COLON || buffer[at + 5] !== COLON) return -1;
  const minute = twoDigitsAt(buffer, at + 3);
  const second = twoDigitsAt(buffer, at + 6);
  return minute < 0 || minute > 59 || second < 0 || second > 60 ? -1 : minute * 60 + second;
}

/** The digits of `yyyy-mm-dd?hh` as one number, `yyyymmddhh`; -1 when one is missing. */
export function hourKeyAt(buffer: Buffer, at: number): number {
  const century = twoDigitsAt(buffer, at);
  const year = twoDigitsAt(buffer, at + 2);
  const month = twoDigitsAt(buffer, at + 5);
  const day = twoDigitsAt(buffer, at + 8);
  const hour = twoDigitsAt(buffer, at + 11);
  if (century < 0 || year < 0 || month < 1 || day < 1 || hour < 0) return -1;
  return (((century * 100 + year) * 100 + month) * 100 + day) * 100 + hour;
}

/** Wall-clock milliseconds of `yyyymmddhh`; nothing when there is no such hour. */
export function wallOfHour(key: number): number | undefined {
  const hour = key % 100;
  const day = Math.floor(key / 100) % 100;
  const month = Math.floor(key / 10_000) % 100;
  const wall = Date.UTC(Math.floor(key / 1_000_000), month - 1, day, hour);
  return hour > 23 || month > 12 || new Date(wall).getUTCDate() !== day ? undefined : wall;
}

function isFractionMark(scan: Scan, at: number): boolean {
  return at < scan.end && (scan.buffer[at] === DOT || scan.buffer[at] === COMMA);
}

/** Milliseconds of a fraction `.819506` at `at`; 0 without one. */
export function fractionMsAt(scan: Scan, at: number): number {
  if (!isFractionMark(scan, at)) return 0;
  const end = fractionEnd(scan, at);
  let value = 0;
  for (let i = 1; i <= 3; i += 1) value = value * 10 + (at + i < end ? digitAt(scan.buffer, at + i) : 0);
  return value;
}

/** Offset after a fraction at `at`, which is `at` itself without one. */
export function fractionEnd(scan: Scan, at: number): number {
  if (!isFractionMark(scan, at)) return at;
  let end = at + 1;
  while (end < scan.end && digitAt(scan.buffer, end) >= 0) end += 1;
  return end === at + 1 ? at : end;
}

/** Offset after `+hh:mm`, `+hhmm` or `+hh` at `at`; -1 when it is none. */
export function offsetEnd(scan: Scan, at: number): number {
  if (at + 3 > scan.end || twoDigitsAt(scan.buffer, at + 1) < 0) return -1;
  const minutes = scan.buffer[at + 3] === COLON ? at + 4 : at + 3;
  return minutes + 2 <= scan.end && twoDigitsAt(scan.buffer, minutes) >= 0 ? minutes + 2 : at + 3;
}

/** Milliseconds east of Greenwich of the offset between `at` and `end`. */
export function offsetMsAt(scan: Scan, at: number, end: number): number {
  const hours = twoDigitsAt(scan.buffer, at + 1);
  const minutes = end - at > 3 ? twoDigitsAt(scan.buffer, end - 2) : 0;
  const size = hours * HOUR + minutes * MINUTE;
  return scan.buffer[at] === DASH ? -size : size;
}
