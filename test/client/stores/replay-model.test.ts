import { describe, expect, it } from 'vitest';
import {
  advance,
  afterJump,
  clockAt,
  isWanted,
  nextAsk,
  nextSpeed,
  NOTHING_ASKED,
  returnInMs,
  RETURN_AFTER_MS,
  seek,
  stepMs,
  type AskState,
  type ReplayClock,
} from '../../../client/stores/replay-model.ts';
import { T0 } from '../fixtures.ts';

const clock = (change: Partial<ReplayClock> = {}): ReplayClock => ({
  atMs: T0,
  localMs: 1_000,
  speed: 10,
  isPlaying: true,
  ...change,
});
const asked = (change: Partial<AskState> = {}): AskState => ({ ...NOTHING_ASKED, ...change });
const FAR = { nowMs: T0 + 9e9, waitAtMs: Infinity };

describe('the clock of a replay', () => {
  it('runs at its speed, and stands still when paused', () => {
    expect(clockAt(clock(), 3_000)).toBe(T0 + 20_000);
    expect(clockAt(clock({ isPlaying: false }), 3_000)).toBe(T0);
  });

  it('never runs back when the screen clock does', () => {
    expect(clockAt(clock(), 0)).toBe(T0);
  });

  it('stops at now and never passes it (REP-1)', () => {
    const step = advance(clock(), { ...FAR, nowMs: T0 + 5_000 }, 3_000);
    expect(step.reason).toBe('reached-now');
    expect(step.clock).toMatchObject({ atMs: T0 + 5_000, isPlaying: false });
  });

  it('waits for the moment it is to show, and goes on from there (REP-2)', () => {
    const held = advance(clock(), { ...FAR, waitAtMs: T0 + 5_000 }, 3_000);
    expect(held.reason).toBe('waiting');
    expect(clockAt(held.clock, 3_000)).toBe(T0 + 5_000);
    const later = advance(held.clock, FAR, 3_500);
    expect(later.reason).toBe('running');
    expect(clockAt(later.clock, 3_500)).toBe(T0 + 10_000);
  });

  it('waits rather than claim to have reached now while the last moments have not come', () => {
    const limits = { nowMs: T0 + 9_000, waitAtMs: T0 + 5_000 };
    expect(advance(clock(), limits, 60_000)).toMatchObject({
      reason: 'waiting',
      clock: { atMs: T0 + 5_000, isPlaying: true },
    });
  });

  it('goes to whole seconds, not after now and not before time began', () => {
    expect(seek(clock(), T0 + 1_499, T0 + 9_000, 0).atMs).toBe(T0 + 1_000);
    expect(seek(clock(), T0 + 99_000, T0 + 9_000, 0).atMs).toBe(T0 + 9_000);
    expect(seek(clock(), -5, T0, 0).atMs).toBe(0);
  });

  it('knows its speeds, and no faster or slower ones', () => {
    expect(nextSpeed(10, 1)).toBe(60);
    expect(nextSpeed(60, 1)).toBe(60);
    expect(nextSpeed(1, -1)).toBe(1);
  });
});

describe('what a replay asks', () => {
  it.each([
    [1, 1_000],
    [5, 2_500],
    [10, 5_000],
    [60, 30_000],
  ] as const)('at %i× is a moment every %i ms of then: at most two a second (REP-3)', (speed, step) => {
    expect(stepMs(speed)).toBe(step);
  });

  it('is the moment of a jump first', () => {
    expect(nextAsk(asked(), clock({ atMs: T0 + 700 }), 1_000)).toEqual({ atMs: T0, reason: 'jump' });
  });

  it('is one thing at a time, at its pace, and not at once again after a failure (REP-3)', () => {
    expect(nextAsk(asked({ askingMs: T0 }), clock(), 9_000).reason).toBe('one at a time');
    expect(nextAsk(asked({ askedAtLocalMs: 8_600 }), clock(), 9_000).reason).toBe('pace');
    expect(nextAsk(asked({ failedAtLocalMs: 8_000 }), clock(), 9_000).reason).toBe('after a failure');
    expect(nextAsk(asked({ failedAtLocalMs: 6_000 }), clock(), 9_000).atMs).not.toBeNull();
  });

  it('is nothing while it stands still or the next moment is there', () => {
    const shown = asked({ shownMs: T0 });
    expect(nextAsk(shown, clock({ isPlaying: false }), 9_000).atMs).toBeNull();
    expect(nextAsk({ ...shown, readyMs: T0 + 5_000 }, clock(), 9_000).atMs).toBeNull();
  });

  it('is the next step ahead of the clock while it plays', () => {
    expect(nextAsk(asked({ shownMs: T0 }), clock(), 1_000).atMs).toBe(T0 + 5_000);
  });

  it('keeps no answer from before a jump, no other moment, and none older than what is shown (REP-3)', () => {
    const state = afterJump(asked({ askingMs: T0, shownMs: T0 }));
    expect(state).toMatchObject({ askingMs: null, shownMs: null, readyMs: null, generation: 1 });
    const asking = { ...state, askingMs: T0 };
    expect(isWanted(asking, 1, T0)).toBe(true);
    expect(isWanted(asking, 0, T0)).toBe(false);
    expect(isWanted(asking, 1, T0 + 1_000)).toBe(false);
    expect(isWanted({ ...asking, shownMs: T0 }, 1, T0)).toBe(false);
  });

  it('keeps its pace over a jump', () => {
    const state = afterJump(asked({ askedAtLocalMs: 8_900 }));
    expect(nextAsk(state, clock(), 9_000).reason).toBe('pace');
  });
});

describe('the way home', () => {
  it('is ten minutes after the last touch, unless it is to stay (REP-4)', () => {
    expect(returnInMs(1_000, false, 1_000)).toBe(RETURN_AFTER_MS);
    expect(returnInMs(1_000, false, 61_000)).toBe(540_000);
    expect(returnInMs(1_000, false, 9e9)).toBe(0);
    expect(returnInMs(1_000, true, 9e9)).toBeNull();
  });
});
