import { describe, expect, it } from 'vitest';
import { cellPlan, type PlannedTile } from '../../../client/components/wall/cell-plan.ts';
import { smallCellPlan } from '../../../client/components/wall/cell-plan-small.ts';
import { gridWith } from '../../../client/components/wall/grid.ts';
import { layoutOf, layoutWithin, leastTile, tileGrid } from '../../../client/components/wall/layout.ts';
import { angleSizes } from '../../../client/components/wall/visual-angle.ts';

const WHOLE = { width: 1_900, height: 760 };
const SIDE = { width: 1_140, height: 760 };
const FOOT = { width: 1_060, height: 800 };
const FAR = angleSizes({ diagonalInches: 55, distanceM: 5 }, { width: 1_920, height: 1_080 });
const counts = (tenants: number) => ({ tenants, tiles: tenants + 1 });
const tiles = (count: number, clusters: number): readonly PlannedTile[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `t${i}`,
    cluster: `c${i % clusters}`,
    mailboxes: 100 * (i + 1),
    isUnattributed: false,
  }));

describe('a board that gives a part of its room away', () => {
  it.each([13, 24, 40, 60])('keeps columns and rows of %d tiles (WAL-117)', (tenants) => {
    const small = layoutWithin(counts(tenants), SIDE, WHOLE, null);
    const grid = tileGrid(tenants + 1, WHOLE, null);
    expect(layoutOf(tenants, WHOLE, null).kind).toBe('tiles');
    expect(small.columns).toBe(grid.columns);
    expect(gridWith(small.columns!, tenants + 1, SIDE).rows).toBe(grid.rows);
  });

  it('never shows tiles smaller than can be read: they become cells in the same places (WAL-117)', () => {
    const small = layoutWithin(counts(40), SIDE, WHOLE, FAR);
    expect(layoutOf(40, WHOLE, FAR).kind).toBe('tiles');
    expect(small).toMatchObject({ kind: 'cells', columns: tileGrid(41, WHOLE, FAR).columns });
    const own = gridWith(small.columns!, 41, SIDE);
    expect(own.tileWidth).toBeLessThan(leastTile(FAR).width);
    const { rects } = smallCellPlan(tiles(41, 2), {
      isByCluster: false,
      size: SIDE,
      sizes: FAR,
      whole: WHOLE,
      columns: small.columns,
    });
    rects.forEach((rect, place) => {
      const column = Math.round((rect!.x / SIDE.width) * small.columns!);
      expect(column + Math.round((rect!.y / SIDE.height) * own.rows) * small.columns!).toBe(place);
    });
  });

  it('keeps a row for each of a few tenants (WAL-117)', () => {
    expect(layoutWithin(counts(8), SIDE, WHOLE, null)).toMatchObject({ kind: 'rows', columns: null });
    const slip = layoutWithin(counts(8), { width: 300, height: 760 }, WHOLE, null);
    expect(slip).toMatchObject({ kind: 'cells', columns: 1 });
  });

  it.each([
    [300, 4],
    [300, 1],
    [120, 3],
  ])(
    'keeps %d cells of %d clusters where they were, as long as each can be told (WAL-117)',
    (count, clusters) => {
      const list = tiles(count, clusters);
      const wish = { isByCluster: false, size: SIDE, sizes: null, whole: WHOLE, columns: null };
      const [big, small] = [cellPlan(list, { ...wish, size: WHOLE }), smallCellPlan(list, wish)];
      const inRoom = small.rects.every(
        (rect) =>
          rect && rect.x >= 0 && rect.x + rect.width <= SIDE.width && rect.y + rect.height <= SIDE.height,
      );
      expect(inRoom).toBe(true);
      const isLeftOf = (plan: typeof big, a: number, b: number) =>
        plan.rects[a]!.x + plan.rects[a]!.width <= plan.rects[b]!.x;
      const block = small.blocks[0]!.places;
      for (const [i, place] of block.entries())
        for (const other of block.slice(i + 1, i + 6))
          expect(isLeftOf(small, place, other)).toBe(isLeftOf(big, place, other));
    },
  );

  it('has its usual plan when nothing is pinned', () => {
    const list = tiles(300, 3);
    const wish = { isByCluster: false, size: FOOT, sizes: null, whole: null, columns: null };
    expect(smallCellPlan(list, wish)).toEqual(cellPlan(list, wish));
  });
});
