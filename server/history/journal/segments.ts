import type { DatabaseSync } from 'node:sqlite';
import { TOKENIZER } from './tokens.ts';
import { TABLE_COLUMNS } from './rows.ts';

/** `open` takes entries, `full` takes none, `leaving` is being deleted and is not read any more. */
export type SegmentState = 'open' | 'full' | 'leaving';

/** A table of entries of one day with its index. Several segments of a day may overlap in time. */
export interface Segment {
  readonly n: number;
  readonly day: number;
  state: SegmentState;
  /** Place of row 0. */
  readonly base: number;
  /** Lowest and highest place. */
  firstPlace: number;
  lastPlace: number;
  firstMs: number;
  lastMs: number;
  /** See `strayOf`. */
  straySeconds: number;
  records: number;
  /** Estimate, with the index. */
  bytes: number;
  /** The index is one tree: found fastest, and nothing is left to merge. */
  isMerged: boolean;
}

export function tableOf({ n }: { readonly n: number }): string {
  return `journal_${n}`;
}
export function indexOf({ n }: { readonly n: number }): string {
  return `journal_index_${n}`;
}

const SELECT = 'SELECT * FROM journal_segments ORDER BY n';
const INSERT = `INSERT INTO journal_segments
  (day, state, base, first_place, last_place, first_ms, last_ms, stray_seconds, records, bytes, is_merged)
  VALUES (?, 'open', ?, ?, ?, ?, ?, 0, 0, 0, 0)`;
const UPDATE = `UPDATE journal_segments SET state = ?, first_place = ?, last_place = ?, first_ms = ?, last_ms = ?,
  stray_seconds = ?, records = ?, bytes = ?, is_merged = ? WHERE n = ?`;
/** Bytes of tokens collected before they are written: an import's batch is one piece of index then, not twenty. */
const INDEX_BUFFER_BYTES = 8 * 1024 * 1024;

/** Pieces of one level that are merged into one: more are written over less often, and searched longer. */
const MERGE_FROM = 8;

/** All segments, oldest number first. */
export function readSegments(db: DatabaseSync): Segment[] {
  return db
    .prepare(SELECT)
    .all()
    .map((row) => ({
      n: Number(row['n']),
      day: Number(row['day']),
      state: row['state'] as SegmentState,
      base: Number(row['base']),
      firstPlace: Number(row['first_place']),
      lastPlace: Number(row['last_place']),
      firstMs: Number(row['first_ms']),
      lastMs: Number(row['last_ms']),
      straySeconds: Number(row['stray_seconds']),
      records: Number(row['records']),
      bytes: Number(row['bytes']),
      isMerged: row['is_merged'] === 1,
    }));
}

/** A new, empty segment of a day. */
export function createSegment(db: DatabaseSync, day: number, base: number): Segment {
  const none = {
    firstPlace: Number.MAX_SAFE_INTEGER,
    lastPlace: -1,
    firstMs: Number.MAX_SAFE_INTEGER,
    lastMs: Number.MIN_SAFE_INTEGER,
  };
  const { lastInsertRowid } = db
    .prepare(INSERT)
    .run(day, base, none.firstPlace, none.lastPlace, none.firstMs, none.lastMs);
  const n = Number(lastInsertRowid);
  const index = indexOf({ n });
  db.exec(`CREATE TABLE ${tableOf({ n })} (${TABLE_COLUMNS});
    CREATE VIRTUAL TABLE ${index} USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='${TOKENIZER}');
    INSERT INTO ${index} (${index}, rank) VALUES ('hashsize', ${INDEX_BUFFER_BYTES});
    INSERT INTO ${index} (${index}, rank) VALUES ('automerge', ${MERGE_FROM});`);
  return { n, day, base, ...none, state: 'open', straySeconds: 0, records: 0, bytes: 0, isMerged: false };
}

/** Writes down what became of a segment. */
export function saveSegment(db: DatabaseSync, segment: Segment): void {
  db.prepare(UPDATE).run(
    segment.state,
    segment.firstPlace,
    segment.lastPlace,
    segment.firstMs,
    segment.lastMs,
    segment.straySeconds,
    segment.records,
    Math.round(segment.bytes),
    segment.isMerged ? 1 : 0,
    segment.n,
  );
}
