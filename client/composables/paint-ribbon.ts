/** The ribbon of what was strange, under the axis of time. Each kind has a pattern of its own, so that it needs no colour. */
import type { OddLook, OddRibbon } from '../stores/odd-ribbon.ts';
import type { Bounds } from '../stores/range.ts';
import type { PlotArea } from './useChart.ts';

/** Room for it, CSS pixels, and its height. */
export const RIBBON_SPACE = 14;
const HEIGHT = 10;
const LEAST_WIDTH = 4;
const NAME = 'strange';

const ODD = '#cc79a7';
const QUIET = '#55606c';
const NAME_COLOR = '#a3adb8';

type Ctx = CanvasRenderingContext2D;
interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

/** Full and of half the height: above for higher, below for lower, with a mark that points there. */
function bar(ctx: Ctx, { x, y, w }: Box, isUp: boolean): void {
  const middle = y + HEIGHT / 2;
  ctx.fillRect(x, isUp ? y : middle, w, HEIGHT / 2);
  const tip = isUp ? y + HEIGHT : y;
  // Stems on the other half, every few pixels: the direction is to be seen in a short run too.
  for (let at = x; at < x + w - 1; at += 8) ctx.fillRect(at, Math.min(middle, tip), 2, HEIGHT / 2);
}

function dots(ctx: Ctx, { x, y, w }: Box): void {
  for (let at = x; at < x + w; at += 6) ctx.fillRect(at, y + 2, 3, HEIGHT - 4);
}

function lines(ctx: Ctx, { x, y, w }: Box): void {
  ctx.fillRect(x, y + 2, w, 2);
  ctx.fillRect(x, y + HEIGHT - 4, w, 2);
}

function crosses(ctx: Ctx, { x, y, w }: Box): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, HEIGHT);
  ctx.clip();
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  for (let at = x; at < x + w; at += HEIGHT) {
    ctx.moveTo(at, y);
    ctx.lineTo(at + HEIGHT, y + HEIGHT);
    ctx.moveTo(at, y + HEIGHT);
    ctx.lineTo(at + HEIGHT, y);
  }
  ctx.stroke();
  ctx.restore();
}

const PATTERNS: Readonly<Record<OddLook, (ctx: Ctx, box: Box) => void>> = {
  up: (ctx, box) => bar(ctx, box, true),
  down: (ctx, box) => bar(ctx, box, false),
  rare: dots,
  flat: lines,
  missing: crosses,
};

/** Watched: a thin line on which findings stand. Not watched: dashes, which mark nothing. */
export function paintRibbon(
  ctx: Ctx,
  { odd, ...within }: Bounds & { readonly odd: OddRibbon },
  place: PlotArea & { readonly height: number },
  below: number,
): void {
  const y = place.height - below - HEIGHT - 1;
  const span = Math.max(1, within.toMs - within.fromMs);
  const xOf = (atMs: number) =>
    place.left + Math.min(1, Math.max(0, (atMs - within.fromMs) / span)) * (place.right - place.left);
  const middle = y + HEIGHT / 2;
  ctx.save();
  ctx.strokeStyle = QUIET;
  ctx.lineWidth = 1;
  stroke(ctx, place.left, place.right, middle);
  for (const gap of odd.unwatched) {
    ctx.clearRect(xOf(gap.fromMs), y, xOf(gap.toMs) - xOf(gap.fromMs), HEIGHT);
    ctx.setLineDash([2, 5]);
    stroke(ctx, xOf(gap.fromMs), xOf(gap.toMs), middle);
    ctx.setLineDash([]);
  }
  [ctx.fillStyle, ctx.strokeStyle] = [ODD, ODD];
  for (const { fromMs, toMs, look } of odd.runs) {
    const x = xOf(fromMs);
    const w = Math.max(LEAST_WIDTH, xOf(toMs) - x);
    ctx.clearRect(x, y, w, HEIGHT);
    PATTERNS[look](ctx, { x, y, w });
  }
  ctx.fillStyle = NAME_COLOR;
  ctx.textAlign = 'right';
  ctx.fillText(odd.state === 'known' ? NAME : `${NAME}?`, place.left - 6, middle);
  ctx.restore();
}

function stroke(ctx: Ctx, fromX: number, toX: number, y: number): void {
  ctx.beginPath();
  ctx.moveTo(fromX, y);
  ctx.lineTo(toX, y);
  ctx.stroke();
}
