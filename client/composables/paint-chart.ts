/** What is painted into a chart beside its lines: gaps, coverage and marks. On the canvas, so that pictures have it too. */
import type { ChartMark } from '../../shared/history.ts';
import type { Bounds } from '../stores/range.ts';
import { paintRibbon } from './paint-ribbon.ts';
import type { ChartView, PlotArea } from './useChart.ts';

/** Room under the axis for the strip of coverage, CSS pixels. */
export const STRIP_SPACE = 12;
const STRIP_HEIGHT = 6;
const HATCH_EVERY = 8;

const HATCH = '#ffffff2e';
const KNOWN = '#55606c';
const PARTIAL = '#e69f00';
const LABEL = '#c3cad2';
const LABEL_GROUND = '#1e2227d9';
const MARK_COLORS = { change: '#56b4e9', alarm: '#f0793a', note: '#c3cad2' } as const;

type Place = PlotArea & { readonly height: number };
interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Where an instant lies on the axis of time, within the plot. */
export function xOf(
  { fromMs, toMs }: Pick<ChartView, 'fromMs' | 'toMs'>,
  area: PlotArea,
  atMs: number,
): number {
  const share = (atMs - fromMs) / Math.max(1, toMs - fromMs);
  return area.left + Math.min(1, Math.max(0, share)) * (area.right - area.left);
}

/** Which instant lies at a place on the axis of time. */
export function timeAt(
  { fromMs, toMs }: Pick<ChartView, 'fromMs' | 'toMs'>,
  area: PlotArea,
  x: number,
): number {
  const share = (x - area.left) / Math.max(1, area.right - area.left);
  return fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs);
}

function hatch(ctx: CanvasRenderingContext2D, { x, y, w, h }: Box): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.clip();
  ctx.strokeStyle = HATCH;
  ctx.lineWidth = 2;
  ctx.beginPath();
  // The lines hang on the page, not on the box, so that neighbours fit together.
  for (let at = Math.floor((x - h) / HATCH_EVERY) * HATCH_EVERY; at < x + w; at += HATCH_EVERY) {
    ctx.moveTo(at, y + h);
    ctx.lineTo(at + h, y);
  }
  ctx.stroke();
  ctx.restore();
}

function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  const width = ctx.measureText(text).width;
  ctx.fillStyle = LABEL_GROUND;
  ctx.fillRect(x - 3, y - 8, width + 6, 16);
  ctx.fillStyle = LABEL;
  ctx.fillText(text, x, y);
}

/** Gaps lie behind the lines: hatched over the whole height, and labelled where there is room. */
export function paintBehind(ctx: CanvasRenderingContext2D, view: ChartView, place: Place): void {
  ctx.save();
  ctx.font = '12px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  for (const gap of view.gaps) {
    const x = xOf(view, place, gap.fromMs);
    const w = xOf(view, place, gap.toMs) - x;
    if (w <= 0) continue;
    hatch(ctx, { x, y: place.top, w: Math.max(1, w), h: place.bottom - place.top });
    const text = 'no data';
    const textWidth = ctx.measureText(text).width;
    if (w > textWidth + 10) write(ctx, text, x + (w - textWidth) / 2, (place.top + place.bottom) / 2);
  }
  ctx.restore();
}

/** Full: a plain bar. Partial: half as high, orange. None: hatched in an outline. */
function paintStrip(ctx: CanvasRenderingContext2D, view: ChartView, place: Place): void {
  const y = place.height - STRIP_HEIGHT - 1;
  for (const run of view.cover) {
    const x = xOf(view, place, run.fromMs);
    const w = xOf(view, place, run.toMs) - x;
    if (w <= 0) continue;
    if (run.kind === 'none') {
      hatch(ctx, { x, y, w, h: STRIP_HEIGHT });
      ctx.strokeStyle = KNOWN;
      ctx.lineWidth = 1;
      ctx.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), STRIP_HEIGHT - 1);
      continue;
    }
    ctx.fillStyle = run.kind === 'full' ? KNOWN : PARTIAL;
    const h = run.kind === 'full' ? STRIP_HEIGHT : STRIP_HEIGHT / 2;
    ctx.fillRect(x, y + STRIP_HEIGHT - h, Math.max(1, w), h);
  }
}

