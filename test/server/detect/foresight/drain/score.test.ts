import { describe, expect, it } from 'vitest';
import { Pending, scoreOf, widenBy } from '../../../../../server/detect/foresight/drain/score.ts';

const MINUTE_MS = 60_000;
const made = (at: number, from: number, to: number) => ({
  ...{ atMs: at * MINUTE_MS, fromMs: from * MINUTE_MS, toMs: to * MINUTE_MS },
});

describe('the score of past forecasts', () => {
  it('DRN-8: each is held against the time at which it was over', () => {
    const pending = new Pending();
    pending.note(made(0, 90, 110));
    pending.note(made(50, 110, 130));
    const outcomes = pending.settle(100 * MINUTE_MS, MINUTE_MS);
    expect(outcomes.map(({ isInside }) => isInside)).toEqual([true, false]);
    expect(outcomes.map(({ errorShare }) => errorShare)).toEqual([0, 0.4]);
    expect(scoreOf(outcomes)).toMatchObject({ n: 2, insideShare: 0.5, medianErrorShare: 0.2 });
    expect(pending.settle(100 * MINUTE_MS, MINUTE_MS)).toEqual([]);
  });

  it('DRN-8: what was said in the last minute is no forecast, and without any there is no score', () => {
    const pending = new Pending();
    pending.note(made(99.5, 100, 101));
    expect(scoreOf(pending.settle(100 * MINUTE_MS, MINUTE_MS))).toBeNull();
  });

  it('DRN-9: intervals that missed become wider, right ones are never made narrower', () => {
    const outcome = (needed: number) => ({ isInside: needed <= 1, errorShare: 0.1, widthMs: 1, needed });
    expect(widenBy(Array.from({ length: 40 }, () => outcome(0.2)))).toBe(1);
    expect(widenBy(Array.from({ length: 40 }, () => outcome(1.7)))).toBe(1.7);
    expect(widenBy(Array.from({ length: 5 }, () => outcome(2.5)))).toBe(1);
    expect(widenBy(Array.from({ length: 40 }, () => outcome(9)))).toBe(3);
  });

  it('DRN-8: forecasts of a backlog of days are thinned out, not piled up', () => {
    const pending = new Pending();
    for (let i = 0; i < 5_000; i++) pending.note(made(i, 6_000, 7_000));
    expect(pending.settle(6_500 * MINUTE_MS, MINUTE_MS).length).toBeLessThanOrEqual(300);
  });
});
