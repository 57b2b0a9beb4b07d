/** Where cells and blocks of cells go, and what a block says. All pure. */
import type { Level } from '../../../shared/protocol.ts';
import { LEVEL_WORDS, type Tile } from '../../stores/tile.ts';
import { levelCounts, URGENCY, worstOf } from '../../stores/worst.ts';
import { gridOf, GAP, type Rect } from './grid.ts';
import type { Extent } from './visual-angle.ts';

/** Width to height of a cell: room for a short word beside its shape. */
export const CELL_ASPECT = 1.5;
/** The share of a cell that is left free around it. */
const CELL_GAP = 0.06;

/** What is left free between cells of such a side. */
export const gapOf = (side: number) => Math.max(1, Math.round(side * CELL_GAP));

/** Columns and size of cells that fill a room; they depend on count and room alone. */
export function cellGridOf(
  count: number,
  room: Extent,
  aspect: number = CELL_ASPECT,
): { columns: number; width: number; height: number } {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const width = room.width / columns;
    const height = Math.min(room.height / Math.ceil(Math.max(1, count) / columns), width * 1.2);
    if (Math.min(width / aspect, height) > Math.min(best.width / aspect, best.height))
      best = { columns, width, height };
  }
  return best;
}

/** The cell at a place of a room. */
export function cellRects(count: number, room: Rect, aspect: number = CELL_ASPECT): readonly Rect[] {
  const { columns, width, height } = cellGridOf(count, room, aspect);
  const gap = gapOf(Math.min(width, height));
  return Array.from({ length: count }, (_, place) => {
    // Rounded at both ends, so that all gaps are the same.
    const x = Math.round(room.x + (place % columns) * width);
    const y = Math.round(room.y + Math.floor(place / columns) * height);
    const right = Math.round(room.x + ((place % columns) + 1) * width);
    const bottom = Math.round(room.y + (Math.floor(place / columns) + 1) * height);
    return { x, y, width: Math.max(1, right - x - gap), height: Math.max(1, bottom - y - gap) };
  });
}

/** Whether the same tenants stand in the same order: only then nothing has to be placed anew. */
export function isSameOrder(
  a: readonly Pick<Tile, 'id' | 'cluster' | 'mailboxes'>[],
  b: readonly Pick<Tile, 'id' | 'cluster' | 'mailboxes'>[],
): boolean {
  return (
    a.length === b.length &&
    a.every((tile, at) => {
      const other = b[at];
      return tile.id === other?.id && tile.cluster === other.cluster && tile.mailboxes === other.mailboxes;
    })
  );
}

/** One block of the wall: a cluster, or all there is. */
export interface Block {
  readonly cluster: string;
  readonly title: string;
  /** Places in the list of tiles. */
  readonly places: readonly number[];
}

/** One block for each cluster, in the order in which the directory first names it; the mail of nobody is a cell of the last. */
export function blocksOf(
  tiles: readonly Pick<Tile, 'cluster' | 'isUnattributed'>[],
  isByCluster: boolean,
): readonly Block[] {
  if (!isByCluster) return [{ cluster: '', title: '', places: tiles.map((_, place) => place) }];
  const places = new Map<string, number[]>();
  const nobodys: number[] = [];
  tiles.forEach(({ cluster, isUnattributed }, place) => {
    const list = isUnattributed ? nobodys : (places.get(cluster) ?? []);
    list.push(place);
    if (!isUnattributed) places.set(cluster, list);
  });
  return [...places].map(([cluster, own], at) => ({
    cluster,
    title: cluster === '' ? 'No cluster' : `Cluster ${cluster}`,
    places: at === places.size - 1 ? [...own, ...nobodys] : own,
  }));
}

/** What a block says in words: how many at each level, most urgent first, and who is worst. */
export interface BlockWords {
  readonly worstLevel: Level;
  /** The mail of nobody is no tenant. */
  readonly tenants: number;
  readonly counts: readonly { readonly level: Level; readonly n: number; readonly word: string }[];
  readonly worst: readonly Tile[];
  readonly blind: number;
  readonly more: number;
}

/** Words of a block with room for so many names. */
export function blockWords(tiles: readonly Tile[], names: number): BlockWords {
  const own = levelCounts(tiles);
  const shown = URGENCY.filter((level) => own[level] > 0);
  const { tiles: worst, blind, more } = worstOf(tiles, names);
  return {
    worstLevel: shown[0] ?? 'ok',
    tenants: shown.reduce((sum, level) => sum + own[level], 0),
    counts: shown.map((level) => ({ level, n: own[level], word: LEVEL_WORDS[level].toLowerCase() })),
    worst,
    blind: blind.length,
    more,
  };
}

