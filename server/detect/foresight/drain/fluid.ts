/** A queue as a fluid, minute by minute: what is ready, what is put off until later, what comes and how much can go. */

/** Postfix' `minimal_backoff_time`, `maximal_backoff_time` and `queue_run_delay`, minutes (postconf(5)). */
export const MIN_BACKOFF = 5;
export const MAX_BACKOFF = 4_000 / 60;
export const SCAN_EVERY = 5;

export interface Fluid {
  /** Recipients that can be tried at once. */
  readonly ready: number;
  /** Recipients put off, by the minute from now in which they are tried again. */
  readonly due: ArrayLike<number>;
  /** Recipients a minute that can leave. */
  readonly capacity: number;
  /** Recipients that come in a minute, `minute` from now. */
  readonly arrivals: (minute: number) => number;
  /** Share of attempts that succeed, above 0. The others are put off again. */
  readonly success: number;
  /** It is over when no more than this wait. */
  readonly clearBelow: number;
}

export interface Drained {
  /** Minutes from now; null: not within the horizon. */
  readonly minutes: number | null;
  /** Most that wait at once on the way. */
  readonly peak: number;
  /** Capacity was used up in most of the minutes: otherwise it is the retries that decide. */
  readonly isBoundByCapacity: boolean;
}

/** How far is looked: beyond it nobody can say anything. */
export const HORIZON_MINUTES = 72 * 60;

/** When the last of what waits is gone. Attempts that fail are tried again after the longest pause: they have waited long. */
export function drain({ ready, due, capacity, arrivals, success, clearBelow }: Fluid): Drained {
  const later = new Float64Array(HORIZON_MINUTES + Math.ceil(MAX_BACKOFF) + 1);
  let putOff = 0;
  for (let minute = 0; minute < due.length && minute < HORIZON_MINUTES; minute++) {
    later[minute] = due[minute] ?? 0;
    putOff += due[minute] ?? 0;
  }
  let standing = ready;
  let peak = standing + putOff;
  let full = 0;
  for (let minute = 0; minute < HORIZON_MINUTES; minute++) {
    const now = later[minute] ?? 0;
    putOff -= now;
    standing += now + arrivals(minute);
    const tried = Math.min(standing, capacity / success);
    if (tried < standing) full += 1;
    const failed = tried * (1 - success);
    standing -= tried;
    putOff += failed;
    later[minute + Math.ceil(MAX_BACKOFF)]! += failed; // eslint-disable-line @typescript-eslint/no-non-null-assertion
    const waiting = standing + putOff;
    if (waiting > peak) peak = waiting;
    if (waiting <= clearBelow) return { minutes: minute + 1, peak, isBoundByCapacity: full * 2 > minute };
  }
  return { minutes: null, peak, isBoundByCapacity: full * 2 > HORIZON_MINUTES };
}

/** When mail of this age that was last tried then is tried again at the latest, minutes from now: its age doubles, within bounds. */
export function nextTryMinutes(ageMs: number, sinceTryMs: number): number {
  const ageAtTry = Math.max(0, ageMs - sinceTryMs) / 60_000;
  const pause = Math.min(MAX_BACKOFF, Math.max(MIN_BACKOFF, ageAtTry));
  return Math.max(0, pause - sinceTryMs / 60_000);
}
