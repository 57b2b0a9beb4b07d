import { COLON, SPACE } from '../scan/bytes.ts';
import type { Scan } from '../scan/scan.ts';
import { createLastStamp, OFFSET_BYTES, TRADITIONAL_BYTES } from './last-stamp.ts';
import { inferYear, type YearRule } from './year.ts';
import type { Zone } from './zone.ts';

export interface StampReader {
  /** Reads a stamp that begins the line and shows the same second as the last one; gives the offset after it, or -1. */
  readSame(scan: Scan): number;
  /** Reads `Mmm dd hh:mm:ss` at `at` into `scan.atMs`; gives the offset after it, or -1. */
  readTraditional(scan: Scan, at: number): number;
  /** Reads an RFC 3339 stamp, also with a space for the `T`, without a zone or with `+hhmm`; gives the offset after it, or -1. */
  readDated(scan: Scan, at: number): number;
}

const SECOND = 1000;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DASH = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;

/** Reads stamps; hours already mapped to an instant are remembered, so that a stamp costs a few additions. */
export function createStampReader(zone: Zone, rule: YearRule): StampReader {
  let previousMs: number | undefined;
  /** Last hour seen, as one number, and its first instant. Only hours of plain days are kept: no change of offset near. */
  let traditionalKey = -1;
  let traditionalMs = 0;
  let datedKey = -1;
  let datedMs = 0;
  let localKey = -1;
  let localMs = 0;

  const last = createLastStamp();

  function keep(scan: Scan, atMs: number): void {
    scan.atMs = atMs;
    previousMs = atMs;
  }

  function readTraditional(scan: Scan, at: number): number {
    const buffer = scan.buffer;
    const month = monthAt(buffer, at);
    if (month === 0 || buffer[at + 3] !== SPACE) return -1;
    const isNarrow = buffer[at + 5] === SPACE;
    const day = isNarrow ? digit(buffer, at + 4) : twoDigits(buffer, at + 4, true);
    const clock = isNarrow ? at + 6 : at + 7;
    if (day < 1 || day > 31 || buffer[clock - 1] !== SPACE) return -1;
    const second = secondOfHour(buffer, clock);
    const hour = twoDigits(buffer, clock, false);
    if (second < 0 || hour > 23 || hour < 0 || clock + 8 > scan.end) return -1;
    const key = (month * 32 + day) * 24 + hour;
    const withinHour = second * SECOND + fraction(scan, clock + 8);
    if (key === traditionalKey) keep(scan, traditionalMs + withinHour);
    else keepTraditional(scan, { month, day, hour }, withinHour);
    const stampEnd = fractionEnd(scan, clock + 8);
    if (stampEnd - at === TRADITIONAL_BYTES) last.keep(scan, at, stampEnd);
    return stampEnd;
  }

  function keepTraditional(
    scan: Scan,
    stamp: { month: number; day: number; hour: number },
    withinHour: number,
  ): void {
    const year = inferYear(rule, stamp, previousMs);
    const wall = Date.UTC(year, stamp.month - 1, stamp.day, stamp.hour);
    if (zone.isPlain(wall)) {
      traditionalKey = (stamp.month * 32 + stamp.day) * 24 + stamp.hour;
      traditionalMs = zone.toUtc(wall, wall);
      keep(scan, traditionalMs + withinHour);
    } else {
      traditionalKey = -1;
      keep(scan, zone.toUtc(wall + withinHour, reference(wall)));
    }
  }

  /** What an hour that came twice is compared with: the receive time of live lines, else the line before. */
  function reference(wall: number): number {
    if (rule.year === undefined && rule.notAfterMs === undefined) return rule.now();
    return previousMs ?? zone.toUtc(wall, -Infinity);
  }

  function readDated(scan: Scan, at: number): number {
    const buffer = scan.buffer;
    if (at + 19 > scan.end || buffer[at + 4] !== DASH || buffer[at + 7] !== DASH) return -1;
    const separator = buffer[at + 10];
    if (separator !== 0x54 && separator !== SPACE && separator !== 0x74) return -1;
    const second = secondOfHour(buffer, at + 11);
    const key = dayKey(buffer, at) * 100 + twoDigits(buffer, at + 11, false);
    if (second < 0 || key < 0) return -1;
    const withinHour = second * SECOND + fraction(scan, at + 19);
    return finishDated(scan, fractionEnd(scan, at + 19), key, withinHour);
  }

  function finishDated(scan: Scan, at: number, key: number, withinHour: number): number {
    const sign = at < scan.end ? scan.buffer[at] : SPACE;
    if (sign === PLUS || sign === DASH || sign === 0x5a || sign === 0x7a) {
      if (key !== datedKey && !learnDated(key)) return -1;
      const end = sign === PLUS || sign === DASH ? offsetEnd(scan, at) : at + 1;
      if (end < 0) return -1;
      keep(scan, datedMs + withinHour - (end > at + 1 ? offsetAt(scan, at, end) : 0));
      if (end - at === OFFSET_BYTES) last.keepDated(scan, at);
      return end;
    }
    if (key === localKey) keep(scan, localMs + withinHour);
    else if (!keepLocal(scan, key, withinHour)) return -1;
    return at;
  }

  function learnDated(key: number): boolean {
    const wall = wallOf(key);
    if (wall === undefined) return false;
    datedKey = key;
    datedMs = wall;
    return true;
  }

  function keepLocal(scan: Scan, key: number, withinHour: number): boolean {
    const wall = wallOf(key);
    if (wall === undefined) return false;
    if (zone.isPlain(wall)) {
      localKey = key;
      localMs = zone.toUtc(wall, wall);
      keep(scan, localMs + withinHour);
    } else {
      localKey = -1;
      keep(scan, zone.toUtc(wall + withinHour, reference(wall)));
    }
    return true;
  }

  return { readSame: last.read, readTraditional, readDated };
}

