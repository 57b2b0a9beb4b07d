import { BACKSLASH, CLOSE_ROUND, COLON, COMMA, GREATER, QUOTE, SEMICOLON, SPACE } from './bytes.ts';
import type { Scan } from './scan.ts';

/**
 * Offset of the `>` that closes an address whose text starts at `from`; -1 without one.
 * In quoted local parts (`"a, b>"@x`) commas and `>` are text; a lone quote is text too.
 */
export function addressEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  for (let at = skipPlain(scan.view, from, end); at < end; at += 1) {
    const byte = buffer[at];
    if (byte === GREATER && isClose(scan, at)) return at;
    if (byte === QUOTE) {
      const quote = quoteEnd(scan, at + 1);
      if (quote < 0) return plainEnd(scan, at);
      at = quote;
    }
  }
  return plainEnd(scan, from);
}

/** Offset up to which four bytes at a time hold neither `>` nor `"`: a zero byte is found without a look at each. */
function skipPlain(view: DataView, from: number, end: number): number {
  let at = from;
  for (const last = end - 4; at <= last; at += 4) {
    const word = view.getInt32(at, true);
    const close = word ^ 0x3e3e3e3e;
    const quote = word ^ 0x22222222;
    if (((((close - 0x01010101) & ~close) | ((quote - 0x01010101) & ~quote)) & 0x80808080) !== 0) return at;
  }
  return at;
}

/** Closing quote of a quoted local part, which `@` follows; -1 when the quote opens none. */
function quoteEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  for (let at = from; at < end; at += 1) {
    if (buffer[at] === BACKSLASH) at += 1;
    else if (buffer[at] === QUOTE) return at;
  }
  return -1;
}

function plainEnd(scan: Scan, from: number): number {
  for (let at = from; at < scan.end; at += 1) if (scan.buffer[at] === GREATER && isClose(scan, at)) return at;
  return -1;
}

function isClose(scan: Scan, at: number): boolean {
  if (at + 1 >= scan.end) return true;
  const next = scan.buffer[at + 1];
  return next === COMMA || next === SPACE || next === SEMICOLON || next === COLON || next === CLOSE_ROUND;
}