/** Room above the plot for what marks say, CSS pixels. */
export const MARK_SPACE = 18;
const MARK_TEXT = 22;

/** Stretches that lie on each other are one: shaded twice they would look worse than they are. */
export function joinedSpans(spans: readonly Bounds[]): readonly Bounds[] {
  const joined: Bounds[] = [];
  for (const span of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last && span.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) };
    else joined.push(span);
  }
  return joined;
}

/** A shade over the plot, and a plain bar above it, by which it is seen where the lines are dense. */
function paintSpans(ctx: CanvasRenderingContext2D, view: ChartView, place: Place): void {
  for (const kind of ['change', 'note', 'alarm'] as const) {
    const spans = view.marks.flatMap((mark) =>
      mark.kind === kind && mark.toMs !== undefined ? [{ fromMs: mark.atMs, toMs: mark.toMs }] : [],
    );
    for (const span of joinedSpans(spans)) {
      if (span.fromMs > view.toMs || span.toMs < view.fromMs) continue;
      const x = xOf(view, place, span.fromMs);
      const w = Math.max(1, xOf(view, place, span.toMs) - x);
      ctx.fillStyle = `${MARK_COLORS[kind]}22`;
      ctx.fillRect(x, place.top, w, place.bottom - place.top);
      ctx.fillStyle = MARK_COLORS[kind];
      ctx.fillRect(x, place.top, w, 3);
    }
  }
}

function paintMarks(ctx: CanvasRenderingContext2D, view: ChartView, place: Place): void {
  paintSpans(ctx, view, place);
  const taken: { readonly from: number; readonly to: number }[] = [];
  const shown = view.marks.filter(({ atMs, toMs }) => atMs <= view.toMs && (toMs ?? atMs) >= view.fromMs);
  // Where there is room for one word only, it is that of the alarm.
  const rank = ({ kind, atMs }: ChartMark) => (kind === 'alarm' ? 0 : 1e15) + atMs;
  for (const mark of shown.toSorted((a, b) => rank(a) - rank(b))) {
    const x = xOf(view, place, mark.atMs);
    ctx.strokeStyle = MARK_COLORS[mark.kind];
    ctx.lineWidth = 1.5;
    ctx.setLineDash(mark.kind === 'alarm' ? [] : mark.kind === 'change' ? [6, 3] : [2, 3]);
    ctx.beginPath();
    ctx.moveTo(x, place.top - MARK_SPACE);
    ctx.lineTo(x, place.bottom);
    ctx.stroke();
    ctx.setLineDash([]);
    const text = mark.text.length > MARK_TEXT ? `${mark.text.slice(0, MARK_TEXT - 1)}…` : mark.text;
    const width = ctx.measureText(text).width + 8;
    const from = Math.min(x + 4, place.right - width);
    if (from < place.left || taken.some((label) => from < label.to && label.from < from + width)) continue;
    write(ctx, text, from, place.top - MARK_SPACE / 2);
    taken.push({ from, to: from + width });
  }
}

/** Points between two gaps, which no line shows. */
function paintAlone(
  ctx: CanvasRenderingContext2D,
  view: ChartView,
  place: Place,
  heightOf: (value: number) => number,
): void {
  for (const { points, isAlone, color } of view.lines)
    points.forEach(({ x, y }, i) => {
      if (!isAlone[i] || y === null || x < view.fromMs || x > view.toMs) return;
      ctx.fillStyle = color;
      ctx.beginPath();
      ctx.arc(xOf(view, place, x), heightOf(y), 2.5, 0, 2 * Math.PI);
      ctx.fill();
    });
}

/** Lone points, coverage under the axis, and marks over the lines. */
export function paintOver(
  ctx: CanvasRenderingContext2D,
  view: ChartView,
  place: Place,
  heightOf: (value: number) => number,
): void {
  ctx.save();
  ctx.font = '12px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  paintAlone(ctx, view, place, heightOf);
  paintStrip(ctx, view, place);
  if (view.odd) paintRibbon(ctx, { ...view, odd: view.odd }, place, STRIP_SPACE);
  paintMarks(ctx, view, place);
  ctx.restore();
}
