import { describe, expect, it } from 'vitest';
import { flowOf } from '../../../../../server/detect/foresight/drain/flow.ts';
import type { Slot } from '../../../../../server/detect/foresight/drain/types.ts';
import { createRandom } from '../../../../support/random.ts';

const slots = (n: number, departed: number, deferred: number): readonly Slot[] =>
  Array.from({ length: n }, () => ({ departed, deferred, arrived: departed, ready: 0, waiting: 900 }));
const successOf = (...parts: readonly (readonly Slot[])[]) => flowOf(parts.flat(), 5).success;

describe('DRN-19: how many attempts succeed', () => {
  it('is counted since the store is back, however much failed in the ten minutes before', () => {
    for (let since = 5; since <= 9; since++)
      expect(successOf(slots(30, 60, 40), slots(since, 100, 0)), `after ${since}`).toBe(1);
    expect(successOf(slots(30, 60, 40), slots(4, 100, 0))).toBeLessThan(1);
  });

  it('is counted since one of two stores is gone', () => {
    expect(successOf(slots(30, 100, 0), slots(6, 60, 40))).toBeCloseTo(0.6);
  });

  it('is that of ten minutes while it only varies by chance', () => {
    const next = createRandom(19);
    let taken = 0;
    for (let round = 0; round < 400; round++) {
      const list = Array.from({ length: 10 }, () => {
        const departed = Array.from({ length: 40 }, () => next() < 0.8).filter(Boolean).length;
        return slots(1, departed, 40 - departed)[0] as Slot;
      });
      const whole = list.reduce((sum, { departed }) => sum + departed, 0) / 400;
      if (Math.abs(flowOf(list, 5).success - whole) > 1e-9) taken += 1;
    }
    expect(taken).toBeLessThanOrEqual(2);
  });

  it('is of no attempts none', () => {
    expect(successOf(slots(30, 0, 0))).toBe(0);
  });
});
