/** What the watchdog makes of what it hears. Times by the watchdog's own monotonic clock. All pure. */

/** What it has heard of the page. */
export interface Signs {
  readonly isVisible: boolean;
  /** Null: nothing since it watches. */
  readonly paintedAtMs: number | null;
  readonly echoedAtMs: number;
  readonly startedAtMs: number;
  /** When it last looked. */
  readonly lookedAtMs: number;
}

/**
 * `hidden`: nobody sees the page, and a browser paints no such page. `stuck`: the main thread does nothing at all.
 * `unpainted`: its event loop lives, but timers or frames are dead.
 */
export type Verdict = 'hidden' | 'starting' | 'painting' | 'unpainted' | 'stuck';

/** A page paints at least once a second; one that has not for so long is frozen. */
export const FROZEN_AFTER_MS = 6_000;
/** The first frame of a slow machine may take longer. */
export const FIRST_WITHIN_MS = 15_000;
/** It asks once a second; a page that has not echoed for so long does nothing at all. */
export const NO_ECHO_MS = 2_500;
export const LOOK_EVERY_MS = 500;
/** A watchdog that did not run for so long was asleep, with the page or without it: it starts to watch anew. */
export const ASLEEP_MS = 3_000;

/** Before anything was heard. */
export function firstSigns(nowMs: number): Signs {
  return { isVisible: true, paintedAtMs: null, echoedAtMs: nowMs, startedAtMs: nowMs, lookedAtMs: nowMs };
}

/** The signs with the watchdog's own sleep taken out: nobody is accused of what happened meanwhile. */
export function looked(signs: Signs, nowMs: number): Signs {
  if (nowMs - signs.lookedAtMs <= ASLEEP_MS) return { ...signs, lookedAtMs: nowMs };
  return { ...rearmed(signs, nowMs), lookedAtMs: nowMs };
}

/** Watching begins anew. */
function rearmed(signs: Signs, nowMs: number): Signs {
  const paintedAtMs = signs.paintedAtMs === null ? null : nowMs;
  return { ...signs, paintedAtMs, echoedAtMs: nowMs, startedAtMs: nowMs };
}

/** A page that comes into view has its time to paint. */
export function shown(signs: Signs, isVisible: boolean, nowMs: number): Signs {
  return isVisible && !signs.isVisible ? { ...rearmed(signs, nowMs), isVisible } : { ...signs, isVisible };
}

/** What to think of the page. */
export function verdictOf(signs: Signs, nowMs: number): Verdict {
  if (!signs.isVisible) return 'hidden';
  const { paintedAtMs, startedAtMs, echoedAtMs } = signs;
  const isFrozen =
    paintedAtMs === null ? nowMs - startedAtMs > FIRST_WITHIN_MS : nowMs - paintedAtMs > FROZEN_AFTER_MS;
  if (!isFrozen) return paintedAtMs === null ? 'starting' : 'painting';
  return nowMs - echoedAtMs > NO_ECHO_MS ? 'stuck' : 'unpainted';
}

/** What the page makes of its watchdog's silence. */
export interface WatchdogSigns {
  readonly heardAtMs: number;
  /** When the page last looked. */
  readonly lookedAtMs: number;
  readonly isVisible: boolean;
}

/** A watchdog that has said nothing for so long is dead. */
export const DEAD_AFTER_MS = 6_000;

export type WatchdogVerdict = 'alive' | 'unknown' | 'dead';

/** Whether the watchdog lives; a page that was itself held or hidden cannot know. */
export function watchdogVerdict(signs: WatchdogSigns, nowMs: number): WatchdogVerdict {
  if (!signs.isVisible || nowMs - signs.lookedAtMs > ASLEEP_MS) return 'unknown';
  return nowMs - signs.heardAtMs > DEAD_AFTER_MS ? 'dead' : 'alive';
}
