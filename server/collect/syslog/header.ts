import {
  ascii,
  BACKSLASH,
  CLOSE_SQUARE,
  COLON,
  find,
  findByte,
  GREATER,
  LESS,
  OPEN_ROUND,
  OPEN_SQUARE,
  parseDigits,
  QUOTE,
  SPACE,
  startsWith,
} from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';
import { createOrigin, tagEnd, type Origin } from './origin.ts';
import { Origins } from './origins.ts';
import type { StampReader } from './stamp.ts';

const STDOUT = ascii('stdout F ');
const STDERR = ascii('stderr F ');
const REPEATED = ascii('message repeated ');
const TIMES = ascii(' times: [');
const BOM = ascii('\u00ef\u00bb\u00bf');
const NUMBER_SIGN = 0x23;
/** Levels as Dovecot writes them into a log file of its own, where no syslog daemon names host and program. */
const DOVECOT_LEVELS = [': Info: ', ': Error: ', ': Warning: ', ': Debug: ', ': Fatal: ', ': Panic: '].map(
  ascii,
);

/** Reads RFC 3164, RFC 3339 and RFC 5424 headers; with or without `<PRI>`, host, or a container runtime's stamp in front. */
export class HeaderReader {
  readonly #stamps: StampReader;
  readonly #fallbackHost: string;
  readonly #origins = new Origins();
  readonly #rspamd: Origin;
  readonly #dovecot: Origin;

  /** `fallbackHost` stands for the host of lines that name none. */
  constructor(stamps: StampReader, fallbackHost: string) {
    this.#stamps = stamps;
    this.#fallbackHost = fallbackHost;
    this.#rspamd = createOrigin(fallbackHost, 'rspamd');
    this.#dovecot = createOrigin(fallbackHost, 'dovecot');
  }

  /** Reads stamp, host, program and pid, and puts `scan.body` after them. False when there is no header. */
  read(scan: Scan): boolean {
    const same = this.#stamps.readSame(scan);
    if (same > 0 && scan.buffer[same] === SPACE) {
      const known = this.#origins.known(scan, same + 1);
      if (known !== undefined) {
        scan.origin = known;
        return readPid(scan, scan.cursor);
      }
    }
    scan.loseHeader();
    if (this.#readAnew(scan)) return true;
    scan.loseHeader();
    return false;
  }

  #readAnew(scan: Scan): boolean {
    const at = skipPriority(scan, scan.start);
    if (isStructured(scan, at)) return this.#readStructured(scan, at + 2);
    const after = this.#readStamp(scan, at);
    if (after < 0) return false;
    if (scan.buffer[after] === SPACE && scan.buffer[after + 1] === NUMBER_SIGN)
      return this.#readRspamd(scan, after + 2);
    return this.#readTag(scan, skipFacility(scan, skipSpaces(scan, this.#skipRuntime(scan, after))));
  }

