import { backOffMs } from '../supervise.ts';

/** Pause per time spent: 1 in 20 is 5 %. */
const PAUSE_FACTOR = 19;
/** A failing listing is tried again at least this often, as far as its own cost allows. */
const RETRY_MAX_MS = 30_000;

/** How long to wait after a listing that took `tookMs`, so that at most 5 % of the time is spent in them. */
export function nextDelayMs(intervalMs: number, tookMs: number): number {
  return Math.max(intervalMs, PAUSE_FACTOR * tookMs);
}

export interface FailedTry {
  readonly intervalMs: number;
  readonly tookMs: number;
  /** Failures in a row, this one included. */
  readonly failures: number;
  /** In [0, 1). */
  readonly random: number;
}

/** How long to wait after one that failed: longer each time, and never less than the 5 % allow. */
export function retryDelayMs({ intervalMs, tookMs, failures, random }: FailedTry): number {
  return Math.max(nextDelayMs(intervalMs, tookMs), backOffMs(failures, random, intervalMs, RETRY_MAX_MS));
}
