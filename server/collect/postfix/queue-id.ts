import { ascii, COLON, SPACE, startsWith } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

const NOQUEUE = ascii('NOQUEUE: ');

const ALNUM = 1;
const SHORT = 2;
const LONG = 4;
const DIGIT = 8;

/** What a byte may be part of: a short id is hexadecimal, a long one has digits and consonants. */
const CLASS = new Uint8Array(256);
for (const char of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789') {
  const isDigit = char >= '0' && char <= '9';
  const isShort = isDigit || (char >= 'A' && char <= 'F');
  const isLong = !'aeiouAEIOU'.includes(char);
  CLASS[char.charCodeAt(0)] = ALNUM | (isShort ? SHORT : 0) | (isLong ? LONG : 0) | (isDigit ? DIGIT : 0);
}

/** Microseconds in hexadecimal (5) and an inode of at least one digit. */
const SHORT_MIN = 6;
/** Six of time, four of microseconds. The `z` and inode that follow make it longer; logs made anonymous keep less. */
const LONG_MIN = 10;
/** From this length on, any word with a digit is taken for an id. */
const WORD_MIN = 12;

/**
 * Reads `QUEUEID: ` at `at`: gives the offset after it, or -1. `warning: `, `statistics: ` and other words are none.
 * `NOQUEUE` counts, for the form of the line is the same; `hasQueueId` tells them apart.
 */
export function scanQueueId(scan: Scan, at: number): number {
  if (scan.isKnownQueueId(at)) return at + scan.queueId.length + 2;
  const end = idEnd(scan, at);
  if (end > 0) {
    scan.setQueueId(at, end);
    return end + 2;
  }
  if (!startsWith(scan, at, NOQUEUE)) return -1;
  scan.set(F.queueId, at, at + 7);
  return at + NOQUEUE.length;
}

/** Whether the line names a queue id; `NOQUEUE` is none. */
export function hasQueueId(scan: Scan): boolean {
  return scan.queueId !== '';
}

/** End of a queue id with `: ` behind it; -1 when there is none. */
function idEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  let common = ALNUM | SHORT | LONG;
  let any = 0;
  let at = from;
  for (; at < end; at += 1) {
    const kind = CLASS[buffer[at] ?? 0] ?? 0;
    if (kind === 0) break;
    common &= kind;
    any |= kind;
  }
  const length = at - from;
  if (length < SHORT_MIN || buffer[at] !== COLON || buffer[at + 1] !== SPACE || at + 1 >= end) return -1;
  return isId(length, common, any) ? at : -1;
}

function isId(length: number, common: number, any: number): boolean {
  if ((common & SHORT) !== 0) return true;
  if ((common & LONG) !== 0 && length >= LONG_MIN) return true;
  return (any & DIGIT) !== 0 && length >= WORD_MIN;
}

/** Length of a queue id that starts at `at`, to the first byte that is none of it; 0 without one. */
export function queueIdLength(scan: Scan, from: number): number {
  let at = from;
  while (at < scan.end && (CLASS[scan.buffer[at] ?? 0] ?? 0) !== 0) at += 1;
  return at - from;
}
