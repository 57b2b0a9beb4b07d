import type { Level } from '../../../shared/protocol.ts';
import type { Tile } from '../../stores/tile.ts';
import { LEVEL_FORMS } from '../level-forms.ts';
import type { CellPalette } from './cell-palette.ts';
import { CAP, hasNameRoom, innerOf, NARROWEST, sharesOf, within, type CellText } from './cell-room.ts';
import type { Rect } from './grid.ts';

const FORMS = new Map<Level, Path2D>();
/** Made when first drawn: a page without a canvas has no paths either. */
function formOf(level: Level): Path2D {
  const known = FORMS.get(level) ?? new Path2D(LEVEL_FORMS[level].path);
  FORMS.set(level, known);
  return known;
}

/** A number of it is late or lost, whatever its level says. */
const isOld = ({ ageState }: Tile) => ageState === 'late' || ageState === 'lost';

/** Whether the cells of two tiles look the same; a cell is drawn again when they do not, not each second. */
export function isSameCell(a: Tile | undefined, b: Tile): boolean {
  return (
    a !== undefined &&
    a.level === b.level &&
    a.glyph === b.glyph &&
    a.shortName === b.shortName &&
    isOld(a) === isOld(b) &&
    a.isUnattributed === b.isUnattributed
  );
}

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly palette: CellPalette;
  readonly text: CellText;
  /** Larger cells have more mailboxes. */
  readonly isSized: boolean;
  /** Those who are in order have their names too. */
  readonly areAllNamed: boolean;
}

const STRIPE_STEP = 8;

/** Diagonal lines over a part of the canvas: not known. */
function hatch({ context, palette }: Pen, { x, y, width, height }: Rect): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let at = x - height; at < x + width; at += STRIPE_STEP) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.strokeStyle = palette.quiet;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
}

/** Width of the border of a cell, CSS pixels. */
export const BORDERS: Readonly<Record<Level, number>> = {
  ok: 1,
  low: 2,
  medium: 2,
  high: 4,
  critical: 5,
  'no-data': 2,
};

/** A smaller cell is its form and nothing around it. */
const BOX_LEAST = 34;

function drawBox(pen: Pen, { x, y, width, height }: Rect, tile: Tile): void {
  const { context, palette } = pen;
  context.fillStyle = tile.level === 'critical' ? palette.alarmGround : palette.tile;
  context.fillRect(x, y, width, height);
  if (tile.level === 'no-data') hatch(pen, { x, y, width, height });
  else if (isOld(tile)) hatch(pen, { x, y: y + height * 0.8, width, height: height * 0.2 });
  const border = Math.min(BORDERS[tile.level], Math.max(1, width * 0.12));
  context.strokeStyle = tile.level === 'ok' ? palette.line : palette.level[tile.level];
  context.lineWidth = border;
  context.setLineDash(tile.level === 'no-data' ? [6, 4] : tile.isUnattributed ? [2, 2] : []);
  context.strokeRect(x + border / 2, y + border / 2, width - border, height - border);
  context.setLineDash([]);
}

