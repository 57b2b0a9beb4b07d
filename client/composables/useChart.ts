import {
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  type ChartOptions,
} from 'chart.js';
import { onScopeDispose, toValue, watch, type MaybeRefOrGetter, type ShallowRef } from 'vue';
import { minuteText } from '../format/time.ts';

Chart.register(Legend, LinearScale, LineController, LineElement, LogarithmicScale, PointElement);

/** One line: points by time, null where nothing is known. */
export interface ChartLine {
  readonly label: string;
  readonly color: string;
  /** Dash pattern, so that lines differ without their colours. */
  readonly dash: readonly number[];
  readonly points: readonly { readonly x: number; readonly y: number | null }[];
}

/** All a chart shows; bounds are fixed by the caller, never guessed from the data while it moves. */
export interface ChartView {
  readonly lines: readonly ChartLine[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly axis: {
    readonly title: string;
    readonly min: number;
    readonly max: number;
    readonly isLogarithmic: boolean;
    /** Values to label; empty leaves the choice to the scale. */
    readonly ticks: readonly number[];
    readonly format: (value: number) => string;
  };
}

const TEXT = '#a3adb8';
const GRID = '#3a424b';
const LABEL = '#eceff2';
/** Entries show the dash pattern too; what Chart.js makes of its own accord is a solid stroke. */
const LEGEND_LABELS = {
  usePointStyle: true,
  pointStyleWidth: 44,
  font: { size: 13 },
  generateLabels: (chart: Chart) =>
    chart.data.datasets.map((dataset, datasetIndex) => {
      const { label, borderColor, borderDash } = dataset as ReturnType<typeof datasetsOf>[number];
      const stroke = {
        strokeStyle: borderColor,
        lineDash: borderDash,
        lineWidth: 2,
        pointStyle: 'line' as const,
      };
      return { text: label, fontColor: LABEL, hidden: false, datasetIndex, ...stroke };
    }),
};
const FIVE_MINUTES_MS = 300_000;

/** Full five minutes between two times. */
function timeTicks(fromMs: number, toMs: number): { value: number }[] {
  const ticks: { value: number }[] = [];
  for (let at = Math.ceil(fromMs / FIVE_MINUTES_MS) * FIVE_MINUTES_MS; at <= toMs; at += FIVE_MINUTES_MS)
    ticks.push({ value: at });
  return ticks;
}

function optionsOf({ fromMs, toMs, axis }: ChartView): ChartOptions<'line'> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    spanGaps: false,
    events: [],
    color: TEXT,
    elements: { point: { radius: 0 }, line: { borderWidth: 2 } },
    plugins: { legend: { position: 'top', align: 'start', labels: LEGEND_LABELS } },
    scales: {
      x: {
        type: 'linear',
        min: fromMs,
        max: toMs,
        grid: { color: GRID },
        afterBuildTicks: (scale) => {
          scale.ticks = timeTicks(scale.min, scale.max);
        },
        ticks: { color: TEXT, maxRotation: 0, callback: (value) => minuteText(Number(value)) },
      },
      y: {
        type: axis.isLogarithmic ? 'logarithmic' : 'linear',
        min: axis.min,
        max: axis.max,
        title: { display: true, text: axis.title, color: TEXT },
        grid: { color: GRID },
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

function datasetsOf(view: ChartView) {
  return view.lines.map((line) => ({
    label: line.label,
    borderColor: line.color,
    borderDash: [...line.dash],
    data: line.points as { x: number; y: number }[],
  }));
}

/** A Chart.js line chart that follows its view; the only place that knows Chart.js. */
export function useChart(
  canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>,
  view: MaybeRefOrGetter<ChartView>,
): void {
  let chart: Chart<'line', { x: number; y: number }[]> | undefined;

  function show(): void {
    if (!canvas.value) return;
    const now = toValue(view);
    chart ??= new Chart(canvas.value, { type: 'line', data: { datasets: [] }, options: optionsOf(now) });
    chart.data.datasets = datasetsOf(now);
    chart.options = optionsOf(now);
    chart.update('none');
  }

  watch([canvas, () => toValue(view)], show, { immediate: true, flush: 'post' });
  onScopeDispose(() => {
    chart?.destroy();
    chart = undefined;
  });
}
