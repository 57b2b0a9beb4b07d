import type { Scan } from '../scan/scan.ts';

/** `Mmm dd hh:mm:ss`. */
export const TRADITIONAL_BYTES = 15;
/** `yyyy-mm-ddThh:mm:ss`. */
export const DATED_BYTES = 19;
/** `+hh:mm`. */
export const OFFSET_BYTES = 6;

const SPACE = 0x20;
const DOT = 0x2e;

/**
 * The last stamp that was read, as the words of its bytes. Hundreds of lines share a second, and comparing four or five
 * words is several times cheaper than reading a stamp.
 */
export interface LastStamp {
  /** Reads the stamp that begins the line if it shows the same second; gives the offset after it, or -1. */
  read(scan: Scan): number;
  /** Remembers a stamp without fraction from `from` to before `to`, whose instant is `scan.atMs`. */
  keep(scan: Scan, from: number, to: number): void;
  /** Remembers a dated stamp that begins the line, whose `+hh:mm` is at `offset` and whose instant is `scan.atMs`. */
  keepDated(scan: Scan, offset: number): void;
}

/** A memory of one stamp. */
export function createLastStamp(): LastStamp {
  let length = 0;
  let atMs = 0;
  let w0 = 0;
  let w4 = 0;
  let w8 = 0;
  let wLast = 0;
  let wMiddle = 0;
  let offsetSign = 0;
  let offsetRest = 0;

  function read(scan: Scan): number {
    const { view, start } = scan;
    if (length === 0 || start + 26 > scan.end || view.getInt32(start, true) !== w0) return -1;
    if (view.getInt32(start + length - 4, true) !== wLast || view.getInt32(start + 8, true) !== w8) return -1;
    if (view.getInt32(start + 4, true) !== w4) return -1;
    return length === TRADITIONAL_BYTES ? readTraditional(scan) : readDated(scan);
  }

  function readTraditional(scan: Scan): number {
    const end = scan.start + TRADITIONAL_BYTES;
    if (scan.buffer[end] !== SPACE) return -1;
    return finish(scan, end, atMs);
  }

  function readDated(scan: Scan): number {
    const { view, buffer, start } = scan;
    if (view.getInt32(start + 12, true) !== wMiddle) return -1;
    let at = start + DATED_BYTES;
    let fraction = 0;
    if (buffer[at] === DOT) {
      let weight = 100;
      for (at += 1; ; at += 1) {
        const digit = (buffer[at] ?? 0) - 0x30;
        if (digit < 0 || digit > 9) break;
        fraction += digit * weight;
        weight = weight === 100 ? 10 : weight === 10 ? 1 : 0;
      }
    }
    if (at + OFFSET_BYTES > scan.end) return -1;
    if (view.getInt32(at, true) !== offsetSign || view.getInt16(at + 4, true) !== offsetRest) return -1;
    return finish(scan, at + OFFSET_BYTES, atMs + fraction);
  }

  function finish(scan: Scan, end: number, instant: number): number {
    scan.atMs = instant;
    scan.stampEnd = end;
    return end;
  }

  function keepWords(scan: Scan, from: number, bytes: number): void {
    const { view } = scan;
    w0 = view.getInt32(from, true);
    w4 = view.getInt32(from + 4, true);
    w8 = view.getInt32(from + 8, true);
    wMiddle = view.getInt32(from + Math.min(12, bytes - 4), true);
    wLast = view.getInt32(from + bytes - 4, true);
    length = bytes;
  }

  function keep(scan: Scan, from: number, to: number): void {
    if (from !== scan.start) return;
    keepWords(scan, from, to - from);
    atMs = scan.atMs;
  }

  function keepDated(scan: Scan, offset: number): void {
    const { view, start } = scan;
    if (scan.stampStart !== start || offset < start + DATED_BYTES) return;
    keepWords(scan, start, DATED_BYTES);
    offsetSign = view.getInt32(offset, true);
    offsetRest = view.getInt16(offset + 4, true);
    atMs = Math.floor(scan.atMs / 1000) * 1000;
  }

  return { read, keep, keepDated };
}