/** A block's whole room, and what its cells have of it. */
export interface BlockPlace {
  readonly rect: Rect;
  readonly cells: Rect;
}

/** Side by side, or one below the other, up to here; beyond on a grid. */
const MOST_IN_LINE = 5;
const INSET = 10;

/** Shares of a length: by number of tenants, but no block so small that its words have no room. */
function sharesOf(counts: readonly number[], length: number, least: number): readonly number[] {
  const room = length - GAP * (counts.length - 1);
  const total = counts.reduce((sum, n) => sum + Math.max(1, n), 0);
  const own = Math.min(least, room / counts.length);
  const raised = counts.map((n) => Math.max(own, (room * Math.max(1, n)) / total));
  const sum = raised.reduce((a, b) => a + b, 0);
  // What was raised is taken from those that have more than they need.
  const over = sum - room;
  const spare = raised.reduce((all, each) => all + each - own, 0);
  return raised.map((each) => Math.floor(each - (spare > 0 ? (over * (each - own)) / spare : 0)));
}

interface BlockNeeds {
  readonly width: number;
  readonly height: number;
}

function blockRects(blocks: readonly Block[], room: Extent, least: BlockNeeds): readonly Rect[] {
  const counts = blocks.map((block) => block.places.length);
  const isInLine = blocks.length <= MOST_IN_LINE;
  if (isInLine && room.width / blocks.length >= least.width) {
    let x = 0;
    return sharesOf(counts, room.width, least.width).map((width) => {
      const rect = { x, y: 0, width, height: room.height };
      x += width + GAP;
      return rect;
    });
  }
  if (isInLine && room.width < 2 * least.width && room.height / blocks.length >= least.height) {
    let y = 0;
    return sharesOf(counts, room.height, least.height).map((height) => {
      const rect = { x: 0, y, width: room.width, height };
      y += height + GAP;
      return rect;
    });
  }
  const most = Math.max(1, Math.floor((room.width + GAP) / (least.width + GAP)));
  const columns = Math.min(most, Math.max(1, gridOf(blocks.length, room.width, room.height).columns));
  const rows = Math.ceil(blocks.length / columns);
  const width = Math.floor((room.width - GAP * (columns - 1)) / columns);
  const height = Math.floor((room.height - GAP * (rows - 1)) / rows);
  return blocks.map((_, at) => ({
    x: (at % columns) * (width + GAP),
    y: Math.floor(at / columns) * (height + GAP),
    width,
    height,
  }));
}

/** How many of the worst a block names, by its height in lines: title and counts come first, cells have half. */
export function namesOf(height: number, linePx: number, most: number): number {
  return Math.max(0, Math.min(most, Math.floor(height / linePx / 1.9) - 2));
}

/** What the words of blocks ask for. */
export interface BlockText {
  readonly linePx: number;
  readonly leastWidth: number;
  /** Most names of the worst. Null: the title alone, for the cells can be read themselves. */
  readonly names: number | null;
  /** Under the title alone there is a line of those who are worst: most cells have no room for a name. */
  readonly hasWorstLine?: boolean;
}

/** Lines of words above the cells of a block so high. */
export function blockLines(height: number, { linePx, names, hasWorstLine }: BlockText): number {
  return names === null ? (hasWorstLine ? 2 : 1) : 2 + namesOf(height, linePx, names);
}

/** Places of blocks and of what their cells have. */
export function placeBlocks(blocks: readonly Block[], room: Extent, text: BlockText): readonly BlockPlace[] {
  const [only] = blocks;
  if (blocks.length === 1 && only?.title === '') {
    const rect = { x: 0, y: 0, ...room };
    return [{ rect, cells: rect }];
  }
  const least = { width: text.leastWidth, height: text.linePx * 4 };
  const inset = text.names === null ? GAP : INSET;
  return blockRects(blocks, room, least).map((rect) => {
    const words = text.linePx * blockLines(rect.height, text) + inset;
    const height = Math.max(0, rect.height - words - inset);
    return {
      rect,
      cells: { x: rect.x + inset, y: rect.y + words, width: rect.width - 2 * inset, height },
    };
  });
}
