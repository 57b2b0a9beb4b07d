import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../../server/demo/random.ts';
import { POSTFIX_PACE } from '../../../../../server/detect/foresight/drain/pace.ts';
import { drain, HORIZON_SLOTS, nextTrySlots } from '../../../../../server/detect/foresight/drain/fluid.ts';

const fluid = {
  ready: 1_000,
  due: [],
  capacity: 100,
  arrivals: () => 0,
  success: 1,
  clearBelow: 0,
  maxBackoff: 67,
};

describe('the fluid', () => {
  it('DRN-10: a standing queue is over after its length by the capacity', () => {
    expect(drain(fluid)).toMatchObject({ slots: 10, isBoundByCapacity: true });
    expect(drain({ ...fluid, arrivals: () => 50 }).slots).toBe(20);
  });

  it('DRN-10: it is over no sooner with less capacity, more arrivals, more failures or later retries', () => {
    const random = createRandom(7);
    for (let i = 0; i < 300; i++) {
      const base = {
        ...{
          ready: random.between(0, 5_000),
          due: [0, 0, random.between(0, 500)],
          clearBelow: 10,
          maxBackoff: 67,
        },
        ...{ capacity: random.between(20, 400), arrivals: () => 15, success: 1 },
      };
      const minutesOf = (over: Partial<typeof base>) => drain({ ...base, ...over }).slots ?? Infinity;
      const usual = minutesOf({});
      expect(minutesOf({ capacity: base.capacity * 0.9 })).toBeGreaterThanOrEqual(usual);
      expect(minutesOf({ arrivals: () => 18 })).toBeGreaterThanOrEqual(usual);
      expect(minutesOf({ success: 0.8 })).toBeGreaterThanOrEqual(usual);
      expect(minutesOf({ due: [0, 0, 0, 0, 0, 0, 0, 0, base.due[2] ?? 0] })).toBeGreaterThanOrEqual(usual);
    }
  });

  it('DRN-10: what never ends is looked at for three days and no longer', () => {
    expect(drain({ ...fluid, arrivals: () => 200 })).toMatchObject({ slots: null });
    expect(HORIZON_SLOTS).toBe(4_320);
  });

  it('DRN-11: the next try follows Postfix: as long again as it was old, five minutes at least, 67 at most', () => {
    const minutes = (ageMin: number, sinceMin: number) =>
      nextTrySlots(ageMin * 60_000, sinceMin * 60_000, POSTFIX_PACE);
    expect(minutes(2, 0)).toBe(5);
    expect(minutes(20, 0)).toBe(20);
    expect(minutes(30, 10)).toBe(10);
    expect(minutes(600, 0)).toBeCloseTo(66.7, 1);
    expect(minutes(600, 300)).toBe(0);
  });
});
