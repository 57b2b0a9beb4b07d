import { describe, expect, it } from 'vitest';
import {
  ASLEEP_MS,
  DEAD_AFTER_MS,
  FIRST_WITHIN_MS,
  firstSigns,
  FROZEN_AFTER_MS,
  looked,
  NO_ECHO_MS,
  shown,
  verdictOf,
  watchdogVerdict,
  type Signs,
} from '../../../client/watchdog/verdict.ts';

const painted: Signs = { ...firstSigns(0), paintedAtMs: 0, echoedAtMs: 0 };

describe('what the watchdog thinks of the page', () => {
  it('painting, as long as a frame came lately', () => {
    expect(verdictOf(painted, FROZEN_AFTER_MS)).toBe('painting');
  });

  it('stuck, when it neither paints nor echoes (WAL-120)', () => {
    expect(verdictOf(painted, FROZEN_AFTER_MS + 1)).toBe('stuck');
  });

  it('unpainted, when it echoes but does not paint: its timers or frames are dead (WAL-120)', () => {
    const nowMs = FROZEN_AFTER_MS + 1;
    expect(verdictOf({ ...painted, echoedAtMs: nowMs - NO_ECHO_MS }, nowMs)).toBe('unpainted');
  });

  it('says so well within ten seconds of the last frame (WAL-120)', () => {
    expect(FROZEN_AFTER_MS + NO_ECHO_MS).toBeLessThan(10_000);
  });

  it('gives the first frame of a slow machine more time, not all time (WAL-120)', () => {
    expect(verdictOf(firstSigns(0), FIRST_WITHIN_MS)).toBe('starting');
    expect(verdictOf({ ...firstSigns(0), echoedAtMs: FIRST_WITHIN_MS }, FIRST_WITHIN_MS + 1)).toBe(
      'unpainted',
    );
  });

  it('never accuses a page that nobody sees, and gives it its time when it is shown again (WAL-120)', () => {
    const hidden = shown(painted, false, 1_000);
    expect(verdictOf(hidden, 3_600_000)).toBe('hidden');
    const back = shown(hidden, true, 3_600_000);
    expect(verdictOf(back, 3_600_000 + FROZEN_AFTER_MS)).toBe('painting');
    expect(verdictOf(back, 3_600_000 + FROZEN_AFTER_MS + 1)).toBe('stuck');
    expect(shown(painted, true, 5_000)).toEqual(painted);
  });

  it('never accuses a page of what happened while it slept itself (WAL-120)', () => {
    const woken = looked({ ...painted, lookedAtMs: 500 }, 8 * 3_600_000);
    expect(verdictOf(woken, 8 * 3_600_000 + 1_000)).toBe('painting');
    expect(verdictOf(woken, 8 * 3_600_000 + FROZEN_AFTER_MS + 1)).toBe('stuck');
    expect(looked({ ...painted, lookedAtMs: 500 }, 1_000).paintedAtMs).toBe(0);
  });
});

describe('what the page thinks of its watchdog', () => {
  const signs = { heardAtMs: 0, lookedAtMs: 5_500, isVisible: true };

  it('alive, then dead by its silence (WAL-120)', () => {
    expect(watchdogVerdict(signs, DEAD_AFTER_MS)).toBe('alive');
    expect(watchdogVerdict(signs, DEAD_AFTER_MS + 1)).toBe('dead');
  });

  it('nothing, while it was hidden or held itself', () => {
    expect(watchdogVerdict({ ...signs, isVisible: false }, 60_000)).toBe('unknown');
    expect(watchdogVerdict(signs, signs.lookedAtMs + ASLEEP_MS + 1)).toBe('unknown');
  });
});
