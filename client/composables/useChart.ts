import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartOptions,
} from 'chart.js';
import { onScopeDispose, shallowRef, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from 'vue';
import type { ChartMark } from '../../shared/history.ts';
import type { Bounds } from '../stores/range.ts';
import type { Cover } from '../stores/grid.ts';
import type { OddRibbon } from '../stores/odd-ribbon.ts';
import { useRedraw } from './useRedraw.ts';
import { MARK_SPACE, paintBehind, paintOver, STRIP_SPACE } from './paint-chart.ts';
import { RIBBON_SPACE } from './paint-ribbon.ts';

Chart.register(Filler, LinearScale, LineController, LineElement, LogarithmicScale, PointElement);

/** One line: points by time, null where nothing is known. */
export interface ChartLine {
  readonly label: string;
  readonly color: string;
  /** Dash pattern, so that lines differ without their colours. */
  readonly dash: readonly number[];
  readonly width: number;
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
  /** Points between two gaps, which no line would show. */
  readonly isAlone: readonly boolean[];
  /** Filled down to the line before it, or to the ground. */
  /** Of another day or of others: below the lines. */
  readonly isCompared: boolean;
  readonly fill: 'none' | 'line-before' | 'ground';
}

/** All a chart shows; bounds are fixed by the caller, never guessed from the data while it moves. */
export interface ChartView extends Bounds {
  readonly lines: readonly ChartLine[];
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  readonly axis: {
    readonly title: string;
    readonly min: number;
    readonly max: number;
    readonly isLogarithmic: boolean;
    /** Values to label; empty leaves the choice to the scale. */
    readonly ticks: readonly number[];
    readonly format: (value: number) => string;
  };
  /** Stretches without data. */
  readonly gaps: readonly Bounds[];
  readonly cover: readonly (Bounds & { readonly kind: Cover })[];
  readonly marks: readonly ChartMark[];
  /** What was strange; absent: this chart has no ribbon. */
  readonly odd?: OddRibbon;
}

/** Where the plot lies within the canvas, CSS pixels. */
export interface PlotArea {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a chart tells those who lay something over it. */
export interface ChartHandle {
  readonly area: Readonly<ShallowRef<PlotArea | null>>;
  /** Height at which a value is drawn, CSS pixels from the top of the canvas. */
  heightOf(value: number): number | null;
  /** Draws now, be it seen or not: for a picture. */
  draw(): void;
}

const TEXT = '#a3adb8';
const GRID = '#3a424b';
/** The same for all, so that the charts of a page share one axis of time. */
const AXIS_WIDTH = 62;
const FILL_ALPHA = '33';

function timeScale({ fromMs, toMs, ticks }: ChartView): NonNullable<ChartOptions<'line'>['scales']>['x'] {
  return {
    type: 'linear',
    min: fromMs,
    max: toMs,
    grid: { color: GRID },
    afterBuildTicks: (scale) => {
      scale.ticks = ticks.map(({ value }) => ({ value }));
    },
    // Labels that stick out would make one plot narrower than the others.
    afterFit: (scale) => {
      scale.paddingLeft = 0;
      scale.paddingRight = 0;
    },
    ticks: { color: TEXT, maxRotation: 0, autoSkip: false, callback: (_, i) => ticks[i]?.label ?? '' },
  };
}

function optionsOf(view: ChartView): ChartOptions<'line'> {
  const { axis } = view;
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    spanGaps: false,
    events: [],
    color: TEXT,
    // A radius of its own for any point makes Chart.js work out the options of each; the few dots are painted by us.
    elements: { point: { radius: 0, hitRadius: 0, pointStyle: false } },
    layout: {
      padding: {
        top: view.marks.length > 0 ? MARK_SPACE : 6,
        right: 14,
        bottom: STRIP_SPACE + (view.odd ? RIBBON_SPACE : 0),
      },
    },
    scales: {
      x: timeScale(view),
      y: {
        type: axis.isLogarithmic ? 'logarithmic' : 'linear',
        min: axis.min,
        max: axis.max,
        title: { display: axis.title !== '', text: axis.title, color: TEXT },
        grid: { color: GRID },
        afterFit: (scale) => {
          scale.width = AXIS_WIDTH;
        },
        afterBuildTicks: (scale) => {
          if (axis.ticks.length > 0) scale.ticks = axis.ticks.map((value) => ({ value }));
        },
        ticks: {
          color: TEXT,
          maxTicksLimit: 6,
          autoSkip: axis.ticks.length === 0,
          callback: (value) => axis.format(Number(value)),
        },
      },
    },
  };
}

const FILLS = { none: false, 'line-before': '-1', ground: 'origin' } as const;

function datasetsOf(view: ChartView) {
  return view.lines.map((line, i) => ({
    label: line.label,
    // Later ones over earlier ones, what is compared below them all.
    order: line.isCompared ? 1_000 : view.lines.length - i,
    borderColor: line.color,
    backgroundColor: `${line.color}${FILL_ALPHA}`,
    borderDash: [...line.dash],
    borderWidth: line.width,
    fill: FILLS[line.fill],
    data: line.points as { x: number; y: number }[],
  }));
}

/** A Chart.js line chart that follows its view; the only place that knows Chart.js. */
export function useChart(
  canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>,
  view: MaybeRefOrGetter<ChartView>,
  /** A chart that nobody sees is not drawn: ten of them each second are work for nothing. */
  isSeen: MaybeRefOrGetter<boolean> = true,
): ChartHandle {
  let chart: Chart<'line', { x: number; y: number }[]> | undefined;
  const area = shallowRef<PlotArea | null>(null);

  function keepArea({ left, right, top, bottom }: PlotArea): void {
    const known = area.value;
    if (known?.left === left && known.right === right && known.top === top && known.bottom === bottom) return;
    area.value = { left, right, top, bottom };
  }

  const painter = {
    id: 'painter',
    beforeDatasetsDraw: ({ ctx, chartArea, height }: Chart) => {
      keepArea(chartArea);
      paintBehind(ctx, toValue(view), { ...chartArea, height });
    },
    afterDatasetsDraw: ({ ctx, chartArea, height, scales }: Chart) => {
      const heightOf = (value: number) => scales['y']?.getPixelForValue(value) ?? 0;
      paintOver(ctx, toValue(view), { ...chartArea, height }, heightOf);
    },
  };

  function show(): void {
    if (!canvas.value) return;
    const now = toValue(view);
    chart ??= new Chart(canvas.value, {
      type: 'line',
      data: { datasets: [] },
      options: optionsOf(now),
      plugins: [painter],
    });
    chart.data.datasets = datasetsOf(now);
    chart.options = optionsOf(now);
    chart.update('none');
  }

  watch([canvas, () => toValue(view), () => toValue(isSeen)], () => toValue(isSeen) && show(), {
    immediate: true,
    flush: 'post',
  });
  // What a context was set to is lost with it: the chart begins anew.
  useRedraw(canvas, () => {
    chart?.destroy();
    chart = undefined;
    if (toValue(isSeen)) show();
  });
  onScopeDispose(() => {
    chart?.destroy();
    chart = undefined;
  });
  return { area, heightOf: (value) => chart?.scales['y']?.getPixelForValue(value) ?? null, draw: show };
}
