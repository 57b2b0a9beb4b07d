import type { DatabaseSync } from 'node:sqlite';
import type { CoverageRun, StoragePart } from '../../../shared/history.ts';
import type { Batch, HistoryWriter, Resumption, Retention } from '../store.ts';
import { Deltas } from './deltas.ts';
import { Digests } from './digests.ts';
import { Dictionary, MAX_TEXTS } from './dictionary.ts';
import { toStoreFault } from './faults.ts';
import { Numbers } from './numbers.ts';
import { openHistoryDatabase, pragma } from './open.ts';
import { partsOf } from './report.ts';
import { Deletion } from './retention.ts';
import { createRollup } from './rollup.ts';
import { Rows } from './rows.ts';
import { createSmallTables, MAX_COVERAGE_RUNS, readCoverage, readResumption } from './small-tables.ts';

/** The message journal beside the windows, on the same connection. */
export interface JournalPart {
  /** Inside the transaction of the batch. */
  write(batch: Batch): void;
  /** One bounded step inside a transaction; false when there is nothing to do. */
  care?(nowMs: number): boolean;
  report?(): readonly StoragePart[];
  /** A transaction failed: what is remembered of the file may be wrong. */
  forget?(): void;
}

export interface WriterOptions {
  readonly db: DatabaseSync;
  readonly retention: Retention;
  readonly journal?: JournalPart;
  /** Time that a step of care may take, ms. */
  readonly stepMs?: number;
  readonly monotonicMs?: () => number;
  readonly maxTexts?: number;
  /** Overrides SETTLE_MS of digests. */
  readonly digestSettleMs?: number;
}

/** The writer for a thread that may block. */
export interface SyncWriter {
  resume(): Resumption;
  coverage(fromMs: number, toMs: number): readonly CoverageRun[];
  write(batch: Batch): void;
  care(nowMs: number): boolean;
  rollUp(nowMs: number): boolean;
  report(): StoreSizes;
  close(): void;
}
export interface StoreSizes {
  readonly parts: readonly StoragePart[];
  readonly totalBytes: number;
  /** Windows older than everything that is kept. */
  readonly droppedTooOld: number;
}

const STEP_MS = 25;
/** Freed pages given back to the disk in a step, while the file is larger than its budget. */
const VACUUM_PAGES = 1_000;
const TRIM_MS = 60_000;

/** Everything the store does with windows, on one connection; the transaction is its own. */
export function createSyncWriter(options: WriterOptions): SyncWriter {
  const { db, retention, journal, stepMs = STEP_MS, monotonicMs = () => performance.now() } = options;
  const numbers = new Numbers(db);
  const scopes = new Dictionary(db, 'scopes', Infinity);
  const texts = new Dictionary(db, 'texts', options.maxTexts ?? MAX_TEXTS);
  const digests = new Digests({ db, numbers, settleMs: options.digestSettleMs });
  const rows = new Rows(db, texts, numbers, (...row) => digests.changed(...row));
  const deltas = new Deltas({ db, rows, scopes, numbers });
  const deletion = new Deletion({ db, numbers, retention });
  const rollUp = createRollup({ db, rows, deltas, numbers });
  const writeSmallTables = createSmallTables(db);
  const trimCoverage = createCoverageTrim(db, numbers);
  const coverage = readCoverage(db);
  const commit = createCommit(db, numbers, () => {
    for (const part of [scopes, texts, deltas, digests]) part.forget();
    journal?.forget?.();
    numbers.reload();
  });

  function stepEnd(): () => boolean {
    const endMs = monotonicMs() + stepMs;
    return () => monotonicMs() >= endMs;
  }

  function careOnce(nowMs: number): boolean {
    const isOver = stepEnd();
    if (rollUp(nowMs, isOver)) return true;
    deletion.age(nowMs);
    if (deletion.sweep(isOver)) return true;
    if (deletion.economize()) return true;
    if (trimCoverage(nowMs)) return true;
    if (journal?.care?.(nowMs)) return true;
    return digests.care(nowMs, isOver);
  }

  return {
    resume: () => readResumption(db, numbers.get('committedAtMs') ?? null),
    coverage,
    write: (batch) =>
      commit('history cannot be written', () => {
        deltas.write(batch.windows);
        writeSmallTables(batch);
        journal?.write(batch);
        numbers.set('committedAtMs', batch.atMs);
      }),
    care: (nowMs) =>
      commit('history cannot be tidied up', () => careOnce(nowMs)) || shrink(db, retention.totalBytes),
    rollUp: (nowMs) => commit('history cannot be rolled up', () => rollUp(nowMs, stepEnd())),
    report: () => {
      const totalBytes = pragma(db, 'page_count') * pragma(db, 'page_size');
      const parts = partsOf(db, { numbers, retention, others: journal?.report?.() ?? [], totalBytes });
      return { parts, totalBytes, droppedTooOld: numbers.get('droppedTooOld') ?? 0 };
    },
    close: () => db.close(),
  };
}

