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
import { createZone, type Zone } from './syslog/zone.ts';

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
  /** For counting only: texts that explain (relay, reply, status code, message id) are left empty in events. */
  readonly isCounting?: boolean | undefined;
  /** For who looks at mail as it comes: verdicts tell what the filter found. */
  readonly hasFindings?: boolean | undefined;
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
  return new Reader(options);
}

class Reader implements LogReader {
  event: MailEvent = NO_EVENT;
  readonly #scan = new Scan();
  readonly #header: HeaderReader;
  readonly #zone: Zone;
  readonly #source: string;
  /** Whether the line before was an event. */
  #wasEvent = false;

  constructor(options: ReaderOptions) {
    const rule = { year: options.year, notAfterMs: options.notAfterMs, now: options.now ?? Date.now };
    this.#zone = createZone(options.timezone);
    this.#header = new HeaderReader(new StampReader(this.#zone, rule), options.host ?? '');
    this.#source = options.source;
    this.#scan.isCounting = options.isCounting ?? false;
    this.#scan.hasFindings = options.hasFindings ?? false;
  }

  get repeat(): number {
    return this.#scan.repeat;
  }

  get atMs(): number {
    return this.#scan.atMs;
  }

  get host(): string {
    return this.#scan.origin.host;
  }

  read(buffer: Buffer, start: number, end: number): LineClass {
    const scan = this.#scan;
    const wasEvent = this.#wasEvent;
    this.#wasEvent = false;
    scan.load(buffer, start, trimmedEnd(buffer, start, end));
    if (!this.#header.read(scan)) return 'unparsed';
    const found = scanBody(scan);
    if (found === 'known') return 'known';
    if (found === 'unknown')
      return scan.origin.family === 'foreign' ? this.#readForeign(wasEvent) : 'unparsed';
    this.event = toEvent(scan, this.#source);
    this.#wasEvent = true;
    return 'event';
  }

  /** Old syslog daemons fold repetitions into a line of their own, `last message repeated N times`. */
  #readForeign(wasEvent: boolean): LineClass {
    const scan = this.#scan;
    const count = scan.origin.program === 'last' ? lastRepeated(scan) : 0;
    if (count === 0 || !wasEvent || this.event.host !== scan.origin.host) return 'foreign';
    scan.repeat = count;
    this.event = { ...this.event, atMs: scan.atMs };
    this.#wasEvent = true;
    return 'event';
  }

  record(buffer: Buffer, start: number, end: number, lineNumber = 1): ParsedLine {
    const scan = this.#scan;
    scan.load(buffer, start, trimmedEnd(buffer, start, end));
    const hasHeader = this.#header.read(scan);
    const outcome = hasHeader ? scanBody(scan) : 'unknown';
    return toRecord(scan, { hasHeader, outcome, lineNumber, zone: this.#zone });
  }
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

function toEvent(scan: Scan, source: string): MailEvent {
  switch (scan.origin.family) {
    case 'dovecot':
      return toDovecotEvent(scan, source);
    case 'rspamd':
      return toVerdict(scan, source);
    default:
      return toPostfixEvent(scan, source);
  }
}
