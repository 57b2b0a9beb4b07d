import type { DatabaseSync } from 'node:sqlite';
import type { StoragePart } from '../../../shared/history.ts';
import type { LineBlock, NewRecord, Retention } from '../store.ts';
import { careForSegments } from './expiry.ts';
import { createSegmentFiller } from './filler.ts';
import { careForLines, createLineWriter } from './line-blocks.ts';
import { createNameWriter } from './names.ts';
import { dayOf, firstPlaceOfDay, secondOf } from './place.ts';
import { createPlaces } from './places.ts';
import { createSegment, readSegments, saveSegment, type Segment } from './segments.ts';
import { journalPart, linesPart } from './sizes.ts';

/** The journal's side of the thread that writes. Everything happens inside of the caller's transaction. */
export interface JournalWriter {
  write(records: readonly NewRecord[], lines: readonly LineBlock[]): void;
  /** One bounded step of deletion or tidying up; false when there is nothing to do. */
  care(nowMs: number, retention: Retention): boolean;
  /** What journal and lines take; `keepDays` and budget as of the last `care`. */
  parts(): StoragePart[];
}

export interface JournalWriterOptions {
  /** Entries of a segment: more make a search touch fewer of them, and expire in larger lumps. */
  readonly segmentRecords?: number;
  /** Strange stamps could name a thousand days; beyond that entries go to any open segment. */
  readonly maxSegments?: number;
}

/** Share of the budget one segment may take, so that deletion of the oldest never deletes much more than it must. */
const SEGMENT_SHARE = 1 / 20;

/** Writes records, their index and log lines. After a transaction that failed it reads its state anew. */
export function createJournalWriter(db: DatabaseSync, options: JournalWriterOptions = {}): JournalWriter {
  const { segmentRecords = 1_000_000, maxSegments = 2_000 } = options;
  const names = createNameWriter(db);
  const filler = createSegmentFiller(db, names);
  const lineWriter = createLineWriter(db);
  const places = createPlaces(db);
  const quiet = createQuietness();
  let segmentBytes = Infinity;
  let retention: Retention | undefined;

  function writeRecords(records: readonly NewRecord[]): void {
    names.check();
    const segments = readSegments(db);
    places.use(segments);
    const inUse = new Map<number, Segment>();
    // In order of time: the index takes rising rows in one go.
    for (const record of records.toSorted((a, b) => a.atMs - b.atMs)) {
      const second = secondOf(record.atMs);
      const day = dayOf(second);
      let segment = inUse.get(day);
      if (!segment || isFull(segment)) {
        if (segment) saveSegment(db, segment);
        segment = openSegment(db, segments, { day, isFull, maxSegments });
        inUse.set(day, segment);
      }
      filler.add(segment, record, places.take(second));
    }
    for (const segment of inUse.values()) {
      saveSegment(db, segment);
      quiet.written(segment);
    }
  }

  function isFull({ records, bytes }: Segment): boolean {
    return records >= segmentRecords || bytes >= segmentBytes;
  }

  return {
    write: (records, lines) => {
      if (records.length > 0) writeRecords(records);
      lineWriter.write(lines);
    },
    care: (nowMs, kept) => {
      retention = kept;
      segmentBytes = kept.journalBytes * SEGMENT_SHARE;
      return careForSegments(db, nowMs, kept, quiet.since(nowMs)) || careForLines(db, nowMs, kept);
    },
    parts: () => [journalPart(db, retention), linesPart(db, retention)],
  };
}

interface Wanted {
  readonly day: number;
  readonly isFull: (segment: Segment) => boolean;
  readonly maxSegments: number;
}

/** The segment that takes entries of a day: one that has room, else a new one. */
function openSegment(db: DatabaseSync, segments: Segment[], { day, isFull, maxSegments }: Wanted): Segment {
  const ofDay = segments.filter((segment) => segment.day === day && segment.state !== 'leaving');
  for (const segment of ofDay.filter((one) => one.state === 'open' && isFull(one))) {
    segment.state = 'full';
    saveSegment(db, segment);
  }
  const free = ofDay.find((segment) => !isFull(segment));
  if (free) {
    free.state = 'open';
    return free;
  }
  if (segments.length >= maxSegments) {
    const other = segments.findLast(({ state }) => state === 'open');
    if (other) return other;
  }
  const fresh = createSegment(db, day, firstPlaceOfDay(day));
  segments.push(fresh);
  return fresh;
}

/** A segment that is closed has its index tidied up, which is not worth while as long as entries come. */
const QUIET_MS = 3_600_000;

interface Quietness {
  written(segment: Segment): void;
  /** Whether nothing came to a segment for some time, as far as this process knows. */
  since(nowMs: number): (segment: Segment) => boolean;
}

function createQuietness(): Quietness {
  const written = new Set<number>();
  const seenAt = new Map<number, number>();
  return {
    written: ({ n }) => void written.add(n),
    since: (nowMs) => {
      for (const n of written) seenAt.set(n, nowMs);
      written.clear();
      return ({ n }) => Math.abs(nowMs - (seenAt.get(n) ?? -Infinity)) > QUIET_MS;
    },
  };
}
