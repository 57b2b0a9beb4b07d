import type { DatabaseSync } from 'node:sqlite';
import type { MessageRecord } from '../../../shared/history.ts';
import { mergeNewestFirst, type Stream } from './merge.ts';
import { placesBetween } from './place.ts';
import type { CompiledQuery } from './query.ts';
import { toRecord, type Row, type RowContext } from './rows.ts';
import { indexOf, readSegments, tableOf, type Segment } from './segments.ts';
import type { Statements } from './statements.ts';

/** Where and how long to look. */
export interface SearchBounds {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** Only entries below this place. */
  readonly below?: number | undefined;
  readonly limit: number;
  readonly isOver: () => boolean;
}

/** Entries found, newest first, and where the search stopped. */
export interface Found {
  readonly records: readonly MessageRecord[];
  /** Every entry at or above this place was looked at. */
  readonly position: number;
  readonly end: 'nothing-left' | 'limit' | 'time';
  readonly segments: readonly Segment[];
}

export interface SearchContext extends RowContext {
  readonly db: DatabaseSync;
  readonly statements: Statements;
}

interface PlacedRow {
  readonly id: number;
  readonly row: Row;
}

/** Looks through the segments, newest first, until there are enough entries, time is over, or nothing is left. */
export function searchSegments(context: SearchContext, query: CompiledQuery, bounds: SearchBounds): Found {
  const segments = readSegments(context.db).filter(({ state }) => state !== 'leaving');
  const streams = segments.flatMap((segment) => streamOf(context, segment, query, bounds) ?? []);
  const merged = mergeNewestFirst(streams, bounds.isOver);
  const records: MessageRecord[] = [];
  try {
    for (;;) {
      const item = merged.next();
      if (!item) {
        const end = merged.isEnded ? 'nothing-left' : fullOr('time', records, bounds);
        return { records, position: merged.position, end, segments };
      }
      const record = toRecord(item.row, item.id, context);
      if (query.matches(record)) {
        // One more than wanted tells whether there is more.
        if (records.length >= bounds.limit) break;
        records.push(record);
      }
      if (bounds.isOver() && !merged.isEnded)
        return { records, position: merged.position, end: fullOr('time', records, bounds), segments };
    }
    return { records, position: records.at(-1)?.id ?? merged.position, end: 'limit', segments };
  } finally {
    merged.close();
  }
}

/** A page that is full did not suffer from the time being over. */
function fullOr(end: 'time', records: readonly MessageRecord[], { limit }: SearchBounds): Found['end'] {
  return records.length >= limit ? 'limit' : end;
}

function streamOf(
  { statements }: SearchContext,
  segment: Segment,
  { expression }: CompiledQuery,
  { fromMs, toMs, below = Number.MAX_SAFE_INTEGER }: SearchBounds,
): Stream<PlacedRow> | undefined {
  const between = placesBetween(fromMs, toMs, segment.straySeconds);
  const from = Math.max(between.from, segment.firstPlace);
  const to = Math.min(between.to, below, segment.lastPlace + 1);
  if (from >= to) return undefined;
  const { base } = segment;
  // As BigInt, since the index takes no REAL for a row.
  const range = [BigInt(from - base), BigInt(to - base)] as const;
  return {
    highest: to - 1,
    open: () => {
      const rows =
        expression === null
          ? statements(allSql(segment)).iterate(...range)
          : statements(matchSql(segment)).iterate(expression, ...range);
      return placed(rows, base);
    },
  };
}

function* placed(rows: Iterable<Row>, base: number): Generator<PlacedRow> {
  for (const row of rows) yield { id: base + Number(row['row']), row };
}

function allSql(segment: Segment): string {
  return `SELECT * FROM ${tableOf(segment)} WHERE row >= ? AND row < ? ORDER BY row DESC`;
}

function matchSql(segment: Segment): string {
  const index = indexOf(segment);
  return `SELECT entry.* FROM ${index} AS found CROSS JOIN ${tableOf(segment)} AS entry ON entry.row = found.rowid
    WHERE found.${index} MATCH ? AND found.rowid >= ? AND found.rowid < ? ORDER BY found.rowid DESC`;
}
