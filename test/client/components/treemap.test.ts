import { describe, expect, it } from 'vitest';
import { cellPlan, leastCellSide } from '../../../client/components/wall/cell-plan.ts';
import { cellMap, cellWeights, type Mailboxes } from '../../../client/components/wall/treemap.ts';
import type { Rect } from '../../../client/components/wall/grid.ts';
import { angleSizes } from '../../../client/components/wall/visual-angle.ts';

const ROOM = { x: 0, y: 0, width: 1_900, height: 700 };
const NEEDS = { leastSide: 26, aspect: 1.5 };
const FAR = angleSizes({ diagonalInches: 55, distanceM: 5 }, { width: 1_920, height: 1_080 }, 0.69);
/** A few are large and most are small, and of some nobody knows. */
const mailboxesOf = (count: number): readonly Mailboxes[] =>
  Array.from({ length: count }, (_, i) =>
    i % 29 === 11 ? null : Math.round(200 * 900 ** ((i * 0.618) % 1)),
  );
const area = ({ width, height }: Rect) => width * height;
const side = ({ width, height }: Rect) => Math.min(width, height);
const isInside = (a: Rect, b: Rect) =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
const areApart = (a: Rect, b: Rect) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe('cells by mailboxes', () => {
  it.each([61, 120, 300, 400])('of %d tenants fill the room, apart from each other (WAL-150)', (count) => {
    const { rects, share } = cellMap(mailboxesOf(count), ROOM, NEEDS);
    expect(share).toBeGreaterThan(0);
    expect(rects).toHaveLength(count);
    expect(rects.every((rect) => isInside(rect, ROOM))).toBe(true);
    rects.forEach((a, i) => expect(rects.slice(i + 1).every((b) => areApart(a, b))).toBe(true));
    expect(rects.reduce((sum, rect) => sum + area(rect), 0)).toBeGreaterThan(0.85 * area(ROOM));
  });

  it('are larger the more mailboxes there are, none below the least side, none longer than four times its height (WAL-150)', () => {
    const mailboxes = mailboxesOf(300);
    const { rects } = cellMap(mailboxes, ROOM, NEEDS);
    for (const rect of rects) {
      expect(side(rect)).toBeGreaterThanOrEqual(NEEDS.leastSide);
      expect(Math.max(rect.width / rect.height, rect.height / rect.width)).toBeLessThanOrEqual(4);
    }
    const known = mailboxes
      .flatMap((n, i) => (n === null ? [] : [{ n, area: area(rects[i]!) }]))
      .sort((a, b) => a.n - b.n);
    const mean = (list: typeof known) => list.reduce((sum, each) => sum + each.area, 0) / list.length;
    const tenth = Math.floor(known.length / 10);
    expect(mean(known.slice(-tenth))).toBeGreaterThan(2 * mean(known.slice(0, tenth)));
  });

  it('have a floor and a ceiling, and the middle where nobody knows how many (WAL-150)', () => {
    const weights = cellWeights([1, 100, 100, 100, 1_000_000, null], 1)!;
    expect(weights).toEqual([0.5, 1, 1, 1, 8, 1]);
  });

  it('have the same places for the same tenants, whatever else happens (WAL-150)', () => {
    expect(cellMap(mailboxesOf(300), ROOM, NEEDS)).toEqual(cellMap(mailboxesOf(300), ROOM, NEEDS));
    const alike = cellMap([500, 500, 900, 500], ROOM, NEEDS).rects;
    const before = (a: Rect, b: Rect) => a.x < b.x || (a.x === b.x && a.y < b.y);
    expect(before(alike[0]!, alike[1]!) && before(alike[1]!, alike[3]!)).toBe(true);
  });

  it.each([
    ['nobody knows how many', [null, null, null, null]],
    ['all have as many', [700, 700, 700, 700]],
    ['there are none', [0, 0, 0, 0]],
  ])('are all alike where %s, and say so (WAL-150)', (_, mailboxes) => {
    const { rects, share, reason } = cellMap(mailboxes, ROOM, NEEDS);
    expect(share).toBe(0);
    expect(reason).toContain('all alike');
    expect(new Set(rects.map(({ width }) => width)).size).toBeLessThanOrEqual(2);
  });

  it('are flattened as far as the smallest needs, and all alike where that is not enough (WAL-150)', () => {
    const shares = [20, 40, 50, 90].map(
      (leastSide) => cellMap(mailboxesOf(300), ROOM, { leastSide, aspect: 1.1 }).share,
    );
    shares.slice(1).forEach((share, i) => expect(share).toBeLessThanOrEqual(shares[i]!));
    expect(shares[0]).toBeGreaterThan(shares[2]!);
    expect(shares.at(-1)).toBe(0);
  });
});

describe('the plan of cells', () => {
  const tiles = (count: number, clusters = 3) =>
    mailboxesOf(count).map((mailboxes, i) => ({
      id: `t${i}`,
      cluster: 'ABCDEFGH'[i % clusters]!,
      isUnattributed: false,
      mailboxes,
    }));
  const size = { width: 1_900, height: 740 };

  it('keeps clusters together, with a title each while there are few of them (WAL-151)', () => {
    const wish = { isByCluster: false, size, sizes: null };
    const few = cellPlan(tiles(300), wish);
    expect(few.blocks.map(({ title }) => title)).toEqual(['Cluster A', 'Cluster B', 'Cluster C']);
    expect(few.text.names).toBeNull();
    few.blocks.forEach(({ places }, at) =>
      expect(places.every((place) => isInside(few.rects[place]!, few.placed[at]!.rect))).toBe(true),
    );
    expect(cellPlan(tiles(300, 8), wish).blocks).toHaveLength(1);
    expect(cellPlan(tiles(300, 1), wish).blocks).toHaveLength(1);
  });

  it.each([61, 150, 300])(
    'of %d tenants has room for a form of 16 minutes of arc in every cell (WAL-152)',
    (count) => {
      const plan = cellPlan(tiles(count), { isByCluster: false, size, sizes: FAR });
      expect(plan.text.names).toBeNull();
      for (const rect of plan.rects) expect(side(rect!)).toBeGreaterThanOrEqual(16 * FAR.unit + 6);
    },
  );

  it('tells in words what is in cells too small for a form (WAL-152)', () => {
    const plan = cellPlan(tiles(390), { isByCluster: false, size: { width: 900, height: 500 }, sizes: FAR });
    expect(plan.rects.some((rect) => side(rect!) < leastCellSide(FAR))).toBe(true);
    expect(plan.text.names).not.toBeNull();
  });

  it('places a turned screen’s clusters one below the other, by their size (WAL-151)', () => {
    const list = tiles(400, 2).map((tile, i) => ({ ...tile, cluster: i < 300 ? 'A' : 'B' }));
    const plan = cellPlan(list, { isByCluster: true, size: { width: 1_060, height: 1_500 }, sizes: FAR });
    const [a, b] = plan.placed.map(({ rect }) => rect);
    expect(a!.width).toBe(b!.width);
    expect(b!.y).toBeGreaterThan(a!.height);
    expect(a!.height).toBeGreaterThan(1.5 * b!.height);
    expect(a!.height + b!.height).toBeLessThanOrEqual(1_500);
  });
});
