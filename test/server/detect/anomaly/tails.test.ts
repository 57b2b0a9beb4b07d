import { describe, expect, it } from 'vitest';
import { gammaPoissonTail, poissonTail } from '../../../../server/detect/anomaly/tails.ts';

describe('tails of sparse counts', () => {
  it.each([
    [1, 0.01, 0.009950166250831947],
    [2, 0.01, 4.966791334e-5],
    [2, 0.1, 0.004678840160444],
    [3, 0.1, 1.546530702647e-4],
    [5, 1, 0.00365984682734371],
    [10, 1, 1.1142547833872067e-7],
    [100, 100, 0.5132987982791589],
  ])(
    'ANO-14: %i or more of %f expected have the probability of the Poisson distribution',
    (count, mean, p) => {
      expect(poissonTail(count, mean) / p).toBeCloseTo(1, 9);
    },
  );

  it('ANO-14: a tail and what is left of it differ by the probability of one count', () => {
    for (const mean of [0.02, 3, 40, 2_000]) {
      for (const count of [1, 2, 40, 1_990, 2_010]) {
        const term = poissonTail(count, mean) - poissonTail(count + 1, mean);
        let exact = -mean;
        for (let k = 1; k <= count; k++) exact += Math.log(mean / k);
        expect(term).toBeCloseTo(Math.exp(exact), 12);
      }
    }
  });

  it('ANO-14: with much evidence for the rate the uncertain tail is the Poisson one', () => {
    expect(gammaPoissonTail(4, { shape: 2e8, rate: 1e8 }, 0.5) / poissonTail(4, 1)).toBeCloseTo(1, 6);
  });

  it('ANO-14: an uncertain rate makes many hits less of a surprise', () => {
    expect(gammaPoissonTail(3, { shape: 1, rate: 10 }, 1)).toBeGreaterThan(4 * poissonTail(3, 0.1));
    // With shape 1 the count is geometric: P(X >= k) = (exposure / (rate + exposure))^k.
    expect(gammaPoissonTail(3, { shape: 1, rate: 10 }, 1)).toBeCloseTo((1 / 11) ** 3, 15);
  });

  it('ANO-14: nothing expected and nothing counted have their plain answers', () => {
    expect([poissonTail(0, 3), poissonTail(1, 0), gammaPoissonTail(0, { shape: 1, rate: 1 }, 1)]).toEqual([
      1, 0, 1,
    ]);
    expect(gammaPoissonTail(2, { shape: 1, rate: 1 }, 0)).toBe(0);
  });
});
