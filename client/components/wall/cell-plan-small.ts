/** Where cells go when the board has given a part of its room away: where they were, smaller. All pure. */
import { cellPlan, leastCellSide, type CellPlan, type CellWish, type PlannedTile } from './cell-plan.ts';
import { blocksOf } from './cells.ts';
import { gridWith, tileRect, type Rect } from './grid.ts';
import type { Extent } from './visual-angle.ts';

/** What a smaller board holds on to. */
export interface SmallWish extends CellWish {
  /** The room that the board has else; null: it has all of it. */
  readonly whole: Extent | null;
  /** Of the tiles or rows that these cells stand for; null: they have places of their own. */
  readonly columns: number | null;
}

/** The smallest form that is told where nobody said how far people stand, CSS pixels. */
const FREE_FORM = 13;

/** A place in one room as the same place in another. */
function squeezed({ x, y, width, height }: Rect, from: Rect, to: Rect): Rect {
  const [shareX, shareY] = [to.width / Math.max(1, from.width), to.height / Math.max(1, from.height)];
  const left = Math.round(to.x + (x - from.x) * shareX);
  const top = Math.round(to.y + (y - from.y) * shareY);
  const right = Math.round(to.x + (x - from.x + width) * shareX);
  const bottom = Math.round(to.y + (y - from.y + height) * shareY);
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** One cell for each tile of a grid. */
function inColumns(tiles: readonly PlannedTile[], wish: SmallWish, columns: number): CellPlan {
  const { fontPx, text } = cellPlan([], wish);
  const grid = gridWith(columns, tiles.length, wish.size);
  const rect = { x: 0, y: 0, ...wish.size };
  return {
    blocks: blocksOf(tiles, false),
    placed: [{ rect, cells: rect }],
    rects: tiles.map((_, place) => tileRect(grid, place)),
    isSized: false,
    fontPx,
    text,
  };
}

/** The plan for a room that may be a part of the whole. */
export function smallCellPlan(tiles: readonly PlannedTile[], wish: SmallWish): CellPlan {
  if (wish.columns !== null) return inColumns(tiles, wish, wish.columns);
  const own = cellPlan(tiles, wish);
  if (!wish.whole) return own;
  const big = cellPlan(tiles, { ...wish, size: wish.whole });
  const rects = [...own.rects];
  own.blocks.forEach(({ places }, at) => {
    const [from, to] = [big.placed[at]?.cells, own.placed[at]?.cells];
    for (const place of places) {
      const rect = big.rects[place];
      if (rect && from && to) rects[place] = squeezed(rect, from, to);
    }
  });
  // What could not be told any more is worse than a place that has changed.
  const least = wish.sizes ? leastCellSide(wish.sizes) : FREE_FORM;
  const isTold = rects.every((rect) => !rect || Math.min(rect.width, rect.height) >= least);
  return isTold ? { ...own, rects, isSized: big.isSized } : own;
}
