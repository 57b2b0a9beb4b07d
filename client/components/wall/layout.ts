/** Which form the wall takes for how many tenants, and what of each fits at a size that can be read. All pure. */
import { gridOf, gridWith, GAP, type Grid } from './grid.ts';
import { emsOfLetters } from './letters.ts';
import type { AngleSizes, Extent } from './visual-angle.ts';

export type LayoutKind = 'list' | 'rows' | 'tiles' | 'cells' | 'clusters';
export interface Layout {
  readonly kind: LayoutKind;
  readonly reason: string;
}

/** Up to so many: rows with a curve each. */
export const MOST_ROWS = 12;
/** Up to so many: a tile each. */
export const MOST_TILES = 60;
/** Up to so many: a cell each; beyond, cells by cluster. */
export const MOST_CELLS = 400;
/** Narrower screens get one tenant below the other. */
export const LIST_WIDTH = 700;

/** Lines of large text, as a share of the font size. */
const LINE = 1.05;
/** A tile must hold a short name above `≥ 41.3 min`. */
const TILE_LETTERS = 8.6;
/** Border and padding. */
const TILE_EDGE = { x: 18, y: 4 } as const;

/** The smallest tile in which a name and a number can be read. */
export function leastTile(sizes: AngleSizes): Extent {
  return {
    width: Math.ceil(emsOfLetters(TILE_LETTERS) * sizes.minimum + TILE_EDGE.x),
    height: Math.ceil(2 * LINE * sizes.minimum + TILE_EDGE.y),
  };
}

/** Columns and rows for a number of tiles none of which is below the least; null when they do not fit. */
export function fitGrid(count: number, room: Extent, least: Extent): Grid | null {
  const columns = Math.floor((room.width + GAP) / (least.width + GAP));
  const rows = Math.floor((room.height + GAP) / (least.height + GAP));
  if (count < 1 || columns < 1 || rows < 1 || columns * rows < count) return null;
  const wished = gridOf(count, room.width, room.height);
  if (wished.tileWidth >= least.width && wished.tileHeight >= least.height) return wished;
  const used = Math.min(rows, Math.ceil(count / columns));
  return {
    columns,
    rows: used,
    tileWidth: Math.floor((room.width - GAP * (columns - 1)) / columns),
    tileHeight: Math.floor((room.height - GAP * (used - 1)) / used),
    isScrolling: false,
  };
}

/** The form for so many tenants in so much room. `sizes` null: nobody said how far people stand. */
export function layoutOf(count: number, room: Extent, sizes: AngleSizes | null): Layout {
  const many = count === 1 ? '1 tenant' : `${count} tenants`;
  if (room.width < LIST_WIDTH && count <= MOST_TILES)
    return { kind: 'list', reason: `${many} on a screen of ${room.width} px: one below the other` };
  if (count > MOST_CELLS)
    return { kind: 'clusters', reason: `${many}: more than ${MOST_CELLS} are told by cluster` };
  if (count > MOST_TILES)
    return { kind: 'cells', reason: `${many}: more than ${MOST_TILES} have a cell each` };
  const isRows = count <= MOST_ROWS && rowPlan(count, room, sizes) !== null;
  if (isRows) return { kind: 'rows', reason: `${many}: up to ${MOST_ROWS} have a row with a curve each` };
  if (sizes && !fitGrid(count, room, leastTile(sizes)))
    return { kind: 'cells', reason: `${many}: tiles of that many could not be read from there` };
  return { kind: 'tiles', reason: `${many}: up to ${MOST_TILES} have a tile each` };
}

/** Below this a name and a number have no room on a tile, where nobody said how far people stand. */
const LEAST_SMALL: Extent = { width: 104, height: 44 };

/** The grid of tiles that a room asks for. */
export function tileGrid(count: number, room: Extent, sizes: AngleSizes | null): Grid {
  const own = sizes && fitGrid(count, room, leastTile(sizes));
  return own ?? gridOf(count, room.width, room.height);
}

/** A board that gives a part of its room away: its tiles keep columns and rows. */
export interface SmallLayout extends Layout {
  /** Of tiles, and of cells that stand for tiles or rows; null: cells have places of their own. */
  readonly columns: number | null;
}

/** The form in a room that is a part of the whole: what has a place in the whole keeps it, smaller. */
export function layoutWithin(
  { tenants, tiles }: { readonly tenants: number; readonly tiles: number },
  room: Extent,
  whole: Extent,
  sizes: AngleSizes | null,
): SmallLayout {
  const { kind, reason } = layoutOf(tenants, whole, sizes);
  const small = `${reason}, in a part of its room`;
  if (kind === 'rows' && rowPlan(tiles, room, sizes)) return { kind, reason: small, columns: null };
  if (kind !== 'tiles' && kind !== 'rows') return { kind, reason: small, columns: null };
  const columns = kind === 'rows' ? 1 : tileGrid(tiles, whole, sizes).columns;
  const { tileWidth, tileHeight } = gridWith(columns, tiles, room);
  const least = sizes ? leastTile(sizes) : LEAST_SMALL;
  const isFit = kind === 'tiles' && tileWidth >= least.width && tileHeight >= least.height;
  return { kind: isFit ? 'tiles' : 'cells', reason: small, columns };
}

