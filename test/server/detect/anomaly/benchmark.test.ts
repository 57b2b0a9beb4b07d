import { describe, expect, it } from 'vitest';
import { createDetector, LOOK_SCORE } from '../../../../server/detect/anomaly/detector.ts';
import { hasNab, readNab } from '../../../support/nab-corpus.ts';
import { nabScore, type NabFile } from '../../../support/nab-score.ts';
import { windowedGaussian } from '../../../support/windowed-gaussian.ts';

const WINDOWS = [
  [400, 499],
  [700, 799],
] as const;
const file = (...alarms: readonly number[]): NabFile => {
  const scores = new Float64Array(1_000);
  for (const row of alarms) scores[row] = 1;
  return { name: 'a', scores, windows: WINDOWS };
};
const standard = (...alarms: readonly number[]) => nabScore([file(...alarms)], 'standard', 0.5).score;

describe('the benchmark scorer', () => {
  it('ANO-15: gives 0 to silence and 100 to alarms at the first row of each window', () => {
    expect([standard(), standard(400, 700)]).toEqual([0, 100]);
  });

  it('ANO-15: counts the earliest alarm of a window, whatever comes after it', () => {
    expect(standard(420, 450, 499)).toBe(standard(420));
    expect(standard(420)).toBeGreaterThan(standard(450));
  });

  it('ANO-15: takes a false alarm for 0.11 of a window, for little just behind one, for nothing in the probation', () => {
    expect(standard(300)).toBeCloseTo((-100 * 0.11) / 4, 9);
    expect(standard(500)).toBeGreaterThan(standard(560));
    expect(standard(149)).toBe(0);
    expect(nabScore([file(300)], 'low FP', 0.5).score).toBeCloseTo((-100 * 0.22) / 4, 9);
  });

  it('ANO-15: finds the best threshold by itself, and silence where all alarms are false', () => {
    const scores = Float64Array.from({ length: 1_000 }, (_, row) =>
      row === 400 ? 0.9 : row === 300 ? 0.4 : 0,
    );
    expect(nabScore([{ ...file(), scores }], 'standard')).toEqual({ score: 50, threshold: 0.9 });
    expect(nabScore([file(300, 600)], 'standard')).toEqual({ score: 0, threshold: Infinity });
  });
});

/** The files beside the repository are not everywhere; without them nothing is claimed. */
describe.skipIf(!hasNab)(
  'the benchmark files (skipped where ../shared/corpus/nab is absent)',
  { timeout: 60_000 },
  () => {
    it('ANO-15: windowed Gaussian comes out as published', () => {
      const files = readNab().map((each) => ({ ...each, scores: windowedGaussian(each.values) }));
      expect(Math.abs(nabScore(files, 'standard').score - 36.7)).toBeLessThan(0.6);
      expect(Math.abs(nabScore(files, 'low FN').score - 45.2)).toBeLessThan(0.6);
    });

    it('ANO-19: ours is above 70 with the benchmark’s threshold and with the fixed one', () => {
      const files = readNab().map((each) => {
        const detector = createDetector();
        const score = (value: number, row: number) => detector.next(each.timesMs[row]!, value).score;
        return { ...each, scores: each.values.map(score) };
      });
      expect(nabScore(files, 'standard').score).toBeGreaterThan(74);
      expect(nabScore(files, 'standard', LOOK_SCORE).score).toBeGreaterThan(70);
    });
  },
);
