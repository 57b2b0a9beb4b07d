import type { DatabaseSync } from 'node:sqlite';
import type { Retention } from '../store.ts';
import { indexOf, readSegments, saveSegment, tableOf, type Segment } from './segments.ts';

const DAY_MS = 86_400_000;
/** Rows deleted in one step, entries and pieces of index: some milliseconds each. */
const ROWS_A_STEP = 5_000;
const PIECES_A_STEP = 1_500;
/** Pages of index merged in one step. */
const MERGE_PAGES = 200;

/** One step for the segments: go on deleting, choose the next to go, or tidy up an index. `isQuiet`: nothing was written to it lately. */
export function careForSegments(
  db: DatabaseSync,
  nowMs: number,
  retention: Retention,
  isQuiet: (segment: Segment) => boolean,
): boolean {
  const segments = readSegments(db);
  const leaving = segments.find(({ state }) => state === 'leaving');
  if (leaving) {
    deleteSome(db, leaving);
    return true;
  }
  const next = nextToLeave(segments, nowMs, retention);
  if (next) {
    // From here on nobody reads it.
    saveSegment(db, { ...next, state: 'leaving' });
    return true;
  }
  return closeOld(db, segments, isQuiet) || mergeOne(db, segments);
}

/** The oldest when it is too old or when all of them are too large; the last one only for its age. */
function nextToLeave(segments: readonly Segment[], nowMs: number, retention: Retention): Segment | undefined {
  const [oldest] = segments.toSorted((a, b) => a.lastMs - b.lastMs);
  if (!oldest) return undefined;
  if (oldest.lastMs < nowMs - retention.journalDays * DAY_MS) return oldest;
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  return segments.length > 1 && bytes > retention.journalBytes ? oldest : undefined;
}

function deleteSome(db: DatabaseSync, segment: Segment): void {
  const table = tableOf(segment);
  const index = indexOf(segment);
  const rows = db
    .prepare(`DELETE FROM ${table} WHERE row IN (SELECT row FROM ${table} ORDER BY row LIMIT ${ROWS_A_STEP})`)
    .run();
  if (Number(rows.changes) > 0) return;
  if (deletePieces(db, `${index}_data`) > 0) return;
  db.exec(`DROP TABLE ${index}; DROP TABLE ${table}`);
  db.prepare('DELETE FROM journal_segments WHERE n = ?').run(segment.n);
}

/** To drop an index of a million entries in one go would take hundreds of milliseconds; its own table is emptied first. */
function deletePieces(db: DatabaseSync, pieces: string): number {
  // Its two first pieces are its structure: without them it could not even be dropped.
  const some = `SELECT id FROM ${pieces} WHERE id > 10 ORDER BY id LIMIT ${PIECES_A_STEP}`;
  db.enableDefensive(false);
  try {
    return Number(db.prepare(`DELETE FROM ${pieces} WHERE id IN (${some})`).run().changes);
  } finally {
    db.enableDefensive(true);
  }
}

/** Days before the newest take no more entries as a rule; a late one opens them again. */
function closeOld(
  db: DatabaseSync,
  segments: readonly Segment[],
  isQuiet: (segment: Segment) => boolean,
): boolean {
  const newest = Math.max(...segments.map(({ day }) => day));
  const old = segments.find((one) => one.state === 'open' && one.day < newest && isQuiet(one));
  if (old) saveSegment(db, { ...old, state: 'full' });
  return old !== undefined;
}

function mergeOne(db: DatabaseSync, segments: readonly Segment[]): boolean {
  const segment = segments.find(({ state, isMerged }) => state === 'full' && !isMerged);
  if (!segment) return false;
  const index = indexOf(segment);
  const changes = () => Number(db.prepare('SELECT total_changes() AS n').get()?.['n']);
  const before = changes();
  // Negative: merge all into one tree. Fewer than two changes: that is done (SQLite's description of FTS5, "merge").
  db.exec(`INSERT INTO ${index} (${index}, rank) VALUES ('merge', -${MERGE_PAGES})`);
  if (changes() - before < 2) saveSegment(db, { ...segment, isMerged: true });
  return true;
}
