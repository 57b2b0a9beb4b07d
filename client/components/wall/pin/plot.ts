/** One curve as it is drawn: its line with its gaps, its limit, and a scale that says where it ends. All pure. */
import type { SeriesAnswer } from '../../../../shared/history.ts';
import { knownFrom } from '../../../stores/grid.ts';
import type { CurveWish } from '../../../stores/pin-curves.ts';
import type { Unit } from '../../../../shared/alarms.ts';
import type { Bounds } from '../../../stores/range.ts';
import { alarmPanel } from '../../alarms/alarm-chart.ts';
import { chartView, emptyText } from '../../tenant/charts.ts';

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** Places as shares of width and height, from the upper left. */
export interface Plot {
  /** A gap ends one run and begins another. */
  readonly runs: readonly (readonly PlotPoint[])[];
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** Height of the limit; null: there is none on this scale. */
  readonly limitY: number | null;
  /** `15 min`. */
  readonly limitText: string;
  /** `0 to 1 h`. */
  readonly scaleText: string;
  /** Why nothing is drawn; empty when something is. */
  readonly emptyText: string;
}

/** Ends of a scale, and how its numbers are written. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly format: (value: number) => string;
}

/** Of the numbers that a tile has; an alarm tells its own. */
const TILE_UNITS: Readonly<Record<string, Unit>> = {
  queueDepth: 'count',
  lagP95Ms: 'ms',
  spamPercent: 'percent',
  accessPercent: 'percent',
};

/** What `chartView` makes of an answer, without the parts that are drawn elsewhere. */
function viewOf({ metric, reading }: CurveWish, answer: SeriesAnswer, bounds: Bounds) {
  const held = { unit: reading?.unit ?? TILE_UNITS[metric] ?? 'count', limit: reading?.limit ?? null };
  const panel = alarmPanel({ title: '', reading: held }, metric);
  const data = {
    grids: [answer],
    coverage: { ...answer, values: answer.coverage },
    compare: [],
    marks: [],
    completeMs: answer.asOfMs,
  };
  const look = { bounds, hidden: [], isLagLinear: true, timeZone: 'UTC', width: 0 };
  const view = chartView(panel, data, look);
  const isRate = panel.unit === 'perMinute';
  return { view, isRate, limit: panel.hasLimit ? held.limit : null, emptyText: emptyText(panel, view, data) };
}

/** The time that an answer covers. */
export function boundsOfAnswer({ fromMs, stepMs, coverage }: SeriesAnswer): Bounds {
  return { fromMs, toMs: fromMs + coverage.length * stepMs };
}

/** Less could be taken for a whole night. */
const LEAST_SPAN_MS = 15 * 60_000;

/** The time that curves are drawn over: from when on anything is known of one of them, if that is later than what was asked for. */
export function boundsOfCurves(answers: readonly SeriesAnswer[]): Bounds | null {
  const [first] = answers;
  if (!first) return null;
  const { fromMs, toMs } = boundsOfAnswer(first);
  const known = answers.map(
    ({ coverage, ...grid }) => knownFrom({ ...grid, values: coverage }) ?? grid.fromMs,
  );
  const beganMs = Math.min(...known);
  return { fromMs: Math.max(fromMs, Math.min(beganMs, toMs - LEAST_SPAN_MS)), toMs };
}

/** A scale that holds all curves of one metric: the same height is the same number. */
export function scaleOf(
  curves: readonly { readonly wish: CurveWish; readonly answer: SeriesAnswer }[],
): Scale | null {
  const axes = curves.map(({ wish, answer }) => viewOf(wish, answer, boundsOfAnswer(answer)).view.axis);
  const [first] = axes;
  if (!first) return null;
  return {
    min: Math.min(...axes.map(({ min }) => min)),
    max: Math.max(...axes.map(({ max }) => max)),
    format: first.format,
  };
}

function runsOf(
  points: readonly { readonly x: number; readonly y: number | null }[],
  place: (x: number, y: number) => PlotPoint,
): readonly (readonly PlotPoint[])[] {
  const runs: PlotPoint[][] = [[]];
  for (const { x, y } of points)
    if (y === null) runs.push([]);
    else runs.at(-1)?.push(place(x, y));
  return runs.filter(({ length }) => length > 0);
}

const within = (share: number) => Math.max(0, Math.min(1, share));

/** The curve of an answer within bounds, on a scale. */
export function plotOf(wish: CurveWish, answer: SeriesAnswer, bounds: Bounds, scale: Scale): Plot {
  const { view, limit, isRate, emptyText: reason } = viewOf(wish, answer, bounds);
  const spanMs = Math.max(1, bounds.toMs - bounds.fromMs);
  const height = Math.max(Number.EPSILON, scale.max - scale.min);
  const xOf = (atMs: number) => within((atMs - bounds.fromMs) / spanMs);
  const yOf = (value: number) => within(1 - (value - scale.min) / height);
  const shown = (view.lines[0]?.points ?? []).filter(({ x }) => x >= bounds.fromMs && x <= bounds.toMs);
  return {
    runs: runsOf(shown, (x, y) => ({ x: xOf(x), y: yOf(y) })),
    gaps: view.gaps.map(({ fromMs, toMs }) => ({ from: xOf(fromMs), to: xOf(toMs) })),
    limitY: limit === null || limit < scale.min || limit > scale.max ? null : yOf(limit),
    limitText: limit === null ? '' : scale.format(limit),
    scaleText: `${scale.min === 0 ? '0' : scale.format(scale.min)} to ${scale.format(scale.max)}${isRate ? ' /min' : ''}`,
    emptyText: reason,
  };
}
