/** Whether a campaign goes on, is over, or has come back. */
import { poissonTail } from '../../anomaly/tails.ts';
import type { Life } from './nucleus.ts';

/** Shorter silences are pauses. */
const QUIET_MS = 15 * 60_000;
/** Chance of such a silence if it went on at its last rate. */
const CHANCE = 1e-6;
/** A silence this much longer than the longest before it. */
const LONGER_THAN_BEFORE = 2;
/** So many within so long make it come back; a straggler does not. */
const BACK_COUNT = 5;
const BACK_WITHIN_MS = 15 * 60_000;

/** Rate per ms in the hour before it was last seen. */
export interface Pace {
  readonly perMs: number;
  readonly atMs: number;
}

/** What its state is after this much more time in which its sources told of mail; `seenMs` is 0 while they are silent. */
export function nextState(life: Life, { perMs, atMs }: Pace, seenMs: number): Life['state'] {
  if (life.state === 'stopped') {
    if (life.backCount >= BACK_COUNT) return 'returned';
    if (life.backCount > 0 && atMs - life.backSinceMs > BACK_WITHIN_MS) life.backCount = 0;
    return 'stopped';
  }
  life.quietMs += seenMs;
  return isOver(life, perMs) ? 'stopped' : life.state;
}

function isOver({ quietMs, longestGapMs }: Life, perMs: number): boolean {
  if (quietMs < QUIET_MS || quietMs < LONGER_THAN_BEFORE * longestGapMs) return false;
  return 1 - poissonTail(1, perMs * quietMs) < CHANCE;
}
