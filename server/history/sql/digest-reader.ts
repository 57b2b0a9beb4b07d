import type { DatabaseSync } from 'node:sqlite';
import { BLOCKS } from '../digest.ts';
import type { DigestQuestion, StoredDigest } from '../store.ts';
import type { Dictionary } from './dictionary.ts';
import { digestId, isDigested } from './digests.ts';
import { keptOf } from './kept.ts';
import type { Numbers } from './numbers.ts';
import { startOf } from './tables.ts';

export interface DigestReaderDeps {
  readonly db: DatabaseSync;
  readonly numbers: Numbers;
  readonly scopes: Dictionary;
}

/** Reads digests of whole blocks of which nothing has been given up. */
export function createDigestReader({ db, numbers, scopes }: DigestReaderDeps) {
  const between = db.prepare('SELECT id, bytes FROM digests WHERE id >= ? AND id < ? ORDER BY id');
  between.setReturnArrays(true);
  return (scope: string, { tier, stepMs, fromMs, toMs }: DigestQuestion): readonly StoredDigest[] => {
    const kept = keptOf(numbers, tier);
    const id = scopes.find(scope);
    if (!isDigested(tier) || !kept || id === undefined) return [];
    const { slots, steps } = BLOCKS[tier];
    if (!steps.includes(stepMs / 1000)) return [];
    const blockMs = slots * tier * 1000;
    const from = Math.max(Math.floor(fromMs / blockMs), Math.ceil(kept.from / slots));
    const to = Math.min(Math.ceil(toMs / blockMs), Math.floor(kept.to / slots));
    if (from >= to) return [];
    const first = digestId(tier, id, 0);
    const rows = between.all(first + from, first + to) as unknown as [number, Uint8Array][];
    return rows.map(([row, bytes]) => ({ fromMs: startOf(tier, (row - first) * slots), bytes }));
  };
}
