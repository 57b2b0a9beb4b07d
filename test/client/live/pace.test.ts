import { describe, expect, it } from 'vitest';
import { createPace } from '../../../client/live/pace.ts';

describe('WAL-142: the page’s clock', () => {
  it('moves once a second while frames come: the timer beside them and a second room do not move it again', () => {
    const pace = createPace();
    const moved: number[] = [];
    const feed = (atMs: number, isHeard: boolean) =>
      pace(atMs, isHeard ? atMs : atMs - 500) && moved.push(atMs);
    for (let second = 0; second < 5; second += 1) {
      feed(second * 1_000 + 20 * (second % 2), true);
      feed(second * 1_000 + 20 * (second % 2) + 4, true);
      feed(second * 1_000 + 600, false);
    }
    expect(moved).toEqual([0, 1_020, 2_000, 3_020, 4_000]);
  });

  it('moves by its timer when nothing is heard, at most two seconds after the last frame', () => {
    const pace = createPace();
    expect(pace(0, 0)).toBe(true);
    const ticks = [400, 1_399.8, 2_399, 3_400].map((atMs) => pace(atMs, 0));
    expect(ticks).toEqual([false, true, true, true]);
  });

  it('moves at once when it has slept or was set back', () => {
    const pace = createPace();
    expect([pace(0, 0), pace(50, 0), pace(60_000, 0), pace(10, 0)]).toEqual([true, false, true, true]);
  });
});
