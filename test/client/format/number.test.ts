import { describe, expect, it } from 'vitest';
import {
  ageText,
  countOf,
  durationOf,
  orNothing,
  percentOf,
  quantityText,
} from '../../../client/format/number.ts';

const count = (n: number) => quantityText(countOf(n));
const percent = (n: number) => quantityText(percentOf(n));
const duration = (ms: number) => quantityText(durationOf(ms));

describe('counts', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [999, '999'],
    [1_000, '1.00 k'],
    [12_345, '12.3 k'],
    [999_499, '999 k'],
    [999_500, '1.00 M'],
    [1_234_567, '1.23 M'],
    [4_000_000_000, '4.00 G'],
    [12.345, '12.3'],
    [0.5, '0.50'],
    [999.6, '1.00 k'],
    [-1_500, '-1.50 k'],
  ])('say %d with three significant figures and its unit (WAL-1): %s', (n, text) => {
    expect(count(n)).toBe(text);
  });
});

describe('shares', () => {
  it.each([
    [0, '0 %'],
    [3.2, '3.20 %'],
    [43.14, '43.1 %'],
    [100, '100 %'],
    [0.0321, '0.03 %'],
  ])('say %d percent with the unit (WAL-1): %s', (n, text) => {
    expect(percent(n)).toBe(text);
  });

  it('never round what is not all up to all', () => {
    expect(percent(99.96)).toBe('99.96 %');
    expect(percent(99.9999)).toBe('>99.99 %');
  });

  it('never round what is not nothing down to nothing', () => {
    expect(percent(0.004)).toBe('<0.01 %');
  });
});

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [840, '840 ms'],
    [999.7, '1.0 s'],
    [4_230, '4.2 s'],
    [9_949, '9.9 s'],
    [9_950, '10 s'],
    [41_400, '41 s'],
    [59_499, '59 s'],
    [59_500, '1.0 min'],
    [60_000, '1.0 min'],
    [372_000, '6.2 min'],
    [3_596_900, '59.9 min'],
    [3_597_100, '1.0 h'],
    [11_160_000, '3.1 h'],
    [172_800_000, '2.0 d'],
    [432_000_000, '5.0 d'],
  ])('say %d ms in the unit that reads best (WAL-1): %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('never go down when the time goes up', () => {
    const factor = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
    let last = -1;
    for (let ms = 0; ms < 200_000_000; ms = Math.ceil(ms * 1.0007) + 1) {
      const { value, unit } = durationOf(ms);
      const said = Number(value) * factor[unit as keyof typeof factor];
      expect(said).toBeGreaterThanOrEqual(last);
      last = said;
    }
  });
});

describe('ages', () => {
  it.each([
    [-50, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [7_200_000, '2h'],
    [200_000_000, '2d'],
  ])('of %d ms are as short as can be and rounded down: %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });
});

describe('a missing number', () => {
  it('is a dash, never a zero (WAL-1)', () => {
    expect(orNothing(countOf, null)).toBe('—');
    expect(orNothing(countOf, 0)).toBe('0');
    expect(quantityText(null)).toBe('—');
  });
});
