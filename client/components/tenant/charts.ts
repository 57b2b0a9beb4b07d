import type { AnomaliesView } from '../../../shared/foresight.ts';
import type { ChartMark, CompareKind } from '../../../shared/history.ts';
import type { ChartLine, ChartView } from '../../composables/useChart.ts';
import { tickText, timeTicks } from '../../format/axis.ts';
import {
  coverOf,
  gapsOf,
  pointsOf,
  runsOf,
  trackOf,
  type Grid,
  type Track,
  type Values,
} from '../../stores/grid.ts';
import { axisText, inUnit, lineKey, STYLES, type LineDef, type PanelDef } from '../../stores/panels.ts';
import { ribbonOf } from '../../stores/odd-ribbon.ts';
import type { Bounds } from '../../stores/range.ts';

/** What there is to draw. */
export interface ChartData {
  /** The first that has a metric gives it. */
  readonly grids: readonly Grid[];
  readonly coverage: Track | null;
  readonly compare: readonly { readonly kind: CompareKind; readonly grid: Grid }[];
  readonly marks: readonly ChartMark[];
  /** Up to when what was answered is complete. */
  readonly completeMs: number | null;
  /** What was strange; null: it has not been answered. Absent: it is not asked. */
  readonly odd?: AnomaliesView | null;
}

/** How to draw it. */
export interface ChartLook {
  readonly bounds: Bounds;
  readonly hidden: readonly string[];
  readonly isLagLinear: boolean;
  readonly timeZone: string;
  /** Of the plot, CSS pixels. */
  readonly width: number;
}

export const COMPARE_WORDS: Readonly<Record<CompareKind, string>> = {
  yesterday: 'yesterday',
  lastWeek: 'last week',
  platformMedian: 'platform median',
};
export const COMPARE_STYLES: Readonly<Record<CompareKind, { color: string; dash: readonly number[] }>> = {
  yesterday: { color: '#c3cad2', dash: [7, 5] },
  lastWeek: { color: '#a3adb8', dash: [3, 5] },
  platformMedian: { color: '#8b95a1', dash: [12, 4] },
};

/** A round number at or above the largest value, so that the scale moves seldom. */
export function niceTop(lists: readonly Values[], least: number): number {
  const largest = largestOf(lists, least);
  const decade = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 5, 10].find((n) => n * decade >= largest) ?? 10;
  return factor * decade;
}

const largestOf = (lists: readonly Values[], least: number) =>
  lists.reduce((top, list) => list.reduce<number>((max, value) => Math.max(max, value ?? 0), top), least);

const LAG_FLOOR_MS = 100;
const LAG_TICKS = [100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000, 86_400_000, 604_800_000];
/** Between an hour and a day there is no room for its label. */
const SIX_HOURS_MS = 21_600_000;
const LAG_TOPS = [
  ...[1, 2, 4, 10, 20].map((minutes) => minutes * 60_000),
  ...[1, 2, 4, 8, 12, 24, 48, 96, 192].map((hours) => hours * 3_600_000),
];
/** An axis of shares near all must not begin at zero: a loss of one in a hundred would not be seen. It says where it begins. */
const SHARE_FLOORS = [99, 95, 90, 80, 50, 0];

