/** A queue as a fluid, slot by slot: what is ready, what is put off until later, what comes and how much can go. */
import type { Pace } from './pace.ts';

export interface Fluid {
  /** Recipients that can be tried at once. */
  readonly ready: number;
  /** Recipients put off, by the slot from now in which they are tried again. */
  readonly due: ArrayLike<number>;
  /** Recipients a slot that can leave. */
  readonly capacity: number;
  /** Recipients that come in a slot, `slot` from now. */
  readonly arrivals: (slot: number) => number;
  /** Share of attempts that succeed, above 0. The others are put off again. */
  readonly success: number;
  /** It is over when no more than this wait. */
  readonly clearBelow: number;
  /** Slots until what fails is tried again. */
  readonly maxBackoff: number;
}

export interface Drained {
  /** Slots from now; null: not within the horizon. */
  readonly slots: number | null;
  /** Most that wait at once on the way. */
  readonly peak: number;
  /** Capacity was used up in most of the slots: otherwise it is the retries that decide. */
  readonly isBoundByCapacity: boolean;
}

/** How far is looked, three days of minutes: beyond it nobody can say anything. */
export const HORIZON_SLOTS = 72 * 60;

/** When the last of what waits is gone. Attempts that fail are tried again after the longest pause: they have waited long. */
export function drain({ ready, due, capacity, arrivals, success, clearBelow, maxBackoff }: Fluid): Drained {
  const pause = Math.ceil(maxBackoff);
  const later = new Float64Array(HORIZON_SLOTS + pause + 1);
  let putOff = 0;
  for (let slot = 0; slot < due.length && slot < HORIZON_SLOTS; slot++) {
    later[slot] = due[slot] ?? 0;
    putOff += due[slot] ?? 0;
  }
  let standing = ready;
  let peak = standing + putOff;
  let full = 0;
  for (let slot = 0; slot < HORIZON_SLOTS; slot++) {
    const now = later[slot] ?? 0;
    putOff -= now;
    standing += now + arrivals(slot);
    const tried = Math.min(standing, capacity / success);
    if (tried < standing) full += 1;
    const failed = tried * (1 - success);
    standing -= tried;
    putOff += failed;
    later[slot + pause] = (later[slot + pause] ?? 0) + failed;
    const waiting = standing + putOff;
    if (waiting > peak) peak = waiting;
    if (waiting <= clearBelow) return { slots: slot + 1, peak, isBoundByCapacity: full * 2 > slot };
  }
  return { slots: null, peak, isBoundByCapacity: full * 2 > HORIZON_SLOTS };
}

/** When mail of this age that was last tried then is tried again at the latest, slots from now: its age doubles, within bounds. */
export function nextTrySlots(ageMs: number, sinceTryMs: number, pace: Pace): number {
  const { slotMs, minBackoff, maxBackoff } = pace;
  const ageAtTry = Math.max(0, ageMs - sinceTryMs) / slotMs;
  const pause = Math.min(maxBackoff, Math.max(minBackoff, ageAtTry));
  return Math.max(0, pause - sinceTryMs / slotMs);
}
