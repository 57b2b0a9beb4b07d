import { describe, expect, it } from 'vitest';
import {
  chartView,
  columnsFor,
  emptyText,
  niceTop,
  plotWidth,
  visibleLines,
  type ChartData,
  type ChartLook,
} from '../../../client/components/tenant/charts.ts';
import { ASKED_METRICS, PANELS, type PanelDef } from '../../../client/stores/panels.ts';
import { T0 } from '../fixtures.ts';

const MINUTE = 60_000;
const panel = (id: string): PanelDef => PANELS.find((one) => one.id === id)!;
const data = (metrics: Record<string, (number | null)[]>, change: Partial<ChartData> = {}): ChartData => ({
  grids: [{ fromMs: T0, stepMs: MINUTE, metrics }],
  coverage: null,
  compare: [],
  marks: [],
  completeMs: null,
  ...change,
});
const look = (change: Partial<ChartLook> = {}): ChartLook => ({
  bounds: { fromMs: T0, toMs: T0 + 10 * MINUTE },
  hidden: [],
  isLagLinear: false,
  timeZone: 'UTC',
  width: 500,
  ...change,
});
const drawn = (id: string, metrics: Record<string, (number | null)[]>, change: Partial<ChartLook> = {}) =>
  chartView(panel(id), data(metrics), look(change));
const valuesOf = (view: ReturnType<typeof drawn>, label: string) =>
  view.lines.find((line) => line.label === label)?.points.map(({ y }) => y);

describe('the charts of a tenant', () => {
  it('all have the bounds that were asked for, whatever was answered: their axes of time agree', () => {
    for (const one of PANELS) {
      const view = chartView(one, data({}), look());
      expect([view.fromMs, view.toMs]).toEqual([T0, T0 + 10 * MINUTE]);
    }
  });

  it.each(PANELS.map((one) => [one.id, one] as const))(
    'tell the lines of %s apart by dash pattern, not by colour alone (WAL-3)',
    (_, one) => {
      const metrics = Object.fromEntries(ASKED_METRICS.map((metric) => [metric, [1]]));
      // A band and its edge are one thing.
      const lines = chartView(one, data(metrics), look()).lines.filter(({ label }) => label !== 'at least');
      expect(new Set(lines.map(({ dash }) => dash.join(' '))).size).toBe(lines.length);
    },
  );

  it('leave gaps as gaps and tell them from what was zero (TEN-3)', () => {
    const view = drawn('queue', { queueDeferred: [1, null, 0], queueActive: [2, null, 0] });
    expect(valuesOf(view, 'deferred')).toEqual([1, null, 0]);
    expect(view.gaps).toMatchObject([{ fromMs: T0 + MINUTE, toMs: T0 + 2 * MINUTE }]);
  });

  it('stack the states of the queue, and hold apart', () => {
    const view = drawn('queue', {
      queueDeferred: [5, 5],
      queueActive: [3, null],
      queueIncoming: [1, 1],
      queueHold: [40, 40],
    });
    expect(valuesOf(view, 'active')).toEqual([8, null]);
    expect(valuesOf(view, 'incoming')).toEqual([9, null]);
    expect(valuesOf(view, 'hold')).toEqual([40, 40]);
    expect(view.lines.map(({ fill }) => fill)).toEqual(['ground', 'line-before', 'line-before', 'none']);
  });

  it('leave out a layer that adds nothing, which would hide the one below', () => {
    const view = drawn('queue', { queueDeferred: [5, 5], queueActive: [0, null], queueIncoming: [0, 1] });
    expect(view.lines.map(({ label }) => label)).toEqual(['deferred', 'incoming']);
    expect(drawn('queue', { queueDeferred: [0], queueActive: [0] }).lines).toHaveLength(1);
  });

  it('stack what is left when a state is switched off', () => {
    const metrics = { queueDeferred: [5], queueActive: [3], queueIncoming: [1] };
    const view = drawn('queue', metrics, { hidden: ['queue.queueDeferred'] });
    expect(view.lines.map(({ label }) => label)).toEqual(['active', 'incoming']);
    expect(valuesOf(view, 'incoming')).toEqual([4]);
    expect(view.lines[0]?.fill).toBe('ground');
  });

  it('fill a band down to its own edge, and not to another line when the edge is gone', () => {
    const metrics = { lagP50Ms: [1_000], lagP95Ms: [5_000], lagP99Ms: [9_000] };
    const fillsOf = (view: ReturnType<typeof drawn>) => view.lines.map(({ label, fill }) => [label, fill]);
    expect(fillsOf(drawn('lag', metrics))).toEqual([
      ['p50', 'none'],
      ['p95', 'line-before'],
      ['p99', 'line-before'],
    ]);
    expect(fillsOf(drawn('lag', metrics, { hidden: ['lag.lagP95Ms'] }))).toEqual([
      ['p50', 'none'],
      ['p99', 'none'],
    ]);
    expect(visibleLines(panel('spam'), ['spam.spamHighPercent']).map(({ label }) => label)).toEqual(['spam']);
  });

  it('draw counts per minute, whatever the length of the step', () => {
    const grids = [{ fromMs: T0, stepMs: 10_000, metrics: { accepted: [4, 0] } }];
    const view = chartView(panel('flow'), data({}, { grids }), look());
    expect(valuesOf(view, 'accepted')).toEqual([24, 0]);
  });

  it('draw no rate of a step that still goes on: it would be too low (TEN-12)', () => {
    const metrics = { accepted: [60, 60, 7], queueDeferred: [1, 1, 1] };
    const still = data(metrics, { completeMs: T0 + 2 * MINUTE + 1 });
    expect(valuesOf(chartView(panel('flow'), still, look()), 'accepted')).toEqual([60, 60]);
    expect(valuesOf(chartView(panel('queue'), still, look()), 'deferred')).toEqual([1, 1, 1]);
  });

  it('draw what is quicker than the floor of a logarithmic scale on the floor, and no data nowhere', () => {
    const view = drawn('lag', { lagP50Ms: [0, null, 5_000] });
    expect(valuesOf(view, 'p50')).toEqual([view.axis.min, null, 5_000]);
    expect(valuesOf(drawn('lag', { lagP50Ms: [0] }, { isLagLinear: true }), 'p50')).toEqual([0]);
  });

  it('draw what is compared as a line of its own, at the same times', () => {
    const grid = { fromMs: T0, stepMs: MINUTE, metrics: { accepted: [30, null] } };
    const compare = [{ kind: 'lastWeek', grid } as const];
    const view = chartView(panel('flow'), data({ accepted: [60, 60] }, { compare }), look());
    const line = view.lines.at(-1);
    expect(line).toMatchObject({ label: 'last week', isCompared: true });
    expect(line?.points.map(({ x, y }) => [x, y])).toEqual([
      [T0 + MINUTE / 2, 30],
      [T0 + 1.5 * MINUTE, null],
    ]);
    expect(view.gaps).toEqual([]);
  });

  it('have room for the largest value that is shown', () => {
    expect(drawn('queue', { queueDeferred: [48_000], queueActive: [3_000] }).axis.max).toBe(100_000);
    expect(drawn('queue', { queueDeferred: [48_000] }, { hidden: ['queue.queueDeferred'] }).axis.max).toBe(
      10,
    );
    expect(drawn('spam', { spamPercent: [64] }).axis.max).toBe(100);
    for (const isLagLinear of [false, true])
      expect(drawn('lag', { lagP50Ms: [9e11] }, { isLagLinear }).axis.max).toBeGreaterThanOrEqual(9e11);
  });

  it('begin at zero but where a loss of one in a hundred would not be seen', () => {
    expect(drawn('deferral', { deferralPercent: [50] }).axis.min).toBe(0);
    expect(drawn('access', { accessPercent: [99.9] }).axis).toMatchObject({ min: 99, max: 100 });
    expect(drawn('access', { accessPercent: [93, null] }).axis.min).toBe(90);
  });

  it('have a scale that moves seldom', () => {
    expect(niceTop([[0, null]], 10)).toBe(10);
    expect(niceTop([[11], [19]], 10)).toBe(20);
    expect(niceTop([[1_000]], 10)).toBe(1_000);
    expect(niceTop([[5_001]], 10)).toBe(10_000);
  });

  it('label their scales without false precision', () => {
    const { format } = drawn('lag', {}).axis;
    expect([100, 1_000, 10_000, 60_000, 3_600_000].map(format)).toEqual([
      '100 ms',
      '1 s',
      '10 s',
      '1 min',
      '1 h',
    ]);
    expect([0, 10_000, 12_500, 500].map(drawn('queue', {}).axis.format)).toEqual([
      '0',
      '10 k',
      '12.5 k',
      '500',
    ]);
  });

  it('cut off no label of the axis of time', () => {
    const bounds = { fromMs: Date.UTC(2007, 0, 1), toMs: Date.UTC(2007, 3, 1) + MINUTE };
    const { ticks } = drawn('queue', {}, { bounds, width: 500 });
    const last = ticks.at(-1)!;
    const right = (500 * (bounds.toMs - last.value)) / (bounds.toMs - bounds.fromMs);
    expect(last.label === '' || right > 20).toBe(true);
    expect(ticks.some(({ label }) => label !== '')).toBe(true);
  });
});

