import type { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { SPARK_POINTS, SPARK_STEP_MS } from '../../../shared/protocol.ts';
import { ByteReader, ByteWriter } from '../codec-bytes.ts';
import type { Retention, WallPicture } from '../store.ts';

const DAY_MS = 86_400_000;
/** Every picture is kept so long, then one a minute. */
const FINE_DAYS = 2;
/** Rows deleted in a step. */
const CHUNK = 200;
/** A picture stands for the time up to the next one, but not for longer. */
const STANDS_MS = 70_000;
/** No data in a list of depths; a depth is never so large. */
const NONE = 0xffff_ffff;
/** First byte of a list that is not compressed; those begin with the mark of zstd. */
const PLAIN = 1;

export interface PictureWriter {
  write(pictures: readonly WallPicture[]): void;
  /** One bounded step of deletion; false when there is nothing to do. */
  care(nowMs: number): boolean;
}

export function createPictureWriter(db: DatabaseSync, retention: Retention): PictureWriter {
  const insert = db.prepare('INSERT OR REPLACE INTO wall_pictures VALUES (?, ?, ?, ?)');
  const old = db.prepare(`DELETE FROM wall_pictures WHERE at_ms IN
    (SELECT at_ms FROM wall_pictures WHERE at_ms < ? ORDER BY at_ms LIMIT ${CHUNK})`);
  // One of each minute stays: the first.
  const thin = db.prepare(`DELETE FROM wall_pictures WHERE at_ms IN
    (SELECT at_ms FROM wall_pictures WHERE at_ms >= ? AND at_ms < ? AND at_ms % 60000 >= 10000 LIMIT ${CHUNK})`);
  let thinnedToMs = 0;

  return {
    write(pictures) {
      for (const { atMs, tenantsHash, depths, text } of pictures)
        insert.run(atMs, tenantsHash, packDepths(depths), compress(text));
    },
    care(nowMs) {
      if (Number(old.run(nowMs - retention.keepDays[60] * DAY_MS).changes) > 0) return true;
      const fineFromMs = nowMs - FINE_DAYS * DAY_MS;
      if (fineFromMs - thinnedToMs < 60_000) return false;
      if (Number(thin.run(thinnedToMs, fineFromMs).changes) > 0) return true;
      thinnedToMs = fineFromMs;
      return false;
    },
  };
}

export interface PastPicture {
  readonly atMs: number;
  readonly text: string;
  /** Queue depth by tenant every SPARK_STEP_MS up to then, oldest first. */
  readonly sparks: readonly (readonly (number | null)[])[];
}

/** The picture that stood at `atMs`; undefined when none did. */
export function createPictureReader(db: DatabaseSync): (atMs: number) => PastPicture | undefined {
  const last = db.prepare('SELECT * FROM wall_pictures WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1');
  const before = db.prepare(
    'SELECT at_ms, depths FROM wall_pictures WHERE at_ms > ? AND at_ms <= ? AND tenants_hash = ? ORDER BY at_ms',
  );
  return (askedMs) => {
    const row = last.get(askedMs);
    if (!row || askedMs - Number(row['at_ms']) > STANDS_MS) return undefined;
    const atMs = Number(row['at_ms']);
    const fromMs = atMs - SPARK_POINTS * SPARK_STEP_MS;
    const points = before.all(fromMs - STANDS_MS, atMs, String(row['tenants_hash'])).map((point) => ({
      atMs: Number(point['at_ms']),
      depths: point['depths'] as Uint8Array,
    }));
    const text = zstdDecompressSync(row['picture'] as Uint8Array).toString();
    return { atMs, text, sparks: sparksOf(points, atMs) };
  };
}

interface Depths {
  readonly atMs: number;
  /** Packed; to be opened when a point of the sparkline falls on it. */
  readonly depths: Uint8Array;
}

function sparksOf(points: readonly Depths[], atMs: number): (number | null)[][] {
  const stood = Array.from({ length: SPARK_POINTS }, (_, i) =>
    standingAt(points, atMs - (SPARK_POINTS - 1 - i) * SPARK_STEP_MS),
  );
  const opened = new Map([...new Set(stood)].map((point) => [point, point && unpackDepths(point.depths)]));
  const columns = stood.map((point) => opened.get(point));
  const width = columns.at(-1)?.length ?? 0;
  return Array.from({ length: width }, (_, tenant) =>
    columns.map((depths) => {
      const depth = depths?.[tenant] ?? NONE;
      return depth === NONE ? null : depth;
    }),
  );
}

/** The last one up to a moment, unless it is too old by then. */
function standingAt(points: readonly Depths[], momentMs: number): Depths | undefined {
  const point = points.findLast(({ atMs }) => atMs <= momentMs);
  return point && momentMs - point.atMs <= STANDS_MS ? point : undefined;
}

/** A byte for the form, then each depth plus one; 0 is no data. To open a compressed list takes ten times as long, and it is no smaller. */
function packDepths(depths: readonly (number | null)[]): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(PLAIN);
  for (const depth of depths) writer.varint(depth === null ? 0 : Math.min(depth, NONE - 1) + 1);
  return writer.take();
}

function unpackDepths(bytes: Uint8Array): Uint32Array {
  if (bytes[0] !== PLAIN) return unpackCompressed(bytes);
  const reader = new ByteReader(bytes, 1);
  const depths = new Uint32Array(bytes.length - 1);
  let count = 0;
  for (; reader.at < reader.end; count++) {
    const depth = reader.varint();
    depths[count] = depth === 0 ? NONE : depth - 1;
  }
  return depths.subarray(0, count);
}

/** As they were written at first: four bytes each, compressed. */
function unpackCompressed(bytes: Uint8Array): Uint32Array {
  const raw = zstdDecompressSync(bytes);
  return new Uint32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
}

function compress(text: string): Uint8Array {
  return zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
}
