import {
  BACKSLASH,
  CLOSE_ROUND,
  COLON,
  COMMA,
  eitherOf,
  findEither,
  GREATER,
  QUOTE,
  SEMICOLON,
  SPACE,
} from './bytes.ts';
import type { Scan } from './scan.ts';

const CLOSE_OR_QUOTE = eitherOf(GREATER, QUOTE);

/**
 * Offset of the `>` that closes an address whose text starts at `from`; -1 without one.
 * In quoted local parts (`"a, b>"@x`) commas and `>` are text; a lone quote is text too.
 */
export function addressEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  for (let at = from; ; at += 1) {
    at = findEither(scan, CLOSE_OR_QUOTE, at, end);
    if (at >= end) return plainEnd(scan, from);
    if (buffer[at] === QUOTE) {
      const quote = quoteEnd(scan, at + 1);
      if (quote < 0) return plainEnd(scan, at);
      at = quote;
    } else if (isClose(scan, at)) return at;
  }
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
