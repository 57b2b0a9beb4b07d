import { describe, expect, it } from 'vitest';
import { judgeState, type PollState } from '../../../../server/collect/postqueue/state.ts';

const NOW = Date.UTC(2026, 10, 21, 3);
const poll: PollState = { startedAtMs: NOW - 3_600_000, intervalMs: 5_000, failures: 0 };
const failed = { failures: 2, failingSinceMs: NOW - 8_000, reason: 'it broke: mend it' };

describe('state of a queue source', () => {
  it.each<[string, Partial<PollState>, string]>([
    ['starting before the first listing', { startedAtMs: NOW - 1_000 }, 'starting'],
    ['ok right after one', { asOfMs: NOW }, 'ok'],
    ['ok while the next one is due', { asOfMs: NOW - 10_000 }, 'ok'],
    ['late when the next one does not come', { asOfMs: NOW - 12_001 }, 'late'],
    ['ok with a slow queue, whose interval is long', { asOfMs: NOW - 200_000, intervalMs: 100_000 }, 'ok'],
    ['failing when the last try failed', { asOfMs: NOW - 6_000, ...failed }, 'failing'],
    ['failing when the first try failed', { startedAtMs: NOW - 1_000, ...failed }, 'failing'],
    ['still failing after a minute', { asOfMs: NOW - 60_000, ...failed }, 'failing'],
    ['lost after more than a minute without one', { asOfMs: NOW - 60_001, ...failed }, 'lost'],
    ['lost when there never was one', { startedAtMs: NOW - 60_001 }, 'lost'],
    ['lost with a slow queue after three intervals', { asOfMs: NOW - 300_001, intervalMs: 100_000 }, 'lost'],
  ])('COL-7: %s', (_, state, expected) => {
    expect(judgeState({ ...poll, ...state }, NOW, 1).state).toBe(expected);
  });

  it('is starting when it has not been started', () => {
    expect(judgeState({ intervalMs: 5_000, failures: 0 }, NOW, 1)).toEqual({ state: 'starting' });
  });

  it('COL-7: failing and lost say what is wrong, what mends it and since when', () => {
    const reason = 'it broke: mend it; failing since 02:59:52 UTC';
    expect(judgeState({ ...poll, asOfMs: NOW - 9_000, ...failed }, NOW, 1)).toEqual({
      state: 'failing',
      reason,
    });
    expect(judgeState({ ...poll, asOfMs: NOW - 90_000, ...failed }, NOW, 1)).toEqual({
      state: 'lost',
      reason,
    });
  });

  it('late says how long there has been no listing', () => {
    expect(judgeState({ ...poll, asOfMs: NOW - 20_000 }, NOW, 1).reason).toMatch(/^no listing for 20 s, /);
  });

  it('a flaw of a listing that succeeded is told', () => {
    const state = { ...poll, asOfMs: NOW, note: 'it was cut' };
    expect(judgeState(state, NOW, 1)).toEqual({ state: 'ok', reason: 'it was cut' });
  });

  it("limits are real time: a demo's clock that runs sixty times as fast makes nothing late", () => {
    expect(judgeState({ ...poll, asOfMs: NOW - 60 * 10_000 }, NOW, 60).state).toBe('ok');
    expect(judgeState({ ...poll, asOfMs: NOW - 60 * 60_001 }, NOW, 60).state).toBe('lost');
  });
});
