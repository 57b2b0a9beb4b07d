import type { DatabaseSync } from 'node:sqlite';
import type { RecordPage, RecordQuery, TransitionRecord } from '../../../shared/alarms.ts';
import { type AlarmBatch, type KeptAlarms, LAST_BATCH, type OutboxRow } from '../alarm-store.ts';
import { toStoreFault } from '../sql/faults.ts';
import { COLUMNS, MAX_PAGE, recordFrom, valuesOf, whereOf } from './rows.ts';

const DAY_MS = 86_400_000;
/** The record is kept so long: what an auditor asks for lies within it. */
export const RECORD_DAYS = 3 * 366;
/** Lines deleted in a step. */
const CHUNK = 500;
/** Records that a new process is given: a day of the worst flood has fewer. */
const MAX_RECENT = 50_000;

/** The alarm store for a thread that may block. */
export interface SyncAlarms {
  load(recentFromMs: number): KeptAlarms;
  write(batch: AlarmBatch): void;
  record(query: RecordQuery): RecordPage;
  /** One bounded step of deletion, inside a transaction; false when there is nothing to do. */
  care(nowMs: number): boolean;
}

/** Alarms beside the windows, on the same connection; the transaction of a write is its own. */
export function createSyncAlarms(db: DatabaseSync): SyncAlarms {
  const write = createWrite(db);
  const old = db.prepare(`DELETE FROM alarm_record WHERE seq IN
    (SELECT seq FROM alarm_record WHERE at_ms < ? ORDER BY at_ms LIMIT ${CHUNK})`);
  return {
    load: (recentFromMs) => load(db, recentFromMs),
    write(batch) {
      try {
        db.exec('BEGIN IMMEDIATE');
        write(batch);
        db.exec('COMMIT');
      } catch (error) {
        // SQLite takes some failures (disk full) back by itself.
        if (db.isTransaction) db.exec('ROLLBACK');
        throw toStoreFault(error, 'alarms cannot be written');
      }
    },
    record: (query) => readRecord(db, query),
    care: (nowMs) => Number(old.run(nowMs - RECORD_DAYS * DAY_MS).changes) > 0,
  };
}

function createWrite(db: DatabaseSync): (batch: AlarmBatch) => void {
  const marks = COLUMNS.map(() => '?').join(', ');
  const line = db.prepare(`INSERT INTO alarm_record (${COLUMNS.join(', ')}) VALUES (${marks})`);
  const point = db.prepare(`INSERT INTO alarm_points VALUES (?, ?)
    ON CONFLICT (key) DO UPDATE SET state = excluded.state`);
  const normal = db.prepare('DELETE FROM alarm_points WHERE key = ?');
  const text = db.prepare(`INSERT INTO alarm_kept VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET text = excluded.text`);
  const put = db.prepare(`INSERT INTO alarm_outbox (id, channel, created_at_ms, text) VALUES (?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, created_at_ms = excluded.created_at_ms,
    text = excluded.text`);
  const done = db.prepare('DELETE FROM alarm_outbox WHERE id = ?');
  const last = db.prepare('SELECT text FROM alarm_kept WHERE name = ?');
  return ({ id: batch, records, points, kept, outbox }) => {
    if (batch !== undefined && last.get(LAST_BATCH)?.['text'] === batch) return;
    if (batch !== undefined) text.run(LAST_BATCH, batch);
    for (const record of records) line.run(...valuesOf(record));
    for (const [key, state] of Object.entries(points))
      if (state === null) normal.run(key);
      else point.run(key, state);
    for (const [name, value] of Object.entries(kept)) text.run(name, value);
    for (const row of outbox.put) put.run(row.id, row.channel, row.createdAtMs, row.text);
    for (const id of outbox.done) done.run(id);
  };
}

function load(db: DatabaseSync, recentFromMs: number): KeptAlarms {
  const pairs = (sql: string): Record<string, string> =>
    Object.fromEntries(
      db
        .prepare(sql)
        .all()
        .map(({ name, text }) => [String(name), String(text)]),
    );
  const outbox = db.prepare('SELECT * FROM alarm_outbox ORDER BY place').all();
  const recent = db
    .prepare(`SELECT * FROM alarm_record WHERE at_ms >= ? ORDER BY seq DESC LIMIT ${MAX_RECENT}`)
    .all(recentFromMs);
  return {
    points: pairs('SELECT key AS name, state AS text FROM alarm_points'),
    kept: pairs('SELECT name, text FROM alarm_kept'),
    outbox: outbox.map(outboxRow),
    recent: recent.map(recordFrom).reverse(),
  };
}

function outboxRow(row: Readonly<Record<string, unknown>>): OutboxRow {
  return {
    id: String(row['id']),
    channel: String(row['channel']),
    createdAtMs: Number(row['created_at_ms']),
    text: String(row['text']),
  };
}

/** One page of the record. */
export function readRecord(db: DatabaseSync, query: RecordQuery): RecordPage {
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE));
  const { sql, params } = whereOf(query);
  const rows = db
    .prepare(`SELECT * FROM alarm_record ${sql} ORDER BY seq DESC LIMIT ?`)
    .all(...params, limit + 1);
  return pageOf(rows.map(recordFrom), limit);
}

/** Newest first; one line more than asked for says that there is a next page. */
export function pageOf(found: readonly TransitionRecord[], limit: number): RecordPage {
  const records = found.slice(0, limit);
  return { records, nextBeforeSeq: found.length > limit ? (records.at(-1)?.seq ?? null) : null };
}
