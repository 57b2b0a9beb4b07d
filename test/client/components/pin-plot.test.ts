import { describe, expect, it } from 'vitest';
import type { SeriesAnswer } from '../../../shared/history.ts';
import { drawPlot } from '../../../client/components/wall/pin/draw-plot.ts';
import { pinPlace } from '../../../client/components/wall/pin/pin-place.ts';
import { boundsOfAnswer, boundsOfCurves, plotOf, scaleOf } from '../../../client/components/wall/pin/plot.ts';
import type { CurveWish } from '../../../client/stores/pin-curves.ts';

const T = 1_790_000_000_000;
const wish = (metric = 'lagP95Ms', limit: number | null = 900_000): CurveWish => ({
  key: metric,
  scope: { kind: 'tenant', id: 't0' },
  name: 'Tenant',
  metric,
  label: '',
  reading: {
    metric,
    value: 1,
    unit: metric === 'accessPercent' ? 'percent' : 'ms',
    limit,
    side: 'above',
    n: null,
    isFloor: false,
    atMs: T,
  },
});
const answer = (values: readonly (number | null)[], metric = 'lagP95Ms'): SeriesAnswer => ({
  fromMs: T,
  stepMs: 60_000,
  metrics: { [metric]: values },
  coverage: values.map((value) => (value === null ? 0 : 1)),
  tierSeconds: 10,
  asOfMs: T + values.length * 60_000,
  marks: [],
});
const plot = (values: readonly (number | null)[], of = wish()) => {
  const told = answer(values, of.metric);
  return plotOf(of, told, boundsOfAnswer(told), scaleOf([{ wish: of, answer: told }])!);
};

describe('the curve of a pin', () => {
  it('leaves its gaps as gaps, and hatches them (WAL-113)', () => {
    const { runs, gaps } = plot([1_000, 2_000, null, null, 3_000]);
    expect(runs.map(({ length }) => length)).toEqual([2, 1]);
    expect(gaps).toEqual([{ from: 0.4, to: 0.8 }]);
  });

  it('has room above its limit, and says where its scale ends (WAL-112)', () => {
    const told = plot([1_000, 2_000]);
    expect(told.limitText).toBe('15 min');
    expect(told.scaleText).toBe('0 to 20 min');
    expect(told.limitY).toBeCloseTo(0.25);
    expect(told.runs[0]!.every(({ y }) => y > 0.99)).toBe(true);
  });

  it('has one scale for all curves of a metric: the same height is the same number (WAL-112)', () => {
    const [small, large] = [answer([60_000]), answer([7_200_000])];
    const scale = scaleOf([small, large].map((each) => ({ wish: wish(), answer: each })))!;
    const y = (told: SeriesAnswer, value: number) => {
      const [first] = plotOf(wish(), told, boundsOfAnswer(told), scale).runs;
      return { y: first![0]!.y, share: 1 - value / scale.max };
    };
    const [a, b] = [y(small, 60_000), y(large, 7_200_000)];
    expect(a.y).toBeCloseTo(a.share);
    expect(b.y).toBeCloseTo(b.share);
  });

  it('begins where anything is known, when nobody watched before, but is never shorter than a quarter of an hour (WAL-112)', () => {
    const minutes = (unknown: number, known: number) =>
      answer([...Array.from({ length: unknown }, () => null), ...Array.from({ length: known }, () => 1_000)]);
    expect(boundsOfCurves([minutes(30, 30), minutes(40, 20)])).toEqual({
      fromMs: T + 30 * 60_000,
      toMs: T + 60 * 60_000,
    });
    expect(boundsOfCurves([minutes(55, 5)])?.fromMs).toBe(T + 45 * 60_000);
    expect(boundsOfCurves([minutes(60, 0)])).toEqual({ fromMs: T, toMs: T + 60 * 60_000 });
    expect(boundsOfCurves([])).toBeNull();
  });

  it('of a share near all does not begin at zero, and says so (WAL-112)', () => {
    const told = plot([99.9, 93], wish('accessPercent', 95));
    expect(told.scaleText).toBe('90 % to 100 %');
    expect(told.limitY).toBeCloseTo(0.5);
  });

  it('says in words that there is nothing, and draws no line then (WAL-113)', () => {
    expect(plot([null, null])).toMatchObject({ runs: [], emptyText: 'No data in this time' });
    const other = answer([1], 'other');
    expect(plotOf(wish(), other, boundsOfAnswer(other), { min: 0, max: 1, format: String })).toMatchObject({
      runs: [],
      emptyText: 'No data',
    });
  });

  it('says that a rate is one (WAL-112)', () => {
    const rate = { ...wish('rejected', null), reading: null };
    expect(plot([10, 40, 40], rate).scaleText).toBe('0 to 50 /min');
  });

  it('has no limit where there is none on its scale', () => {
    expect(plot([1_000], wish('lagP95Ms', null)).limitY).toBeNull();
  });

  it('never joins what a gap has parted when it is drawn (WAL-113)', () => {
    const calls: string[] = [];
    const context = new Proxy({} as Record<string, unknown>, {
      get: (_, name) =>
        typeof name === 'string'
          ? (...at: unknown[]) => void calls.push(`${name} ${at.join(' ')}`)
          : undefined,
      set: () => true,
    }) as unknown as CanvasRenderingContext2D;
    const told = { ...plot([0, 0, null, 0, 0]), gaps: [], limitY: null };
    const palette = { line: '#fff', limit: '#f00', edge: '#999', gap: '#999' };
    drawPlot(context, told, { width: 500, height: 100, ratio: 1, linePx: 2 }, palette);
    const moves = calls.filter((call) => /^(moveTo|lineTo)/.test(call)).map((call) => call.split(' ')[0]);
    expect(moves).toEqual(['moveTo', 'lineTo', 'moveTo', 'lineTo']);
  });
});

describe('where the panel stands (WAL-116)', () => {
  it.each([
    [{ width: 1_900, height: 760 }, 1_920, 'side'],
    [{ width: 3_800, height: 1_800 }, 3_840, 'side'],
    [{ width: 1_060, height: 1_500 }, 1_080, 'foot'],
    [{ width: 800, height: 790 }, 820, 'foot'],
    [{ width: 370, height: 5_000 }, 390, 'float'],
  ] as const)('in %j', (room, windowWidth, place) => {
    expect(pinPlace(room, windowWidth)).toBe(place);
  });
});
