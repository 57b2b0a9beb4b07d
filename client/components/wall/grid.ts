/** Where the tiles of a wall go, in CSS pixels. */
export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** More tiles than fit at a size that can be read. */
  readonly isScrolling: boolean;
}

export const GAP = 6;
/** Width to height that suits a short name above a large number. */
const ASPECT = 1.9;
/** Below this a name and a number do not fit. */
const MIN_WIDTH = 100;
const MIN_HEIGHT = 56;

/** Tile sizes for a number of columns. */
function withColumns(columns: number, count: number, width: number, height: number): Grid {
  const rows = Math.ceil(count / columns);
  const tileWidth = Math.floor((width - GAP * (columns - 1)) / columns);
  const tileHeight = Math.floor((height - GAP * (rows - 1)) / rows);
  return { columns, rows, tileWidth, tileHeight, isScrolling: false };
}

const usable = (grid: Grid) => Math.min(grid.tileWidth / ASPECT, grid.tileHeight);

/** The number of columns that makes tiles largest; it depends on count and space alone, so that places never change by themselves. */
export function gridOf(count: number, width: number, height: number): Grid {
  let best = withColumns(1, Math.max(1, count), width, height);
  for (let columns = 2; columns <= count; columns += 1) {
    const grid = withColumns(columns, count, width, height);
    if (usable(grid) > usable(best)) best = grid;
  }
  if (best.tileWidth >= MIN_WIDTH && best.tileHeight >= MIN_HEIGHT) return best;
  const columns = Math.max(1, Math.floor((width + GAP) / (MIN_WIDTH + GAP)));
  return {
    ...withColumns(columns, Math.max(1, count), width, height),
    tileHeight: MIN_HEIGHT,
    isScrolling: true,
  };
}

/** Tiles in so many columns, whatever their size. */
export function gridWith(columns: number, count: number, room: { width: number; height: number }): Grid {
  return withColumns(columns, Math.max(1, count), room.width, room.height);
}

/** A place on the grid. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The rectangle of the tile at a place. */
export function tileRect(grid: Grid, place: number): Rect {
  const x = (place % grid.columns) * (grid.tileWidth + GAP);
  const y = Math.floor(place / grid.columns) * (grid.tileHeight + GAP);
  return { x, y, width: grid.tileWidth, height: grid.tileHeight };
}
