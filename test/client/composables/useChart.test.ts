import { beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, shallowRef } from 'vue';
import type { ChartView } from '../../../client/composables/useChart.ts';
import { runInScope } from '../support.ts';

interface Made {
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
    constructor(_: unknown, { data, options }: { data: unknown; options: unknown }) {
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
    Legend: part,
    LinearScale: part,
    LineController: part,
    LineElement: part,
    LogarithmicScale: part,
    PointElement: part,
  };
});

const { useChart } = await import('../../../client/composables/useChart.ts');

const view = (toMs: number): ChartView => ({
  lines: [{ label: 'p95', color: '#e69f00', dash: [8, 4], points: [{ x: toMs, y: null }] }],
  fromMs: 0,
  toMs,
  axis: { title: 'time', min: 0, max: 1, isLogarithmic: false, ticks: [], format: String },
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

  it('destroys the chart and draws no more when its scope stops', async () => {
    const { shown, stop } = start();
    await nextTick();
    stop();
    shown.value = view(3_000);
    await nextTick();
    expect(made[0]).toMatchObject({ isDestroyed: true, updates: ['none'] });
  });
});