function axisOf(panel: PanelDef, lists: readonly Values[], isLagLinear: boolean): ChartView['axis'] {
  const format = (value: number) => axisText(panel.unit, value);
  const base = { title: '', min: 0, isLogarithmic: false, ticks: [] as readonly number[], format };
  if (panel.axis === 'log' && isLagLinear) {
    const largest = largestOf(lists, panel.least);
    const max = LAG_TOPS.find((top) => top >= largest) ?? largest;
    return { ...base, max, ticks: [0, 0.25, 0.5, 0.75, 1].map((share) => share * max) };
  }
  if (panel.axis === 'log') {
    const largest = largestOf(lists, panel.least);
    const max = LAG_TICKS.find((tick) => tick >= largest) ?? largest;
    return {
      ...base,
      min: LAG_FLOOR_MS,
      max,
      isLogarithmic: true,
      ticks: LAG_TICKS.filter((tick) => tick === max || (tick < max && tick !== SIX_HOURS_MS)),
    };
  }
  if (panel.axis === 'top') {
    const lowest = lists.flat().reduce<number>((low, value) => Math.min(low, value ?? low), panel.least);
    return { ...base, min: SHARE_FLOORS.find((floor) => floor <= lowest) ?? 0, max: 100 };
  }
  const top = panel.axis === 'hundred' ? 100 : niceTop(lists, panel.least);
  return { ...base, max: panel.unit === 'percent' ? Math.min(100, top) : top };
}

/** A logarithmic scale has no zero: what is quicker than its floor is drawn on the floor. */
const onFloor = (values: Values): Values =>
  values.map((value) => (value === null ? null : Math.max(LAG_FLOOR_MS, value)));

/** In the panel's unit. The step that still goes on has no rate yet: it would be too low, so it is left off. */
function inPanel(panel: PanelDef, track: Track, completeMs: number | null): Track {
  const { fromMs, stepMs } = track;
  const values = track.values.map((value) => inUnit(panel.unit, value, stepMs));
  if (panel.unit !== 'perMinute' || completeMs === null) return { ...track, values };
  return { ...track, values: values.slice(0, Math.max(0, Math.floor((completeMs - fromMs) / stepMs))) };
}

/** The lines of a panel that are to be seen. An edge goes with its band. */
export function visibleLines(panel: PanelDef, hidden: readonly string[]): readonly LineDef[] {
  const isHidden = (line: LineDef | undefined) => !line || hidden.includes(lineKey(panel.id, line.metric));
  return panel.lines.filter((line, i) => !isHidden(line.shape === 'edge' ? panel.lines[i + 1] : line));
}

const addUp = (a: Values, b: Values): Values =>
  b.map((value, i) => (value === null || (a[i] ?? null) === null ? null : value + (a[i] ?? 0)));

interface Drawn {
  readonly def: LineDef;
  readonly track: Track;
}

/** Each stacked line on top of those before it. */
function stacked(drawn: readonly Drawn[]): readonly Drawn[] {
  let below: Values | null = null;
  return drawn.map(({ def, track }) => {
    if (def.shape !== 'stack') return { def, track };
    below = below ? addUp(below, track.values) : track.values;
    return { def, track: { ...track, values: below } };
  });
}

/** A layer that adds nothing would only hide the one below it. */
const isBare = ({ def, track }: Drawn) => def.shape === 'stack' && track.values.every((value) => !value);

function lineOf({ def, track }: Drawn, i: number, all: readonly Drawn[], panel: PanelDef): ChartLine {
  const before = all[i - 1]?.def;
  const isBand =
    def.shape === 'band' && before !== undefined && before === panel.lines[panel.lines.indexOf(def) - 1];
  const isStack = def.shape === 'stack';
  return {
    label: def.label,
    ...STYLES[def.style],
    width: def.shape === 'edge' || before?.shape === 'edge' ? 1 : 2,
    isCompared: false,
    fill: isBand || (isStack && before?.shape === 'stack') ? 'line-before' : isStack ? 'ground' : 'none',
    ...pointsOf(track),
  };
}

function comparedLines(
  panel: PanelDef,
  data: ChartData,
  isLog: boolean,
): readonly (ChartLine & { values: Values })[] {
  return data.compare.flatMap(({ kind, grid }) => {
    const track = trackOf([grid], panel.compared);
    if (!track) return [];
    const shown = inPanel(panel, track, null);
    const values = isLog ? onFloor(shown.values) : shown.values;
    const label = COMPARE_WORDS[kind];
    return [
      {
        label,
        ...COMPARE_STYLES[kind],
        width: 1.5,
        fill: 'none' as const,
        isCompared: true,
        values,
        ...pointsOf({ ...shown, values }),
      },
    ];
  });
}

