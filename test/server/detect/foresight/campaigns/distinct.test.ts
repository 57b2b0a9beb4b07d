import { describe, expect, it } from 'vitest';
import { Distinct } from '../../../../../server/detect/foresight/campaigns/distinct.ts';
import { saltedHash } from '../../../../../server/detect/foresight/campaigns/mail.ts';

const hash = saltedHash('salt');

function filled(from: number, to: number): Distinct {
  const distinct = new Distinct();
  for (let i = from; i < to; i++) {
    distinct.add(hash(`user${i}@one.example`));
    if (i % 3 === 0) distinct.add(hash(`user${i}@one.example`));
  }
  return distinct;
}

describe('how many different ones', () => {
  it('CMP-7: is exact for few', () => {
    expect(filled(0, 700).bounds()).toEqual({ low: 700, high: 700 });
  });

  it.each([1_500, 6_000, 40_000, 200_000])('CMP-7: lies within the bounds for %i', (n) => {
    const { low, high } = filled(0, n).bounds();
    expect(low).toBeLessThanOrEqual(n);
    expect(high).toBeGreaterThanOrEqual(n);
    expect((high ?? Infinity) - low).toBeLessThan(0.2 * n);
  });

  it('CMP-7: of two together counts those of both once', () => {
    const few = filled(0, 600);
    few.absorb(filled(300, 900));
    expect(few.bounds()).toEqual({ low: 900, high: 900 });
    const many = filled(0, 8_000);
    many.absorb(filled(4_000, 12_000));
    const { low, high } = many.bounds();
    expect(low).toBeLessThanOrEqual(12_000);
    expect(high).toBeGreaterThanOrEqual(12_000);
  });

  it.each([0, 100, 800, 5_000])('CMP-12: %i are known again after they were kept, in little room', (n) => {
    const saved = filled(0, n).save();
    expect(JSON.stringify(saved).length).toBeLessThan(6_000);
    const { low, high } = Distinct.from(saved).bounds();
    expect(low).toBeLessThanOrEqual(n);
    expect(high).toBeGreaterThanOrEqual(n);
  });
});
