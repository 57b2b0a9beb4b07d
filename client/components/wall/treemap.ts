/** Cells whose size follows the number of mailboxes, as far as all of them can still be read. All pure. */
import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import { cellRects, gapOf } from './cells.ts';
import type { Rect } from './grid.ts';

/** Null: nobody said how many. */
export type Mailboxes = number | null;

export interface CellMap {
  /** In the order of what was given. */
  readonly rects: readonly Rect[];
  /** How much of the differences is shown: 1 as they are, 0 none. */
  readonly share: number;
  readonly reason: string;
}

/** The smallest cell against the middle one, and the largest: nobody disappears, nobody takes the wall. */
const FLOOR = 0.5;
const CEILING = 8;
/** Exponents of the number of mailboxes, the truest first: the flatter, the larger is the smallest cell. */
const SHARES = [1, 0.8, 0.6, 0.45, 0.3, 0.2] as const;
/** Longer or higher cells have no room for a form. */
const MOST_ASPECT = 4;

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** Areas against that of the middle one; whose number is not known has the middle. Null: nothing tells them apart. */
export function cellWeights(mailboxes: readonly Mailboxes[], share: number): readonly number[] | null {
  const known = mailboxes.flatMap((n) => (n !== null && n > 0 ? [n] : [])).sort((a, b) => a - b);
  const median = medianOf(known);
  if (median === 0 || known[0] === known.at(-1)) return null;
  return mailboxes.map((n) => Math.min(CEILING, Math.max(FLOOR, ((n ?? median) / median) ** share)));
}

/** What cells are to hold: their least side, and their width to their height. */
export interface CellNeeds {
  readonly leastSide: number;
  readonly aspect: number;
}

function squarified(weights: readonly number[], room: Rect, aspect: number): readonly Rect[] {
  const places = weights.map((_, place) => place);
  // The largest first, or rows become splinters; equal ones in their order, so that the same tenants have the same places.
  places.sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
  const root = hierarchy<{ weight: number; children?: { weight: number }[] }>({
    weight: 0,
    children: places.map((place) => ({ weight: weights[place] ?? 0 })),
  }).sum(({ weight }) => weight);
  const leaves =
    treemap<{ weight: number }>()
      .tile(treemapSquarify.ratio(1))
      .size([room.width / aspect, room.height])(root).children ?? [];
  const gap = gapOf(Math.sqrt((room.width * room.height) / Math.max(1, weights.length)));
  const rects: Rect[] = [];
  leaves.forEach(({ x0, x1, y0, y1 }, at) => {
    // Rounded at both ends, so that all gaps are the same.
    const x = Math.round(room.x + x0 * aspect);
    const y = Math.round(room.y + y0);
    const width = Math.max(1, Math.round(room.x + x1 * aspect) - x - gap);
    const height = Math.max(1, Math.round(room.y + y1) - y - gap);
    rects[places[at] ?? at] = { x, y, width, height };
  });
  return rects;
}

const isReadable = ({ width, height }: Rect, leastSide: number) =>
  Math.min(width, height) >= leastSide && Math.max(width / height, height / width) <= MOST_ASPECT;

/** Places of the cells of a block: by mailboxes as truly as the least side allows, or else all alike. */
export function cellMap(mailboxes: readonly Mailboxes[], room: Rect, needs: CellNeeds): CellMap {
  const { leastSide, aspect } = needs;
  if (cellWeights(mailboxes, 1) === null) {
    const rects = cellRects(mailboxes.length, room, aspect);
    return { rects, share: 0, reason: 'all alike: no mailboxes tell them apart' };
  }
  for (const share of SHARES) {
    const rects = squarified(cellWeights(mailboxes, share) ?? [], room, aspect);
    if (rects.every((rect) => isReadable(rect, leastSide)))
      return { rects, share, reason: `by mailboxes to the power of ${share}` };
  }
  const rects = cellRects(mailboxes.length, room, aspect);
  return { rects, share: 0, reason: 'all alike: smaller ones could not be read' };
}
