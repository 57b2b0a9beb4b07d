import { ref } from 'vue';
import {
  drawPicture,
  savePicture,
  type PictureChart,
  type PictureText,
} from '../components/tenant/picture.ts';
import { COMPARE_STYLES, COMPARE_WORDS, visibleLines } from '../components/tenant/charts.ts';
import { fileName } from '../stores/data-facts.ts';
import type { PageQuery } from '../stores/page-query.ts';
import { PANELS, STYLES, type PanelDef } from '../stores/panels.ts';
import type { Bounds } from '../stores/range.ts';

/** A chart that can be made to draw itself onto its canvas. */
export interface DrawableChart {
  readonly canvas: HTMLCanvasElement;
  readonly draw: () => void;
}

interface PicturesOf {
  readonly tenant: () => string;
  readonly query: () => PageQuery;
  readonly bounds: () => Bounds | null;
  /** Range, zone, step, age: one line each. */
  readonly text: () => PictureText;
}

function legendOf(panel: PanelDef, query: PageQuery): PictureChart['legend'] {
  const lines = visibleLines(panel, query.hidden).filter(({ shape }) => shape !== 'edge');
  return [
    ...lines.map(({ label, legend, style }) => ({ label: legend ?? label, ...STYLES[style] })),
    ...query.compare.map((kind) => ({ label: COMPARE_WORDS[kind], ...COMPARE_STYLES[kind] })),
  ];
}

/** Charts as PNG files. */
export function useChartPictures(of: PicturesOf) {
  const drawables = new Map<string, DrawableChart>();
  const fault = ref('');

  async function save(panels: readonly PanelDef[], what: string): Promise<void> {
    const bounds = of.bounds();
    const charts = panels.flatMap((panel) => {
      const drawable = drawables.get(panel.id);
      if (!drawable) return [];
      // What is out of sight was perhaps never drawn, or long ago.
      drawable.draw();
      const { title, note } = panel;
      return [{ canvas: drawable.canvas, title, note, legend: legendOf(panel, of.query()) }];
    });
    if (!bounds || charts.length === 0) return;
    const picture = drawPicture(charts, of.text(), devicePixelRatio);
    const isSaved = await savePicture(picture, fileName(of.tenant(), what, bounds, 'png'));
    fault.value = isSaved ? '' : 'This browser could not make the picture.';
  }

  return {
    fault,
    /** The chart of a panel, as it comes and goes. */
    keep: (id: string, chart: DrawableChart | null) => {
      if (chart) drawables.set(id, chart);
      else drawables.delete(id);
    },
    saveOne: (panel: PanelDef) => void save([panel], panel.id),
    saveAll: () => void save(PANELS, 'all'),
  };
}
