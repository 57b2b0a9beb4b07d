import { describe, expect, it } from 'vitest';
import {
  advanceLocal,
  createLocalClock,
  serverNow,
  shownClock,
  syncClock,
  type ClockSync,
} from '../../../client/live/clock.ts';

const sync = (atMs: number, localMs: number, speed = 1): ClockSync => ({ atMs, localMs, speed });

describe("the server's clock", () => {
  it('runs on between readings, at the speed of a demo', () => {
    expect(serverNow(sync(1_000, 100), 600)).toBe(1_500);
    expect(serverNow(sync(1_000, 100, 60), 600)).toBe(31_000);
  });

  it('follows a reading that is ahead at once', () => {
    expect(syncClock(sync(1_000, 0), sync(2_050, 1_000))).toEqual(sync(2_050, 1_000));
  });

  it('hardly believes a reading that was held up: data must not look younger than it is', () => {
    const next = syncClock(sync(0, 0), sync(7_000, 10_000));
    expect(next.atMs).toBeCloseTo(9_700);
  });

  it('follows a clock that was set back, in the end', () => {
    let known = sync(100_000, 0);
    for (let i = 1; i <= 60; i += 1) known = syncClock(known, sync(i * 1_000, i * 1_000));
    expect(Math.abs(known.atMs - 60_000)).toBeLessThan(200);
  });

  it('starts anew when the speed changes', () => {
    expect(syncClock(sync(90_000, 0, 60), sync(1_000, 100, 1))).toEqual(sync(1_000, 100, 1));
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
