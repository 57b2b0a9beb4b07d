/** A reading of the server's clock: it said `atMs` when this screen's own clock said `localMs`. */
export interface ClockSync {
  readonly atMs: number;
  readonly localMs: number;
  /** Server-clock seconds per real second. */
  readonly speed: number;
}

/** What the server's clock says now, as far as this screen can tell. */
export function serverNow(sync: ClockSync, localMs: number): number {
  return sync.atMs + (localMs - sync.localMs) * sync.speed;
}

/** Share of a lag that is believed each time: a held-up frame moves the clock little, a clock set back is followed in a minute. */
const BELIEVED = 0.1;

/** Takes another reading. One that was held up on its way would make data look younger than it is, so it counts little. */
export function syncClock(known: ClockSync | null, reading: ClockSync): ClockSync {
  if (!known || known.speed !== reading.speed) return reading;
  const aheadMs = serverNow(known, reading.localMs) - reading.atMs;
  return aheadMs <= 0 ? reading : { ...reading, atMs: reading.atMs + aheadMs * (1 - BELIEVED) };
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
