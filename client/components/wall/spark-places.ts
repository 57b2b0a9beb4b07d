import type { RowPlan } from './layout.ts';
import { GAP, tileRect, type Grid, type Rect } from './grid.ts';

/** Sparklines have the foot of each tile to themselves; the share is the tile's `--spark-share`, a little less. */
const SHARE = 0.1;
const INSET = 8;

/** Places of the curves at the foot of each tile. */
export function tileSparks(grid: Grid, count: number): readonly Rect[] {
  return Array.from({ length: count }, (_, place) => {
    const tile = tileRect(grid, place);
    const height = tile.height * SHARE;
    const y = tile.y + tile.height - height - 4;
    return { x: tile.x + INSET, y, width: tile.width - 2 * INSET, height };
  });
}

/** Places of the curves at the right end of each row. */
export function rowSparks(plan: RowPlan, count: number, width: number): readonly Rect[] {
  return Array.from({ length: count }, (_, place) => ({
    x: width - plan.sparkWidth - INSET,
    y: place * (plan.heightPx + GAP) + INSET,
    width: plan.sparkWidth - INSET,
    height: plan.heightPx - 2 * INSET,
  }));
}
