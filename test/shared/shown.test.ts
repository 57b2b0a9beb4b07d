import { describe, expect, it } from 'vitest';
import { countOf, durationOf, percentOf, type Quantity } from '../../client/format/number.ts';
import { shownCount, shownDuration, shownPercent } from '../../shared/shown.ts';
import { createRandom } from '../support/random.ts';

const RUNS = 20_000;

/** Values over many magnitudes, and about each limit at which the form changes. */
function values(limits: readonly number[], most: number): number[] {
  const random = createRandom(7);
  const spread = Array.from({ length: RUNS }, () => most * 10 ** (-7 * random()));
  const near = limits.flatMap((limit) =>
    Array.from({ length: 400 }, () => limit * (1 + (random() - 0.5) * 0.003)),
  );
  return [...spread, ...near, ...limits].filter((value) => value <= most);
}

/** Halfway between two steps of what is shown either is right, and a hair in binary decides. */
const isHalfway = (value: number, step: number) => Math.abs(((value / step) % 1) - 0.5) < 1e-6;

describe('WAL-140: a value no finer than it is shown', () => {
  it.each<[string, (n: number) => number, (n: number) => Quantity, readonly number[]]>([
    ['count', shownCount, countOf, values([1_000, 9_995, 99_950, 999_500], 5e7).map(Math.round)],
    ['share', shownPercent, percentOf, values([0.01, 1, 10, 99.9, 99.95, 99.99, 100], 100)],
    [
      'duration',
      shownDuration,
      durationOf,
      values([1_000, 9_950, 59_500, 3_597_000, 172_620_000], 4e8).filter(
        (ms) => ![100, 1_000, 6_000, 360_000, 8_640_000].some((step) => isHalfway(Math.round(ms), step)),
      ),
    ],
  ])('reads as the %s it was made of, and stays as it is', (_, round, show, samples) => {
    const wrong = samples.filter((value) => {
      const once = round(value);
      return (
        JSON.stringify(show(once)) !== JSON.stringify(show(value)) ||
        JSON.stringify(round(once)) !== `${once}`
      );
    });
    expect(wrong).toEqual([]);
  });

  it('keeps nothing and all apart from almost nothing and almost all', () => {
    expect([0, 100].map(shownPercent)).toEqual([0, 100]);
    expect(shownPercent(1e-9)).toBeGreaterThan(0);
    expect(shownPercent(100 - 1e-9)).toBeLessThan(100);
  });
});
