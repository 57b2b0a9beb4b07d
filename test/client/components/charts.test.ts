import { describe, expect, it } from 'vitest';
import {
  lagChart,
  lastKnown,
  niceTop,
  queueChart,
  spamChart,
} from '../../../client/components/tenant/charts.ts';
import { series, T0 } from '../fixtures.ts';

const ofValues = (values: (number | null)[]) => series(T0, values, 5_000);

describe('the charts of a tenant', () => {
  it('put each value at its time and leave gaps as gaps', () => {
    const [line] = queueChart(ofValues([1, null, 3]), T0).lines;
    expect(line?.points).toEqual([
      { x: T0, y: 1 },
      { x: T0 + 5_000, y: null },
      { x: T0 + 10_000, y: 3 },
    ]);
  });

  it('show the last fifteen minutes up to the newest frame', () => {
    const { fromMs, toMs } = spamChart(ofValues([]), T0);
    expect([fromMs, toMs]).toEqual([T0 - 900_000, T0]);
  });

  it.each([
    ['queue', queueChart(ofValues([1]), T0)],
    ['lag', lagChart(ofValues([1]), T0)],
  ])('tell the lines of %s apart by dash pattern, not by colour alone (WAL-3)', (_, view) => {
    const patterns = view.lines.map(({ dash }) => dash.join(' '));
    expect(new Set(patterns).size).toBe(view.lines.length);
  });

  it('draw what is quicker than the floor of a logarithmic scale on the floor, and no data nowhere', () => {
    const { lines, axis } = lagChart(ofValues([0, null, 5_000]), T0);
    expect(lines[0]?.points.map(({ y }) => y)).toEqual([axis.min, null, 5_000]);
  });

  it('have room for the largest value', () => {
    expect(lagChart(ofValues([9_999_999_999]), T0).axis.max).toBeGreaterThanOrEqual(9_999_999_999);
    expect(queueChart(ofValues([48_210]), T0).axis.max).toBe(50_000);
    expect(spamChart(ofValues([64]), T0).axis.max).toBe(100);
  });

  it('have a scale that starts at zero and moves seldom', () => {
    expect(niceTop([[0, null]], 10)).toBe(10);
    expect(niceTop([[11], [19]], 10)).toBe(20);
    expect(niceTop([[1_000]], 10)).toBe(1_000);
    expect(niceTop([[5_001]], 10)).toBe(10_000);
  });

  it('label their scales without false precision', () => {
    const { format } = lagChart(ofValues([1]), T0).axis;
    expect([100, 1_000, 10_000, 60_000, 3_600_000].map(format)).toEqual([
      '100 ms',
      '1 s',
      '10 s',
      '1 min',
      '1 h',
    ]);
    expect([0, 10_000, 12_500, 500].map(queueChart(ofValues([1]), T0).axis.format)).toEqual([
      '0',
      '10 k',
      '12.5 k',
      '500',
    ]);
  });

  it('tell the newest value that is known', () => {
    expect(lastKnown([1, 0, null])).toBe(0);
    expect(lastKnown([null])).toBeNull();
  });
});
