import type { Chatter, Hidden } from '../../../shared/alarms.ts';
import type { Timers } from './alarm.ts';
import type { Draft } from './draft.ts';

/**
 * `back`: the clock went back by `byMs`; all that is remembered goes with it, so that every duration stays as it was.
 * `gap`: nobody watched for `byMs`; what is timed goes on where it was, what happened stays when it happened.
 */
export function shift(draft: Draft, jump: 'back' | 'gap', byMs: number): void {
  const { alarm } = draft;
  if (byMs <= 0) return;
  const d = jump === 'back' ? -byMs : byMs;
  alarm.timers = shiftTimers(alarm.timers, d);
  if (jump === 'gap') return;
  alarm.sinceMs += d;
  alarm.raisedAtMs = plus(alarm.raisedAtMs, d);
  alarm.returnedAtMs = plus(alarm.returnedAtMs, d);
  if (alarm.acknowledged) alarm.acknowledged = { ...alarm.acknowledged, atMs: alarm.acknowledged.atMs + d };
  alarm.shelved = shiftHidden(alarm.shelved, d);
  alarm.suppressed = shiftHidden(alarm.suppressed, d);
  alarm.outOfService = shiftHidden(alarm.outOfService, d);
  alarm.chatter = shiftChatter(alarm.chatter, d);
}

function shiftTimers({ trueSinceMs, heldUntilMs, clearSinceMs, noDataSinceMs }: Timers, d: number): Timers {
  const moved = Object.entries(trueSinceMs).map(([priority, at]) => [priority, at + d]);
  return {
    trueSinceMs: Object.fromEntries(moved),
    heldUntilMs: plus(heldUntilMs, d),
    clearSinceMs: plus(clearSinceMs, d),
    noDataSinceMs: plus(noDataSinceMs, d),
  };
}

function shiftHidden(hidden: Hidden | null, d: number): Hidden | null {
  return hidden && { ...hidden, sinceMs: hidden.sinceMs + d, untilMs: plus(hidden.untilMs, d) };
}

function shiftChatter(chatter: Chatter | null, d: number): Chatter | null {
  return chatter && { ...chatter, sinceMs: chatter.sinceMs + d };
}

function plus(atMs: number | null, d: number): number | null {
  return atMs === null ? null : atMs + d;
}
