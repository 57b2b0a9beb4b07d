import type { Timers } from '../../server/respond/notify/timers.ts';

/** Time that stands still until it is told to go on. */
export interface FakeTimers extends Timers {
  /** Goes on by so much, and runs what comes due on the way, in its order. */
  advance(byMs: number): void;
  /** How many are set. */
  pending(): number;
}

export function createFakeTimers(startMs = 1_700_000_000_000): FakeTimers {
  let elapsedMs = 0;
  const due = new Set<{ readonly atMs: number; readonly run: () => void }>();
  return {
    monoMs: () => elapsedMs,
    wallMs: () => startMs + elapsedMs,
    after(delayMs, run) {
      const timer = { atMs: elapsedMs + delayMs, run };
      due.add(timer);
      return () => due.delete(timer);
    },
    advance(byMs) {
      const endMs = elapsedMs + byMs;
      for (;;) {
        const next = [...due].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        due.delete(next);
        elapsedMs = Math.max(elapsedMs, next.atMs);
        next.run();
      }
      elapsedMs = endMs;
    },
    pending: () => due.size,
  };
}
