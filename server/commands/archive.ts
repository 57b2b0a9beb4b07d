/** Archived log files as one stream of facts in the order of time, with how far each file has been handed over. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Feed } from '../../shared/protocol.ts';
import { AppError, messageOf } from '../base/errors.ts';
import type { MailEvent } from '../collect/event.ts';
import { createLineSplitter } from '../collect/lines.ts';
import { openLog } from '../collect/open-log.ts';
import { createLogReader, type LogReader } from '../collect/reader.ts';
import type { LineRef } from '../collect/source.ts';
import { LogClock } from './log-clock.ts';

/** Bytes at both ends of a file by which it is known again. */
const FINGERPRINT_BYTES = 65_536;

export interface ArchiveOptions {
  readonly year?: number | undefined;
  readonly timezone?: string | undefined;
  /** Lines of this file that an earlier run has handed over. */
  readonly skipLines?: number;
  readonly onRead?: (bytes: number) => void;
}

export interface Fact {
  readonly event: MailEvent;
  readonly line: LineRef;
  readonly lineNumber: number;
  /** How often it happened (`message repeated N times`). */
  readonly repeat: number;
  /** What time it was in the file; its own stamp may stray. */
  clockMs: number;
}

/** Takes a fact as soon as its line is read; the line's bytes are only valid during this call. */
export type Flow = (event: MailEvent, line: LineRef, repeat: number, clockMs: number) => void;

/** One file, read from its start. Lines are understood as live ones are. */
export class Archive {
  readonly path: string;
  lines = 0;
  /** Lines up to this one have been handed over. */
  handedOver = 0;
  /** What its lines so far have told of. */
  readonly feeds = new Set<Feed>();
  unparsed = 0;
  foreign = 0;
  readonly clock = new LogClock();
  /** Where there is no other file to be merged with, facts go here and do not wait. */
  flow: Flow | undefined;
  readonly #options: ArchiveOptions;
  readonly #reader: LogReader;
  readonly #chunks: AsyncIterator<Buffer>;
  #facts: Fact[] = [];
  #next = 0;
  #isOver = false;

  constructor(path: string, options: ArchiveOptions) {
    const { year, timezone } = options;
    this.path = path;
    this.#options = options;
    const notAfterMs = year === undefined ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
    this.#reader = createLogReader({ format: 'auto', source: sourceOf(path), year, timezone, notAfterMs });
    this.#chunks = openLog(path, options.onRead)[Symbol.asyncIterator]();
  }

  /** Facts that wait; none when it has to be filled. */
  get head(): Fact | undefined {
    return this.#facts[this.#next];
  }

  get isOver(): boolean {
    return this.#isOver && this.head === undefined;
  }

  take(): Fact | undefined {
    const fact = this.#facts[this.#next];
    this.#next += 1;
    if (fact) this.handedOver = fact.lineNumber;
    return fact;
  }

  /** Reads on until there is a fact, or the file is over; facts that flow, a piece at a time. */
  async fill(): Promise<void> {
    while (this.head === undefined && !this.#isOver) {
      this.#facts = [];
      this.#next = 0;
      const { value, done } = await this.#chunks.next();
      if (done === true) {
        this.#splitter.flush();
        this.lines += this.#splitter.dropped;
        this.unparsed += this.#splitter.dropped;
        this.#isOver = true;
      } else this.#splitter.push(value);
      if (this.flow) return;
      this.#tellTime();
    }
  }

  /** Once there is something of what comes after them: the first stamp of all may stray as well. */
  #tellTime(): void {
    if (!this.clock.hasBegun) this.clock.begin(this.#facts.map(({ event }) => event.atMs));
    for (const fact of this.#facts) fact.clockMs = this.clock.take(fact.event.atMs);
  }

  readonly #splitter = createLineSplitter((buffer, start, end) => this.#readLine(buffer, start, end));

  #readLine(buffer: Buffer, start: number, end: number): void {
    this.lines += 1;
    const found = this.#reader.read(buffer, start, end);
    if (this.lines <= (this.#options.skipLines ?? 0)) return;
    if (found === 'unparsed') this.unparsed += 1;
    else if (found === 'foreign') this.foreign += 1;
    if (found !== 'event') return;
    const { event, repeat } = this.#reader;
    this.feeds.add(feedOf(event));
    if (this.flow) {
      this.handedOver = this.lines;
      this.flow(event, { buffer, start, end }, repeat, this.clock.take(event.atMs));
      return;
    }
    // The bytes are only valid during this call, and what is merged by time has to wait.
    const bytes = Buffer.from(buffer.subarray(start, end));
    const line = { buffer: bytes, start: 0, end: bytes.length };
    this.#facts.push({ event, line, lineNumber: this.lines, repeat, clockMs: NaN });
  }
}

function feedOf({ kind }: MailEvent): Feed {
  if (kind === 'verdict') return 'filter';
  return kind === 'login' ? 'access' : 'flow';
}

/** Under this id its lines and entries are kept. */
export function sourceOf(path: string): string {
  return `import ${path.slice(path.lastIndexOf('/') + 1)}`;
}

/** A file is known again by its size and both its ends, whatever its name. */
export function fingerprintOf(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, FINGERPRINT_BYTES));
      const hash = createHash('sha256').update(String(size));
      for (const at of [0, Math.max(0, size - bytes.length)]) {
        const read = readSync(file, bytes, 0, bytes.length, at);
        hash.update(bytes.subarray(0, read));
      }
      return hash.digest('hex').slice(0, 32);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new AppError('not-found', `${path} can't be read: ${messageOf(cause)}`, [], { cause });
  }
}
