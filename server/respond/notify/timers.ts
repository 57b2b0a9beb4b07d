/** Real time that never jumps, and what comes due by it; the world's, or that of a test. */
export interface Timers {
  /** Monotonic milliseconds. */
  monoMs(): number;
  /** Epoch milliseconds of the wall. */
  wallMs(): number;
  /** Once, after `delayMs`; the answer calls it off. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemTimers: Timers = {
  monoMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** Runs `task` at once and then so long after each beginning, never two at a time. What runs when it is stopped is left to end by itself. */
export function createRepeater(
  timers: Timers,
  everyMs: number,
  { run, onFault }: { readonly run: () => Promise<void>; readonly onFault: (error: unknown) => void },
) {
  let cancel: (() => void) | undefined;
  let isOn = false;
  const turn = (): void => {
    const beganMs = timers.monoMs();
    const next = (): void => {
      if (isOn) cancel = timers.after(Math.max(0, everyMs - (timers.monoMs() - beganMs)), turn);
    };
    run().then(next, (error: unknown) => {
      onFault(error);
      next();
    });
  };
  return {
    start(): void {
      if (isOn) return;
      isOn = true;
      turn();
    },
    stop(): void {
      isOn = false;
      cancel?.();
    },
  };
}
