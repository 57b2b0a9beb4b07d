import { describe, expect, it } from 'vitest';
import {
  coverOf,
  gapsOf,
  knownFrom,
  liveGrid,
  pointsOf,
  runsOf,
  stepAt,
  trackOf,
  type Track,
} from '../../../client/stores/grid.ts';
import { series, T0 } from '../fixtures.ts';

const track = (values: (number | null)[], fromMs = 0, stepMs = 10): Track => ({ fromMs, stepMs, values });

describe('a track', () => {
  it('finds the step that an instant lies in, from its first moment up to the next one', () => {
    const steps = track([5, null, 7], 100);
    expect(stepAt(steps, 100)).toEqual({ index: 0, fromMs: 100, toMs: 110, value: 5 });
    expect(stepAt(steps, 109.9)?.index).toBe(0);
    expect(stepAt(steps, 110)).toEqual({ index: 1, fromMs: 110, toMs: 120, value: null });
    expect(stepAt(steps, 99)).toBeNull();
    expect(stepAt(steps, 130)).toBeNull();
  });

  it('puts points in the middle of their steps and leaves gaps as gaps (TEN-3)', () => {
    expect(pointsOf(track([1, null, 0])).points).toEqual([
      { x: 5, y: 1 },
      { x: 15, y: null },
      { x: 25, y: 0 },
    ]);
  });

  it('tells the points that stand alone between gaps', () => {
    expect(pointsOf(track([1, null, 2, null, 3, 4, null])).isAlone).toEqual([
      true,
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('comes from the first grid that has the metric: the live room before the store', () => {
    const live = liveGrid(series(T0, [1, 2]));
    const stored = { fromMs: 0, stepMs: 60, metrics: { lagP95Ms: [9], accepted: [4] } };
    expect(trackOf([live, stored], 'lagP95Ms')).toEqual({ fromMs: T0, stepMs: 1_000, values: [1, 2] });
    expect(trackOf([live, stored], 'accepted')).toEqual({ fromMs: 0, stepMs: 60, values: [4] });
    expect(trackOf([live, stored], 'nonsense')).toBeNull();
  });
});

describe('coverage', () => {
  it.each([
    [1, 'full'],
    [0.9, 'full'],
    [0.89, 'partial'],
    [0.001, 'partial'],
    [0, 'none'],
    [null, 'none'],
  ] as const)('%s of the reports is %s', (share, cover) => expect(coverOf(share)).toBe(cover));

  it('is told in runs', () => {
    expect(runsOf(['a', 'a', 'b'], 100, 10)).toEqual([
      { kind: 'a', fromMs: 100, toMs: 120 },
      { kind: 'b', fromMs: 120, toMs: 130 },
    ]);
  });

  it('tells from when on anything is known, when that is later than what was asked for', () => {
    expect(knownFrom(track([null, 0, 0.5, 1], 100))).toBe(120);
    expect(knownFrom(track([1, null], 100))).toBeNull();
    expect(knownFrom(track([null, null], 100))).toBeNull();
  });
});

describe('gaps', () => {
  const full = track([1, 1, 1, 1]);

  it('of a gauge are where it has no value, whoever reported (TEN-3)', () => {
    expect(gapsOf([track([1, null, null, 2])], full, false)).toMatchObject([{ fromMs: 10, toMs: 30 }]);
  });

  it('of a share are only where not all reported: else there was nothing to measure (TEN-3)', () => {
    const share = track([1, null, null, null]);
    expect(gapsOf([share], track([1, 1, 0.5, null]), true)).toMatchObject([{ fromMs: 20, toMs: 40 }]);
    expect(gapsOf([share], full, true)).toEqual([]);
  });

  it('are nowhere that any line of the panel has a value, be it zero', () => {
    expect(gapsOf([track([null, 0]), track([0, null])], null, false)).toEqual([]);
  });

  it('are not covered up by an older answer on another grid', () => {
    const live = track([1, null, 3, 4]);
    expect(gapsOf([live, track([7], 0, 40)], full, false)).toMatchObject([{ fromMs: 10, toMs: 20 }]);
  });

  it('are everywhere when nothing is known', () => {
    expect(gapsOf([track([null, null])], track([null, null]), true)).toMatchObject([{ fromMs: 0, toMs: 20 }]);
  });
});
