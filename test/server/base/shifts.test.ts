import { describe, expect, it } from 'vitest';
import { shiftBegan } from '../../../server/base/shifts.ts';

const at = (text: string): number => Date.parse(text);

describe('shifts', () => {
  it.each([
    ['2026-11-22T03:00:00Z', '2026-11-21T19:00:00Z'],
    ['2026-11-22T07:00:00Z', '2026-11-22T07:00:00Z'],
    ['2026-11-22T06:59:59.999Z', '2026-11-21T19:00:00Z'],
    ['2026-11-22T23:00:00Z', '2026-11-22T19:00:00Z'],
  ])('ALM-40: the shift of %s began at %s', (now, began) => {
    expect(shiftBegan(['07:00', '19:00'], 'Europe/London', at(now))).toBe(at(began));
  });

  it('ALM-40: a shift begins by the wall clock, also in the night in which it goes back', () => {
    const night = at('2026-10-25T03:00:00Z');
    expect(shiftBegan(['07:00', '19:00'], 'Europe/London', night)).toBe(at('2026-10-24T18:00:00Z'));
  });

  it('ALM-40: a beginning that the clock leaves out is moved forward', () => {
    expect(shiftBegan(['01:30'], 'Europe/London', at('2026-03-29T12:00:00Z'))).toBe(
      at('2026-03-29T01:30:00Z'),
    );
  });
});
