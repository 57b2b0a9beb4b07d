/** Time travel as arithmetic: where the replay clock stands, what is asked next, and when it goes home by itself. */

/** Server-clock seconds per real second while playing. */
export const REPLAY_SPEEDS = [1, 5, 10, 60] as const;
export type ReplaySpeed = (typeof REPLAY_SPEEDS)[number];

/** No two questions for the wall at a past moment are closer together than this. */
export const ASK_EVERY_MS = 500;
/** After a question that failed. */
export const RETRY_AFTER_MS = 3_000;
/** A wall left in the past goes back to live after this long without a touch. */
export const RETURN_AFTER_MS = 600_000;

/** It stood at `atMs` when this screen's own clock said `localMs`. */
export interface ReplayClock {
  readonly atMs: number;
  readonly localMs: number;
  readonly speed: ReplaySpeed;
  readonly isPlaying: boolean;
}

/** Where the clock stands, if nothing holds it. */
export function clockAt(clock: ReplayClock, localMs: number): number {
  return clock.isPlaying ? clock.atMs + Math.max(0, localMs - clock.localMs) * clock.speed : clock.atMs;
}

/** Time between two moments of the wall that are asked for, server-clock ms; whole seconds at least, as the wall has. */
export function stepMs(speed: ReplaySpeed): number {
  return Math.max(1_000, ASK_EVERY_MS * speed);
}

/** The wall is kept by the second. */
export function wholeSecond(atMs: number): number {
  return Math.floor(atMs / 1_000) * 1_000;
}

/** What keeps the clock back: now, and a next moment that has not come yet. */
export interface ClockLimits {
  readonly nowMs: number;
  /** Infinity: nothing is waited for. */
  readonly waitAtMs: number;
}

export interface ClockStep {
  readonly clock: ReplayClock;
  readonly reason: 'running' | 'paused' | 'waiting' | 'reached-now';
}

/** The clock a moment later. It never passes now, and never runs away from what is shown. */
export function advance(clock: ReplayClock, limits: ClockLimits, localMs: number): ClockStep {
  const { nowMs, waitAtMs } = limits;
  if (!clock.isPlaying) return { clock, reason: 'paused' };
  if (clockAt(clock, localMs) <= Math.min(nowMs, waitAtMs)) return { clock, reason: 'running' };
  if (waitAtMs < nowMs)
    return { clock: { ...clock, atMs: Math.max(clock.atMs, waitAtMs), localMs }, reason: 'waiting' };
  return { clock: { ...clock, atMs: nowMs, localMs, isPlaying: false }, reason: 'reached-now' };
}

/** Puts the clock elsewhere, never after now. */
export function seek(clock: ReplayClock, atMs: number, nowMs: number, localMs: number): ReplayClock {
  return { ...clock, atMs: Math.max(0, Math.min(wholeSecond(atMs), nowMs)), localMs };
}

/** The next faster or slower speed; the ends stay. */
export function nextSpeed(speed: ReplaySpeed, by: 1 | -1): ReplaySpeed {
  return REPLAY_SPEEDS[REPLAY_SPEEDS.indexOf(speed) + by] ?? speed;
}

/** What has been asked and answered since the last jump. One question at a time, so answers cannot overtake each other. */
export interface AskState {
  /** Raised with every jump: answers to questions from before it are not ours any more. */
  readonly generation: number;
  /** Of the wall on the screen. Null: none since the jump. */
  readonly shownMs: number | null;
  /** Of the answer that waits until the clock gets there. */
  readonly readyMs: number | null;
  readonly askingMs: number | null;
  readonly askedAtLocalMs: number;
  readonly failedAtLocalMs: number | null;
}

export const NOTHING_ASKED: AskState = {
  generation: 0,
  shownMs: null,
  readyMs: null,
  askingMs: null,
  askedAtLocalMs: -Infinity,
  failedAtLocalMs: null,
};

/** After a jump nothing that is on its way counts; the pace of asking goes on. */
export function afterJump(state: AskState): AskState {
  return { ...NOTHING_ASKED, generation: state.generation + 1, askedAtLocalMs: state.askedAtLocalMs };
}

/** The moment to ask for now, or null and why not. */
export function nextAsk(
  state: AskState,
  clock: ReplayClock,
  localMs: number,
): { readonly atMs: number | null; readonly reason: string } {
  if (state.askingMs !== null) return { atMs: null, reason: 'one at a time' };
  if (localMs - state.askedAtLocalMs < ASK_EVERY_MS) return { atMs: null, reason: 'pace' };
  if (state.failedAtLocalMs !== null && localMs - state.failedAtLocalMs < RETRY_AFTER_MS)
    return { atMs: null, reason: 'after a failure' };
  if (state.shownMs === null) return { atMs: wholeSecond(clockAt(clock, localMs)), reason: 'jump' };
  if (!clock.isPlaying) return { atMs: null, reason: 'paused' };
  if (state.readyMs !== null) return { atMs: null, reason: 'next one is there' };
  return { atMs: state.shownMs + stepMs(clock.speed), reason: 'next one' };
}

/** Whether an answer may be kept: of this jump, the one asked for, and later than what is shown. */
export function isWanted(state: AskState, generation: number, atMs: number): boolean {
  return (
    generation === state.generation &&
    atMs === state.askingMs &&
    (state.shownMs === null || atMs > state.shownMs)
  );
}

/** Milliseconds until the wall goes back to live by itself; null: it stays. */
export function returnInMs(touchedAtLocalMs: number, isStaying: boolean, localMs: number): number | null {
  return isStaying ? null : Math.max(0, RETURN_AFTER_MS - (localMs - touchedAtLocalMs));
}
