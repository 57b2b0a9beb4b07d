import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NewRecord } from '../store.ts';
import type { NameWriter } from './names.ts';
import { secondOfPlace, strayOf } from './place.ts';
import { packEntry } from './rows.ts';
import { indexOf, tableOf, type Segment } from './segments.ts';
import { estimateBytes } from './sizes.ts';
import { tokensOf } from './tokens.ts';

/** Puts entries into segments. */
export interface SegmentFiller {
  /** Writes one entry and counts it; the segment itself is not saved. */
  add(segment: Segment, record: NewRecord, place: number): void;
}

type Inserts = readonly [row: StatementSync, tokens: StatementSync];

/** An import may write to many days by turns. */
const SEGMENTS_PREPARED = 50;

/** Writes an entry's row and its tokens. */
export function createSegmentFiller(db: DatabaseSync, names: NameWriter): SegmentFiller {
  const prepared = new Map<number, Inserts>();

  function insertsOf(segment: Segment): Inserts {
    const known = prepared.get(segment.n);
    if (known) return known;
    if (prepared.size >= SEGMENTS_PREPARED) prepared.clear();
    // A number arrives as REAL, and the index would not take that for a row.
    const sql = `INSERT INTO ${indexOf(segment)} (rowid, tokens) VALUES (CAST(? AS INTEGER), ?)`;
    const fresh = [db.prepare(`INSERT INTO ${tableOf(segment)} VALUES (?, ?)`), db.prepare(sql)] as const;
    prepared.set(segment.n, fresh);
    return fresh;
  }

  return {
    add: (segment, record, place) => {
      const [rows, index] = insertsOf(segment);
      const row = place - segment.base;
      const entry = packEntry(record, names);
      const tokens = tokensOf(record);
      rows.run(row, entry);
      index.run(row, tokens);
      count(segment, record.atMs, place);
      segment.bytes += estimateBytes(entry, tokens);
    },
  };
}

function count(segment: Segment, atMs: number, place: number): void {
  segment.records += 1;
  segment.isMerged = false;
  segment.firstPlace = Math.min(segment.firstPlace, place);
  segment.lastPlace = Math.max(segment.lastPlace, place);
  segment.firstMs = Math.min(segment.firstMs, atMs);
  segment.lastMs = Math.max(segment.lastMs, atMs);
  segment.straySeconds = Math.max(segment.straySeconds, strayOf(atMs, secondOfPlace(place)));
}