  #readStamp(scan: Scan, at: number): number {
    if (at >= scan.end) return -1;
    scan.stampStart = at;
    const isDated = (scan.buffer[at] ?? 0) < COLON;
    const after = isDated ? this.#stamps.readDated(scan, at) : this.#stamps.readTraditional(scan, at);
    scan.stampEnd = Math.max(after, at);
    return after;
  }

  /** Container runtimes put an exact stamp before the program's own line: theirs has a zone, so it counts. */
  #skipRuntime(scan: Scan, after: number): number {
    if (scan.buffer[after] !== SPACE) return after;
    let at = after + 1;
    if (startsWith(scan, at, STDOUT) || startsWith(scan, at, STDERR)) at += STDOUT.length;
    const { atMs } = scan;
    const inner = this.#stamps.readTraditional(scan, at);
    scan.atMs = atMs;
    return inner < 0 ? at : inner;
  }

  /** `host tag[pid]: text`, or `tag[pid]: text` without a host. */
  #readTag(scan: Scan, at: number): boolean {
    const hostEnd = findByte(scan, SPACE, at, scan.end);
    if (hostEnd < 0) return false;
    if (scan.buffer[hostEnd - 1] === COLON) return this.#readBareTag(scan, at, hostEnd - 1);
    const tag = skipSpaces(scan, hostEnd);
    const end = tagEnd(scan, tag, scan.end);
    if (end < 0 || end === tag) return false;
    scan.origin = this.#origins.get(scan, at, end);
    return readPid(scan, end);
  }

  #readBareTag(scan: Scan, at: number, colon: number): boolean {
    if (DOVECOT_LEVELS.some((level) => startsWith(scan, colon, level))) {
      scan.origin = this.#dovecot;
      return readBody(scan, at);
    }
    const end = tagEnd(scan, at, scan.end);
    if (end <= at) return false;
    const origin = this.#origins.get(scan, at, end);
    scan.origin = this.#fallbackHost === '' ? origin : { ...origin, host: this.#fallbackHost };
    return readPid(scan, end);
  }

  /** `<PRI>1 stamp host app procid msgid [data] text`. */
  #readStructured(scan: Scan, at: number): boolean {
    scan.stampStart = at;
    const after = this.#stamps.readDated(scan, at);
    scan.stampEnd = Math.max(after, at);
    if (after < 0) return false;
    const hostEnd = findByte(scan, SPACE, after + 1, scan.end);
    const appEnd = hostEnd < 0 ? -1 : findByte(scan, SPACE, hostEnd + 1, scan.end);
    const pidEnd = appEnd < 0 ? -1 : findByte(scan, SPACE, appEnd + 1, scan.end);
    const idEnd = pidEnd < 0 ? -1 : findByte(scan, SPACE, pidEnd + 1, scan.end);
    if (idEnd < 0) return false;
    scan.origin = this.#origins.get(scan, after + 1, appEnd);
    if (parseDigits(scan, appEnd + 1, pidEnd) >= 0) scan.set(F.pid, appEnd + 1, pidEnd);
    const text = skipSpaces(scan, skipStructuredData(scan, idEnd + 1));
    return readBody(scan, startsWith(scan, text, BOM) ? text + BOM.length : text);
  }

  /** rspamd's own file: `#pid(worker) <tag>; module; text`. It names no host. */
  #readRspamd(scan: Scan, at: number): boolean {
    const open = findByte(scan, OPEN_ROUND, at, scan.end);
    const close = open < 0 ? -1 : findByte(scan, SPACE, open, scan.end);
    if (close < 0) return false;
    if (parseDigits(scan, at, open) >= 0) scan.set(F.pid, at, open);
    scan.origin = this.#rspamd;
    return readBody(scan, close + 1);
  }
}

function skipPriority(scan: Scan, at: number): number {
  if (at >= scan.end || scan.buffer[at] !== LESS) return at;
  const close = findByte(scan, GREATER, at, Math.min(at + 5, scan.end));
  return close > at + 1 && parseDigits(scan, at + 1, close) >= 0 ? close + 1 : at;
}

function isStructured(scan: Scan, at: number): boolean {
  return at > scan.start && at + 2 < scan.end && scan.buffer[at] === 0x31 && scan.buffer[at + 1] === SPACE;
}

function skipSpaces(scan: Scan, from: number): number {
  let at = from;
  while (at < scan.end && scan.buffer[at] === SPACE) at += 1;
  return at;
}

/** BusyBox writes `<mail.notice>` between stamp and host. */
function skipFacility(scan: Scan, at: number): number {
  if (at >= scan.end || scan.buffer[at] !== LESS) return at;
  const close = findByte(scan, GREATER, at, scan.end);
  return close < 0 ? at : skipSpaces(scan, close + 1);
}

/** `[pid]: ` or `: ` behind the tag, then the text. */
function readPid(scan: Scan, tagEndsAt: number): boolean {
  let at = tagEndsAt;
  if (scan.buffer[at] === OPEN_SQUARE) {
    const close = findByte(scan, CLOSE_SQUARE, at, Math.min(at + 24, scan.end));
    if (close > 0) {
      scan.set(F.pid, at + 1, close);
      at = close + 1;
    }
  }
  return readBody(scan, scan.buffer[at] === COLON ? at + 1 : at);
}

function readBody(scan: Scan, at: number): boolean {
  scan.body = skipSpaces(scan, at);
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
  scan.end -= 1;
  scan.body = Math.min(skipSpaces(scan, times + TIMES.length), scan.end);
}

/** Offset after `-` or `[id key="value"][...]`, in which `\\`, `\"` and `\]` are escaped. */
function skipStructuredData(scan: Scan, from: number): number {
  let at = from;
  if (scan.buffer[at] !== OPEN_SQUARE) return at + 1;
  while (at < scan.end && scan.buffer[at] === OPEN_SQUARE) {
    let isQuoted = false;
    for (at += 1; at < scan.end && (isQuoted || scan.buffer[at] !== CLOSE_SQUARE); at += 1) {
      if (scan.buffer[at] === BACKSLASH) at += 1;
      else if (scan.buffer[at] === QUOTE) isQuoted = !isQuoted;
    }
    at += 1;
  }
  return at;
}
