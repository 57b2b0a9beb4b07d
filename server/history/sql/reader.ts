import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Window } from '../../../shared/window.ts';
import { decodeWindow } from '../codec.ts';
import { type StoredWindow, type Tier, TIERS, type Wanted, type WindowReader } from '../store.ts';
import { Dictionary } from './dictionary.ts';
import { Numbers } from './numbers.ts';
import { readCoverage } from './small-tables.ts';
import { groupOf, slotAt, startOf, TABLES } from './tables.ts';

type Blob = Uint8Array | null;
/** Slots of a tier that are kept: [from, to). */
interface Kept {
  readonly from: number;
  readonly to: number;
}

/** Reads windows beside the one who writes; each answer is of one commit. */
export function createSqlWindowReader(db: DatabaseSync): WindowReader {
  const numbers = new Numbers(db);
  const scopes = new Dictionary(db, 'scopes');
  const texts = new Dictionary(db, 'texts');
  const ranges = new Map(TIERS.map((tier) => [tier, prepareRange(db, TABLES[tier])]));
  const instants = new Map(TIERS.map((tier) => [tier, prepareInstant(db, TABLES[tier])]));
  const coverage = readCoverage(db);

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
    coverage: (fromMs, toMs) => coverage(fromMs, toMs),
    extent: (tier) =>
      inOneCommit(db, numbers, () => {
        const kept = keptOf(numbers, tier);
        return kept && { oldestMs: startOf(tier, kept.from), newestMs: startOf(tier, kept.to - 1) };
      }),
  };
}

/** Null: the tier is empty. A coarser tier ends where not all of its windows are made yet. */
function keptOf(numbers: Numbers, tier: Tier): Kept | null {
  const [oldest, newest] = [numbers.get(`oldest${tier}`), numbers.get(`newest${tier}`)];
  if (oldest === undefined || newest === undefined) return null;
  const from = Math.max(oldest, numbers.get(`floor${tier}`) ?? oldest);
  const to = Math.min(newest + 1, madeOf(numbers, tier));
  return from < to ? { from, to } : null;
}

/** Below the floor of the finer tier a window takes what comes directly, and is always whole. */
function madeOf(numbers: Numbers, tier: Tier): number {
  const finer = TIERS[TIERS.indexOf(tier) - 1];
  if (finer === undefined) return Infinity;
  const direct = Math.floor(((numbers.get(`floor${finer}`) ?? 0) * finer) / tier);
  return Math.max(numbers.get(`made${tier}`) ?? 0, direct);
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
