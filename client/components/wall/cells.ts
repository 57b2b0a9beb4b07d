/** Where cells and blocks of cells go, and what a block says. All pure. */
import type { Level } from '../../../shared/protocol.ts';
import { LEVEL_WORDS, type Tile } from '../../stores/tile.ts';
import { levelCounts, URGENCY, worstOf } from '../../stores/worst.ts';
import { gridOf, GAP, type Rect } from './grid.ts';
import type { Extent } from './visual-angle.ts';

/** Width to height of a cell: room for a short word beside its shape. */
const CELL_ASPECT = 1.5;
/** The share of a cell that is left free around it. */
const CELL_GAP = 0.06;

/** Columns and size of cells that fill a room; they depend on count and room alone. */
export function cellGridOf(count: number, room: Extent): { columns: number; width: number; height: number } {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns += 1) {
    const width = room.width / columns;
    const height = Math.min(room.height / Math.ceil(Math.max(1, count) / columns), width * 1.2);
    if (Math.min(width / CELL_ASPECT, height) > Math.min(best.width / CELL_ASPECT, best.height))
      best = { columns, width, height };
  }
  return best;
}

/** The cell at a place of a room. */
export function cellRects(count: number, room: Rect): readonly Rect[] {
  const { columns, width, height } = cellGridOf(count, room);
  const gap = Math.max(1, Math.round(Math.min(width, height) * CELL_GAP));
  return Array.from({ length: count }, (_, place) => {
    // Rounded at both ends, so that all gaps are the same.
    const x = Math.round(room.x + (place % columns) * width);
    const y = Math.round(room.y + Math.floor(place / columns) * height);
    const right = Math.round(room.x + ((place % columns) + 1) * width);
    const bottom = Math.round(room.y + (Math.floor(place / columns) + 1) * height);
    return { x, y, width: Math.max(1, right - x - gap), height: Math.max(1, bottom - y - gap) };
  });
}

/** One block of the wall: a cluster, or all there is. */
export interface Block {
  readonly cluster: string;
  readonly title: string;
  /** Places in the list of tiles. */
  readonly places: readonly number[];
}

/** One block for each cluster, in the order in which the directory first names it; the mail of nobody is a cell of the last. */
export function blocksOf(tiles: readonly Tile[], isByCluster: boolean): readonly Block[] {
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

/** Side by side up to here; beyond on a grid. */
const MOST_COLUMNS = 5;
const INSET = 10;

/** Shares of the width: by number of tenants, but no block so narrow that its words have no room. */
function widthsOf(counts: readonly number[], width: number): readonly number[] {
  const room = width - GAP * (counts.length - 1);
  const least = room / (counts.length * 1.8);
  const weights = counts.map((n) => Math.sqrt(Math.max(1, n)));
  const total = weights.reduce((a, b) => a + b, 0);
  const raised = weights.map((weight) => Math.max(least, (room * weight) / total));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((w) => Math.floor((w * room) / sum));
}

function blockRects(blocks: readonly Block[], room: Extent, leastWidth: number): readonly Rect[] {
  const counts = blocks.map((block) => block.places.length);
  if (blocks.length <= MOST_COLUMNS && room.width / blocks.length >= leastWidth) {
    let x = 0;
    return widthsOf(counts, room.width).map((width) => {
      const rect = { x, y: 0, width, height: room.height };
      x += width + GAP;
      return rect;
    });
  }
  const most = Math.max(1, Math.floor((room.width + GAP) / (leastWidth + GAP)));
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

/** How high the words of a block are, in lines: title, counts, and as many names as there is room for. */
export function namesOf(height: number, linePx: number): number {
  return Math.max(0, Math.min(3, Math.floor(height / linePx / 2.2) - 2));
}

/** Places of blocks whose words have lines so high and ask for so much width. */
export function placeBlocks(
  blocks: readonly Block[],
  room: Extent,
  { linePx, leastWidth }: { readonly linePx: number; readonly leastWidth: number },
): readonly BlockPlace[] {
  const [only] = blocks;
  if (blocks.length === 1 && only?.title === '') {
    const rect = { x: 0, y: 0, ...room };
    return [{ rect, cells: rect }];
  }
  return blockRects(blocks, room, leastWidth).map((rect) => {
    const words = linePx * (2 + namesOf(rect.height, linePx)) + INSET;
    const height = Math.max(0, rect.height - words - INSET);
    return {
      rect,
      cells: { x: rect.x + INSET, y: rect.y + words, width: rect.width - 2 * INSET, height },
    };
  });
}