/** What of a tile is drawn, sizes in CSS pixels. */
export interface TilePlan {
  readonly namePx: number;
  /** What name and form have of the width. */
  readonly headPx: number;
  readonly mainPx: number;
  readonly smallPx: number;
  /** Cause and level in words. */
  readonly hasWords: boolean;
  /** Rows of small numbers. */
  readonly cellRows: number;
  readonly hasAge: boolean;
  /** A curve at the foot that runs under no text. */
  readonly hasSpark: boolean;
}

/** A text that grows with its room, never below the least and never beyond what helps. */
const between = (least: number, wish: number, most: number) => Math.max(least, Math.min(wish, most));

/** What a curve at the foot takes of a tile. */
const SPARK_SHARE = 0.16;

/** Fewer figures, never smaller ones. */
export function tilePlan(tile: Extent, sizes: AngleSizes): TilePlan {
  const { minimum, preferred, headline } = sizes;
  const inner = { width: tile.width - TILE_EDGE.x, height: tile.height - TILE_EDGE.y };
  const namePx = between(
    minimum,
    Math.min(inner.height * 0.24, inner.width / emsOfLetters(TILE_LETTERS)),
    preferred,
  );
  const mainPx = between(
    minimum,
    Math.min(inner.height * 0.4, inner.width / emsOfLetters(TILE_LETTERS)),
    headline,
  );
  const left = inner.height - LINE * (namePx + mainPx);
  const line = LINE * minimum;
  const hasWords = left >= line && inner.width >= emsOfLetters(15) * minimum;
  const isWide = inner.width >= emsOfLetters(18) * minimum;
  const cellRows = isWide ? Math.min(2, Math.floor((left - (hasWords ? line : 0)) / line)) : 0;
  const hasAge = inner.width >= emsOfLetters(TILE_LETTERS + 5) * namePx;
  const free = left - (hasWords ? line : 0) - Math.max(0, cellRows) * line;
  return {
    namePx,
    headPx: inner.width,
    mainPx,
    smallPx: minimum,
    hasWords,
    cellRows: Math.max(0, cellRows),
    hasAge,
    hasSpark: free >= tile.height * SPARK_SHARE,
  };
}

/** What of a row is drawn. */
export interface RowPlan {
  readonly heightPx: number;
  readonly namePx: number;
  readonly mainPx: number;
  /** Nothing is smaller. 0: nobody said how far people stand. */
  readonly leastPx: number;
  readonly nameWidth: number;
  readonly stateWidth: number;
  readonly figureWidth: number;
  /** How many of the four numbers. */
  readonly figures: number;
  readonly sparkWidth: number;
  readonly hasAge: boolean;
}

const ROW_LEAST = { name: 18, main: 20, most: 54 } as const;
/** Size of the words of the state against that of the name. */
const STATE_SHARE = 0.7;
const MOST_ROW_HEIGHT = 190;
const LEAST_SPARK = 150;
const FIGURES = 4;

/** Sizes of text in a row so high. */
function rowText(heightPx: number, width: number, sizes: AngleSizes | null) {
  const wish = Math.min(heightPx * 0.54, width / 48);
  const mainPx = between(sizes?.minimum ?? ROW_LEAST.main, wish, sizes?.headline ?? ROW_LEAST.most);
  const leastPx = sizes?.minimum ?? ROW_LEAST.name;
  const namePx = between(leastPx, mainPx * 0.86, sizes?.preferred ?? mainPx);
  const statePx = sizes?.minimum ?? Math.max(leastPx, namePx * STATE_SHARE);
  return { mainPx, namePx, statePx, leastPx };
}

/** Rows that fit, with as many numbers as can be read; null when not even one does. */
export function rowPlan(count: number, room: Extent, sizes: AngleSizes | null): RowPlan | null {
  if (count < 1 || room.height <= 0) return null;
  const heightPx = Math.floor(Math.min(MOST_ROW_HEIGHT, (room.height - GAP * (count - 1)) / count));
  const { mainPx, namePx, statePx, leastPx } = rowText(heightPx, room.width, sizes);
  // A fault says cause and level in two lines.
  if (heightPx < 2 * LINE * leastPx + 10) return null;
  const nameWidth = Math.round(emsOfLetters(11.5) * namePx + 1.6 * namePx);
  const stateWidth = Math.round(9.5 * 0.66 * statePx);
  const figureWidth = Math.round(emsOfLetters(8.5) * mainPx);
  const hasAge = room.width > nameWidth + stateWidth + 3 * figureWidth + LEAST_SPARK + 4 * leastPx;
  const left = room.width - nameWidth - stateWidth - (hasAge ? 3.2 * leastPx : 0) - 40;
  const figures = Math.min(FIGURES, Math.floor((left - LEAST_SPARK) / (figureWidth + 16)));
  if (figures < 1) return null;
  const sparkWidth = Math.floor(left - figures * (figureWidth + 16));
  const widths = { nameWidth, stateWidth, figureWidth, sparkWidth };
  return { heightPx, namePx, mainPx, leastPx: sizes?.minimum ?? 0, ...widths, figures, hasAge };
}
