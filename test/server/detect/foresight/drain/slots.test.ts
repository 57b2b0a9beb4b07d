import { describe, expect, it } from 'vitest';
import { ScopeSlots } from '../../../../../server/detect/foresight/drain/slots.ts';

const slot = (waiting: number | null, arrived: number) => ({
  ...{ departed: arrived, deferred: 0, ready: 0, waiting, arrived },
});
function lived(...stretches: readonly (readonly [slots: number, waiting: number | null, arrived: number])[]) {
  const memory = new ScopeSlots();
  for (const [n, waiting, arrived] of stretches)
    for (let i = 0; i < n; i++) memory.add(slot(waiting, arrived));
  return memory.usualWaiting;
}

describe('what usually waits', () => {
  it('DRN-17: is thrice what waits when nothing is wrong, and never fewer than twenty', () => {
    expect(lived([60, 40, 100])).toBeCloseTo(120);
    expect(lived([60, 1, 100])).toBe(20);
  });

  it('DRN-17: the tail of a backlog is not usual because much comes', () => {
    expect(lived([30, 1, 80], [60, 900, 80], [20, 160, 80])).toBe(20);
  });

  it('DRN-17: grows with what comes: five times the mail of the night is no backlog by day', () => {
    const byDay = lived([60, 40, 100], [30, 200, 500]);
    expect(byDay).toBeGreaterThan(500);
    expect(byDay).toBeLessThan(700);
  });

  it('DRN-17: is what comes in two slots before it is known', () => {
    expect(lived([5, 10, 80])).toBe(160);
    expect(lived([20, null, 80])).toBe(160);
  });
});