/** One transaction; what it cannot do leaves everything as it was. */
function createCommit(
  db: DatabaseSync,
  numbers: Numbers,
  forget: () => void,
): <T>(doing: string, work: () => T) => T {
  return (doing, work) => {
    try {
      db.exec('BEGIN IMMEDIATE');
      const result = work();
      numbers.flush();
      db.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite takes some failures (disk full) back by itself.
      if (db.isTransaction) db.exec('ROLLBACK');
      forget();
      throw toStoreFault(error, doing);
    }
  };
}

export interface SqlHistoryOptions extends Omit<WriterOptions, 'db' | 'journal'> {
  readonly path: string;
  readonly nowMs: number;
  readonly journal?: (db: DatabaseSync) => JournalPart;
}

/** Opens the store and writes to it; calls block their thread. */
export async function createSqlHistoryWriter(options: SqlHistoryOptions): Promise<HistoryWriter> {
  const { path, nowMs, journal, ...rest } = options;
  const db = await openHistoryDatabase(path, nowMs);
  const writer = createSyncWriter({ ...rest, db, ...(journal ? { journal: journal(db) } : {}) });
  return {
    resume: async () => writer.resume(),
    coverage: async (fromMs, toMs) => writer.coverage(fromMs, toMs),
    write: async (batch) => writer.write(batch),
    care: async (now) => writer.care(now),
    rollUp: async (now) => writer.rollUp(now),
    report: async () => writer.report(),
    close: async () => writer.close(),
  };
}

/** Gives freed pages back to the disk while the file is larger than it may be; else they are used again. */
function shrink(db: DatabaseSync, budgetBytes: number): boolean {
  const free = pragma(db, 'freelist_count');
  if (free === 0 || pragma(db, 'page_count') * pragma(db, 'page_size') <= budgetBytes) return false;
  db.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
  return pragma(db, 'freelist_count') < free;
}

/** Runs of coverage go with the last windows of their time, or when they are too many; looked after once in a while. */
function createCoverageTrim(db: DatabaseSync, numbers: Numbers): (nowMs: number) => boolean {
  let lookedAtMs = -Infinity;
  const count = db.prepare('SELECT count(*) AS runs FROM coverage_runs');
  const old = db.prepare('DELETE FROM coverage_runs WHERE to_ms < ?');
  const oldest = db.prepare(`DELETE FROM coverage_runs WHERE to_ms <=
    (SELECT to_ms FROM coverage_runs ORDER BY to_ms LIMIT 1 OFFSET ?)`);
  return (nowMs) => {
    if (Math.abs(nowMs - lookedAtMs) < TRIM_MS) return false;
    lookedAtMs = nowMs;
    const floor = numbers.get('floor3600');
    const isOld = floor !== undefined && Number(old.run(floor * 3_600_000).changes) > 0;
    const excess = Number(count.get()?.['runs'] ?? 0) - MAX_COVERAGE_RUNS;
    return (excess > 0 && Number(oldest.run(excess - 1).changes) > 0) || isOld;
  };
}
