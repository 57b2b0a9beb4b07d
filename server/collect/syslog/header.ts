import {
  ascii,
  CLOSE_SQUARE,
  COLON,
  find,
  findByte,
  GREATER,
  LESS,
  OPEN_ROUND,
  OPEN_SQUARE,
  parseDigits,
  SPACE,
  startsWith,
} from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';
import { createOrigin, tagEnd, type Origin } from './origin.ts';
import { Origins } from './origins.ts';
import type { StampReader } from './stamp.ts';

export interface HeaderReader {
  /** Reads stamp, host, program and pid, and puts `scan.body` after them. False when there is no header. */
  read(scan: Scan): boolean;
}

const STDOUT = ascii('stdout F ');
const STDERR = ascii('stderr F ');
const REPEATED = ascii('message repeated ');
const TIMES = ascii(' times: [');
const BOM = ascii('\u00ef\u00bb\u00bf');
const NUMBER_SIGN = 0x23;

/** Reads RFC 3164, RFC 3339 and RFC 5424 headers; with or without `<PRI>`, host, or a container runtime's stamp in front. */
export function createHeaderReader(stamps: StampReader, fallbackHost: string): HeaderReader {
  const origins = new Origins();
  const rspamd = createOrigin(fallbackHost, 'rspamd');

  function read(scan: Scan): boolean {
    const same = stamps.readSame(scan);
    if (same > 0 && scan.buffer[same] === SPACE) {
      const recent = origins.recent(scan, same + 1);
      if (recent !== undefined) {
        scan.origin = recent;
        return readPid(scan, same + 1, scan.cursor);
      }
    }
    return readAnew(scan);
  }

  function readAnew(scan: Scan): boolean {
    const at = skipPriority(scan, scan.start);
    if (isStructured(scan, at)) return readStructured(scan, at + 2);
    const after = readStamp(scan, at);
    if (after < 0) return false;
    if (scan.buffer[after] === SPACE && scan.buffer[after + 1] === NUMBER_SIGN)
      return readRspamd(scan, after + 2);
    return readTag(scan, skipFacility(scan, skipSpaces(scan, skipRuntime(scan, after))));
  }

  function readStamp(scan: Scan, at: number): number {
    const isDated = (scan.buffer[at] ?? 0) < 0x3a;
    scan.stampStart = at;
    const after =
      at >= scan.end ? -1 : isDated ? stamps.readDated(scan, at) : stamps.readTraditional(scan, at);
    scan.stampEnd = Math.max(after, at);
    return after;
  }

  /** Container runtimes put an exact stamp before the program's own line: theirs has a zone, so it counts. */
  function skipRuntime(scan: Scan, after: number): number {
    if (scan.buffer[after] !== SPACE) return after;
    let at = after + 1;
    if (startsWith(scan, at, STDOUT) || startsWith(scan, at, STDERR)) at += STDOUT.length;
    const { atMs } = scan;
    const inner = stamps.readTraditional(scan, at);
    scan.atMs = atMs;
    return inner < 0 ? at : inner;
  }

  /** `host tag[pid]: text`, or `tag[pid]: text` as Dovecot's own log files have it. */
  function readTag(scan: Scan, at: number): boolean {
    const hostEnd = findByte(scan, SPACE, at, scan.end);
    if (hostEnd < 0) return false;
    if (scan.buffer[hostEnd - 1] === COLON) return readBareTag(scan, at);
    const tag = skipSpaces(scan, hostEnd);
    const end = tagEnd(scan, tag, scan.end);
    if (end < 0 || end === tag) return false;
    scan.origin = origins.get(scan, at, end);
    return readPid(scan, tag, end);
  }

  function readBareTag(scan: Scan, at: number): boolean {
    let end = tagEnd(scan, at, scan.end);
    const round = findByte(scan, OPEN_ROUND, at, end);
    if (round >= 0) end = round;
    scan.origin = withHost(origins.get(scan, at, end));
    return round >= 0
      ? readBody(scan, at, Math.max(findByte(scan, COLON, end, scan.end), end))
      : readPid(scan, at, end);
  }

  function withHost(origin: Origin): Origin {
    return fallbackHost === '' ? origin : { ...origin, host: fallbackHost };
  }

  /** `<PRI>1 stamp host app procid msgid [data] text`. */
  function readStructured(scan: Scan, at: number): boolean {
    scan.stampStart = at;
    const after = stamps.readDated(scan, at);
    scan.stampEnd = Math.max(after, at);
    if (after < 0) return false;
    const hostEnd = findByte(scan, SPACE, after + 1, scan.end);
    const appEnd = hostEnd < 0 ? -1 : findByte(scan, SPACE, hostEnd + 1, scan.end);
    const pidEnd = appEnd < 0 ? -1 : findByte(scan, SPACE, appEnd + 1, scan.end);
    const idEnd = pidEnd < 0 ? -1 : findByte(scan, SPACE, pidEnd + 1, scan.end);
    if (idEnd < 0) return false;
    scan.origin = origins.get(scan, after + 1, appEnd);
    if (parseDigits(scan, appEnd + 1, pidEnd) >= 0) scan.set(F.pid, appEnd + 1, pidEnd);
    const body = skipSpaces(scan, skipStructuredData(scan, idEnd + 1));
    scan.body = startsWith(scan, body, BOM) ? body + BOM.length : body;
    return true;
  }

  /** rspamd's own file: `#pid(worker) <tag>; module; text`. It names no host. */
  function readRspamd(scan: Scan, at: number): boolean {
    const open = findByte(scan, OPEN_ROUND, at, scan.end);
    const close = open < 0 ? -1 : findByte(scan, SPACE, open, scan.end);
    if (close < 0) return false;
    if (parseDigits(scan, at, open) >= 0) scan.set(F.pid, at, open);
    scan.origin = rspamd;
    scan.body = close + 1;
    return true;
  }

  return { read };
}

