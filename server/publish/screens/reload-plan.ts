/** The planned reload of walls that run for weeks: once a night, spread over an hour, only while all is calm. Pure; real time only. */
import { addDays, instantOf, localDay } from '../../base/zoned.ts';

/** By the clocks of the server's zone. */
const FROM_MINUTES = 4 * 60;
const HOUR_MS = 3_600_000;
/** Nobody is asked in the last minute: it is for those who are on their way. */
const TAIL_MS = 60_000;

/** Whether a screen may look away for a moment. */
export interface Calm {
  /** Since when without a break, epoch ms; null: it is not calm. */
  readonly sinceMs: number | null;
  /** Why not, in words; empty when it is. */
  readonly reason: string;
}

/** A wall that can be asked to reload. */
export interface Reloadable {
  readonly id: string;
  /** When it was last loaded or asked to; null: not known. */
  readonly doneAtMs: number | null;
}

export interface ReloadInput {
  readonly nowMs: number;
  /** IANA name. */
  readonly zone: string;
  readonly calm: Calm;
  readonly screens: readonly Reloadable[];
  /** Place of a screen in the hour, from 0 up to 1 without it; always the same for the same screen. */
  readonly jitterOf: (screenId: string) => number;
}

export interface ReloadPlan {
  /** To be asked now. */
  readonly due: readonly string[];
  /** Not reloaded in the hour that is under way; their turn comes, or it is not calm. */
  readonly waiting: readonly string[];
  readonly reason: string;
  /** When the next one is due if it stays calm. */
  readonly nextAtMs: number;
  /** The hour that is under way, or the next one. */
  readonly window: ReloadWindow;
}

export interface ReloadWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Who is to be reloaded now, and why nobody is. What could not be done while it was not calm is spread over what is left of the hour. */
export function planReload(input: ReloadInput): ReloadPlan {
  const { nowMs, zone, calm, screens, jitterOf } = input;
  const window = reloadWindow(nowMs, zone);
  const { fromMs, untilMs } = window;
  const plan = { due: [], waiting: [], nextAtMs: fromMs, window };
  if (nowMs < fromMs) return { ...plan, reason: 'outside of the hour' };
  const left = screens.filter(({ doneAtMs }) => doneAtMs === null || doneAtMs < fromMs);
  if (left.length === 0) {
    const { fromMs: nextAtMs } = reloadWindow(untilMs, zone);
    return { ...plan, nextAtMs, reason: 'all are done tonight' };
  }
  const waiting = left.map(({ id }) => id);
  if (calm.sinceMs === null)
    return { ...plan, waiting, nextAtMs: nowMs, reason: `it is not calm: ${calm.reason}` };
  const spreadFromMs = Math.max(fromMs, calm.sinceMs);
  const lastMs = untilMs - TAIL_MS;
  if (Math.max(spreadFromMs, nowMs) >= lastMs)
    return {
      ...plan,
      waiting,
      nextAtMs: reloadWindow(untilMs, zone).fromMs,
      reason: 'it is too late tonight',
    };
  const turnOf = (id: string) => spreadFromMs + jitterOf(id) * (lastMs - spreadFromMs);
  const turns = waiting.map((id) => ({ id, atMs: turnOf(id) }));
  const due = turns.filter(({ atMs }) => atMs <= nowMs).map(({ id }) => id);
  const later = turns.filter(({ atMs }) => atMs > nowMs);
  const firstMs = later.reduce((first, { atMs }) => Math.min(first, atMs), Infinity);
  return {
    ...{ due, waiting: later.map(({ id }) => id), window },
    nextAtMs: due.length > 0 ? nowMs : Math.ceil(firstMs),
    reason: due.length > 0 ? 'it is their turn, and it is calm' : 'nobody has their turn yet',
  };
}

/** The hour that is under way, or else the next one: it begins when the clocks show 04:00 for the first time of a day, and lasts an hour. */
export function reloadWindow(nowMs: number, zone: string): ReloadWindow {
  const today = localDay(nowMs, zone);
  for (const days of [0, 1, 2]) {
    const fromMs = instantOf(addDays(today, days), FROM_MINUTES, zone);
    if (nowMs < fromMs + HOUR_MS) return { fromMs, untilMs: fromMs + HOUR_MS };
  }
  throw new RangeError(`no night comes after ${nowMs} in ${zone}`);
}
