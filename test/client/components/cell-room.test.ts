import { describe, expect, it } from 'vitest';
import { cellPlan, leastCellSide, type PlannedTile } from '../../../client/components/wall/cell-plan.ts';
import { areAllNamed, hasNameRoom, namesInLine } from '../../../client/components/wall/cell-room.ts';
import { angleSizes } from '../../../client/components/wall/visual-angle.ts';

const FAR = angleSizes({ diagonalInches: 55, distanceM: 5 }, { width: 1_920, height: 1_080 });
const TEXT = { leastPx: FAR.minimum, mostPx: FAR.minimum };
const rect = (width: number, height: number) => ({ x: 0, y: 0, width, height });
const [WIDE, NARROW] = [rect(260, 160), rect(100, 80)];
const tiles = (count: number): readonly PlannedTile[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `t${i}`,
    cluster: 'ABC'[i % 3] ?? 'A',
    mailboxes: null,
    isUnattributed: false,
  }));
const ok = { level: 'ok' } as const;
const critical = { level: 'critical' } as const;

describe('names in cells', () => {
  it('of those in order go first: none while anybody else has no room for his (WAL-45)', () => {
    expect(areAllNamed([critical, ok, ok], [WIDE, WIDE, NARROW], TEXT)).toBe(true);
    expect(areAllNamed([critical, ok, ok], [NARROW, WIDE, WIDE], TEXT)).toBe(false);
    expect(areAllNamed([ok, ok], [NARROW, WIDE], TEXT)).toBe(true);
  });

  it('of the worst stand in a line of their own where cells have no room for them (WAL-45)', () => {
    const beside = cellPlan(tiles(41), {
      isByCluster: false,
      size: { width: 1_130, height: 670 },
      sizes: FAR,
    });
    expect(beside.text.hasWorstLine).toBe(true);
    const least = leastCellSide(FAR);
    for (const cell of beside.rects) {
      expect(cell).toBeDefined();
      expect(Math.min(cell!.width, cell!.height)).toBeGreaterThanOrEqual(least);
    }
    const [first] = beside.placed;
    expect(first!.cells.y - first!.rect.y).toBeGreaterThanOrEqual(2 * beside.text.linePx);
  });

  it('have no line where cells have room for them, or a line would leave forms none (WAL-45)', () => {
    const wide = cellPlan(tiles(6), { isByCluster: false, size: { width: 1_900, height: 760 }, sizes: FAR });
    expect(wide.rects.every((cell) => cell && hasNameRoom(cell, TEXT, false))).toBe(true);
    expect(wide.text.hasWorstLine).toBe(false);
    const many = cellPlan(tiles(300), {
      isByCluster: false,
      size: { width: 1_130, height: 670 },
      sizes: FAR,
    });
    expect(many.text.hasWorstLine).toBe(false);
  });

  it('are as many as a line has room for, with the number of the rest (WAL-45)', () => {
    const names = ['Virgo', 'Bluefin', 'Dalesway', 'Granite'];
    expect(namesInLine(names, 100)).toBe(4);
    expect(namesInLine(names, 11)).toBe(2);
    expect(namesInLine(names, 1)).toBe(0);
    expect(namesInLine(['Virgo'], 3.5)).toBe(1);
  });
});
