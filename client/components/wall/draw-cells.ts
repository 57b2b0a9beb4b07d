import { LEVELS, type Level } from '../../../shared/protocol.ts';
import type { Tile } from '../../stores/tile.ts';
import { LEVEL_FORMS } from '../level-forms.ts';
import type { Rect } from './grid.ts';

/** Colours of the theme, as the style sheet has them. */
export interface CellPalette {
  readonly ground: string;
  readonly tile: string;
  readonly line: string;
  readonly quiet: string;
  readonly text: string;
  readonly soft: string;
  readonly ink: string;
  readonly stripe: string;
  readonly alarmGround: string;
  readonly level: Readonly<Record<Level, string>>;
  readonly font: string;
}

/** Smallest text that may be drawn in a cell, CSS pixels: below it there is none. */
export interface CellText {
  readonly leastPx: number;
  readonly mostPx: number;
}

const FORMS = new Map<Level, Path2D>();
/** Made when first drawn: a page without a canvas has no paths either. */
function formOf(level: Level): Path2D {
  const known = FORMS.get(level) ?? new Path2D(LEVEL_FORMS[level].path);
  FORMS.set(level, known);
  return known;
}

const VARIABLES: Readonly<Record<Level, string>> = {
  ok: '--outline',
  low: '--sky',
  medium: '--yellow',
  high: '--orange',
  critical: '--vermillion',
  'no-data': '--quiet',
};

/** Reads the colours of the theme that an element stands in. */
export function paletteOf(element: Element): CellPalette {
  const style = getComputedStyle(element);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: of('--ground'),
    tile: of('--tile'),
    line: of('--line'),
    quiet: of('--quiet'),
    text: of('--text'),
    soft: of('--soft'),
    ink: of('--ink'),
    stripe: of('--stripe'),
    alarmGround: of('--alarm-ground'),
    level: Object.fromEntries(LEVELS.map((level) => [level, of(VARIABLES[level])])) as Record<Level, string>,
    font: style.fontFamily,
  };
}

/** What is drawn of a tile; a cell is drawn again when this changes, not each second. */
export function cellKey({ level, glyph, shortName, ageState, isUnattributed }: Tile): string {
  return `${level}|${glyph}|${shortName}|${ageState === 'late' ? 'late' : ''}|${isUnattributed ? 'u' : ''}`;
}

interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly palette: CellPalette;
  readonly text: CellText;
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

const BORDERS: Readonly<Record<Level, number>> = {
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
  else if (tile.ageState === 'late') hatch(pen, { x, y: y + height * 0.8, width, height: height * 0.2 });
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

/** A text that fits is drawn; one that does not is cut while four letters are left, then dropped. */
function drawLine({ context, palette }: Pen, box: Rect, { text, px, color, weight }: Line): void {
  context.font = `${weight} ${px}px ${palette.font}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = color;
  let shown = text;
  while (shown.length > 4 && context.measureText(shown).width > box.width)
    shown = `${shown.slice(0, -2).trimEnd()}…`;
  if (context.measureText(shown).width <= box.width) context.fillText(shown, box.x, box.y + box.height / 2);
}

/** Least letters of a name that tell anything. */
const NAME_LETTERS = 5;
/** Size of the name against the height of the cell. */
const NAME_SHARE = 0.38;
const WORD: Readonly<Partial<Record<string, string>>> = {
  Q: 'QUEUE',
  S: 'SPAM',
  L: 'LAG',
  A: 'ACCESS',
  B: 'BOUNCE',
  H: 'HOLD',
  '?': 'NO DATA',
};

/** A name above, and under it form and cause. */
function drawNamed(pen: Pen, inner: Rect, tile: Tile): void {
  const { palette, text } = pen;
  const isBlind = tile.level === 'no-data';
  const isOk = tile.level === 'ok';
  const px = Math.min(text.mostPx, inner.height * NAME_SHARE);
  const head = { ...inner, height: inner.height * 0.46 };
  if (isBlind) clear(pen, head);
  const color = isOk ? palette.soft : palette.text;
  drawLine(pen, head, { text: tile.shortName, px, weight: isOk ? 400 : 700, color });
  if (isOk) return;
  const body = { ...inner, y: inner.y + inner.height * 0.48, height: inner.height * 0.52 };
  const side = isBlind ? 0 : Math.min(body.height, body.width);
  if (!isBlind) drawShape(pen, { ...body, width: side }, tile.level);
  const wordPx = Math.min(text.mostPx, body.height * 0.7);
  if (wordPx < text.leastPx) return;
  const x = body.x + side + (isBlind ? 0 : side * 0.25);
  const box = { ...body, x, width: inner.x + inner.width - x };
  if (isBlind) clear(pen, box);
  drawLine(pen, box, { text: WORD[tile.glyph] ?? tile.glyph, px: wordPx, color: palette.text, weight: 700 });
}

/** No room for a name: the form alone, or the mark of what is not known. */
function drawBare(pen: Pen, inner: Rect, { level }: Tile): void {
  if (level === 'ok') return;
  if (level !== 'no-data') return drawShape(pen, inner, level);
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
  const pad = Math.max(2, Math.min(7, width * 0.07));
  const inner = { x: x + pad, y: y + pad, width: width - 2 * pad, height: height - 2 * pad };
  const px = Math.min(text.mostPx, inner.height * NAME_SHARE);
  const isNamed = px >= text.leastPx && inner.width >= NAME_LETTERS * 0.6 * px;
  if (isNamed) drawNamed(pen, inner, tile);
  else drawBare(pen, inner, tile);
}

function clear({ context, palette }: Pen, { x, y, width, height }: Rect): void {
  context.fillStyle = palette.tile;
  context.fillRect(x, y, width, height);
}
