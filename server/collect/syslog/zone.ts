import { AppError } from '../../base/errors.ts';

/** A time zone as stamps without one need it. All numbers are epoch or wall-clock milliseconds. */
export interface Zone {
  readonly name: string;
  /** Minutes east of Greenwich at an instant. */
  offsetMinutes(utcMs: number): number;
  /**
   * The instant a wall clock showed `wallMs` (wall-clock time written as if it were UTC). An hour that came twice
   * gives the instant nearest to `nearMs`, rather the later one; an hour that was skipped is shifted forward by what was skipped.
   */
  toUtc(wallMs: number, nearMs: number): number;
  /** Whether the offset is the same for a day around `wallMs`, so that a whole hour may be mapped at once. */
  isPlain(wallMs: number): boolean;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const FIXED = /^(?:(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})|(UTC|Z|GMT))$/i;

/** `UTC`, `+02:00` or an IANA name; without one the zone of this system. */
export function createZone(spec?: string): Zone {
  const name = spec ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const fixed = FIXED.exec(name);
  if (fixed) return fixedZone(name, fixed);
  return namedZone(name);
}

function fixedZone(name: string, [, sign, hours, minutes]: RegExpExecArray): Zone {
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  const offset = sign === '-' ? -size : size;
  return {
    name,
    offsetMinutes: () => offset,
    toUtc: (wallMs) => wallMs - offset * MINUTE,
    isPlain: () => true,
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** Spans kept: a log touches a few at a time. */
const SPANS = 8;

function namedZone(name: string): Zone {
  const format = createFormat(name);
  const spans: Span[] = [];
  const offsetAt = (utcMs: number) => spanAt(utcMs).offset;

  function spanAt(utcMs: number): Span {
    for (const span of spans) if (utcMs >= span.from && utcMs < span.to) return span;
    const offset = measure(format, utcMs);
    const from = edge(format, utcMs, utcMs - 2 * DAY, offset);
    const to = edge(format, utcMs, utcMs + 2 * DAY, offset);
    const span = { from, to, offset };
    if (spans.length >= SPANS) spans.shift();
    spans.push(span);
    return span;
  }

  function toUtc(wallMs: number, nearMs: number): number {
    const before = offsetAt(wallMs - DAY) * MINUTE;
    const after = offsetAt(wallMs + DAY) * MINUTE;
    const early = wallMs - before;
    if (before === after) return early;
    const late = wallMs - after;
    const isEarly = offsetAt(early) * MINUTE === before;
    const isLate = offsetAt(late) * MINUTE === after;
    if (isEarly && isLate) return distance(late, nearMs) <= distance(early, nearMs) ? late : early;
    return isLate && !isEarly ? late : early;
  }

  const isPlain = (wallMs: number) => offsetAt(wallMs - DAY) === offsetAt(wallMs + DAY);
  return { name, offsetMinutes: offsetAt, toUtc, isPlain };
}

/** Lines come out of order by seconds and pause for hours: a step back counts as four forward. */
function distance(candidateMs: number, nearMs: number): number {
  return candidateMs < nearMs ? (nearMs - candidateMs) * 4 : candidateMs - nearMs;
}

const CLOCK = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

function createFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', { timeZone, ...CLOCK });
  } catch (cause) {
    const mend = 'name an IANA zone such as Europe/Berlin, or an offset such as +02:00';
    throw new AppError('bad-request', `time zone "${timeZone}" is not known: ${mend}`, [], { cause });
  }
}

/** Offset in minutes, read off a clock of that zone. */
function measure(format: Intl.DateTimeFormat, utcMs: number): number {
  const field: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(utcMs)) field[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field;
  const wall = Date.UTC(year, month - 1, day, hour, minute, second);
  return Math.round((wall - Math.floor(utcMs / 1000) * 1000) / MINUTE);
}

/** The instant towards `limit` at which the offset stops being `offset`, or `limit`; to the second. */
function edge(format: Intl.DateTimeFormat, inside: number, limit: number, offset: number): number {
  if (measure(format, limit) === offset) return limit;
  let same = Math.floor(inside / 1000);
  let other = Math.floor(limit / 1000);
  while (Math.abs(other - same) > 1) {
    const middle = Math.floor((same + other) / 2);
    if (measure(format, middle * 1000) === offset) same = middle;
    else other = middle;
  }
  return Math.max(same, other) * 1000;
}
