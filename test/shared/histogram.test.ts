import { describe, expect, it } from 'vitest';
import { bucketOf, Histogram, RELATIVE_ERROR, valueOf } from '../../shared/histogram.ts';
import { createRandom } from '../support/random.ts';

/** Lags as mail has them: many short ones, a long tail of hours. */
function lags(seed: number, n: number): number[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => Math.round(Math.exp(random() * random() * 19)));
}

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

function nearestRank(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(q * sorted.length) - 1]!;
}

describe('Histogram', () => {
  it('AGG-2: every quantile is within the relative error of the nearest-rank one', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const values = lags(seed, 1 + seed * 23);
      const histogram = histogramOf(values);
      for (const q of [0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1]) {
        const truth = nearestRank(values, q);
        const found = histogram.quantile(q)!;
        expect(Math.abs(found - truth), `seed ${seed} q ${q}: ${found} for ${truth}`).toBeLessThanOrEqual(
          truth * RELATIVE_ERROR * 1.001 + (truth < 1 ? 1 : 0),
        );
      }
      expect(histogram.max).toBe(Math.max(...values));
    }
  });

  it('AGG-2: several quantiles at once are those asked for one by one', () => {
    const qs = [0.99, 0.01, 0.5, 1] as const;
    for (let seed = 1; seed <= 20; seed++) {
      const histogram = histogramOf(lags(seed, seed * 7));
      expect(histogram.quantiles(qs)).toEqual(qs.map((q) => histogram.quantile(q)));
    }
    expect(new Histogram().quantiles(qs)).toBeUndefined();
  });

  it('AGG-1: merging is associative and commutative and the empty histogram is its identity', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const [a, b, c] = [lags(seed, 50), lags(seed + 100, 20), lags(seed + 200, 1)] as const;
      const whole = histogramOf([...a, ...b, ...c]).encode();
      const left = histogramOf(a);
      left.merge(histogramOf(b));
      left.merge(histogramOf(c));
      const right = histogramOf(c);
      const tail = histogramOf(b);
      tail.merge(histogramOf(a));
      right.merge(tail);
      right.merge(new Histogram());
      expect(left.encode()).toEqual(whole);
      expect(right.encode()).toEqual(whole);
    }
  });

  it('taking out what was merged in leaves the counts as they were', () => {
    const kept = lags(7, 300);
    const histogram = histogramOf(kept);
    const added = histogramOf(lags(8, 200));
    histogram.merge(added);
    histogram.subtract(added);
    const { buckets, counts } = histogram.encode();
    expect({ buckets, counts }).toEqual(
      (({ buckets: b, counts: c }) => ({ buckets: b, counts: c }))(histogramOf(kept).encode()),
    );
    expect(histogram.count).toBe(kept.length);
  });

  it('decoding what was encoded gives it back', () => {
    const histogram = histogramOf([0, 0.4, 1, 17, 17, 86_400_000]);
    expect(Histogram.decode(JSON.parse(JSON.stringify(histogram.encode()))).encode()).toEqual(
      histogram.encode(),
    );
  });

  it('an empty histogram has no quantile, and values below one count as zero', () => {
    expect(new Histogram().quantile(0.5)).toBeUndefined();
    expect(histogramOf([0, 0, 0.9]).quantile(0.95)).toBe(0);
  });

  it('a bucket holds its own middle', () => {
    for (let bucket = 1; bucket < 2_000; bucket += 37) expect(bucketOf(valueOf(bucket))).toBe(bucket);
  });
});
