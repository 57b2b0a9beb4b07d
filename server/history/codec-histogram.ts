import type { BucketSums } from '../../shared/bucket-sums.ts';
import { Histogram, type PackedPairs } from '../../shared/histogram.ts';
import { ByteReader, type ByteWriter, damaged } from './codec-bytes.ts';

/** A gap between buckets and a count share one byte while both are small; 15 says that a number follows. */
const ESCAPE = 15;
/** Buckets begin at -1 (values below 1). */
const BEFORE_FIRST = -2;
/** Beyond the bucket of the largest number there is. */
const MAX_BUCKET = 100_000;

/** The largest value, then the buckets ascending: gap to the one before, and count. */
export function writeHistogram(writer: ByteWriter, { max }: Histogram, pairs: readonly number[]): void {
  writer.number(max);
  writer.varint(pairs.length / 2);
  let before = BEFORE_FIRST;
  for (let i = 0; i < pairs.length; i += 2) {
    const bucket = pairs[i] as number;
    const gap = bucket - before - 1;
    const more = (pairs[i + 1] as number) - 1;
    before = bucket;
    writer.byte((gap < ESCAPE ? gap << 4 : ESCAPE << 4) | (more < ESCAPE ? more : ESCAPE));
    if (gap >= ESCAPE) writer.varint(gap - ESCAPE);
    if (more >= ESCAPE) writer.varint(more - ESCAPE);
  }
}

/** Most of a window are these bytes: the common ones are read without a call. */
export function readHistogram(reader: ByteReader): Histogram {
  const max = reader.number();
  return Histogram.fromPairs(readPairs(reader), max);
}

/** The one that takes up all bytes up to `end`; its buckets are read when they are needed. */
export function passHistogram(reader: ByteReader, end: number): Histogram {
  const max = reader.number();
  const packed = new StoredPairs(reader.bytes, reader.at, end);
  reader.at = end;
  return packed.isEmpty ? new Histogram() : Histogram.fromPacked(packed, max);
}

function readPairs(reader: ByteReader): number[] {
  const size = reader.size();
  const pairs = new Array<number>(size * 2);
  const { bytes, end } = reader;
  let bucket = BEFORE_FIRST;
  for (let i = 0; i < size * 2; i += 2) {
    if (reader.at >= end) throw damaged('it ends too early');
    const token = bytes[reader.at++] as number;
    let gap = token >> 4;
    let more = token & ESCAPE;
    if (gap === ESCAPE) gap += reader.varint();
    if (more === ESCAPE) more += reader.varint();
    bucket += 1 + gap;
    pairs[i] = bucket;
    pairs[i + 1] = 1 + more;
  }
  if (bucket > MAX_BUCKET) throw damaged('a delay is beyond measure');
  return pairs;
}

class StoredPairs implements PackedPairs {
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get isEmpty(): boolean {
    return this.#bytes[this.#start] === 0;
  }

  unpack(): readonly number[] {
    const reader = new ByteReader(this.#bytes, this.#start, this.#end);
    const pairs = readPairs(reader);
    reader.mustBeAt(reader.end);
    return pairs;
  }

  addTo(sums: BucketSums): number {
    const reader = new ByteReader(this.#bytes, this.#start, this.#end);
    const { bytes, end } = reader;
    let bucket = BEFORE_FIRST;
    let count = 0;
    for (let left = reader.size(); left > 0; left--) {
      if (reader.at >= end) throw damaged('it ends too early');
      const token = bytes[reader.at++] as number;
      let times = 1 + (token & ESCAPE);
      bucket += 1 + (token >> 4);
      if (token >> 4 === ESCAPE) bucket += reader.varint();
      if (times > ESCAPE) times += reader.varint();
      sums.add(bucket, times);
      count += times;
    }
    if (bucket > MAX_BUCKET) throw damaged('a delay is beyond measure');
    reader.mustBeAt(end);
    return count;
  }
}

/** Whether two lists of pairs are the same. */
export function arePairsEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