describe('a chart without a line', () => {
  const full = { fromMs: T0, stepMs: MINUTE, values: [1, 1] };
  const said = (
    id: string,
    metrics: Record<string, (number | null)[]>,
    change: Partial<ChartData> = {},
    hidden: string[] = [],
  ) => {
    const given = data(metrics, change);
    return emptyText(panel(id), chartView(panel(id), given, look({ hidden })), given);
  };

  it('says why: no data, nothing to measure, or switched off (TEN-3)', () => {
    expect(said('bounce', {})).toBe('No data');
    expect(said('bounce', { bouncePercent: [null, null] })).toBe('No data in this time');
    expect(said('bounce', { bouncePercent: [null, null] }, { coverage: full })).toBe(
      'Nothing to measure in this time',
    );
    expect(said('bounce', { bouncePercent: [1] }, {}, ['bounce.bouncePercent'])).toBe(
      'All lines are switched off',
    );
  });

  it('never says that there was nothing to measure of what is always there', () => {
    expect(said('queue', { queueDeferred: [null, null] }, { coverage: full })).toBe('No data in this time');
  });

  it('says nothing when there is a line, be it zero', () => {
    expect(said('bounce', { bouncePercent: [0, null] })).toBe('');
  });
});

describe('the room for charts', () => {
  it('is shared by as many columns as fit', () => {
    expect([390, 759, 760, 1_170, 1_600].map(columnsFor)).toEqual([1, 1, 2, 2, 3]);
  });

  it('leaves each plot its width, and none before it was measured', () => {
    expect(plotWidth(0)).toBe(0);
    expect(plotWidth(1_168)).toBe(484);
  });
});
