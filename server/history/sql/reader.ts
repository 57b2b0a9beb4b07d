import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Window } from '../../../shared/window.ts';
import { decodeWindow } from '../codec.ts';
import { type StoredWindow, type Tier, TIERS, type Wanted, type WindowReader } from '../store.ts';
import { Dictionary } from './dictionary.ts';
import { createDigestReader } from './digest-reader.ts';
import { type Kept, keptOf } from './kept.ts';
import { Numbers } from './numbers.ts';
import { readCoverage } from './small-tables.ts';
import { groupOf, slotAt, startOf, TABLES } from './tables.ts';

type Blob = Uint8Array | null;
/** Reads windows beside the one who writes; each answer is of one commit. */
export function createSqlWindowReader(db: DatabaseSync): WindowReader {
  const numbers = new Numbers(db);
  const scopes = new Dictionary(db, 'scopes');
  const texts = new Dictionary(db, 'texts');
  const ranges = new Map(TIERS.map((tier) => [tier, prepareRange(db, TABLES[tier])]));
  const instants = new Map(TIERS.map((tier) => [tier, prepareInstant(db, TABLES[tier])]));
  const coverage = readCoverage(db);
  const digests = createDigestReader({ db, numbers, scopes });

  const decode = (bytes: Blob, wanted: Wanted): Window | null => bytes && decodeWindow(bytes, wanted, texts);
  const stored = (tier: Tier, row: readonly [string, number, Blob, Blob], wanted: Wanted): StoredWindow => ({
    scope: row[0],
    slotMs: startOf(tier, row[1]),
    parts: [decode(row[2], wanted), decode(row[3], wanted)],
  });
  const within = (tier: Tier, fromMs: number, toMs: number): Kept => {
    const kept = keptOf(numbers, tier);
    // Slots that begin in [fromMs, toMs): both ends round up.
    const [from, to] = [slotAt(tier, fromMs - 1) + 1, slotAt(tier, toMs - 1) + 1];
    return kept ? { from: Math.max(from, kept.from), to: Math.min(to, kept.to) } : { from, to: from };
  };

  return {
    // eslint-disable-next-line max-params -- as the interface has it
    range: (tier, scope, fromMs, toMs, wanted) =>
      inOneCommit(db, numbers, () => {
        const { from, to } = within(tier, fromMs, toMs);
        const id = scopes.find(scope);
        if (id === undefined || from >= to) return [];
        const rows = ranges.get(tier)?.all(groupOf(from), groupOf(to - 1), id, from, to) ?? [];
        return (rows as unknown as [number, Blob, Blob][]).map(([slot, incoming, outgoing]) =>
          stored(tier, [scope, slot, incoming, outgoing], wanted),
        );
      }),
    instant: (tier, fromMs, toMs, wanted) =>
      inOneCommit(db, numbers, () => {
        const { from, to } = within(tier, fromMs, toMs);
        const found: StoredWindow[] = [];
        for (let group = groupOf(from); from < to && group <= groupOf(to - 1); group++) {
          const rows = instants.get(tier)?.all(group, from, to) ?? [];
          for (const [scope, slot, incoming, outgoing] of rows as unknown as [number, number, Blob, Blob][])
            found.push(stored(tier, [scopes.textOf(scope), slot, incoming, outgoing], wanted));
        }
        return found;
      }),
    digests: (scope, steps) => inOneCommit(db, numbers, () => digests(scope, steps)),
    coverage: (fromMs, toMs) => coverage(fromMs, toMs),
    extent: (tier) =>
      inOneCommit(db, numbers, () => {
        const kept = keptOf(numbers, tier);
        return kept && { oldestMs: startOf(tier, kept.from), newestMs: startOf(tier, kept.to - 1) };
      }),
  };
}

/** What is given up and what is there must be of one moment. */
function inOneCommit<T>(db: DatabaseSync, numbers: Numbers, read: () => T): T {
  db.exec('BEGIN');
  try {
    numbers.reload();
    return read();
  } finally {
    db.exec('COMMIT');
  }
}

/** One seek for each group: the planner must not look for the scope in all of them. */
function prepareRange(db: DatabaseSync, table: string): StatementSync {
  const range = db.prepare(`WITH RECURSIVE groups(n) AS (
      VALUES (CAST(? AS INTEGER)) UNION ALL SELECT n + 1 FROM groups WHERE n < CAST(? AS INTEGER))
    SELECT w.slot, w.w_in, w.w_out FROM groups CROSS JOIN ${table} AS w
    WHERE w.grp = groups.n AND w.scope = ? AND w.slot >= ? AND w.slot < ?`);
  range.setReturnArrays(true);
  return range;
}

function prepareInstant(db: DatabaseSync, table: string): StatementSync {
  const instant = db.prepare(
    `SELECT scope, slot, w_in, w_out FROM ${table} WHERE grp = ? AND slot >= ? AND slot < ?`,
  );
  instant.setReturnArrays(true);
  return instant;
}
