import type { Plot } from './plot.ts';

/** Colours of the theme. */
export interface PlotPalette {
  readonly line: string;
  readonly limit: string;
  readonly edge: string;
  readonly gap: string;
}

/** Reads the colours of the theme that an element stands in. */
export function plotPalette(element: Element): PlotPalette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return { line: of('--text'), limit: of('--vermillion-text'), edge: of('--outline'), gap: of('--quiet') };
}

/** Of the canvas, CSS pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
  /** Of the curve: what is read from afar is thicker. */
  readonly linePx: number;
}

const HATCH_STEP = 9;

/** Diagonal lines where nothing is known: a gap is no line. */
function drawGap(context: CanvasRenderingContext2D, x: number, width: number, height: number): void {
  context.save();
  context.beginPath();
  context.rect(x, 0, width, height);
  context.clip();
  context.beginPath();
  for (let at = Math.floor((x - height) / HATCH_STEP) * HATCH_STEP; at < x + width; at += HATCH_STEP) {
    context.moveTo(at, height);
    context.lineTo(at + height, 0);
  }
  context.globalAlpha = 0.4;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

/** Draws it anew. */
export function drawPlot(
  context: CanvasRenderingContext2D,
  plot: Plot,
  { width, height, ratio, linePx }: PlotSize,
  palette: PlotPalette,
): void {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = palette.gap;
  for (const { from, to } of plot.gaps) drawGap(context, from * width, (to - from) * width, height);
  context.strokeStyle = palette.edge;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
  if (plot.limitY !== null) {
    context.strokeStyle = palette.limit;
    context.lineWidth = Math.max(2, linePx * 0.7);
    context.setLineDash([linePx * 4, linePx * 2]);
    context.beginPath();
    context.moveTo(0, plot.limitY * height);
    context.lineTo(width, plot.limitY * height);
    context.stroke();
    context.setLineDash([]);
  }
  context.strokeStyle = palette.line;
  context.lineWidth = linePx;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  // At its ends the line is still whole.
  const inset = linePx / 2;
  const place = (share: number) => inset + share * (height - linePx);
  context.beginPath();
  for (const run of plot.runs) {
    run.forEach(({ x, y }, i) => {
      if (i === 0) context.moveTo(x * width, place(y));
      else context.lineTo(x * width, place(y));
    });
    // A lone point between two gaps is a dot: a line of no length would not be seen.
    const [only] = run;
    if (run.length === 1 && only) context.lineTo(only.x * width + 0.1, place(only.y));
  }
  context.stroke();
}
