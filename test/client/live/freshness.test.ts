import { describe, expect, it } from 'vitest';
import {
  clusterFreshness,
  feedFreshness,
  freshnessLimits,
  freshnessOf,
  numberFreshness,
  platformFreshness,
} from '../../../client/live/freshness.ts';
import { feed, feeds, T0 } from '../fixtures.ts';

const at = (afterMs: number, speed = 1) => ({ serverMs: T0 + afterMs * speed, speed });
const none = feed({ expected: 0, fresh: 0, asOfMs: null });

describe('the state of a number', () => {
  it.each([
    [0, 'fresh'],
    [10_000, 'fresh'],
    [10_001, 'late'],
    [20_000, 'late'],
    [20_001, 'lost'],
  ])('of a 5 s feed after %d ms is %s (WAL-2)', (ms, state) => {
    expect(freshnessOf(feed(), at(ms)).state).toBe(state);
  });

  it.each([
    [40_000, 'fresh'],
    [60_000, 'late'],
    [60_001, 'lost'],
  ])('of a 20 s feed after %d ms is %s: a minute is too old for anything (WAL-2)', (ms, state) => {
    expect(freshnessOf(feed({ intervalMs: 20_000 }), at(ms)).state).toBe(state);
  });

  it('cannot be lost before its next report may be late', () => {
    expect(freshnessLimits(45_000)).toEqual({ lateMs: 90_000, lostMs: 90_000 });
  });

  it('is not called late by the rhythm of the frames themselves', () => {
    expect(freshnessLimits(200)).toEqual({ lateMs: 4_000, lostMs: 8_000 });
  });

  it.each([1, 30, 60])('is counted in real seconds at %d times the speed', (speed) => {
    const freshness = freshnessOf(feed(), at(12_000, speed));
    expect(freshness).toMatchObject({ state: 'late', ageMs: 12_000 });
  });

  it('is no-data when a source is there but never spoke', () => {
    expect(freshnessOf(feed({ asOfMs: null }), at(0))).toMatchObject({ state: 'no-data', ageMs: null });
  });

  it('is no-source when nothing is configured that could know', () => {
    expect(freshnessOf(none, at(0)).state).toBe('no-source');
    expect(freshnessOf(undefined, at(0)).state).toBe('no-source');
  });

  it('is partial when not every source is fresh', () => {
    expect(freshnessOf(feed({ expected: 4, fresh: 3 }), at(0)).isPartial).toBe(true);
    expect(freshnessOf(feed({ expected: 4, fresh: 4 }), at(0)).isPartial).toBe(false);
  });

  it('has no negative age when the clocks differ', () => {
    expect(freshnessOf(feed(), at(-900)).ageMs).toBe(0);
  });
});

describe('which feed a number belongs to', () => {
  const states = feedFreshness(
    feeds({ flow: feed({ asOfMs: T0 - 12_000 }), queue: none, filter: none }),
    at(0),
  );

  it('is the log for queue and spam where nothing better is configured', () => {
    expect(numberFreshness('queueDepth', states).state).toBe('late');
    expect(numberFreshness('spamPercent', states).state).toBe('late');
  });

  it('is their own where there is one, even when it is silent', () => {
    const own = feedFreshness(feeds({ queue: feed({ asOfMs: null }) }), at(0));
    expect(numberFreshness('queueDepth', own).state).toBe('no-data');
  });

  it('is never the log for access', () => {
    const blind = feedFreshness(feeds({ access: none }), at(0));
    expect(numberFreshness('accessPercent', blind).state).toBe('no-source');
  });
});

describe('totals of the platform', () => {
  const platform = (a: Parameters<typeof feed>[0], b: Parameters<typeof feed>[0]) =>
    platformFreshness(clusterFreshness({ A: feeds({ flow: feed(a) }), B: feeds({ flow: feed(b) }) }, at(0)))
      .flow;

  it('are as old as the oldest cluster that still speaks', () => {
    expect(platform({ asOfMs: T0 - 3_000 }, { asOfMs: T0 - 11_000 })).toMatchObject({
      state: 'late',
      ageMs: 11_000,
    });
  });

  it('are partial, not lost, when one of two clusters is lost', () => {
    expect(platform({ asOfMs: T0 }, { asOfMs: T0 - 99_000 })).toMatchObject({
      state: 'fresh',
      isPartial: true,
    });
  });

  it('are lost when all clusters are', () => {
    expect(platform({ asOfMs: T0 - 90_000 }, { asOfMs: T0 - 99_000 })).toMatchObject({
      state: 'lost',
      ageMs: 99_000,
    });
  });

  it('have no source when no cluster has one', () => {
    expect(platformFreshness(clusterFreshness({}, at(0))).flow.state).toBe('no-source');
  });
});
