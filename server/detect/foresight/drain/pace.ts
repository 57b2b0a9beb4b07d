/** When a queue tries again, and how finely it is looked at. */
import { FORESIGHT_STEP_MS } from '../types.ts';

/** Postfix' `minimal_backoff_time`, `maximal_backoff_time` and `queue_run_delay` (postconf(5)), ms. */
export interface RetryTimes {
  readonly minimalBackoffMs: number;
  readonly maximalBackoffMs: number;
  readonly queueRunDelayMs: number;
}
export const POSTFIX_RETRIES: RetryTimes = {
  minimalBackoffMs: 300_000,
  maximalBackoffMs: 4_000_000,
  queueRunDelayMs: 300_000,
};

/** The same in slots: a minute at Postfix' usual times, less where it looks at its queue more often. */
export interface Pace {
  readonly slotMs: number;
  readonly minBackoff: number;
  readonly maxBackoff: number;
  readonly scanEvery: number;
}

/** Slots between two scans of the deferred queue. */
const SLOTS_A_SCAN = 5;
const LONGEST_SLOT_MS = 60_000;

/** A slot is a whole number of steps, so that all are of one length. */
export function paceOf({ minimalBackoffMs, maximalBackoffMs, queueRunDelayMs }: RetryTimes): Pace {
  const steps = Math.max(1, Math.round(queueRunDelayMs / SLOTS_A_SCAN / FORESIGHT_STEP_MS));
  const slotMs = Math.min(LONGEST_SLOT_MS, steps * FORESIGHT_STEP_MS);
  return {
    slotMs,
    minBackoff: minimalBackoffMs / slotMs,
    maxBackoff: Math.max(minimalBackoffMs, maximalBackoffMs) / slotMs,
    scanEvery: Math.ceil(queueRunDelayMs / slotMs),
  };
}
export const POSTFIX_PACE: Pace = paceOf(POSTFIX_RETRIES);
