import { describe, expect, it } from 'vitest';
import { SPARK_POINTS } from '../../../shared/protocol.ts';
import { drawSparks } from '../../../client/components/wall/draw-sparks.ts';
import { sparkLines, sparkScale, sparkTop } from '../../../client/components/wall/spark.ts';

const rect = { x: 100, y: 50, width: SPARK_POINTS - 1, height: 10 };

describe('a sparkline', () => {
  it('has its newest point at the right edge, also when it is short', () => {
    expect(sparkLines([20, 10], rect)).toEqual([
      [
        { x: 100 + SPARK_POINTS - 2, y: 50 },
        { x: 100 + SPARK_POINTS - 1, y: 55 },
      ],
    ]);
  });

  it('draws a gap as a gap', () => {
    const lines = sparkLines([1, 2, null, null, 3], rect);
    expect(lines.map((line) => line.length)).toEqual([2, 1]);
  });

  it('draws nothing where nothing is known', () => {
    expect(sparkLines([null, null], rect)).toEqual([]);
    expect(sparkLines([], rect)).toEqual([]);
  });

  it('stays inside of its place', () => {
    const values = Array.from({ length: SPARK_POINTS }, (_, i) => i * i);
    for (const { x, y } of sparkLines(values, rect).flat()) {
      expect(x).toBeGreaterThanOrEqual(100);
      expect(x).toBeLessThanOrEqual(100 + rect.width);
      expect(y).toBeGreaterThanOrEqual(50);
      expect(y).toBeLessThanOrEqual(60);
    }
  });

  it('has a scale of its own, from zero, and names it', () => {
    expect(sparkScale([12_000, 48_200, null])).toBe('max 48.2 k');
  });

  it('does not make mountains of a queue of three', () => {
    expect(sparkTop([0, 3, 1])).toBe(10);
  });
});

describe('drawing all sparklines', () => {
  it('is done on one context, in its pixels, after wiping it', () => {
    const calls: string[] = [];
    const log =
      (name: string) =>
      (...args: unknown[]) =>
        void calls.push(`${name} ${args.join(' ')}`);
    const context = Object.fromEntries(
      ['setTransform', 'clearRect', 'beginPath', 'moveTo', 'lineTo', 'stroke', 'fillText'].map((name) => [
        name,
        log(name),
      ]),
    ) as unknown as CanvasRenderingContext2D;
    Object.assign(context, { canvas: { width: 200, height: 100 } });
    const spark = { values: [10, null, 10, 10], rect, hasScale: false };
    drawSparks(context, [spark, spark], 2);
    expect(calls.slice(0, 3)).toEqual([
      'setTransform 1 0 0 1 0 0',
      'clearRect 0 0 200 100',
      'setTransform 2 0 0 2 0 0',
    ]);
    expect(calls.filter((call) => call === 'stroke ')).toHaveLength(2);
    expect(calls.filter((call) => call.startsWith('moveTo'))).toHaveLength(4);
  });
});
