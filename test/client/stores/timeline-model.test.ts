import { describe, expect, it } from 'vitest';
import {
  coverageGaps,
  keptBands,
  keptFromMs,
  linePath,
  momentAt,
  panRange,
  rangeAround,
  shareOf,
  ticksOf,
} from '../../../client/stores/timeline-model.ts';
import type { SeriesAnswer, StoragePart } from '../../../shared/history.ts';
import { T0 } from '../fixtures.ts';

const HOUR = 3_600_000;
const NOW = T0 + 100 * HOUR;
const range = { fromMs: NOW - HOUR, toMs: NOW };
const part = (name: string, oldestMs: number | null): StoragePart => ({
  name,
  bytes: 1,
  rows: 1,
  budgetBytes: null,
  keepDays: null,
  oldestMs,
});
const series = (coverage: readonly (number | null)[]): SeriesAnswer => ({
  fromMs: range.fromMs,
  stepMs: HOUR / coverage.length,
  metrics: {},
  coverage,
  tierSeconds: 10,
  asOfMs: null,
  marks: [],
});

describe('the time line', () => {
  it('shows the last stretch before now, or the moment in its middle', () => {
    expect(rangeAround(NOW - 1_000, HOUR, NOW)).toEqual(range);
    expect(rangeAround(T0, HOUR, NOW)).toEqual({ fromMs: T0 - HOUR / 2, toMs: T0 + HOUR / 2 });
  });

  it('never shows the future', () => {
    expect(panRange(range, HOUR, NOW)).toEqual(range);
    expect(panRange(range, -HOUR, NOW)).toEqual({ fromMs: NOW - 2 * HOUR, toMs: NOW - HOUR });
    expect(panRange({ fromMs: NOW - 90 * 60_000, toMs: NOW - 30 * 60_000 }, HOUR, NOW)).toEqual(range);
  });

  it('finds the moment under the finger, on the bar and not after now (REP-1)', () => {
    expect(momentAt(range, 0.5, NOW)).toBe(NOW - HOUR / 2);
    expect(momentAt(range, -3, NOW)).toBe(range.fromMs);
    expect(momentAt(range, 1.2, NOW - 60_000)).toBe(NOW - 60_000);
    expect(shareOf(range, momentAt(range, 0.25, NOW))).toBeCloseTo(0.25);
  });

  it('shows what is kept of it by tier, and from when on anything is', () => {
    const parts = [part('1h', T0), part('10s', NOW - HOUR / 4), part('journal', 0), part('1m', null)];
    expect(keptBands(parts, range, NOW).map(({ name, from, to }) => [name, from, to])).toEqual([
      ['10s', 0.75, 1],
      ['1h', 0, 1],
    ]);
    expect(keptFromMs(parts)).toBe(T0);
    expect(keptFromMs([part('journal', 5)])).toBeNull();
  });

  it('shows where sources were missing, and claims nothing where that is not known', () => {
    expect(coverageGaps(series([1, 0, 0, 0.5]), range)).toEqual([
      { from: 0.25, to: 0.75, isBlind: true },
      { from: 0.75, to: 1, isBlind: false },
    ]);
    expect(coverageGaps(series([null, 1, null, 1]), range)).toEqual([]);
  });

  it('draws a gap as a gap', () => {
    const path = linePath([0, 10, null, 5], series([1, 1, 1, 1]), range);
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(1);
    expect(linePath([null, null], series([1, 1]), range)).toBe('');
  });

  it.each([HOUR, 24 * HOUR, 7 * 24 * HOUR, 90 * 24 * HOUR])('marks few round times over %i ms', (span) => {
    const ticks = ticksOf({ fromMs: T0, toMs: T0 + span }, 0);
    expect(ticks.length).toBeGreaterThan(3);
    expect(ticks.length).toBeLessThanOrEqual(14);
    expect(ticks.every(({ share }) => share >= 0 && share < 1)).toBe(true);
  });
});
