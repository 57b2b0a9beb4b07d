import type { DatabaseSync } from 'node:sqlite';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import {
  type ForesightBatch,
  type ForesightQuery,
  type ForesightRow,
  PICTURE,
  PICTURE_DAYS,
  ROW_DAYS,
} from '../foresight-store.ts';
import { toStoreFault } from '../sql/faults.ts';

const DAY_MS = 86_400_000;
/** Rows deleted in a step. */
const CHUNK = 200;
const MAX_ROWS = 5_000;
/** Texts from this length on are packed. */
const PACKED_FROM = 512;

/** The foresight store for a thread that may block. */
export interface SyncForesight {
  load(): Record<string, string>;
  write(batch: ForesightBatch): void;
  /** One bounded step of deletion, inside a transaction; false when there is nothing to do. */
  care(nowMs: number): boolean;
}

/** Beside windows and alarms, on the same connection; the transaction of a write is its own. */
export function createSyncForesight(db: DatabaseSync): SyncForesight {
  const row = db.prepare(
    'INSERT OR REPLACE INTO foresight_rows (kind, scope, at_ms, text) VALUES (?, ?, ?, ?)',
  );
  const text = db.prepare('INSERT OR REPLACE INTO foresight_kept (name, text) VALUES (?, ?)');
  const oldOf = (test: string) =>
    db.prepare(`DELETE FROM foresight_rows WHERE rowid IN
      (SELECT rowid FROM foresight_rows WHERE at_ms < ? AND kind ${test} ? ORDER BY at_ms LIMIT ${CHUNK})`);
  const oldPictures = oldOf('=');
  const oldRows = oldOf('<>');
  return {
    load() {
      const rows = db.prepare('SELECT name, text FROM foresight_kept').all();
      return Object.fromEntries(rows.map((kept) => [String(kept['name']), unpack(kept['text'])]));
    },
    write({ rows, kept }) {
      try {
        db.exec('BEGIN IMMEDIATE');
        for (const { kind, scope, atMs, text: said } of rows) row.run(kind, scope, atMs, pack(said));
        for (const [name, value] of Object.entries(kept)) text.run(name, pack(value));
        db.exec('COMMIT');
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw toStoreFault(error, 'what was foreseen cannot be written');
      }
    },
    care: (nowMs) =>
      Number(oldPictures.run(nowMs - PICTURE_DAYS * DAY_MS, PICTURE).changes) > 0 ||
      Number(oldRows.run(nowMs - ROW_DAYS * DAY_MS, PICTURE).changes) > 0,
  };
}

/** The newest rows of a range, oldest first. */
export function readForesight(db: DatabaseSync, query: ForesightQuery): readonly ForesightRow[] {
  const { kind, scope, fromMs, toMs, limit } = query;
  const which = scope === undefined ? '' : 'AND scope = ?';
  return db
    .prepare(
      `SELECT scope, at_ms, text FROM foresight_rows WHERE kind = ? ${which} AND at_ms >= ? AND at_ms < ?
       ORDER BY at_ms DESC LIMIT ?`,
    )
    .all(kind, ...(scope === undefined ? [] : [scope]), fromMs, toMs, Math.max(1, Math.min(limit, MAX_ROWS)))
    .map((row) => ({
      kind,
      scope: String(row['scope']),
      atMs: Number(row['at_ms']),
      text: unpack(row['text']),
    }))
    .reverse();
}

/** Long texts of one form repeat themselves. */
function pack(text: string): string | Uint8Array {
  if (text.length < PACKED_FROM) return text;
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
}

function unpack(kept: unknown): string {
  return kept instanceof Uint8Array ? brotliDecompressSync(kept).toString() : String(kept);
}
