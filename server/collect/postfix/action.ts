import {
  ascii,
  CLOSE_SQUARE,
  COLON,
  find,
  findByte,
  LESS,
  OPEN_SQUARE,
  parseDigits,
  SEMICOLON,
  SPACE,
  startsWith,
} from '../scan/bytes.ts';
import { addressEnd } from '../scan/address.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { scanClientEndpoint } from './endpoint.ts';
import { scanPairs } from './pairs.ts';
import { hasQueueId } from './queue-id.ts';

const REJECTIONS = new Set(['reject', 'milter-reject', 'proxy-reject']);
const HOLDS = new Set(['hold', 'milter-hold']);
/** What smtpd, cleanup, postscreen and milters say they did with a client, a recipient or a header. */
const ACTIONS = [
  'reject',
  'milter-reject',
  'proxy-reject',
  'hold',
  'milter-hold',
  'reject_warning',
  'discard',
  'milter-discard',
  'milter-quarantine',
  'milter-accept',
  'proxy-accept',
  'filter',
  'redirect',
  'header-redirect',
  'milter-header-redirect',
  'replace',
  'prepend',
  'bcc',
  'warn',
  'info',
  'delay',
  'defer',
  'strip',
  'delete',
  'pass',
  'ignore',
  'trace',
  'permit',
  'accept',
].map((name) => ({ name, text: ascii(`${name}: `), outcome: outcomeOf(name) }));
const CHECKS = ['header ', 'mime-header ', 'nested-header ', 'body '].map(ascii);
const FROM = ascii(' from ');
const ENVELOPE = ['; from=<', '; proto=', '; to=<', '; helo=<'].map(ascii);
/** A line that looks like more envelopes than this was written to cost us time. */
const ENVELOPE_TRIES = 16;
const ENVELOPE_FIELDS = [F.from, F.to, F.protocol, F.helo, F.saslUsername, F.saslMethod];

function outcomeOf(name: string): 'reject' | 'hold' | 'note' {
  return REJECTIONS.has(name) ? 'reject' : HOLDS.has(name) ? 'hold' : 'note';
}

/** `ACTION: STAGE from host[ip]: reply; from=<> to=<> proto= helo=<>`; nothing when no action stands at `at`. */
export function scanAction(scan: Scan, at: number): Outcome | undefined {
  for (const { name, text, outcome } of ACTIONS) {
    if (!startsWith(scan, at, text)) continue;
    const from = at + text.length;
    scan.set(F.action, at, from - 2);
    scan.kind = name;
    if (isCheck(scan, from)) scanCheck(scan, from);
    else scanStage(scan, from);
    return verdict(scan, outcome);
  }
  return undefined;
}

function verdict(scan: Scan, outcome: 'reject' | 'hold' | 'note'): Outcome {
  if (outcome === 'reject') return 'fact';
  return outcome === 'hold' && scan.origin.service === 'cleanup' && hasQueueId(scan) ? 'fact' : 'known';
}

/** smtpd, postscreen and milters: the stage is one or more words before ` from `, or before `:` in a proxy's reply. */
function scanStage(scan: Scan, at: number): void {
  const colon = findByte(scan, COLON, at, scan.end);
  const from = find(scan, FROM, at);
  if (from >= 0 && (colon < 0 || from < colon)) {
    scan.set(F.stage, at, from);
    const client = from + FROM.length;
    const end = endpointEnd(scan, client);
    scanClientEndpoint(scan, client, end);
    scanReply(scan, end, false);
  } else if (colon >= 0) {
    scan.set(F.stage, at, colon);
    scanReply(scan, colon, false);
  }
}

/** Whether a header or body check speaks at `at`. */
export function isCheck(scan: Scan, at: number): boolean {
  return CHECKS.some((check) => startsWith(scan, at, check));
}

/** cleanup's header_checks: `header Subject: ... from host[ip]; from=<> to=<> proto= helo=<>: reason`. */
export function scanCheck(scan: Scan, at: number): void {
  const word = findByte(scan, SPACE, at, scan.end);
  scan.set(F.stage, at, word);
  const envelope = scanEnvelope(scan, word, true);
  const behind = scan.cursor;
  const from = lastBefore(scan, envelope, word);
  if (from >= 0) scanClientEndpoint(scan, from + FROM.length, envelope);
  if (envelope < scan.end && behind < scan.end) scanReply(scan, behind, true);
}

