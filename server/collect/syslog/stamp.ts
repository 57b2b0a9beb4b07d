import { SPACE } from '../scan/bytes.ts';
import type { Scan } from '../scan/scan.ts';
import {
  digitAt,
  fractionEnd,
  fractionMsAt,
  hourKeyAt,
  monthAt,
  offsetEnd,
  offsetMsAt,
  paddedDayAt,
  secondOfHourAt,
  twoDigitsAt,
  wallOfHour,
} from './clock-bytes.ts';
import { LastStamp, OFFSET_BYTES } from './last-stamp.ts';
import { inferYear, type YearRule } from './year.ts';
import type { Zone } from './zone.ts';

const SECOND = 1000;
/** Lines of a log follow each other closer than this as a rule. */
const CLOSE_MS = 300_000;
const DASH = 0x2d;
const PLUS = 0x2b;

/**
 * Reads stamps into `scan.atMs`. The hour last seen is remembered with its first instant, so that most stamps cost a few
 * additions; near a change of offset every stamp is worked out.
 */
export class StampReader {
  readonly #zone: Zone;
  readonly #rule: YearRule;
  readonly #last = new LastStamp();
  #previousMs: number | undefined;
  /** Hour of a stamp without year, as one number; then of one with a zone, and of one without. */
  #traditionalKey = -1;
  #traditionalMs = 0;
  #datedKey = -1;
  #datedMs = 0;
  #localKey = -1;
  #localMs = 0;

  constructor(zone: Zone, rule: YearRule) {
    this.#zone = zone;
    this.#rule = rule;
  }

  /** Reads a stamp that begins the line and shows the same second as the last one; gives the offset after it, or -1. */
  readSame(scan: Scan): number {
    return this.#last.read(scan);
  }

  /** Reads `Mmm dd hh:mm:ss` at `at`; gives the offset after it, or -1. */
  readTraditional(scan: Scan, at: number): number {
    const { buffer } = scan;
    const month = monthAt(buffer, at);
    if (month === 0 || buffer[at + 3] !== SPACE) return -1;
    const isNarrow = buffer[at + 5] === SPACE;
    const day = isNarrow ? digitAt(buffer, at + 4) : paddedDayAt(buffer, at + 4);
    const clock = isNarrow ? at + 6 : at + 7;
    const hour = twoDigitsAt(buffer, clock);
    if (day < 1 || day > 31 || hour < 0 || hour > 23 || buffer[clock - 1] !== SPACE) return -1;
    return this.#finishTraditional(scan, at, clock, { month, day, hour });
  }

  #finishTraditional(
    scan: Scan,
    at: number,
    clock: number,
    stamp: { month: number; day: number; hour: number },
  ): number {
    const second = secondOfHourAt(scan.buffer, clock);
    if (second < 0 || clock + 8 > scan.end) return -1;
    const withinHour = second * SECOND + fractionMsAt(scan, clock + 8);
    const key = (stamp.month * 32 + stamp.day) * 24 + stamp.hour;
    if (key !== this.#traditionalKey) {
      const year = inferYear(this.#rule, stamp, this.#previousMs);
      const wall = Date.UTC(year, stamp.month - 1, stamp.day, stamp.hour);
      this.#traditionalKey = this.#zone.isPlain(wall) ? key : -1;
      this.#traditionalMs = this.#zone.isPlain(wall)
        ? this.#zone.toUtc(wall, wall)
        : this.#nearChange(wall + withinHour) - withinHour;
    }
    this.#keep(scan, this.#traditionalMs + withinHour);
    const end = fractionEnd(scan, clock + 8);
    this.#last.keep(scan, at, end);
    return end;
  }

  /** Reads an RFC 3339 stamp, also with a space for the `T`, without a zone or with `+hhmm`; gives the offset after it, or -1. */
  readDated(scan: Scan, at: number): number {
    const { buffer } = scan;
    if (at + 19 > scan.end || buffer[at + 4] !== DASH || buffer[at + 7] !== DASH) return -1;
    const separator = buffer[at + 10];
    if (separator !== 0x54 && separator !== SPACE && separator !== 0x74) return -1;
    const second = secondOfHourAt(buffer, at + 11);
    const key = hourKeyAt(buffer, at);
    if (second < 0 || key < 0) return -1;
    const withinHour = second * SECOND + fractionMsAt(scan, at + 19);
    const zone = fractionEnd(scan, at + 19);
    return this.#finishDated(scan, zone, key, withinHour);
  }

  #finishDated(scan: Scan, at: number, key: number, withinHour: number): number {
    const sign = at < scan.end ? scan.buffer[at] : SPACE;
    if (sign === PLUS || sign === DASH) return this.#finishOffset(scan, at, key, withinHour);
    if (sign === 0x5a || sign === 0x7a) {
      if (!this.#learnDated(key)) return -1;
      this.#keep(scan, this.#datedMs + withinHour);
      return at + 1;
    }
    return this.#finishLocal(scan, key, withinHour) ? at : -1;
  }

  #finishOffset(scan: Scan, at: number, key: number, withinHour: number): number {
    const end = offsetEnd(scan, at);
    if (end < 0 || !this.#learnDated(key)) return -1;
    this.#keep(scan, this.#datedMs + withinHour - offsetMsAt(scan, at, end));
    if (end - at === OFFSET_BYTES) this.#last.keepDated(scan, at);
    return end;
  }

  #finishLocal(scan: Scan, key: number, withinHour: number): boolean {
    if (key !== this.#localKey) {
      const wall = wallOfHour(key);
      if (wall === undefined) return false;
      this.#localKey = this.#zone.isPlain(wall) ? key : -1;
      this.#localMs = this.#zone.isPlain(wall)
        ? this.#zone.toUtc(wall, wall)
        : this.#nearChange(wall + withinHour) - withinHour;
    }
    this.#keep(scan, this.#localMs + withinHour);
    return true;
  }

  #learnDated(key: number): boolean {
    if (key === this.#datedKey) return true;
    const wall = wallOfHour(key);
    if (wall === undefined) return false;
    this.#datedKey = key;
    this.#datedMs = wall;
    return true;
  }

  /**
   * Near a change of offset an hour may come twice: the line before decides, and after a gap the receive time of live lines.
   * What begins an archive is taken to be of the first.
   */
  #nearChange(wall: number): number {
    const isLive = this.#rule.year === undefined && this.#rule.notAfterMs === undefined;
    const before = this.#previousMs;
    if (before !== undefined) {
      const atMs = this.#zone.toUtc(wall, before);
      if (!isLive || Math.abs(atMs - before) < CLOSE_MS) return atMs;
    }
    return this.#zone.toUtc(wall, isLive ? this.#rule.now() : 0);
  }

  #keep(scan: Scan, atMs: number): void {
    scan.atMs = atMs;
    this.#previousMs = atMs;
  }
}