/** The level's form with its digit, where that can be read. */
function drawShape({ context, palette, text }: Pen, box: Rect, level: Level): void {
  const size = Math.min(box.width, box.height);
  const { digit, y } = LEVEL_FORMS[level];
  context.save();
  context.translate(box.x + (box.width - size) / 2, box.y + (box.height - size) / 2);
  context.scale(size / 24, size / 24);
  context.fillStyle = palette.level[level];
  context.fill(formOf(level));
  if (digit && (size / 24) * 15 >= text.leastPx) {
    context.fillStyle = palette.ink;
    context.font = `800 15px ${palette.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'alphabetic';
    context.fillText(digit, 12, y);
  }
  context.restore();
}

interface Line {
  readonly text: string;
  readonly px: number;
  readonly color: string;
  readonly weight: number;
}

/** The size at which a text is whole: smaller where it must be, then narrower; null when it does not fit. */
function sizeOf({ context, palette, text: { leastPx } }: Pen, box: Rect, line: Line): number | null {
  const { text, px, weight } = line;
  context.font = `${weight} ${px}px ${palette.font}`;
  const { width } = context.measureText(text);
  const fittingPx = width <= box.width ? px : Math.floor((10 * px * box.width) / width) / 10;
  const drawnPx = Math.max(fittingPx, Math.min(px, leastPx));
  return fittingPx < NARROWEST * drawnPx ? null : drawnPx;
}

/** A text is drawn whole or not at all. Says whether it was drawn. */
function drawLine(pen: Pen, box: Rect, line: Line): boolean {
  const { context, palette } = pen;
  const { text, color, weight } = line;
  const px = sizeOf(pen, box, line);
  if (px === null) return false;
  context.font = `${weight} ${px}px ${palette.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = color;
  context.fillText(text, box.x, box.y + box.height / 2, box.width);
  return true;
}

/** Whose cell it is, whole; of one that is not in order, rather the beginning than nothing. */
function drawName(pen: Pen, box: Rect, line: Line, isNeeded: boolean): void {
  if (drawLine(pen, box, line) || !isNeeded) return;
  const px = Math.min(line.px, pen.text.leastPx);
  const words = line.text.split(' ');
  if (words.length > 1 && drawLine(pen, box, { ...line, px, text: words[0] ?? '' })) return;
  for (let letters = line.text.length - 2; letters >= LEAST_LETTERS; letters -= 1)
    if (drawLine(pen, box, { ...line, px, text: `${line.text.slice(0, letters).trimEnd()}…` })) return;
}

/** Least letters of a name that tell anything. */
const LEAST_LETTERS = 3;
const NAME_PAD = 4;
/** The largest form against the text beside it. */
const MOST_FORM = 1.5;
/** Width of a bold letter against its size. */
const BOLD = 0.72;
const WORD: Readonly<Partial<Record<string, string>>> = {
  Q: 'QUEUE',
  S: 'SPAM',
  L: 'LAG',
  A: 'ACCESS',
  B: 'BOUNCE',
  H: 'HOLD',
  '?': 'NO DATA',
};

/** Capital letters have nothing below the line: of the least size they need no more than their height. */
function wordSize(height: number, { leastPx, mostPx }: CellText): number {
  return Math.min(mostPx, Math.max(height * 0.7, leastPx * CAP <= height ? leastPx : 0));
}

/** The cause in a word, or by its letter where the word has no room. */
function drawCause(pen: Pen, box: Rect, { glyph, level }: Tile, px: number): void {
  const letter = { px, color: pen.palette.text, weight: 700, text: glyph };
  const word = { ...letter, text: WORD[glyph] ?? glyph };
  const isWhole = sizeOf(pen, box, word) !== null;
  // Beside a mark alone the hatching goes on.
  const width = isWhole ? box.width : BOLD * px;
  if (level === 'no-data') clear(pen, { ...box, width, height: box.height - 2 });
  drawLine(pen, box, isWhole ? word : letter);
}

/** A name above, and under it form and cause. */
function drawNamed(pen: Pen, inner: Rect, tile: Tile): void {
  const { palette, text } = pen;
  const isBlind = tile.level === 'no-data';
  const isOk = tile.level === 'ok';
  const { px, head: headPx, body: bodyPx } = sharesOf(inner, text, isOk);
  const corner = pen.isSized && tile.mailboxes === null ? cornerOf(inner) : 0;
  const head = { ...inner, width: inner.width - corner, height: headPx };
  if (isBlind) clear(pen, head);
  const color = isOk ? palette.soft : palette.text;
  if (isOk && !pen.areAllNamed) return;
  drawName(pen, head, { text: tile.shortName, px, weight: isOk ? 400 : 700, color }, !isOk);
  if (isOk) return;
  const body = { ...inner, y: inner.y + inner.height - bodyPx, height: bodyPx };
  const side = isBlind ? 0 : Math.min(body.height, body.width, MOST_FORM * text.mostPx);
  if (!isBlind) drawShape(pen, { ...body, width: side }, tile.level);
  const wordPx = wordSize(body.height, text);
  if (wordPx < text.leastPx) return;
  const x = body.x + side + (isBlind ? 0 : side * 0.25);
  const box = { ...body, x, width: inner.x + inner.width - x };
  drawCause(pen, box, tile, wordPx);
}

/** No room for two lines: the form, the letter of the cause where it can be read, or the mark of what is not known. */
function drawBare(pen: Pen, inner: Rect, { level, glyph, shortName, mailboxes }: Tile): void {
  const { text, palette } = pen;
  const letterPx = Math.max(text.leastPx, Math.min(text.mostPx, inner.height * 0.8));
  if (level === 'ok') {
    if (!pen.areAllNamed || inner.height < letterPx || (pen.isSized && mailboxes === null)) return;
    const box = { ...inner, x: inner.x + NAME_PAD, width: inner.width - 2 * NAME_PAD };
    drawLine(pen, box, { text: shortName, px: letterPx, weight: 400, color: palette.soft });
    return;
  }
  if (level !== 'no-data') {
    const form = Math.min(inner.height, text.mostPx);
    const needed = form + BOLD * letterPx + 2;
    if (letterPx * CAP > inner.height || inner.width < needed) return drawShape(pen, inner, level);
    const at = inner.x + Math.max(0, (inner.width - needed) / 2);
    drawShape(pen, { ...inner, x: at, width: form }, level);
    const box = { ...inner, x: at + form + 2, width: BOLD * letterPx };
    drawLine(pen, box, { text: glyph, px: letterPx, weight: 800, color: palette.text });
    return;
  }
  const side = Math.min(inner.height, inner.width);
  if (side < pen.text.leastPx) return;
  const mark = { ...inner, x: inner.x + inner.width / 2 - side * 0.25, width: side * 0.6 };
  drawLine(pen, mark, { text: '?', px: side * 0.8, color: pen.palette.text, weight: 700 });
}

/** Draws one cell anew, and nothing beside it. */
export function drawCell(pen: Pen, rect: Rect, tile: Tile): void {
  const { context, text } = pen;
  const { x, y, width, height } = rect;
  context.clearRect(x, y, width, height);
  const isAbnormal = tile.level !== 'ok' && tile.level !== 'no-data';
  if (isAbnormal && Math.min(width, height) < BOX_LEAST) return drawShape(pen, rect, tile.level);
  drawBox(pen, rect, tile);
  if (pen.isSized && tile.mailboxes === null) cutCorner(pen, rect);
  if (hasNameRoom(rect, text, tile.level === 'ok')) drawNamed(pen, innerOf(rect), tile);
  else drawBare(pen, within(rect, BORDERS[tile.level] + 1), tile);
}

const cornerOf = ({ width, height }: Pick<Rect, 'width' | 'height'>) => Math.min(width, height) * 0.3;

/** Its size says nothing: nobody knows how many mailboxes. */
function cutCorner({ context, palette }: Pen, { x, y, width, height }: Rect): void {
  const side = cornerOf({ width, height });
  context.beginPath();
  context.moveTo(x + width - side, y);
  context.lineTo(x + width, y + side);
  context.lineTo(x + width, y);
  context.closePath();
  context.fillStyle = palette.ground;
  context.fill();
  context.beginPath();
  context.moveTo(x + width - side, y);
  context.lineTo(x + width, y + side);
  context.strokeStyle = palette.quiet;
  context.lineWidth = 2;
  context.stroke();
}

function clear({ context, palette }: Pen, { x, y, width, height }: Rect): void {
  context.fillStyle = palette.tile;
  context.fillRect(x, y, width, height);
}