/** Offset of the last ` from ` between `word` and the envelope; -1 without one. */
function lastBefore(scan: Scan, envelope: number, word: number): number {
  for (let at = envelope - FROM.length; at >= word; at -= 1) {
    if (scan.buffer[at] === SPACE && startsWith(scan, at, FROM)) return at;
  }
  return -1;
}

/** End of `host[ip]` or `host[ip]:port` at `from`: the `:` or `;` behind it. */
function endpointEnd(scan: Scan, from: number): number {
  const open = findByte(scan, OPEN_SQUARE, from, scan.end);
  const colon = findByte(scan, COLON, from, scan.end);
  if (open < 0 || (colon >= 0 && colon < open)) return colon < 0 ? bareEnd(scan, from) : colon;
  const close = findByte(scan, CLOSE_SQUARE, open, scan.end);
  if (close < 0) return scan.end;
  let at = close + 1;
  if (scan.buffer[at] === COLON) {
    let digits = at + 1;
    while (digits < scan.end && parseDigits(scan, digits, digits + 1) >= 0) digits += 1;
    if (digits > at + 1) at = digits;
  }
  return Math.min(at, scan.end);
}

function bareEnd(scan: Scan, from: number): number {
  const end = findByte(scan, SEMICOLON, from, scan.end);
  return end < 0 ? scan.end : end;
}

/**
 * Reads the `; from=<> to=<> proto= helo=<>` that ends a line, and gives its offset (the line's end without one);
 * `scan.cursor` is left behind it. Header text and names a client gave may look like it, so only pairs that reach the
 * end are taken; behind those of a header check there may be `: reason`.
 */
function scanEnvelope(scan: Scan, from: number, mayExplain: boolean): number {
  let tries = 0;
  for (let at = from; tries < ENVELOPE_TRIES; at += 1) {
    at = findByte(scan, SEMICOLON, at, scan.end);
    if (at < 0) return scan.end;
    if (!ENVELOPE.some((mark) => startsWith(scan, at, mark))) continue;
    tries += 1;
    const stop = scanPairs(scan, at + 2);
    if (stop >= scan.end || (mayExplain && stop > 0 && scan.buffer[stop] === COLON)) {
      scan.cursor = stop;
      return at;
    }
    for (const field of ENVELOPE_FIELDS) scan.clear(field);
  }
  return scan.end;
}

/**
 * `: 554 5.7.1 <address>: text; from=<> ...` from the `:` on: reply code, enhanced code, text and envelope. A milter's
 * reply has no code. What was refused comes first and is the client's own words: no envelope is looked for in it.
 */
function scanReply(scan: Scan, colon: number, isBehind: boolean): void {
  const { end } = scan;
  let at = colon + 1;
  if (scan.buffer[at] === SPACE) at += 1;
  if (
    at + 3 <= end &&
    parseDigits(scan, at, at + 3) >= 100 &&
    (at + 3 === end || scan.buffer[at + 3] === SPACE)
  ) {
    scan.set(F.replyCode, at, at + 3);
    at += 4;
  }
  const enhanced = enhancedEnd(scan, at, end);
  if (enhanced > at) {
    scan.set(F.enhancedCode, at, enhanced);
    at = enhanced + 1;
  }
  at = Math.min(skipSubject(scan, at, end), end);
  scan.set(F.reason, at, isBehind ? end : scanEnvelope(scan, at, false));
}

/** Postfix repeats what it refused: `<user@example.com>: Recipient address rejected`. */
function skipSubject(scan: Scan, at: number, to: number): number {
  if (scan.buffer[at] !== LESS) return at;
  const close = addressEnd(scan, at + 1);
  return close > 0 && close + 2 < to && scan.buffer[close + 1] === COLON ? close + 3 : at;
}

/** End of `5.7.1` at `from`; `from` itself when there is none. */
function enhancedEnd(scan: Scan, from: number, to: number): number {
  let dots = 0;
  let at = from;
  for (; at < to; at += 1) {
    const byte = scan.buffer[at] ?? 0;
    if (byte === 0x2e) dots += 1;
    else if (byte < 0x30 || byte > 0x39) break;
  }
  return dots === 2 && at - from >= 5 && scan.buffer[from + 1] === 0x2e ? at : from;
}
