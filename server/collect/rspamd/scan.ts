import {
  ascii,
  CLOSE_ROUND,
  CLOSE_SQUARE,
  COMMA,
  findByte,
  findLast,
  LESS,
  SEMICOLON,
  SPACE,
  startsWith,
} from '../scan/bytes.ts';
import { addressEnd } from '../scan/address.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { isSpamAction } from './spam-action.ts';

const WRITE_LOG = ascii('rspamd_task_write_log: ');
const ID = ascii('id: <');
const METRIC_FIRST = ascii('(');
const AFTER_SYMBOLS = ascii(']), len: ');
const SLASH = 0x2f;

/** Fields before the verdict, and after the symbols, by the text that introduces them. */
const BEFORE: readonly Part[] = [
  { mark: ascii('id: <'), field: F.messageId },
  { mark: ascii('qid: <'), field: F.queueId },
  { mark: ascii('ip: '), field: F.clientIp },
  { mark: ascii('user: '), field: F.saslUsername },
  { mark: ascii('from: <'), field: F.from },
];
const AFTER: readonly Part[] = [
  { mark: ascii('len: '), field: F.size },
  { mark: ascii('time: '), field: F.scanTime },
  { mark: ascii('rcpts: <'), field: F.recipients },
];
/** With what only findings need. */
const AFTER_ALL: readonly Part[] = [...AFTER, { mark: ascii('digest: <'), field: F.digest }];

interface Part {
  readonly mark: Uint8Array;
  readonly field: number;
}

/** Reads the text of an rspamd line: `<tag>; module; text`. Only `rspamd_task_write_log` states a verdict. */
export function scanRspamd(scan: Scan): Outcome {
  const text = textStart(scan, scan.body);
  scan.kind = 'rspamd';
  if (!startsWith(scan, text, WRITE_LOG)) return 'known';
  scan.kind = 'verdict';
  const from = text + WRITE_LOG.length;
  if (!startsWith(scan, from, ID)) return 'unknown';
  const symbols = findLast(scan, AFTER_SYMBOLS, from);
  const verdict = scanParts(scan, BEFORE, from);
  if (!scanVerdict(scan, verdict)) return 'unknown';
  if (symbols >= 0) {
    if (scan.hasFindings) scan.set(F.symbols, Math.min(scan.to(F.requiredScore) + 3, symbols), symbols);
    scanParts(scan, scan.hasFindings ? AFTER_ALL : AFTER, symbols + 4);
  }
  return isSpamAction(scan.common(F.action)) ? 'fact' : 'unknown';
}

/** Behind `<tag>; ` and `module; `, of which either may be missing. */
function textStart(scan: Scan, body: number): number {
  let at = body;
  for (let parts = 0; parts < 2; parts += 1) {
    const semicolon = findByte(scan, SEMICOLON, at, Math.min(at + 64, scan.end));
    if (semicolon < 0 || scan.buffer[semicolon + 1] !== SPACE) return at;
    at = semicolon + 2;
  }
  return at;
}

/** Reads `mark value, ` parts in whatever order until one is unknown and begins the verdict; gives its offset. */
function scanParts(scan: Scan, parts: readonly Part[], from: number): number {
  let at = from;
  while (at < scan.end) {
    if (startsWith(scan, at, METRIC_FIRST)) return at;
    const part = partAt(scan, parts, at);
    const end = part === undefined ? commaAt(scan, at) : scanPart(scan, part, at + part.mark.length);
    if (end < 0) return scan.end;
    at = commaAt(scan, end) + 2;
  }
  return scan.end;
}

function partAt(scan: Scan, parts: readonly Part[], at: number): Part | undefined {
  for (const part of parts) if (startsWith(scan, at, part.mark)) return part;
  return undefined;
}

function scanPart(scan: Scan, { mark, field }: Part, from: number): number {
  const isBracketed = mark[mark.length - 1] === LESS;
  const end = isBracketed ? addressEnd(scan, from) : commaAt(scan, from);
  if (end < 0) return -1;
  if (!scan.has(field)) scan.set(field, from, end);
  return isBracketed ? end + 1 : end;
}

/** Offset of the next `, `, or the end. */
function commaAt(scan: Scan, from: number): number {
  for (let at = from; ; at += 1) {
    at = findByte(scan, COMMA, at, scan.end);
    if (at < 0) return scan.end;
    if (scan.buffer[at + 1] === SPACE) return at;
  }
}

/** `(default: F (no action): [0.10/15.00]`: flag, action, score and the score that rejects. */
function scanVerdict(scan: Scan, at: number): boolean {
  const colon = findByte(scan, 0x3a, at, scan.end);
  if (colon < 0 || scan.buffer[colon + 3] !== SPACE) return false;
  scan.set(F.flag, colon + 2, colon + 3);
  const close = findByte(scan, CLOSE_ROUND, colon + 5, scan.end);
  const slash = close < 0 ? -1 : findByte(scan, SLASH, close, scan.end);
  const end = slash < 0 ? -1 : findByte(scan, CLOSE_SQUARE, slash, scan.end);
  if (end < 0) return false;
  scan.set(F.action, colon + 5, close);
  scan.set(F.score, close + 4, slash);
  scan.set(F.requiredScore, slash + 1, end);
  return true;
}