/** 1..12 of an English month's three letters, 0 of anything else. */
function monthAt(buffer: Buffer, at: number): number {
  const name = ((buffer[at] ?? 0) << 16) | ((buffer[at + 1] ?? 0) << 8) | (buffer[at + 2] ?? 0);
  return MONTHS.get(name) ?? 0;
}

const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTHS = new Map(
  NAMES.map((name, i) => [
    (name.charCodeAt(0) << 16) | (name.charCodeAt(1) << 8) | name.charCodeAt(2),
    i + 1,
  ]),
);

function digit(buffer: Buffer, at: number): number {
  const value = (buffer[at] ?? 0) - 0x30;
  return value >= 0 && value <= 9 ? value : -1;
}

function twoDigits(buffer: Buffer, at: number, mayPad: boolean): number {
  const tens = mayPad && buffer[at] === SPACE ? 0 : digit(buffer, at);
  const ones = digit(buffer, at + 1);
  return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
}

/** Seconds since the full hour of `hh:mm:ss`; -1 when it is none. A leap second counts as the next one. */
function secondOfHour(buffer: Buffer, at: number): number {
  if (buffer[at + 2] !== COLON || buffer[at + 5] !== COLON) return -1;
  const minute = twoDigits(buffer, at + 3, false);
  const second = twoDigits(buffer, at + 6, false);
  return minute < 0 || minute > 59 || second < 0 || second > 60 ? -1 : minute * 60 + second;
}

/** `yyyymmdd` as a number; negative when a digit is missing. */
function dayKey(buffer: Buffer, at: number): number {
  const century = twoDigits(buffer, at, false);
  const year = twoDigits(buffer, at + 2, false);
  const month = twoDigits(buffer, at + 5, false);
  const day = twoDigits(buffer, at + 8, false);
  if (century < 0 || year < 0 || month < 1 || day < 1) return -1;
  return ((century * 100 + year) * 100 + month) * 100 + day;
}

/** Wall-clock milliseconds of `yyyymmddhh`; nothing when there is no such hour. */
function wallOf(key: number): number | undefined {
  const hour = key % 100;
  const day = Math.floor(key / 100) % 100;
  const month = Math.floor(key / 10_000) % 100;
  const wall = Date.UTC(Math.floor(key / 1_000_000), month - 1, day, hour);
  return hour > 23 || month > 12 || new Date(wall).getUTCDate() !== day ? undefined : wall;
}

/** Milliseconds of a fraction `.819506` at `at`; 0 without one. */
function fraction(scan: Scan, at: number): number {
  const mark = at < scan.end ? scan.buffer[at] : 0;
  if (mark !== DOT && mark !== 0x2c) return 0;
  const tenths = digit(scan.buffer, at + 1);
  if (tenths < 0 || at + 1 >= scan.end) return 0;
  const hundredths = digit(scan.buffer, at + 2);
  const thousandths = hundredths < 0 ? -1 : digit(scan.buffer, at + 3);
  return tenths * 100 + Math.max(hundredths, 0) * 10 + Math.max(thousandths, 0);
}

/** Offset after a fraction at `at`, which is `at` itself without one. */
function fractionEnd(scan: Scan, at: number): number {
  const mark = at < scan.end ? scan.buffer[at] : 0;
  if (mark !== DOT && mark !== 0x2c) return at;
  let end = at + 1;
  while (end < scan.end && digit(scan.buffer, end) >= 0) end += 1;
  return end === at + 1 ? at : end;
}

/** Offset after `+hh:mm`, `+hhmm` or `+hh` at `at`; -1 when it is none. */
function offsetEnd(scan: Scan, at: number): number {
  if (at + 3 > scan.end || twoDigits(scan.buffer, at + 1, false) < 0) return -1;
  const minutes = scan.buffer[at + 3] === COLON ? at + 4 : at + 3;
  return minutes + 2 <= scan.end && twoDigits(scan.buffer, minutes, false) >= 0 ? minutes + 2 : at + 3;
}

/** Milliseconds east of Greenwich of the offset between `at` and `end`. */
function offsetAt(scan: Scan, at: number, end: number): number {
  const hours = twoDigits(scan.buffer, at + 1, false);
  const minutes = end - at > 3 ? twoDigits(scan.buffer, end - 2, false) : 0;
  const size = hours * HOUR + minutes * MINUTE;
  return scan.buffer[at] === DASH ? -size : size;
}
