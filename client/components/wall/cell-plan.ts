/** Where every cell of the wall goes, by the list of tenants and the room alone: nothing moves because numbers changed. All pure. */
import type { Tile } from '../../stores/tile.ts';
import { hasNameRoom } from './cell-room.ts';
import { CELL_ASPECT, blocksOf, placeBlocks, type Block, type BlockPlace, type BlockText } from './cells.ts';
import type { Rect } from './grid.ts';
import { cellMap } from './treemap.ts';
import { MINIMUM_ARCMIN, type AngleSizes, type Extent } from './visual-angle.ts';

export type PlannedTile = Pick<Tile, 'id' | 'cluster' | 'mailboxes' | 'isUnattributed'>;

export interface CellWish {
  readonly isByCluster: boolean;
  readonly size: Extent;
  /** Null: nobody said how far people stand. */
  readonly sizes: AngleSizes | null;
}

export interface CellPlan {
  readonly blocks: readonly Block[];
  readonly placed: readonly BlockPlace[];
  /** In the order of the tiles; undefined: there is no room for it. */
  readonly rects: readonly (Rect | undefined)[];
  /** Larger cells have more mailboxes. */
  readonly isSized: boolean;
  readonly fontPx: number;
  readonly text: BlockText;
}

/** Letters of the longest line of counts that should fit. */
const BLOCK_LETTERS = 25;
/** Letters of a title alone. */
const TITLE_LETTERS = 14;
const LINE = 1.2;
const LEAST_BLOCK = 8;
/** More clusters than this have no titles of their own while every tenant has a cell that can be read. */
const MOST_TITLED = 5;
/** Names of a block whose cells can be read, and of one whose cells are a map that nobody reads from afar. */
const NAMES = { near: 3, far: 6 } as const;
/** The least side of a cell where nobody said how far people stand. */
const FREE_SIDE = 26;
/** Border and padding of a cell around its form. */
const CELL_EDGE = 12;
/** From afar a cell holds its form alone, and that is a square. */
const FAR_ASPECT = 1.1;

/** The smallest cell in which a form can be told, CSS pixels. */
export function leastCellSide(sizes: AngleSizes | null): number {
  // A form is all height, which a letter is not.
  return sizes ? Math.ceil(MINIMUM_ARCMIN * sizes.unit) + CELL_EDGE : FREE_SIDE;
}

const clustersOf = (tiles: readonly PlannedTile[]) =>
  new Set(tiles.filter((tile) => !tile.isUnattributed).map(({ cluster }) => cluster)).size;

function blockText({ isByCluster, size, sizes }: CellWish): BlockText {
  const fontPx = blockFontPx(size, sizes);
  const letters = isByCluster ? BLOCK_LETTERS : TITLE_LETTERS;
  const wish = letters * 0.54 * fontPx;
  const names = isByCluster ? (sizes ? NAMES.far : NAMES.near) : null;
  return { linePx: Math.ceil(fontPx * LINE), leastWidth: Math.min(size.width, wish), names };
}

const blockFontPx = ({ width }: Extent, sizes: AngleSizes | null) =>
  sizes?.minimum ?? Math.max(16, Math.min(24, width / 80));

/** Cells in which no form can be told are a map: then words above them tell what it shows. */
function isMap({ rects }: CellPlan, { sizes }: CellWish): boolean {
  const least = leastCellSide(sizes) - CELL_EDGE / 2;
  return sizes !== null && rects.some((rect) => rect && Math.min(rect.width, rect.height) < least);
}

/** Blocks, and a cell in them for each tenant. */
export function cellPlan(tiles: readonly PlannedTile[], wish: CellWish): CellPlan {
  const plan = planOf(tiles, wish);
  if (wish.isByCluster) return plan;
  if (isMap(plan, wish)) return planOf(tiles, { ...wish, isByCluster: true });
  return lacksNames(plan, wish) ? withWorstLine(plan, tiles, wish) : plan;
}

/** Whoever were not in order, his cell would have no room for his name. */
function lacksNames({ rects, blocks, fontPx }: CellPlan, { sizes }: CellWish): boolean {
  const text = { leastPx: fontPx, mostPx: fontPx };
  const isTitled = blocks.some(({ title }) => title !== '');
  return sizes !== null && isTitled && rects.some((rect) => rect && !hasNameRoom(rect, text, false));
}

/** A line of names under each title, where it leaves room for forms that can be told. */
function withWorstLine(plan: CellPlan, tiles: readonly PlannedTile[], wish: CellWish): CellPlan {
  const named = planOf(tiles, wish, true);
  const least = leastCellSide(wish.sizes);
  const isTold = named.rects.every((rect) => rect && Math.min(rect.width, rect.height) >= least);
  return isTold ? named : plan;
}

function planOf(tiles: readonly PlannedTile[], wish: CellWish, hasWorstLine = false): CellPlan {
  const clusters = clustersOf(tiles);
  const isTitled = wish.isByCluster || (clusters > 1 && clusters <= MOST_TITLED);
  const blocks = blocksOf(tiles, isTitled);
  const text = { ...blockText(wish), hasWorstLine };
  const placed = placeBlocks(blocks, wish.size, text);
  const rects: (Rect | undefined)[] = [];
  const needs = {
    leastSide: leastCellSide(wish.sizes),
    aspect: wish.sizes ? FAR_ASPECT : CELL_ASPECT,
  };
  let isSized = false;
  blocks.forEach(({ places }, at) => {
    const room = placed[at]?.cells;
    if (!room || room.height < LEAST_BLOCK) return;
    const map = cellMap(
      places.map((place) => tiles[place]?.mailboxes ?? null),
      room,
      needs,
    );
    isSized ||= map.share > 0;
    map.rects.forEach((rect, i) => {
      const place = places[i];
      if (place !== undefined) rects[place] = rect;
    });
  });
  return { blocks, placed, rects, isSized, fontPx: blockFontPx(wish.size, wish.sizes), text };
}
