import type { DatabaseSync } from 'node:sqlite';
import type { StoragePart } from '../../../shared/history.ts';
import type { Retention } from '../store.ts';

/** Of a row besides its text, and of the index by character of a token, as measured by the bench over a million entries. */
const ROW_BYTES = 10;
const INDEX_SHARE = 0.75;

/** What an entry takes with its index. */
export function estimateBytes(entry: string, tokens: string): number {
  return ROW_BYTES + entry.length + tokens.length * INDEX_SHARE;
}

/** Journal and index as they stand, without what is on its way out. */
export function journalPart(db: DatabaseSync, retention: Retention | undefined): StoragePart {
  const row = db
    .prepare(
      `SELECT sum(bytes) AS bytes, sum(records) AS records, min(first_ms) AS oldest FROM journal_segments
       WHERE state != 'leaving'`,
    )
    .get();
  return {
    name: 'journal',
    bytes: Math.round(Number(row?.['bytes'] ?? 0)),
    rows: Number(row?.['records'] ?? 0),
    budgetBytes: retention?.journalBytes ?? null,
    keepDays: retention?.journalDays ?? null,
    oldestMs: typeof row?.['oldest'] === 'number' ? row['oldest'] : null,
  };
}

/** Raw log lines, compressed. */
export function linesPart(db: DatabaseSync, retention: Retention | undefined): StoragePart {
  const row = db.prepare('SELECT sum(bytes) AS bytes, sum(blocks) AS blocks FROM line_sources').get();
  const oldest = db.prepare('SELECT min(to_ms) AS oldest FROM line_blocks').get()?.['oldest'];
  return {
    name: 'lines',
    bytes: Number(row?.['bytes'] ?? 0),
    rows: Number(row?.['blocks'] ?? 0),
    budgetBytes: retention?.linesBytes ?? null,
    keepDays: retention?.linesDays ?? null,
    oldestMs: typeof oldest === 'number' ? oldest : null,
  };
}
