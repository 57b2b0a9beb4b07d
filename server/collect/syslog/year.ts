/** Where the year of a stamp without one comes from; the first that is given counts. */
export interface YearRule {
  /** Year of an archive's first line. */
  readonly year?: number | undefined;
  /** Nothing in the archive is later than this: the time its file was last written. */
  readonly notAfterMs?: number | undefined;
  /** Receive time of a live line. */
  readonly now: () => number;
}

const DAY = 86_400_000;
const HALF_YEAR = 183 * DAY;
/** Lines of several relays come out of order by minutes, merged archives by hours. */
const DISORDER = 2 * DAY;

/**
 * The year of wall-clock `month` (1..12), `day` and `hour`.
 * An archive rolls forward when a stamp falls back by more than half a year (December to January), and back again for
 * a line of the old year that comes late. A live line takes the year that puts it nearest to its receive time.
 * 29 February only takes leap years.
 */
export function inferYear(rule: YearRule, stamp: Stamp, previousMs: number | undefined): number {
  if (rule.year === undefined && rule.notAfterMs === undefined) return nearest(stamp, rule.now());
  if (previousMs !== undefined) return follow(stamp, previousMs);
  if (rule.year !== undefined) return leapYear(stamp, rule.year);
  const limit = (rule.notAfterMs ?? 0) + DAY;
  const year = new Date(limit).getUTCFullYear();
  for (const candidate of [year, year - 1, year - 2, year - 3, year - 4]) {
    if (isReal(stamp, candidate) && wall(stamp, candidate) <= limit) return candidate;
  }
  return year;
}

export interface Stamp {
  readonly month: number;
  readonly day: number;
  readonly hour: number;
}

function wall({ month, day, hour }: Stamp, year: number): number {
  return Date.UTC(year, month - 1, day, hour);
}

function isReal(stamp: Stamp, year: number): boolean {
  return new Date(wall(stamp, year)).getUTCDate() === stamp.day;
}

function nearest(stamp: Stamp, nowMs: number): number {
  const year = new Date(nowMs).getUTCFullYear();
  let best = year;
  let distance = Infinity;
  for (const candidate of [year, year - 1, year + 1, year - 2, year + 2, year - 3, year + 3, year - 4]) {
    const away = Math.abs(wall(stamp, candidate) - nowMs);
    if (away < distance && isReal(stamp, candidate)) {
      best = candidate;
      distance = away;
    }
  }
  return best;
}

function follow(stamp: Stamp, previousMs: number): number {
  const year = new Date(previousMs).getUTCFullYear();
  const step = wall(stamp, year) - previousMs;
  if (step < -HALF_YEAR) return leapYear(stamp, year + 1);
  if (step > HALF_YEAR && wall(stamp, year - 1) > previousMs - DISORDER) return leapYear(stamp, year - 1);
  return leapYear(stamp, year);
}

/** `year`, or the leap year nearest to it when the stamp is 29 February. */
function leapYear(stamp: Stamp, year: number): number {
  for (const candidate of [year, year + 1, year - 1, year + 2, year - 2])
    if (isReal(stamp, candidate)) return candidate;
  return year;
}
