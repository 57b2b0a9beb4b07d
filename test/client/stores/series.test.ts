import { describe, expect, it } from 'vitest';
import { mergeSeries } from '../../../client/stores/series.ts';
import { series } from '../fixtures.ts';

const SPAN = 5_000;
const merged = (base: (number | null)[], fromMs: number, part: (number | null)[]) => {
  const { fromMs: start, spamPercent } = mergeSeries(series(0, base), series(fromMs, part), SPAN);
  return { start, values: spamPercent };
};

describe('merging newer steps into a chart', () => {
  it.each([
    ['writes over the step that was still growing', [1, 2, 3], 2_000, [9], 0, [1, 2, 9]],
    ['appends what is new', [1, 2], 1_000, [2, 3], 0, [1, 2, 3]],
    ['drops what is older than the span', [1, 2, 3, 4, 5], 4_000, [5, 6], 1_000, [2, 3, 4, 5, 6]],
    ['leaves a gap where steps are missing', [1, 2], 3_000, [4], 0, [1, 2, null, 4]],
    ['keeps a gap that came as one', [1, 2], 1_000, [null, null], 0, [1, null, null]],
    ['lets a gap take back what was known before', [1, 2, 3], 1_000, [null], 0, [1, null, 3]],
    ['starts anew after a jump beyond the span', [1, 2], 60_000, [7, 8], 60_000, [7, 8]],
    ['ignores nothing at all', [1, 2], 2_000, [], 0, [1, 2]],
    ['begins with the first steps', [], 0, [1], 0, [1]],
    ['takes only the part that lies inside of what is shown', [1, 2], -1_000, [8, 9], 0, [9, 2]],
    ['starts anew when time has gone back', [1, 2], -60_000, [8], -60_000, [8]],
  ] as const)('%s', (...row) => {
    const [, base, fromMs, part, start, values] = row;
    expect(merged([...base], fromMs, [...part])).toEqual({ start, values });
  });

  it('takes another grid of time as all there is', () => {
    const other = series(500, [1]);
    expect(mergeSeries(series(0, [1, 2]), other, SPAN)).toBe(other);
    const coarser = series(0, [1], 5_000);
    expect(mergeSeries(series(0, [1, 2]), coarser, SPAN)).toBe(coarser);
  });

  it('does the same to every list', () => {
    const { queue, lagP50Ms, oldestWaitingMs, spamN } = mergeSeries(
      series(0, [1, 2]),
      series(2_000, [3]),
      SPAN,
    );
    for (const list of [
      queue.incoming,
      queue.active,
      queue.deferred,
      queue.hold,
      lagP50Ms,
      oldestWaitingMs,
      spamN,
    ]) {
      expect(list).toEqual([1, 2, 3]);
    }
  });

  it('never grows, however long the page is open', () => {
    let chart = series(0, [0]);
    for (let i = 1; i < 5_000; i += 1) chart = mergeSeries(chart, series((i - 1) * 1_000, [i - 1, i]), SPAN);
    expect(chart.spamPercent).toEqual([4_995, 4_996, 4_997, 4_998, 4_999]);
    expect(chart.fromMs).toBe(4_995_000);
  });
});
