import { describe, expect, it } from 'vitest';
import { nextState } from '../../../../../server/detect/foresight/campaigns/life.ts';
import type { Life } from '../../../../../server/detect/foresight/campaigns/nucleus.ts';

const MINUTE_MS = 60_000;
const life = (members: Partial<Life> = {}): Life => ({
  ...{ state: 'running', quietMs: 0, longestGapMs: 0, backCount: 0, backSinceMs: 0 },
  ...members,
});

/** Minutes of silence until it is said to be over; null: not within a day. */
function minutesUntilOver(perMinute: number, members: Partial<Life> = {}): number | null {
  const running = life(members);
  for (let minute = 1; minute <= 1_440; minute++)
    if (nextState(running, { perMs: perMinute / MINUTE_MS, atMs: 0 }, MINUTE_MS) === 'stopped') return minute;
  return null;
}

describe('whether a campaign is over', () => {
  it('CMP-8: takes a silence that its own rate makes next to impossible, and a quarter of an hour at least', () => {
    expect(minutesUntilOver(100)).toBe(15);
    expect(minutesUntilOver(0.5)).toBe(28);
    expect(minutesUntilOver(0.05)).toBe(277);
  });

  it('CMP-8: takes twice the longest pause it has made before', () => {
    expect(minutesUntilOver(10, { longestGapMs: 40 * MINUTE_MS })).toBe(80);
  });

  it('CMP-8: is not said of one whose rate is not known, nor while nothing is told', () => {
    expect(minutesUntilOver(0)).toBeNull();
    const silent = life();
    for (let i = 0; i < 1_000; i++) expect(nextState(silent, { perMs: 1, atMs: 0 }, 0)).toBe('running');
  });

  it('CMP-9: it is back after five within a quarter of an hour, a straggler does not bring it back', () => {
    const pace = (minutes: number) => ({ perMs: 1, atMs: minutes * MINUTE_MS });
    expect(nextState(life({ state: 'stopped', backCount: 5 }), pace(3), 5_000)).toBe('returned');
    const straggler = life({ state: 'stopped', backCount: 3 });
    expect(nextState(straggler, pace(16), 5_000)).toBe('stopped');
    expect(straggler.backCount).toBe(0);
  });
});
