import { toDovecotEvent } from './dovecot/to-event.ts';
import { scanDovecot } from './dovecot/scan.ts';
import type { MailEvent } from './event.ts';
import { toRecord, type ParsedLine } from './parse-record.ts';
import { toPostfixEvent } from './postfix/to-event.ts';
import { scanPostfix } from './postfix/scan.ts';
import { toVerdict } from './rspamd/to-event.ts';
import { scanRspamd } from './rspamd/scan.ts';
import type { Outcome } from './scan/outcome.ts';
import { Scan } from './scan/scan.ts';
import { HeaderReader } from './syslog/header.ts';
import { StampReader } from './syslog/stamp.ts';
import { createZone } from './syslog/zone.ts';

/** How lines are to be understood. */
export interface ReaderOptions {
  /** `auto` and `syslog` read syslog lines of Postfix, Dovecot and rspamd; `auto` and `rspamd` also rspamd's own file. */
  readonly format: 'auto' | 'syslog' | 'rspamd';
  /** Id of the source, put into events. */
  readonly source: string;
  /** IANA name or `±hh:mm` of stamps without a zone; this system's zone when absent. */
  readonly timezone?: string | undefined;
  /** Year of the first line of an archive without years; later lines follow from it. */
  readonly year?: number | undefined;
  /** Archive without years whose last line is not later than this (the file's modification time); used without `year`. */
  readonly notAfterMs?: number | undefined;
  /** Receive time: the year of a live line is the one that puts it nearest. */
  readonly now?: (() => number) | undefined;
  /** Host of lines that name none. */
  readonly host?: string | undefined;
  /** False leaves `messageId` of message-id events empty: nothing joins on it, and each is a string of its own to make. */
  readonly messageIds?: boolean | undefined;
}

/**
 * `event`: a fact we count; `known`: understood, states none; `foreign`: a program we do not claim;
 * `unparsed`: no header, or a mail program's line that fits no form.
 */
export type LineClass = 'event' | 'known' | 'foreign' | 'unparsed';

/** Reads one line at a time; total: no input makes it throw. */
export interface LogReader {
  /** Reads the line in `buffer` from `start` to before `end`, without its line feed. */
  read(buffer: Buffer, start: number, end: number): LineClass;
  /** The fact of the last line, valid after `read` said `event`. */
  readonly event: MailEvent;
  /** How often it happened: more than once in rsyslog's `message repeated N times`. */
  readonly repeat: number;
  /** Time of the last line whose stamp was readable; 0 before. */
  readonly atMs: number;
  /** Host of the last line; empty when it names none. */
  readonly host: string;
  /** The last line's fields for people and scripts; `lineNumber` counts from 1. */
  record(buffer: Buffer, start: number, end: number, lineNumber?: number): ParsedLine;
}

const NO_EVENT: MailEvent = {
  kind: 'trouble',
  atMs: 0,
  host: '',
  source: '',
  instance: '',
  level: 'warning',
  service: '',
  reason: '',
};

/** A reader of one source's lines. Its zone and year rule apply to stamps that have none. */
export function createLogReader(options: ReaderOptions): LogReader {
  const zone = createZone(options.timezone);
  const rule = { year: options.year, notAfterMs: options.notAfterMs, now: options.now ?? Date.now };
  const header = new HeaderReader(new StampReader(zone, rule), options.host ?? '');
  const scan = new Scan();
  scan.wantsMessageIds = options.messageIds ?? true;
  const { source } = options;
  let event: MailEvent = NO_EVENT;
  let eventHost = '';
  /** Whether the line before was one. */
  let wasEvent = false;

  function read(buffer: Buffer, start: number, end: number): LineClass {
    const found = readLine(buffer, start, end);
    wasEvent = found === 'event';
    return found;
  }

  function readLine(buffer: Buffer, start: number, end: number): LineClass {
    scan.load(buffer, start, trimmedEnd(buffer, start, end));
    if (!header.read(scan)) return 'unparsed';
    if (scan.origin.family === 'foreign') return readForeign();
    const outcome = scanBody(scan);
    if (outcome !== 'fact') return outcome === 'known' ? 'known' : 'unparsed';
    const found = toEvent(scan, source);
    if (found === undefined) return 'unparsed';
    event = found;
    eventHost = scan.origin.host;
    return 'event';
  }

  /** Old syslog daemons fold repetitions into a line of their own, `last message repeated N times`. */
  function readForeign(): LineClass {
    const count = scan.origin.program === 'last' ? lastRepeated(scan) : 0;
    if (count === 0 || eventHost !== scan.origin.host || !wasEvent) return 'foreign';
    scan.repeat = count;
    event = { ...event, atMs: scan.atMs };
    return 'event';
  }

  function record(buffer: Buffer, start: number, end: number, lineNumber = 1): ParsedLine {
    scan.load(buffer, start, trimmedEnd(buffer, start, end));
    const hasHeader = header.read(scan);
    const outcome = hasHeader && scan.origin.family !== 'foreign' ? scanBody(scan) : 'unknown';
    return toRecord(scan, { hasHeader, outcome, lineNumber, zone });
  }

  return {
    read,
    record,
    get event() {
      return event;
    },
    get repeat() {
      return scan.repeat;
    },
    get atMs() {
      return scan.atMs;
    },
    get host() {
      return scan.origin.host;
    },
  };
}

/** Lines may end in CR LF, and datagrams in NUL. */
function trimmedEnd(buffer: Buffer, start: number, end: number): number {
  let to = Math.min(end, buffer.length);
  while (to > start) {
    const last = buffer[to - 1];
    if (last !== 0x0d && last !== 0 && last !== 0x0a) return to;
    to -= 1;
  }
  return to;
}

const REPEATED = /^message repeated (\d{1,6}) times?$/;

function lastRepeated(scan: Scan): number {
  return Number(REPEATED.exec(scan.slice(scan.body, scan.end))?.[1] ?? 0);
}

function scanBody(scan: Scan): Outcome {
  switch (scan.origin.family) {
    case 'postfix':
      return scanPostfix(scan);
    case 'dovecot':
      return scanDovecot(scan);
    case 'rspamd':
      return scanRspamd(scan);
    case 'foreign':
      return 'unknown';
  }
}

function toEvent(scan: Scan, source: string): MailEvent | undefined {
  switch (scan.origin.family) {
    case 'postfix':
      return toPostfixEvent(scan, source);
    case 'dovecot':
      return toDovecotEvent(scan, source);
    case 'rspamd':
      return toVerdict(scan, source);
    case 'foreign':
      return undefined;
  }
}
