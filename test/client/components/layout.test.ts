import { describe, expect, it } from 'vitest';
import { GAP } from '../../../client/components/wall/grid.ts';
import { fitGrid, layoutOf, leastTile, rowPlan, tilePlan } from '../../../client/components/wall/layout.ts';
import { angleSizes } from '../../../client/components/wall/visual-angle.ts';

const ROOM = { width: 1_900, height: 760 };
const HD = { width: 1_920, height: 1_080 };
const sizesAt = (distanceM: number, screen = HD) => angleSizes({ diagonalInches: 55, distanceM }, screen);
const FAR = sizesAt(5);

describe('the form of the wall', () => {
  it.each([
    [1, 'rows'],
    [12, 'rows'],
    [13, 'tiles'],
    [60, 'tiles'],
    [61, 'cells'],
    [400, 'cells'],
    [401, 'clusters'],
    [1_000, 'clusters'],
    [5_000, 'clusters'],
  ] as const)('for %d tenants is %s, and says why (WAL-44)', (count, kind) => {
    const layout = layoutOf(count, ROOM, null);
    expect(layout.kind).toBe(kind);
    expect(layout.reason).toContain(`${count} tenant`);
  });

  it('is a list on a phone, as long as a list can be read to its end (WAL-44)', () => {
    expect(layoutOf(60, { width: 374, height: 5_000 }, null).kind).toBe('list');
    expect(layoutOf(1_000, { width: 374, height: 5_000 }, null).kind).toBe('clusters');
  });

  it('never becomes smaller than can be read: from farther away, fewer have a tile (WAL-43)', () => {
    expect(layoutOf(40, ROOM, FAR).kind).toBe('tiles');
    expect(layoutOf(60, ROOM, FAR).kind).toBe('cells');
    expect(layoutOf(40, ROOM, sizesAt(8)).kind).toBe('cells');
    const uhd = { width: 3_820, height: 1_520 };
    expect(layoutOf(40, uhd, sizesAt(5, { width: 3_840, height: 2_160 })).kind).toBe('tiles');
  });

  it('depends on nothing but count, room and distance', () => {
    expect(layoutOf(40, ROOM, FAR)).toEqual(layoutOf(40, ROOM, FAR));
  });
});

describe('a tile that is seen from afar', () => {
  it('has its least size at every count that fits, and no grid where it does not (WAL-43)', () => {
    const least = leastTile(FAR);
    for (let count = 1; count <= 80; count += 1) {
      const grid = fitGrid(count, ROOM, least);
      if (!grid) {
        const places =
          Math.floor((ROOM.width + GAP) / (least.width + GAP)) *
          Math.floor((ROOM.height + GAP) / (least.height + GAP));
        expect(count).toBeGreaterThan(places);
        continue;
      }
      expect(grid.tileWidth).toBeGreaterThanOrEqual(least.width);
      expect(grid.tileHeight).toBeGreaterThanOrEqual(least.height);
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count);
      expect(grid.columns * (grid.tileWidth + GAP) - GAP).toBeLessThanOrEqual(ROOM.width);
      expect(grid.rows * (grid.tileHeight + GAP) - GAP).toBeLessThanOrEqual(ROOM.height);
    }
    expect(fitGrid(41, ROOM, least)).not.toBeNull();
  });

  it('leaves figures out instead of making them smaller (WAL-43)', () => {
    for (const metres of [1, 2, 3, 4, 5, 6, 8]) {
      const sizes = sizesAt(metres);
      for (const tile of [leastTile(sizes), { width: 300, height: 200 }, { width: 620, height: 360 }]) {
        const plan = tilePlan(tile, sizes);
        expect(Math.min(plan.namePx, plan.mainPx, plan.smallPx)).toBeGreaterThanOrEqual(sizes.minimum);
        expect(plan.mainPx).toBeLessThanOrEqual(Math.max(sizes.headline, sizes.minimum));
      }
    }
    const rows = [1, 2, 3, 4, 5, 6].map(
      (metres) => tilePlan({ width: 620, height: 260 }, sizesAt(metres)).cellRows,
    );
    rows.slice(1).forEach((n, i) => expect(n).toBeLessThanOrEqual(rows[i]!));
    expect(rows[0]).toBe(2);
    expect(rows.at(-1)).toBe(0);
  });

  it('holds all its lines (WAL-43)', () => {
    for (const metres of [1, 2, 3, 5]) {
      const sizes = sizesAt(metres);
      for (const tile of [leastTile(sizes), { width: 400, height: 240 }, { width: 620, height: 360 }]) {
        if (tile.height < leastTile(sizes).height) continue;
        const { namePx, mainPx, smallPx, hasWords, cellRows } = tilePlan(tile, sizes);
        const lines = namePx + mainPx + smallPx * ((hasWords ? 1 : 0) + cellRows);
        expect(lines * 1.05).toBeLessThanOrEqual(tile.height);
      }
    }
  });
});

describe('a row', () => {
  it('has all four numbers and a curve where there is room (WAL-44)', () => {
    const plan = rowPlan(13, ROOM, null)!;
    expect(plan.figures).toBe(4);
    expect(plan.sparkWidth).toBeGreaterThanOrEqual(150);
    expect(13 * (plan.heightPx + GAP) - GAP).toBeLessThanOrEqual(ROOM.height);
  });

  it('is not smaller than can be read, has fewer numbers, or gives way to tiles (WAL-43)', () => {
    expect(rowPlan(12, ROOM, FAR)).toBeNull();
    const plan = rowPlan(5, ROOM, FAR)!;
    expect(Math.min(plan.namePx, plan.mainPx)).toBeGreaterThanOrEqual(FAR.minimum);
    expect(plan.figures).toBeLessThan(4);
    const used = plan.nameWidth + plan.stateWidth + plan.figures * plan.figureWidth + plan.sparkWidth;
    expect(used).toBeLessThanOrEqual(ROOM.width);
  });
});
