/** A reading of the server's clock: it said `atMs` when this screen's own clock said `localMs`. */
export interface ClockSync {
  readonly atMs: number;
  readonly localMs: number;
  /** Server-clock seconds per real second. */
  readonly speed: number;
}

/** What the server's clock can say at `localMs`: no reading is from the future, none was longer on its way than its round trip. */
export interface ClockBounds {
  readonly earliestMs: number;
  /** Null: nothing has come yet of which it is known how long it can have been on its way. */
  readonly latestMs: number | null;
  readonly localMs: number;
  readonly speed: number;
}

/** What the server's clock says now, as far as this screen can tell. */
export function serverNow(sync: ClockSync, localMs: number): number {
  return sync.atMs + (localMs - sync.localMs) * sync.speed;
}

/** Two clocks of ordinary machines part by less than this share of the time. */
const DRIFT = 0.000_2;

function boundsOf({ atMs, localMs, speed }: ClockSync, onWayMs: number | null): ClockBounds {
  return { earliestMs: atMs, latestMs: onWayMs === null ? null : atMs + onWayMs * speed, localMs, speed };
}

/** A reading that contradicts what is known can have been on its way for no longer than this, until it is known how long. */
const DOUBT_MS = 2_000;

/** What a reading says, and whether it contradicts what was known: then the clock is another one, or was set. */
export interface HeardClock {
  readonly bounds: ClockBounds;
  readonly isOther: boolean;
}

/**
 * Takes another reading. `onWayMs` is the longest that it can have been on its way: frames that are all held up alike
 * cannot make data look younger than it is. Of a clock that was set nothing older holds: its time on the way must be asked anew.
 */
export function hearClock(known: ClockBounds | null, reading: ClockSync, onWayMs: number | null): HeardClock {
  const now = boundsOf(reading, onWayMs);
  if (!known || known.speed !== reading.speed) return { bounds: now, isOther: false };
  const ranMs = Math.max(0, reading.localMs - known.localMs) * known.speed;
  const earliestMs = Math.max(now.earliestMs, known.earliestMs + ranMs * (1 - DRIFT));
  const carriedMs = known.latestMs === null ? null : known.latestMs + ranMs * (1 + DRIFT);
  const latestMs =
    carriedMs === null || now.latestMs === null
      ? (carriedMs ?? now.latestMs)
      : Math.min(carriedMs, now.latestMs);
  if (latestMs !== null && earliestMs > latestMs)
    return { bounds: boundsOf(reading, Math.min(onWayMs ?? DOUBT_MS, DOUBT_MS)), isOther: true };
  return {
    bounds: { earliestMs, latestMs, localMs: reading.localMs, speed: reading.speed },
    isOther: false,
  };
}

/** The clock that ages are counted by: the latest it can be, so that nothing looks younger than it is. */
export function clockOf({ earliestMs, latestMs, localMs, speed }: ClockBounds): ClockSync {
  return { atMs: latestMs ?? earliestMs, localMs, speed };
}

/** How long the shown clock may run on without the server: enough for a late frame, too little to look alive. */
const RUN_ON_MS = 1_500;

/** The time to show: it moves because the server speaks and stands still when it does not, so that it proves liveness. */
export function shownClock(sync: ClockSync, heard: ClockSync, localMs: number): number {
  return Math.min(serverNow(sync, localMs), serverNow(heard, heard.localMs + RUN_ON_MS));
}

/** This screen's own clock: never back, and sleep counts (a monotonic clock alone stops while a machine sleeps). */
export interface LocalClock {
  readonly localMs: number;
  readonly monotonicMs: number;
  readonly dateMs: number;
}

/** A difference between the two clocks above this was a sleep (or a clock set), not jitter. */
const SLEEP_MS = 2_000;

/** Advances the screen's clock to two new readings. */
export function advanceLocal(known: LocalClock, monotonicMs: number, dateMs: number): LocalClock {
  const ranMs = Math.max(0, monotonicMs - known.monotonicMs);
  const passedMs = dateMs - known.dateMs;
  const stepMs = passedMs > ranMs + SLEEP_MS ? passedMs : ranMs;
  return { localMs: known.localMs + stepMs, monotonicMs, dateMs };
}

/** The screen's clock over the browser's two. */
export function createLocalClock(monotonic = () => performance.now(), date = () => Date.now()): () => number {
  let clock: LocalClock = { localMs: 0, monotonicMs: monotonic(), dateMs: date() };
  return () => {
    clock = advanceLocal(clock, monotonic(), date());
    return clock.localMs;
  };
}
