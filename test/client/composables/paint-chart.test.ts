import { describe, expect, it } from 'vitest';
import { joinedSpans, paintBehind, paintOver, timeAt, xOf } from '../../../client/composables/paint-chart.ts';
import type { ChartView } from '../../../client/composables/useChart.ts';

const place = { left: 60, right: 460, top: 20, bottom: 120, height: 150 };
const view = (change: Partial<ChartView> = {}): ChartView => ({
  fromMs: 1_000,
  toMs: 2_000,
  lines: [],
  ticks: [],
  axis: { title: '', min: 0, max: 1, isLogarithmic: false, ticks: [], format: String },
  gaps: [],
  cover: [],
  marks: [],
  ...change,
});

/** A canvas that writes down what is drawn on it. */
function paper() {
  const notes: string[] = [];
  const draw = ['fillText', 'fillRect', 'strokeRect', 'rect', 'arc'] as const;
  const quiet = [
    'save',
    'restore',
    'beginPath',
    'clip',
    'stroke',
    'fill',
    'moveTo',
    'lineTo',
    'setLineDash',
  ] as const;
  const ctx = {
    measureText: (text: string) => ({ width: text.length * 6 }),
    ...Object.fromEntries(
      draw.map((name) => [name, (...args: unknown[]) => void notes.push(`${name} ${args.join(' ')}`)]),
    ),
    ...Object.fromEntries(quiet.map((name) => [name, () => undefined])),
  } as unknown as CanvasRenderingContext2D;
  const of = (name: string) => notes.filter((note) => note.startsWith(name));
  return { ctx, of };
}

describe('the axis of time of all charts', () => {
  it('leads from an instant to its place and back', () => {
    for (const at of [1_000, 1_234, 2_000])
      expect(timeAt(view(), place, xOf(view(), place, at))).toBeCloseTo(at, 6);
    expect([xOf(view(), place, 1_000), xOf(view(), place, 2_000)]).toEqual([60, 460]);
  });

  it('ends at the edges of the plot', () => {
    expect([xOf(view(), place, -5), xOf(view(), place, 9_999)]).toEqual([60, 460]);
    expect([timeAt(view(), place, 0), timeAt(view(), place, 900)]).toEqual([1_000, 2_000]);
  });
});

describe('what is painted into a chart', () => {
  it('hatches a gap over its whole height, and says no data where there is room (TEN-3)', () => {
    const { ctx, of } = paper();
    const gaps = [
      { fromMs: 1_200, toMs: 1_500 },
      { fromMs: 1_600, toMs: 1_610 },
    ];
    paintBehind(ctx, view({ gaps }), place);
    expect(of('rect')).toEqual(['rect 140 20 120 100', 'rect 300 20 4 100']);
    expect(of('fillText').filter((note) => note.includes('no data'))).toHaveLength(1);
  });

  it('paints no gap that lies outside', () => {
    const { ctx, of } = paper();
    paintBehind(ctx, view({ gaps: [{ fromMs: 10, toMs: 900 }] }), place);
    expect(of('rect')).toEqual([]);
  });

  it('shows coverage by form: a whole bar, half a bar, an outline (TEN-6, WAL-3)', () => {
    const { ctx, of } = paper();
    const cover = [
      { kind: 'full', fromMs: 1_000, toMs: 1_250 },
      { kind: 'partial', fromMs: 1_250, toMs: 1_500 },
      { kind: 'none', fromMs: 1_500, toMs: 2_000 },
    ] as const;
    paintOver(ctx, view({ cover }), place, Number);
    const [whole, half] = of('fillRect').map((note) => Number(note.split(' ')[4]));
    expect(whole).toBe(2 * (half ?? 0));
    expect(of('strokeRect')).toHaveLength(1);
  });

  it('dots a point that stands alone, at its place', () => {
    const { ctx, of } = paper();
    const line = { label: 'a', color: '#fff', dash: [], width: 2, fill: 'none', isCompared: false } as const;
    const points = [
      { x: 1_500, y: 77 },
      { x: 1_600, y: null },
    ];
    paintOver(ctx, view({ lines: [{ ...line, points, isAlone: [true, false] }] }), place, (y) => y + 1);
    expect(of('arc').map((note) => note.split(' ').slice(1, 3))).toEqual([['260', '78']]);
  });

  it('says what each mark is, alarms first and then in order of time, but writes no word over another (ALP-29)', () => {
    const { ctx, of } = paper();
    const marks = [
      { atMs: 1_510, kind: 'alarm', text: 'lag of fifteen minutes' },
      { atMs: 1_500, kind: 'change', text: 'main.cf was changed by somebody' },
      { atMs: 1_000, kind: 'note', text: 'shift' },
      { atMs: 9_000, kind: 'note', text: 'not in here' },
    ] as const;
    paintOver(ctx, view({ marks }), place, Number);
    expect(of('fillText').map((note) => note.replace(/ [\d.]+ [\d.]+$/, ''))).toEqual([
      'fillText lag of fifteen minutes',
      'fillText shift',
    ]);
  });
});

describe('stretches of alarms (ALP-29)', () => {
  it('that lie on each other are shaded once', () => {
    const span = (fromMs: number, toMs: number) => ({ fromMs, toMs });
    expect(joinedSpans([span(5, 9), span(0, 3), span(3, 4), span(6, 7)])).toEqual([span(0, 4), span(5, 9)]);
    expect(joinedSpans([])).toEqual([]);
  });
});
