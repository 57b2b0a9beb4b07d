import { describe, expect, it } from 'vitest';
import type { Level } from '../../../shared/protocol.ts';
import { feedFreshness } from '../../../client/live/freshness.ts';
import { tileOf, type Tile } from '../../../client/stores/tile.ts';
import { levelCounts, worstOf } from '../../../client/stores/worst.ts';
import { feeds, row, T0 } from '../fixtures.ts';

const now = { serverMs: T0, speed: 1 };
const tile = (id: string, level: Level, sinceMs = T0): Tile => ({
  ...tileOf({ id, name: id }, row({ level, signal: 'queue', sinceMs }), feedFreshness(feeds(), now), now),
  shortName: id,
});
const ids = (tiles: readonly Tile[]) => tiles.map(({ id }) => id);

describe('the worst now', () => {
  it('are the most urgent first, then those that stand longest; not knowing goes before a small trouble', () => {
    const tiles = [
      tile('ok', 'ok'),
      tile('low', 'low'),
      tile('new', 'critical', T0),
      tile('old', 'critical', T0 - 9_000),
      tile('blind', 'no-data'),
      tile('high', 'high'),
      tile('medium', 'medium'),
    ];
    const worst = worstOf(tiles, 5);
    expect(ids(worst.tiles)).toEqual(['old', 'new', 'high', 'blind', 'medium']);
    expect(worst.more).toBe(1);
  });

  it('are nobody when nothing is abnormal', () => {
    expect(worstOf([tile('a', 'ok')], 5)).toEqual({ tiles: [], blind: [], more: 0 });
  });

  it('tell many blind tenants as one, which leaves room for the others', () => {
    const blind = Array.from({ length: 9 }, (_, i) => tile(`b${i}`, 'no-data'));
    const worst = worstOf([...blind, tile('high', 'high')], 5);
    expect(worst.blind).toHaveLength(9);
    expect(ids(worst.tiles)).toEqual(['high']);
    expect(worst.more).toBe(0);
  });

  it('do not move the tiles they were taken from (WAL-4)', () => {
    const tiles = [tile('low', 'low'), tile('critical', 'critical')];
    worstOf(tiles, 5);
    expect(ids(tiles)).toEqual(['low', 'critical']);
  });
});

describe('how many tenants are at each level', () => {
  it('is counted from what the tiles show, without the mail of nobody', () => {
    const tiles = [tile('a', 'ok'), tile('b', 'critical'), tile('c', 'ok'), tile('_unattributed', 'high')];
    expect(levelCounts(tiles)).toEqual({ ok: 2, low: 0, medium: 0, high: 0, critical: 1, 'no-data': 0 });
  });
});
