/** What of a tenant has room in its cell. All pure. */
import type { Tile } from '../../stores/tile.ts';
import type { Rect } from './grid.ts';
import { emsOf } from './letters.ts';

/** Smallest text that may be drawn in a cell, CSS pixels: below it there is none. */
export interface CellText {
  readonly leastPx: number;
  readonly mostPx: number;
}

/** A letter against its size: its height. */
export const CAP = 0.72;
/** A text that is a little too wide is set narrower: its height, by which it is read, stays. */
export const NARROWEST = 0.8;
/** Size of the name against the height of the cell, and what its line has of it at least. */
const NAME_SHARE = 0.42;
const HEAD_SHARE = 0.46;
/** A line that is as tight as it can be, against its size. */
const TIGHT = 0.98;
/** The smallest form beside a word, CSS pixels. */
const LEAST_FORM = 18;
const NAME_LETTERS = 5;
/** What follows a name in a line of names, and the number of those who have no room in it; in their font size. */
const NAME_GAP = 0.6;
const MORE_EMS = 2.2;

export const within = ({ x, y, width, height }: Rect, pad: number): Rect => ({
  x: x + pad,
  y: y + pad,
  width: Math.max(1, width - 2 * pad),
  height: Math.max(1, height - 2 * pad),
});

/** A cell without its border. */
export const innerOf = (rect: Rect): Rect => within(rect, Math.max(2, Math.min(7, rect.width * 0.07)));

/** The size of a name, and what it has and leaves of the height: for who is not in order a tight line is better than none. */
export function sharesOf({ height }: Rect, { leastPx, mostPx }: CellText, isOk: boolean) {
  const wish = Math.min(mostPx, height * NAME_SHARE);
  const px = isOk ? wish : Math.max(wish, Math.min(leastPx, mostPx));
  const head = Math.max(height * HEAD_SHARE, TIGHT * px);
  return { px, head, body: height - head - Math.min(2, height * 0.02) };
}

/** Whether a name has room in a cell: a form that can be told comes before it. */
export function hasNameRoom(rect: Rect, text: CellText, isOk: boolean): boolean {
  const inner = innerOf(rect);
  const { px, body } = sharesOf(inner, text, isOk);
  const isTold = isOk || body >= Math.max(LEAST_FORM, text.leastPx * CAP);
  const letters = NAME_LETTERS * (isOk ? 1 : NARROWEST);
  return isTold && px >= text.leastPx && inner.width >= letters * 0.6 * px;
}

/** Names of those who are in order go first: they are there while everybody else has one. */
export function areAllNamed(
  tiles: readonly Pick<Tile, 'level'>[],
  rects: readonly (Rect | undefined)[],
  text: CellText,
): boolean {
  return tiles.every(({ level }, at) => {
    const rect = rects[at];
    return level === 'ok' || !rect || hasNameRoom(rect, text, false);
  });
}

/** How many of these names stand in one line so wide, in their font size; the rest is a number behind them. */
export function namesInLine(names: readonly string[], ems: number): number {
  let sum = 0;
  const count = names.findIndex((name, at) => {
    sum += emsOf(name) + NAME_GAP;
    return sum + (at < names.length - 1 ? MORE_EMS : 0) > ems;
  });
  return count < 0 ? names.length : count;
}
