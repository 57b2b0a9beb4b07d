import type { Level } from '../../shared/protocol.ts';
import type { Tile } from './tile.ts';

/** Most urgent first; not knowing is worse than a small trouble. */
export const URGENCY: readonly Level[] = ['critical', 'high', 'no-data', 'medium', 'low', 'ok'];

/** Tenants at each level as the screen shows them, so that sum and tiles never disagree. Mail of nobody is no tenant. */
export function levelCounts(tiles: readonly Tile[]): Readonly<Record<Level, number>> {
  const counts: Record<Level, number> = { ok: 0, low: 0, medium: 0, high: 0, critical: 0, 'no-data': 0 };
  for (const tile of tiles) if (!tile.isUnattributed) counts[tile.level] += 1;
  return counts;
}

/** From this many on, blind tenants are one trouble, not many. */
const BLIND_GROUP = 4;

/** Abnormal tiles, most urgent first, then the longest-standing; many blind ones are told as one. */
export interface Worst {
  readonly tiles: readonly Tile[];
  /** Blind tenants told as one entry. */
  readonly blind: readonly Tile[];
  /** Abnormal tenants for whom there was no room. */
  readonly more: number;
}

/** The few that need eyes first. */
export function worstOf(tiles: readonly Tile[], room: number): Worst {
  const abnormal = tiles.filter((tile) => tile.level !== 'ok');
  const allBlind = abnormal.filter((tile) => tile.level === 'no-data');
  const blind = allBlind.length >= BLIND_GROUP ? allBlind : [];
  const ranked = abnormal
    .filter((tile) => blind.length === 0 || tile.level !== 'no-data')
    .sort((a, b) => URGENCY.indexOf(a.level) - URGENCY.indexOf(b.level) || a.sinceMs - b.sinceMs);
  const left = room - (blind.length > 0 ? 1 : 0);
  return { tiles: ranked.slice(0, left), blind, more: Math.max(0, ranked.length - left) };
}