function skipPriority(scan: Scan, at: number): number {
  if (scan.buffer[at] !== LESS) return at;
  const close = findByte(scan, GREATER, at, Math.min(at + 5, scan.end));
  return close > at + 1 && parseDigits(scan, at + 1, close) >= 0 ? close + 1 : at;
}

function isStructured(scan: Scan, at: number): boolean {
  return at > scan.start && scan.buffer[at] === 0x31 && scan.buffer[at + 1] === SPACE;
}

function skipSpaces(scan: Scan, from: number): number {
  let at = from;
  while (at < scan.end && scan.buffer[at] === SPACE) at += 1;
  return at;
}

/** BusyBox writes `<mail.notice>` between stamp and host. */
function skipFacility(scan: Scan, at: number): number {
  if (scan.buffer[at] !== LESS) return at;
  const close = findByte(scan, GREATER, at, scan.end);
  return close < 0 ? at : skipSpaces(scan, close + 1);
}

/** `[pid]` if there is one, then the text. */
function readPid(scan: Scan, tag: number, end: number): boolean {
  if (scan.buffer[end] !== OPEN_SQUARE) return readBody(scan, tag, end);
  const close = findByte(scan, CLOSE_SQUARE, end, Math.min(end + 24, scan.end));
  if (close < 0) return readBody(scan, tag, end);
  scan.set(F.pid, end + 1, close);
  return readBody(scan, tag, close + 1);
}

/** A Dovecot process that is its own tag keeps its name in the text, as it stands there when the tag is `dovecot`. */
function readBody(scan: Scan, tag: number, end: number): boolean {
  const isOwnTag = scan.origin.family === 'dovecot' && !scan.origin.program.startsWith('dovecot');
  const colon = scan.buffer[end] === COLON ? end + 1 : end;
  scan.body = isOwnTag ? tag : skipSpaces(scan, colon);
  if (scan.buffer[scan.body] === 0x6d && startsWith(scan, scan.body, REPEATED)) unfoldRepeat(scan);
  return true;
}

/** rsyslog's `message repeated N times: [ text]` stands for N more of the same. */
function unfoldRepeat(scan: Scan): void {
  const digits = scan.body + REPEATED.length;
  const times = find(scan, TIMES, digits);
  const count = times < 0 ? -1 : parseDigits(scan, digits, times);
  if (count < 1 || scan.buffer[scan.end - 1] !== CLOSE_SQUARE) return;
  scan.repeat = count;
  scan.body = skipSpaces(scan, times + TIMES.length);
  scan.end -= 1;
}

/** Offset after `-` or `[id key="value"][...]`, in which `\\`, `\"` and `\]` are escaped. */
function skipStructuredData(scan: Scan, from: number): number {
  let at = from;
  if (scan.buffer[at] !== OPEN_SQUARE) return at + 1;
  while (at < scan.end && scan.buffer[at] === OPEN_SQUARE) {
    let isQuoted = false;
    for (at += 1; at < scan.end && (isQuoted || scan.buffer[at] !== CLOSE_SQUARE); at += 1) {
      if (scan.buffer[at] === 0x5c) at += 1;
      else if (scan.buffer[at] === 0x22) isQuoted = !isQuoted;
    }
    at += 1;
  }
  return at;
}
