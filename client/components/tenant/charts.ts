import type { TenantSeries } from '../../../shared/protocol.ts';
import type { ChartLine, ChartView } from '../../composables/useChart.ts';
import { countOf, durationOf, percentOf, quantityText, type Quantity } from '../../format/number.ts';
import { CHART_SPAN_MS } from '../../stores/tenant-model.ts';

type Values = readonly (number | null)[];

/** Okabe-Ito, in the order of their contrast on the dark ground; each with a dash pattern of its own. */
const STYLES = {
  sky: { color: '#56b4e9', dash: [] },
  orange: { color: '#e69f00', dash: [8, 4] },
  yellow: { color: '#f0e442', dash: [2, 3] },
  purple: { color: '#cc79a7', dash: [12, 3, 2, 3] },
} as const;

function lineOf(series: TenantSeries, label: string, values: Values, style: keyof typeof STYLES): ChartLine {
  const points = values.map((y, i) => ({ x: series.fromMs + i * series.stepMs, y }));
  return { label, points, ...STYLES[style] };
}

/** A round number at or above the largest value, so that the scale moves seldom. */
export function niceTop(lists: readonly Values[], least: number): number {
  const largest = lists.reduce(
    (top, list) => list.reduce<number>((max, value) => Math.max(max, value ?? 0), top),
    least,
  );
  const decade = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 5, 10].find((n) => n * decade >= largest) ?? 10;
  return factor * decade;
}

/** A label of a scale is exact and needs no zeros to say so. */
const short = ({ value, unit }: Quantity) =>
  quantityText({ value: value.includes('.') ? value.replace(/\.?0+$/, '') : value, unit });

/** The last fifteen minutes up to the newest frame. */
const span = (atMs: number) => ({ fromMs: atMs - CHART_SPAN_MS, toMs: atMs });

/** Recipients waiting, by queue. */
export function queueChart(series: TenantSeries, atMs: number): ChartView {
  const { incoming, active, deferred, hold } = series.queue;
  return {
    ...span(atMs),
    lines: [
      lineOf(series, 'deferred', deferred, 'orange'),
      lineOf(series, 'active', active, 'sky'),
      lineOf(series, 'incoming', incoming, 'yellow'),
      lineOf(series, 'hold', hold, 'purple'),
    ],
    axis: {
      title: 'recipients waiting',
      min: 0,
      max: niceTop([incoming, active, deferred, hold], 10),
      isLogarithmic: false,
      ticks: [],
      format: (value) => short(countOf(value)),
    },
  };
}

/** Spam share of final verdicts. */
export function spamChart(series: TenantSeries, atMs: number): ChartView {
  return {
    ...span(atMs),
    lines: [lineOf(series, 'spam share', series.spamPercent, 'sky')],
    axis: {
      title: '% of final verdicts',
      min: 0,
      max: Math.min(100, niceTop([series.spamPercent], 10)),
      isLogarithmic: false,
      ticks: [],
      format: (value) => short(percentOf(value)),
    },
  };
}

const LAG_FLOOR_MS = 100;
const LAG_TICKS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000];

/** A logarithmic scale has no zero: what is quicker than its floor is drawn on the floor. */
const onFloor = (values: Values): Values =>
  values.map((value) => (value === null ? null : Math.max(LAG_FLOOR_MS, value)));

/** Lag of mail delivered and waiting together, with the age of the oldest mail still waiting. */
export function lagChart(series: TenantSeries, atMs: number): ChartView {
  const p50 = onFloor(series.lagP50Ms);
  const p95 = onFloor(series.lagP95Ms);
  const p99 = onFloor(series.lagP99Ms);
  const oldest = onFloor(series.oldestWaitingMs);
  const largest = [p50, p95, p99, oldest]
    .flat()
    .reduce<number>((top, value) => Math.max(top, value ?? 0), 60_000);
  const max = LAG_TICKS.find((tick) => tick >= largest) ?? largest;
  return {
    ...span(atMs),
    lines: [
      lineOf(series, 'p50', p50, 'sky'),
      lineOf(series, 'p95', p95, 'orange'),
      lineOf(series, 'p99', p99, 'yellow'),
      lineOf(series, 'oldest waiting', oldest, 'purple'),
    ],
    axis: {
      title: 'time, logarithmic',
      min: LAG_FLOOR_MS,
      max,
      isLogarithmic: true,
      ticks: LAG_TICKS.filter((tick) => tick <= max),
      format: (value) => short(durationOf(value)),
    },
  };
}

/** The newest value of a list, for those who read rather than see. */
export function lastKnown(values: Values): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
