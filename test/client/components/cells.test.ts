import { describe, expect, it } from 'vitest';
import { blocksOf, blockWords, cellRects, placeBlocks } from '../../../client/components/wall/cells.ts';
import { isSameCell } from '../../../client/components/wall/draw-cells.ts';
import type { Rect } from '../../../client/components/wall/grid.ts';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { placesOf, readingOfTile, tilesOf, UNATTRIBUTED, type Tile } from '../../../client/stores/tile.ts';
import type { WallRow } from '../../../shared/protocol.ts';
import { feed, feeds, row, T0, tenants } from '../fixtures.ts';

const now = { serverMs: T0, speed: 1 };
const fresh = feedFreshness(feeds(), now);
const CLUSTERS = new Map(['', 'A', 'B', 'C'].map((cluster) => [cluster, fresh]));
const tilesFor = (count: number, rows: Readonly<Record<number, Partial<WallRow>>> = {}): readonly Tile[] => {
  const list = [
    ...tenants(count).map((entry, i) => ({ ...entry, cluster: 'ABC'[i % 3]! })),
    { id: UNATTRIBUTED, name: 'Unattributed' },
  ];
  return tilesOf(
    placesOf(list),
    list.map((_, i) => row(rows[i])),
    CLUSTERS,
    now,
  );
};
const ROOM = { x: 0, y: 0, width: 1_900, height: 760 };
const isInside = (a: Rect, b: Rect) =>
  a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
const areApart = (a: Rect, b: Rect) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe('cells', () => {
  it.each([61, 100, 250, 400])(
    'of %d tenants all have a place of their own inside the room (WAL-45)',
    (count) => {
      const rects = cellRects(count, ROOM);
      expect(rects).toHaveLength(count);
      expect(rects.every((rect) => isInside(rect, ROOM) && rect.width > 0 && rect.height > 0)).toBe(true);
      rects.forEach((a, i) => expect(rects.slice(i + 1).every((b) => areApart(a, b))).toBe(true));
    },
  );

  it('do not move because of what they show (WAL-45)', () => {
    const bad = tilesFor(90, { 3: { level: 'critical', signal: 'lag' } });
    expect(blocksOf(bad, false)).toEqual(blocksOf(tilesFor(90), false));
    expect(blocksOf(bad, true)).toEqual(blocksOf(tilesFor(90), true));
  });

  it('are drawn again when what they show changes, not because a second has gone by (WAL-48)', () => {
    const tile = (change: Partial<WallRow>, afterMs = 0) => {
      const at = { serverMs: T0 + afterMs, speed: 1 };
      const own = new Map([['', feedFreshness(feeds({ flow: feed({ asOfMs: T0 }) }), at)]]);
      return tilesOf(placesOf(tenants(1)), [row(change)], own, at)[0]!;
    };
    const isSame = (a: ReturnType<typeof tile>, b = tile({})) => isSameCell(b, a);
    expect(isSame(tile({}, 1_000))).toBe(true);
    expect(isSame(tile({ queueDepth: 7, lagP95Ms: 1 }))).toBe(true);
    expect(isSame(tile({ level: 'high', signal: 'queue' }))).toBe(false);
    expect(isSame(tile({ level: 'high', signal: 'lag' }), tile({ level: 'high', signal: 'queue' }))).toBe(
      false,
    );
    expect(isSame(tile({}, 15_000))).toBe(false);
    expect(isSame(tile({}, 90_000), tile({}, 15_000))).toBe(false);
    expect(isSameCell(undefined, tile({}))).toBe(false);
  });
});

describe('blocks', () => {
  it('are one for each cluster, in the order of the directory, and hold everybody once (WAL-45)', () => {
    const blocks = blocksOf(tilesFor(1_000), true);
    expect(blocks.map(({ title }) => title)).toEqual(['Cluster A', 'Cluster B', 'Cluster C']);
    const places = blocks.flatMap((block) => block.places);
    expect(new Set(places).size).toBe(1_001);
    expect(places).toHaveLength(1_001);
  });

  it('count their tenants by level, most urgent first, and name the worst (WAL-45)', () => {
    const tiles = tilesFor(30, {
      0: { level: 'medium', signal: 'spam', spamPercent: 43.1 },
      3: { level: 'critical', signal: 'lag', lagP95Ms: 2_478_000, isLagFloor: true },
    });
    const [a, , c] = blocksOf(tiles, true).map((block) =>
      blockWords(
        block.places.map((place) => tiles[place]!),
        2,
      ),
    );
    expect(a!.counts.map(({ level, n }) => [level, n])).toEqual([
      ['critical', 1],
      ['medium', 1],
      ['ok', 8],
    ]);
    expect(a!.worst.map(readingOfTile)).toEqual(['LAG ≥ 41.3 min', 'SPAM 43.1 %']);
    expect(c).toMatchObject({ worstLevel: 'ok', tenants: 10, worst: [], more: 0 });
  });

  it.each([1, 2, 5, 6, 24])(
    'of %d clusters stand apart, and their cells below their words (WAL-45)',
    (count) => {
      const blocks = Array.from({ length: count }, (_, i) => ({
        cluster: `c${i}`,
        title: `Cluster c${i}`,
        places: Array.from({ length: 10 + 90 * (i % 3) }, (__, place) => place),
      }));
      const placed = placeBlocks(blocks, ROOM, { linePx: 24, leastWidth: 240, names: 3 });
      placed.forEach(({ rect, cells }, i) => {
        expect(isInside(rect, ROOM)).toBe(true);
        expect(cells.height === 0 || isInside(cells, rect)).toBe(true);
        expect(placed.slice(i + 1).every((other) => areApart(rect, other.rect))).toBe(true);
      });
    },
  );
});
