import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, shallowRef } from 'vue';
import type { ChartView } from '../../../client/composables/useChart.ts';
import { runInScope } from '../support.ts';

interface Made {
  plugins: { id: string }[];
  options: {
    animation: boolean;
    parsing: boolean;
    spanGaps: boolean;
    scales: { x: { min: number; max: number } };
  };
  data: { datasets: { label: string; borderDash: number[]; data: unknown[] }[] };
  updates: string[];
  isDestroyed: boolean;
}
const made: Made[] = vi.hoisted(() => []);

vi.mock('chart.js', () => {
  class Chart {
    static register = () => undefined;
    updates: string[] = [];
    isDestroyed = false;
    data: unknown;
    options: unknown;
    plugins: unknown;
    constructor(
      _: unknown,
      { data, options, plugins }: { data: unknown; options: unknown; plugins: unknown },
    ) {
      this.plugins = plugins;
      this.data = data;
      this.options = options;
      made.push(this as unknown as Made);
    }
    update(mode: string): void {
      this.updates.push(mode);
    }
    destroy(): void {
      this.isDestroyed = true;
    }
  }
  const part = {};
  return {
    Chart,
    Filler: part,
    LinearScale: part,
    LineController: part,
    LineElement: part,
    LogarithmicScale: part,
    PointElement: part,
  };
});

const { useChart } = await import('../../../client/composables/useChart.ts');

const line = { label: 'p95', color: '#e69f00', dash: [8, 4], width: 2, isCompared: false } as const;
const view = (toMs: number): ChartView => ({
  lines: [{ ...line, points: [{ x: toMs, y: null }], isAlone: [false], fill: 'none' }],
  fromMs: 0,
  toMs,
  ticks: [],
  axis: { title: 'time', min: 0, max: 1, isLogarithmic: false, ticks: [], format: String },
  gaps: [],
  cover: [],
  marks: [],
});

describe('useChart', () => {
  beforeEach(() => void made.splice(0));
  const start = () => {
    const canvas = shallowRef<HTMLCanvasElement | null>(null);
    const shown = shallowRef(view(1_000));
    const scope = runInScope(() => useChart(canvas, shown));
    canvas.value = document.createElement('canvas');
    return { shown, ...scope };
  };

  it('draws without animation, parsing or bridges over gaps, between fixed bounds', async () => {
    const { stop } = start();
    await nextTick();
    expect(made[0]?.options).toMatchObject({ animation: false, parsing: false, spanGaps: false });
    expect(made[0]?.options.scales.x).toMatchObject({ min: 0, max: 1_000 });
    expect(made[0]?.data.datasets).toMatchObject([
      { label: 'p95', borderDash: [8, 4], data: [{ x: 1_000, y: null }] },
    ]);
    stop();
  });

  it('follows its view in the same chart', async () => {
    const { shown, stop } = start();
    await nextTick();
    shown.value = view(2_000);
    await nextTick();
    expect(made).toHaveLength(1);
    expect(made[0]?.options.scales.x.max).toBe(2_000);
    expect(made[0]?.updates).toEqual(['none', 'none']);
    stop();
  });

  it('draws bands down to the line before, and compared lines below all', async () => {
    const { shown, stop } = start();
    const points = [{ x: 1, y: 1 }];
    shown.value = {
      ...view(1),
      lines: [
        { ...line, points, isAlone: [true], fill: 'none' },
        { ...line, points, isAlone: [false], fill: 'line-before' },
        { ...line, points, isAlone: [false], fill: 'none', isCompared: true },
      ],
    };
    await nextTick();
    const sets = made[0]?.data.datasets as unknown as {
      fill: unknown;
      order: number;
    }[];
    expect(sets.map(({ fill }) => fill)).toEqual([false, '-1', false]);
    expect(sets[2]?.order).toBeGreaterThan(Math.max(sets[0]?.order ?? 0, sets[1]?.order ?? 0));
    stop();
  });

  it('destroys the chart and draws no more when its scope stops', async () => {
    const { shown, stop } = start();
    await nextTick();
    stop();
    shown.value = view(3_000);
    await nextTick();
    expect(made[0]).toMatchObject({ isDestroyed: true, updates: ['none'] });
  });
});
