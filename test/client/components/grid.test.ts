import { describe, expect, it } from 'vitest';
import { GAP, gridOf, tileRect } from '../../../client/components/wall/grid.ts';

describe('the grid of the wall', () => {
  it.each([1, 2, 5, 12, 30, 41, 60, 200])(
    'holds %d tiles on a 1920 × 1080 screen without scrolling',
    (count) => {
      const grid = gridOf(count, 1_900, 800);
      expect(grid.isScrolling).toBe(false);
      expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(count);
      expect(grid.columns * (grid.tileWidth + GAP) - GAP).toBeLessThanOrEqual(1_900);
      expect(grid.rows * (grid.tileHeight + GAP) - GAP).toBeLessThanOrEqual(800);
    },
  );

  it('gives 41 tiles room for large numbers', () => {
    const grid = gridOf(41, 1_900, 800);
    expect(grid.tileWidth).toBeGreaterThan(240);
    expect(grid.tileHeight).toBeGreaterThan(120);
  });

  it('scrolls rather than shrink below what can be read', () => {
    const grid = gridOf(1_000, 1_900, 800);
    expect(grid.isScrolling).toBe(true);
    expect(grid.tileWidth).toBeGreaterThanOrEqual(100);
    expect(grid.tileHeight).toBeGreaterThanOrEqual(56);
  });

  it('survives a wall without room or tiles', () => {
    expect(gridOf(0, 0, 0).columns).toBe(1);
    expect(gridOf(40, 0, 0).columns).toBe(1);
  });

  it('puts no two tiles over each other', () => {
    const grid = gridOf(7, 400, 300);
    const rects = Array.from({ length: 7 }, (_, place) => tileRect(grid, place));
    rects.forEach((a, i) =>
      rects.slice(i + 1).forEach((b) => {
        const isApart =
          a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(isApart).toBe(true);
      }),
    );
  });
});