/** Pixels that a label of the axis of time needs, one of its letters, and what is free to the right of the plot. */
const TICK_WIDTH = 74;
const LETTER_WIDTH = 6.4;
const RIGHT_OF_PLOT = 14;

function ticksOf({ bounds, timeZone, width }: ChartLook): ChartView['ticks'] {
  const spanMs = bounds.toMs - bounds.fromMs;
  const most = Math.max(2, Math.floor(width / TICK_WIDTH));
  const ticks = timeTicks(bounds.fromMs, bounds.toMs, most, timeZone);
  const stepMs = ticks.length > 1 ? (ticks[1] ?? 0) - (ticks[0] ?? 0) : spanMs;
  return ticks.map((value) => {
    const label = tickText(value, stepMs, timeZone);
    const room = RIGHT_OF_PLOT + (width * (bounds.toMs - value)) / spanMs;
    // A label that would be cut off says something else.
    return { value, label: room < (label.length * LETTER_WIDTH) / 2 ? '' : label };
  });
}

/** A panel as it is to be drawn. */
export function chartView(panel: PanelDef, data: ChartData, look: ChartLook): ChartView {
  const isLog = panel.axis === 'log' && !look.isLagLinear;
  const drawn = visibleLines(panel, look.hidden).flatMap((def) => {
    const track = trackOf(data.grids, def.metric);
    return track ? [{ def, track: inPanel(panel, track, data.completeMs) }] : [];
  });
  const layers = drawn.filter((line, i) => i === 0 || !isBare(line));
  const shown = stacked(layers).map(({ def, track }) => ({
    def,
    track: isLog ? { ...track, values: onFloor(track.values) } : track,
  }));
  const compared = comparedLines(panel, data, isLog);
  const lists = [...shown.map(({ track }) => track.values), ...compared.map(({ values }) => values)];
  return {
    ...look.bounds,
    lines: [...shown.map((line, i) => lineOf(line, i, shown, panel)), ...compared],
    ticks: ticksOf(look),
    axis: axisOf(panel, lists, look.isLagLinear),
    gaps: gapsOf(
      drawn.map(({ track }) => track),
      data.coverage,
      panel.isOfMail,
    ),
    cover: data.coverage
      ? runsOf(data.coverage.values.map(coverOf), data.coverage.fromMs, data.coverage.stepMs)
      : [],
    marks: data.marks,
    ...(data.odd !== undefined && { odd: ribbonOf(panel, data.odd, look.bounds) }),
  };
}

/** Columns of charts for a width, CSS pixels. */
export function columnsFor(width: number): number {
  return width >= 1_500 ? 3 : width >= 760 ? 2 : 1;
}

const GAP = 8;
/** Padding of a chart, its scale, and the room to the right of its plot. */
const AROUND_PLOT = 20 + 62 + 14;

/** Width of one plot when all have so much; 0: not known yet. */
export function plotWidth(width: number): number {
  const columns = columnsFor(width);
  return Math.max(0, Math.floor((width - (columns - 1) * GAP) / columns - AROUND_PLOT));
}

/** Why nothing is drawn in a panel; empty when something is, or when nothing was answered yet. */
export function emptyText(panel: PanelDef, view: ChartView, data: ChartData): string {
  if (view.lines.length === 0) {
    const isAnswered = panel.lines.some(({ metric }) => trackOf(data.grids, metric));
    return isAnswered ? 'All lines are switched off' : 'No data';
  }
  if (view.lines.some(({ points }) => points.some(({ y }) => y !== null))) return '';
  // Only sources that all reported can say that there was nothing.
  const isSure = panel.isOfMail && view.gaps.length === 0;
  return isSure ? 'Nothing to measure in this time' : 'No data in this time';
}
