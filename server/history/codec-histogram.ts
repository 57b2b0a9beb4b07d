import { Histogram } from '../../shared/histogram.ts';
import { type ByteReader, type ByteWriter, damaged } from './codec-bytes.ts';

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
  return Histogram.fromPairs(pairs, max);
}

/** Whether two lists of pairs are the same. */
export function arePairsEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
