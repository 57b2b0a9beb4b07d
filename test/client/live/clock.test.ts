import { describe, expect, it } from 'vitest';
import {
  advanceLocal,
  createLocalClock,
  clockOf,
  hearClock,
  serverNow,
  shownClock,
  type ClockBounds,
  type ClockSync,
} from '../../../client/live/clock.ts';

const sync = (atMs: number, localMs: number, speed = 1): ClockSync => ({ atMs, localMs, speed });

const hear = (...asked: Parameters<typeof hearClock>) => hearClock(...asked).bounds;
/** Hears readings one after the other: [server, local, longest on its way]. */
const heard = (...readings: (readonly [number, number, (number | null)?])[]) =>
  readings.reduce<ClockBounds | null>(
    (known, [atMs, localMs, onWayMs = null]) => hear(known, sync(atMs, localMs), onWayMs),
    null,
  )!;
/** How far the clock is ahead of the true one, which is the screen's own here. */
const aheadMs = (bounds: ClockBounds) => clockOf(bounds).atMs - bounds.localMs;

describe("the server's clock", () => {
  it('runs on between readings, at the speed of a demo', () => {
    expect(serverNow(sync(1_000, 100), 600)).toBe(1_500);
    expect(serverNow(sync(1_000, 100, 60), 600)).toBe(31_000);
  });

  it('is what was said, as long as nothing is known of the way (WAL-125)', () => {
    expect(clockOf(heard([1_000, 0]))).toEqual(sync(1_000, 0));
  });

  it('follows a reading that is ahead at once', () => {
    expect(aheadMs(heard([1_000, 1_000], [2_050, 2_000]))).toBe(50);
  });

  it('is not held back by frames that come later and later (WAL-125)', () => {
    let bounds = heard([0, 0, 10]);
    for (let i = 1; i <= 600; i += 1) bounds = hear(bounds, sync(i * 1_000 - i * 33, i * 1_000), 20_000);
    expect(Math.abs(aheadMs(bounds))).toBeLessThan(200);
  });

  it('takes the whole round trip for the way here, so that data cannot look younger than it is (WAL-125)', () => {
    // All comes four seconds late, from the first word on; the round trip says so.
    let bounds = heard([0, 4_000, 4_050]);
    for (let i = 1; i <= 60; i += 1) bounds = hear(bounds, sync(i * 1_000, 4_000 + i * 1_000), 9_000);
    expect(aheadMs(bounds)).toBeGreaterThanOrEqual(0);
    expect(aheadMs(bounds)).toBeLessThan(100);
  });

  it('is exact within the quickest round trip', () => {
    const bounds = heard([-20, 0, 900], [980, 1_000, 25], [1_500, 2_000, 5_000]);
    expect(aheadMs(bounds)).toBeGreaterThan(0);
    expect(aheadMs(bounds)).toBeLessThan(10);
  });

  it('follows a clock that was set back as soon as a round trip shows it', () => {
    const bounds = heard([100_000, 0, 10], [1_000, 1_000, 15_000], [2_000, 2_000, 10]);
    expect(aheadMs(bounds)).toBe(10);
  });

  it('says that the server’s clock was set, and is not ahead by the time since the last question (WAL-125)', () => {
    const known = heard([0, 0, 4], [10_000, 10_000, 4]);
    const said = hearClock(known, sync(25_040, 25_000), 15_000);
    expect(said.isOther).toBe(true);
    expect(aheadMs(said.bounds)).toBeLessThanOrEqual(2_040);
    expect(hearClock(known, sync(25_001, 25_000), 15_000).isOther).toBe(false);
  });

  it('is asked anew when it is slewed, so that nothing looks seconds older than it is (WAL-125)', () => {
    let [bounds, askedMs, worstMs, anew] = [heard([0, 0, 4]), 0, 0, 0];
    for (let at = 1_000; at <= 600_000; at += 1_000) {
      const server = at * 1.000_5;
      if (at - askedMs >= 300_000) askedMs = at;
      const said = hearClock(bounds, sync(server, at), at === askedMs ? 4 : at - askedMs);
      bounds = said.isOther ? hear(said.bounds, sync(server + 4, at + 4), 4) : said.bounds;
      if (said.isOther) [anew, askedMs] = [anew + 1, at];
      worstMs = Math.max(worstMs, aheadMs(bounds) - (server - at));
    }
    expect(anew).toBeGreaterThan(10);
    expect(worstMs).toBeLessThan(50);
  });

  it('starts anew when the speed changes', () => {
    const known = hear(null, sync(90_000, 0, 60), 10);
    expect(clockOf(hear(known, sync(1_000, 100, 1), null))).toEqual(sync(1_000, 100, 1));
  });

  it('counts the way in the seconds of a demo', () => {
    expect(clockOf(hear(null, sync(0, 0, 60), 100)).atMs).toBe(6_000);
  });
});

describe('the shown clock', () => {
  it('moves while the server speaks', () => {
    const heard = sync(10_000, 1_000);
    expect(shownClock(heard, heard, 1_900)).toBe(10_900);
  });

  it('stands still when the server is silent, so that moving seconds prove liveness (LIV-4)', () => {
    const heard = sync(10_000, 1_000);
    expect(shownClock(heard, heard, 4_000)).toBe(11_500);
    expect(shownClock(heard, heard, 60_000)).toBe(11_500);
  });
});

describe("the screen's own clock", () => {
  it('takes no notice of a date that is set by a little or back', () => {
    const clock = { localMs: 0, monotonicMs: 0, dateMs: 50_000 };
    expect(advanceLocal(clock, 1_000, 52_500).localMs).toBe(1_000);
    expect(advanceLocal(clock, 1_000, 10_000).localMs).toBe(1_000);
  });

  it('counts sleep, in which a monotonic clock stands still', () => {
    const clock = { localMs: 0, monotonicMs: 0, dateMs: 50_000 };
    expect(advanceLocal(clock, 100, 50_000 + 3_600_000).localMs).toBe(3_600_000);
  });

  it('never goes back', () => {
    let monotonic = 100;
    const now = createLocalClock(
      () => monotonic,
      () => 0,
    );
    monotonic = 50;
    expect(now()).toBe(0);
    monotonic = 80;
    expect(now()).toBe(30);
  });
});
