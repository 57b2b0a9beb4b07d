import { describe, expect, it } from 'vitest';
import { nextDelayMs, retryDelayMs } from '../../../../server/collect/postqueue/pace.ts';

describe('pace of the listings', () => {
  it.each([
    [5_000, 0, 5_000],
    [5_000, 100, 5_000],
    [5_000, 263, 5_000],
    [5_000, 264, 5_016],
    [5_000, 10_000, 190_000],
    [200, 60_000, 1_140_000],
  ])('COL-8: with an interval of %i ms, after a listing of %i ms comes a pause of %i ms', (...row) => {
    const [intervalMs, tookMs, delayMs] = row;
    expect(nextDelayMs(intervalMs, tookMs)).toBe(delayMs);
  });

  it('COL-8: whatever a listing takes and whatever became of it, at most 5 % of the time is spent in it', () => {
    for (const tookMs of [1, 7, 50, 263, 300, 4_000, 60_000]) {
      for (const failures of [1, 2, 10]) {
        const pauses = [
          nextDelayMs(200, tookMs),
          retryDelayMs({ intervalMs: 200, tookMs, failures, random: 0.99 }),
        ];
        for (const pauseMs of pauses) expect(tookMs / (tookMs + pauseMs)).toBeLessThanOrEqual(0.05);
      }
    }
  });

  it('COL-10: a failing one is tried again later each time, at the latest after half a minute', () => {
    const delays = [1, 2, 3, 4, 5, 50].map((failures) =>
      retryDelayMs({ intervalMs: 5_000, tookMs: 1, failures, random: 0 }),
    );
    expect(delays).toEqual([5_000, 10_000, 20_000, 30_000, 30_000, 30_000]);
  });

  it('COL-10: many that fail together do not try again together, and never sooner than the interval', () => {
    expect(retryDelayMs({ intervalMs: 5_000, tookMs: 1, failures: 3, random: 0.5 })).toBe(15_000);
    expect(retryDelayMs({ intervalMs: 5_000, tookMs: 1, failures: 1, random: 0.99 })).toBe(5_000);
    expect(retryDelayMs({ intervalMs: 90_000, tookMs: 1, failures: 9, random: 0.99 })).toBe(90_000);
  });
});
