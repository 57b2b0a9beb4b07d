/** Time and timers as everything in the server sees them; a demo runs on a clock of its own. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Seconds of this clock per real second. */
  readonly speed: number;
}

export const systemClock: Clock = { now: () => Date.now(), speed: 1 };

/** A clock that starts at `startMs` when it is made and runs `speed` times as fast as real time; it never jumps with the system's. */
export function createDemoClock(
  startMs: number,
  speed: number,
  monotonicMs = () => performance.now(),
): Clock {
  const origin = monotonicMs();
  return { now: () => Math.round(startMs + (monotonicMs() - origin) * speed), speed };
}
