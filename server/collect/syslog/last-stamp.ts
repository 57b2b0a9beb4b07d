import type { Scan } from '../scan/scan.ts';

/** `Mmm dd hh:mm:ss`. */
export const TRADITIONAL_BYTES = 15;
/** `yyyy-mm-ddThh:mm:ss`. */
export const DATED_BYTES = 19;
/** `+hh:mm`. */
export const OFFSET_BYTES = 6;

const SPACE = 0x20;
const DOT = 0x2e;
/** No stamp is longer up to its fraction, and no line with one is shorter. */
const LEAST_BYTES = 26;

/**
 * The last stamp that was read, as the words of its bytes. Hundreds of lines share a second, and to compare four or
 * five words is several times cheaper than to read a stamp.
 */
export class LastStamp {
  #bytes = 0;
  #atMs = 0;
  #first = 0;
  #second = 0;
  #third = 0;
  #fourth = 0;
  #last = 0;
  #offsetSign = 0;
  #offsetRest = 0;

  /** Reads the stamp that begins the line if it shows the same second; gives the offset after it, or -1. */
  read(scan: Scan): number {
    const { view, start } = scan;
    const bytes = this.#bytes;
    if (bytes === 0 || start + LEAST_BYTES > scan.end) return -1;
    if (
      view.getInt32(start + bytes - 4, true) !== this.#last ||
      view.getInt32(start + 8, true) !== this.#third
    )
      return -1;
    if (view.getInt32(start, true) !== this.#first || view.getInt32(start + 4, true) !== this.#second)
      return -1;
    return bytes === TRADITIONAL_BYTES ? this.#finishTraditional(scan) : this.#finishDated(scan);
  }

  #finishTraditional(scan: Scan): number {
    const end = scan.start + TRADITIONAL_BYTES;
    if (scan.buffer[end] !== SPACE) return -1;
    scan.atMs = this.#atMs;
    scan.stampStart = scan.start;
    scan.stampEnd = end;
    return end;
  }

  #finishDated(scan: Scan): number {
    const { view, buffer, start } = scan;
    if (view.getInt32(start + 12, true) !== this.#fourth) return -1;
    let at = start + DATED_BYTES;
    let milliseconds = 0;
    if (buffer[at] === DOT) {
      let weight = 100;
      for (at += 1; ; at += 1) {
        const digit = (buffer[at] ?? 0) - 0x30;
        if (digit < 0 || digit > 9) break;
        milliseconds += digit * weight;
        weight = weight === 100 ? 10 : weight === 10 ? 1 : 0;
      }
    }
    const end = at + OFFSET_BYTES;
    if (end > scan.end || view.getInt32(at, true) !== this.#offsetSign) return -1;
    if (view.getInt16(at + 4, true) !== this.#offsetRest) return -1;
    scan.atMs = this.#atMs + milliseconds;
    scan.stampStart = scan.start;
    scan.stampEnd = end;
    return end;
  }

  /** Remembers a stamp without fraction from `from` to before `to`, whose instant is `scan.atMs`. */
  keep(scan: Scan, from: number, to: number): void {
    if (from !== scan.start || to - from !== TRADITIONAL_BYTES) return;
    this.#keepWords(scan, TRADITIONAL_BYTES);
    this.#atMs = scan.atMs;
  }

  /** Remembers a dated stamp that begins the line, whose `+hh:mm` is at `offset` and whose instant is `scan.atMs`. */
  keepDated(scan: Scan, offset: number): void {
    if (scan.stampStart !== scan.start || offset < scan.start + DATED_BYTES) return;
    this.#keepWords(scan, DATED_BYTES);
    this.#offsetSign = scan.view.getInt32(offset, true);
    this.#offsetRest = scan.view.getInt16(offset + 4, true);
    this.#atMs = Math.floor(scan.atMs / 1000) * 1000;
  }

  #keepWords({ view, start }: Scan, bytes: number): void {
    this.#first = view.getInt32(start, true);
    this.#second = view.getInt32(start + 4, true);
    this.#third = view.getInt32(start + 8, true);
    this.#fourth = view.getInt32(start + Math.min(12, bytes - 4), true);
    this.#last = view.getInt32(start + bytes - 4, true);
    this.#bytes = bytes;
  }
}
