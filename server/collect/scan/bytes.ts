import type { Bytes } from './byte-cache.ts';

/** Bytes the scanners look for. */
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const OPEN_ROUND = 0x28;
export const CLOSE_ROUND = 0x29;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const OPEN_SQUARE = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_SQUARE = 0x5d;

/** Bytes of an ASCII text, to compare with. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** The first four bytes of an ASCII text as `wordAt` reads them. */
export function word(text: string): number {
  return (
    text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24)
  );
}

/** Four bytes of the line as one number; 0 when it ends before. */
export function wordAt(range: Range, at: number): number {
  return at + 4 <= range.end ? range.view.getInt32(at, true) : 0;
}

/** Where a scanner may read: never at or beyond `end`. */
export interface Range extends Bytes {
  readonly end: number;
}

/** Whether the line goes on with `text` at `at`. */
export function startsWith(range: Range, at: number, text: Uint8Array): boolean {
  const length = text.length;
  if (at + length > range.end) return false;
  const buffer = range.buffer;
  for (let i = 0; i < length; i += 1) {
    if (buffer[at + i] !== text[i]) return false;
  }
  return true;
}

const ONES = 0x01010101;
const HIGHS = 0x80808080 | 0;

/**
 * Offset of the first `byte` from `from` on, before `to`; -1 without one.
 * Four bytes at a time: where one of them equals `byte`, the difference is zero and borrows its highest bit.
 */
export function findByte(range: Bytes, byte: number, from: number, to: number): number {
  const { view } = range;
  const pattern = Math.imul(byte, ONES);
  let at = from;
  for (const last = to - 8; at <= last; at += 8) {
    const a = view.getInt32(at, true) ^ pattern;
    const b = view.getInt32(at + 4, true) ^ pattern;
    const zerosA = (a - ONES) & ~a & HIGHS;
    const zerosB = (b - ONES) & ~b & HIGHS;
    if ((zerosA | zerosB) !== 0) return zerosA !== 0 ? at + lowestByte(zerosA) : at + 4 + lowestByte(zerosB);
  }
  for (; at < to; at += 1) if (view.getUint8(at) === byte) return at;
  return -1;
}

/** Two bytes to look for at once. */
export function eitherOf(one: number, other: number): number {
  return one | (other << 8);
}

/** Offset of the first of two bytes (made by `eitherOf`) from `from` on; `to` without one. */
export function findEither(range: Bytes, either: number, from: number, to: number): number {
  const { view } = range;
  const one = Math.imul(either & 0xff, ONES);
  const other = Math.imul(either >>> 8, ONES);
  let at = from;
  for (const last = to - 4; at <= last; at += 4) {
    const word = view.getInt32(at, true);
    const a = word ^ one;
    const b = word ^ other;
    const zeros = (((a - ONES) & ~a) | ((b - ONES) & ~b)) & HIGHS;
    if (zeros !== 0) return at + lowestByte(zeros);
  }
  for (; at < to; at += 1) {
    const byte = view.getUint8(at);
    if (byte === (either & 0xff) || byte === either >>> 8) return at;
  }
  return Math.max(from, to);
}

/** Which of four bytes is the first with its highest bit set; bytes before it have none. */
function lowestByte(bits: number): number {
  return (31 - Math.clz32(bits & -bits)) >> 3;
}

/** Offset of the first `text` from `from` on; -1 without one. */
export function find(range: Range, text: Uint8Array, from: number): number {
  const first = text[0] ?? -1;
  for (let at = from; ; at += 1) {
    at = findByte(range, first, at, range.end);
    if (at < 0 || startsWith(range, at, text)) return at;
  }
}

/** Offset of the last `text` that starts at or after `from`; -1 without one. */
export function findLast(range: Range, text: Uint8Array, from: number): number {
  for (let at = range.end - text.length; at >= from; at -= 1) {
    if (range.buffer[at] === text[0] && startsWith(range, at, text)) return at;
  }
  return -1;
}

/** Value of the decimal digits from `from` to before `to`; -1 when there is none or something else. At most 15 digits. */
export function parseDigits(bytes: Bytes, from: number, to: number): number {
  if (to <= from || to - from > 15) return -1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes.buffer[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Thousandths of a decimal number such as `388`, `0.07` or `.5`; -1 when it is none. Further digits are cut. */
export function parseThousandths(bytes: Bytes, from: number, to: number): number {
  let value = 0;
  let fractions = -1;
  for (let at = from; at < to && at < from + 15; at += 1) {
    const byte = bytes.buffer[at] ?? 0;
    if (byte === 0x2e && fractions < 0) {
      fractions = 0;
      continue;
    }
    if (byte < 0x30 || byte > 0x39) return -1;
    if (fractions >= 3) continue;
    value = value * 10 + byte - 0x30;
    if (fractions >= 0) fractions += 1;
  }
  if (to <= from) return -1;
  return value * (fractions <= 0 ? 1000 : fractions === 1 ? 100 : fractions === 2 ? 10 : 1);
}
