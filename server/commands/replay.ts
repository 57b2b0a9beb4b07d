import { once } from 'node:events';
import { statSync } from 'node:fs';
import { Books } from '../aggregate/books.ts';
import { fold } from '../aggregate/fold.ts';
import { createDirectory } from '../attribute/directory.ts';
import { parseTenantsFile, type Tenant } from '../attribute/tenants-file.ts';
import { readText } from '../base/config.ts';
import { AppError } from '../base/errors.ts';
import type { MailEvent } from '../collect/event.ts';
import { createLineSplitter } from '../collect/lines.ts';
import { openLog } from '../collect/open-log.ts';
import { createLogReader } from '../collect/reader.ts';
import type { CommandIo } from './io.ts';
import { createProgress, type Progress } from './progress.ts';
import { replayReport, type ReadCounts } from './replay-report.ts';
import { replayTable } from './replay-table.ts';

export interface ReplayOptions {
  readonly tenants: string;
  readonly json?: boolean;
  readonly bucket: number;
  readonly year?: number;
  readonly timezone?: string;
}

/** The ledger lets go of what is over each so many lines (a power of two less one). */
const TIDY_MASK = 0xffff;

/** Counts that grow while files are read. */
type Counting = { -readonly [K in keyof ReadCounts]: ReadCounts[K] };

/** Works archived logs through attribute and aggregate as live ones, and reports; several files are merged by time. */
export async function runReplay(
  files: readonly string[],
  options: ReplayOptions,
  io: CommandIo,
): Promise<number> {
  const directory = createDirectory(loadTenants(options.tenants));
  const books = new Books({ directory, slotMs: options.bucket * 1000, isLive: false });
  const counts: Counting = { lines: 0, unparsed: 0, foreign: 0, firstMs: null, lastMs: null };
  const progress = createProgress(io.stderr, files);
  const onEvent = (event: MailEvent) => {
    fold(books, event);
    if ((counts.lines & TIDY_MASK) !== 0) return;
    books.ledger.expireEnded(event.atMs);
    books.ledger.sweep(event.atMs);
  };
  const [only] = files;
  if (files.length === 1 && only !== undefined)
    await exhaust(readLog(only, { options, counts, progress, onEvent }));
  else await mergeByTime(files, { options, counts, progress }, onEvent);
  progress.done();
  const report = replayReport(books, counts);
  await write(io, options.json ? `${JSON.stringify(report)}\n` : replayTable(report, directory.tenants));
  return 0;
}

async function exhaust(chunks: AsyncGenerator<void>): Promise<void> {
  while (!(await chunks.next()).done);
}

function loadTenants(path: string): readonly Tenant[] {
  const result = parseTenantsFile(readText(path, 'tenants file'), path);
  if (result.ok) return result.tenants;
  throw new AppError('bad-request', `the tenants file ${path} can't be used`, result.faults);
}

interface Reading {
  readonly options: ReplayOptions;
  readonly counts: Counting;
  readonly progress: Progress;
  readonly onEvent: (event: MailEvent) => void;
}

/** Reads one file; yields after each chunk, when its events have been handed over. */
async function* readLog(path: string, { options, counts, progress, onEvent }: Reading): AsyncGenerator<void> {
  const { year, timezone } = options;
  const notAfterMs = year === undefined && path !== '-' ? modifiedMs(path) : undefined;
  const reader = createLogReader({
    format: 'auto',
    source: path,
    year,
    timezone,
    notAfterMs,
    isCounting: true,
  });
  const splitter = createLineSplitter((buffer, start, end) => {
    counts.lines += 1;
    const found = reader.read(buffer, start, end);
    if (found === 'unparsed') counts.unparsed += 1;
    else if (found === 'foreign') counts.foreign += 1;
    if (found === 'unparsed') return;
    if (counts.firstMs === null || reader.atMs < counts.firstMs) counts.firstMs = reader.atMs;
    if (counts.lastMs === null || reader.atMs > counts.lastMs) counts.lastMs = reader.atMs;
    if (found === 'event') for (let n = 0; n < reader.repeat; n++) onEvent(reader.event);
  });
  for await (const chunk of openLog(path, (bytes) => progress.read(path, bytes))) {
    splitter.push(chunk);
    yield;
  }
  splitter.flush();
  const tooLong = splitter.dropped;
  counts.lines += tooLong;
  counts.unparsed += tooLong;
  yield;
}

function modifiedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

interface Feed {
  readonly chunks: AsyncGenerator<void>;
  events: MailEvent[];
  next: number;
}

/** Always the earliest event of those that come next; a file's own order is kept. */
async function mergeByTime(
  files: readonly string[],
  reading: Omit<Reading, 'onEvent'>,
  onEvent: (event: MailEvent) => void,
): Promise<void> {
  const feeds: Feed[] = files.map((path) => {
    const events: MailEvent[] = [];
    return {
      chunks: readLog(path, { ...reading, onEvent: (event) => void events.push(event) }),
      events,
      next: 0,
    };
  });
  for (;;) {
    for (const feed of feeds) await fill(feed);
    const open = feeds.filter((feed) => feed.next < feed.events.length);
    if (open.length === 0) return;
    takeUntilOneIsEmpty(open, onEvent);
  }
}

async function fill(feed: Feed): Promise<void> {
  while (feed.next >= feed.events.length) {
    feed.events.length = 0;
    feed.next = 0;
    if ((await feed.chunks.next()).done) return;
  }
}

function takeUntilOneIsEmpty(feeds: readonly Feed[], onEvent: (event: MailEvent) => void): void {
  for (;;) {
    let earliest: Feed | undefined;
    for (const feed of feeds) if (!earliest || headMs(feed) < headMs(earliest)) earliest = feed;
    const event = earliest?.events[earliest.next];
    if (!earliest || !event) return;
    earliest.next += 1;
    onEvent(event);
    if (earliest.next >= earliest.events.length) return;
  }
}

function headMs(feed: Feed): number {
  return feed.events[feed.next]?.atMs ?? Infinity;
}

async function write({ stdout }: CommandIo, text: string): Promise<void> {
  if (!stdout.write(text)) await once(stdout, 'drain');
}
