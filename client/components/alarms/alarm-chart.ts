/** The chart of the number that an alarm rests on: its hours, its limit, and when it was raised. All pure. */
import type { AlarmView, Unit } from '../../../shared/alarms.ts';
import type { SeriesAnswer } from '../../../shared/history.ts';
import type { ChartView } from '../../composables/useChart.ts';
import { PANELS, STYLES, type PanelDef, type Unit as PanelUnit } from '../../stores/panels.ts';
import type { Bounds } from '../../stores/range.ts';
import { chartView } from '../tenant/charts.ts';

const HOUR_MS = 3_600_000;
const BEFORE_MS = 2 * HOUR_MS;
const AFTER_MS = HOUR_MS;
/** Longer than this its beginning could not be told any more. */
const LONGEST_MS = 12 * HOUR_MS;

/** Two hours before it began, up to now, or to an hour after it was over. */
export function chartBounds({ sinceMs, returnedAtMs }: AlarmView, nowMs: number): Bounds {
  const fromMs = sinceMs - BEFORE_MS;
  const endMs = returnedAtMs === null ? nowMs : Math.min(nowMs, returnedAtMs + AFTER_MS);
  return { fromMs, toMs: Math.max(fromMs + HOUR_MS, Math.min(endMs, fromMs + LONGEST_MS)) };
}

/** Metrics that rules name in another way than series do. */
const SERIES_NAMES: Readonly<Record<string, string>> = {
  acceptedPerMinute: 'accepted',
  deliveredPerMinute: 'delivered',
};
/** The name of its series; null: none is stored of such a place. */
export function seriesMetric({ scope, reading }: AlarmView): string | null {
  const isStored = scope.kind === 'tenant' || scope.kind === 'cluster' || scope.kind === 'platform';
  return isStored && reading.metric !== '' ? (SERIES_NAMES[reading.metric] ?? reading.metric) : null;
}

const PANEL_UNITS: Readonly<Record<Unit, PanelUnit>> = {
  ms: 'duration',
  percent: 'percent',
  count: 'count',
  'per-minute': 'perMinute',
  times: 'count',
  bytes: 'count',
  state: 'count',
};

/** Room above the limit, so that the line of the limit is not the frame. */
const ABOVE_LIMIT = 1.15;

/** The panel of one metric: as the tenant's page has it, where it has it, with a scale that holds the limit. */
export function alarmPanel(
  alarm: { readonly title: string; readonly reading: Pick<AlarmView['reading'], 'unit' | 'limit'> },
  metric: string,
): PanelDef & { readonly hasLimit: boolean } {
  const { unit: ownUnit, limit } = alarm.reading;
  const own = PANELS.find(({ lines }) => lines.some((line) => line.metric === metric));
  const unit = own?.unit ?? PANEL_UNITS[ownUnit];
  // A limit of five minutes of flow, or of times the usual, is no height on the scale of the metric itself.
  const hasLimit = limit !== null && unit === PANEL_UNITS[ownUnit] && ownUnit !== 'times';
  const base = own?.least ?? 1;
  const isTop = own?.axis === 'top';
  return {
    id: 'alarm',
    title: alarm.title,
    note: '',
    unit,
    axis: isTop ? 'top' : unit === 'duration' ? 'log' : 'zero',
    least: !hasLimit ? base : isTop ? Math.min(base, limit) : Math.max(base, limit * ABOVE_LIMIT),
    isOfMail: own?.isOfMail ?? true,
    compared: metric,
    lines: [{ metric, label: metric, style: 'sky', shape: 'line' }],
    hasLimit,
  };
}

const LIMIT_LINE = {
  ...STYLES.vermillion,
  dash: [10, 5],
  width: 2,
  isCompared: false,
  fill: 'none',
} as const;

/** The line, the limit over its whole length, and a mark where it was raised (of many: where each was). */
export function alarmChart(
  alarm: AlarmView,
  alarms: readonly AlarmView[],
  answer: SeriesAnswer,
  look: { readonly bounds: Bounds; readonly timeZone: string; readonly width: number },
): ChartView {
  const [metric = ''] = Object.keys(answer.metrics);
  const panel = alarmPanel(alarm, metric);
  const data = {
    grids: [answer],
    coverage: { ...answer, values: answer.coverage },
    compare: [],
    marks: answer.marks,
    completeMs: answer.asOfMs,
  };
  const view = chartView(panel, data, { ...look, hidden: [], isLagLinear: true });
  const { limit } = alarm.reading;
  const { fromMs, toMs } = look.bounds;
  const line = { label: 'limit', ...LIMIT_LINE, isAlone: [false, false] };
  const limits = panel.hasLimit ? [{ ...line, points: [fromMs, toMs].map((x) => ({ x, y: limit })) }] : [];
  const raised = alarms.flatMap(({ raisedAtMs }) => raisedAtMs ?? []);
  const [first] = raised.toSorted((a, b) => a - b);
  const mark = first === undefined ? [] : [{ atMs: first, kind: 'alarm' as const, text: 'raised' }];
  const over =
    alarm.returnedAtMs === null
      ? []
      : [{ atMs: alarm.returnedAtMs, kind: 'note' as const, text: 'returned' }];
  return { ...view, lines: [...view.lines, ...limits], marks: [...mark, ...over] };
}
