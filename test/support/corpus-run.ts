/** The real platform of the corpus through the pipeline and chosen parts of foresight: its log and its queue listings by their own times. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { loadTenants } from '../../server/attribute/tenants-file.ts';
import { DEFAULT_THRESHOLDS } from '../../server/base/config.ts';
import type { MailEvent, QueueListing } from '../../server/collect/event.ts';
import { createListingParser } from '../../server/collect/postqueue/parse.ts';
import { createLogReader } from '../../server/collect/reader.ts';
import { createForesightFacts } from '../../server/detect/foresight/facts.ts';
import type { ForesightFacts, ForesightPart } from '../../server/detect/foresight/types.ts';
import { createPipeline, type Pipeline } from '../../server/pipeline.ts';
import type { SourceReport } from '../../shared/protocol.ts';
import { CORPUS } from './corpus.ts';
import { NO_SEASON } from './foresight-run.ts';

export const RUN1_FROM = Date.parse('2026-11-21T17:20:15Z');
export const RUN1_TO = Date.parse('2026-11-21T17:37:40Z');
const STEP_MS = 1_000;
const HOST = 'mx1';

export interface CorpusRunOptions {
  readonly parts: readonly ForesightPart<unknown>[];
  /** Lines that are not read: as if somebody had taken them out. */
  readonly isLost?: (line: string) => boolean;
  /** Entries that the queue no longer has. */
  readonly isGone?: (queueId: string, atMs: number) => boolean;
}

/** Lives through the quarter of an hour; `look` is called each second, after the parts. */
export function runCorpus(
  options: CorpusRunOptions,
  look: (facts: ForesightFacts, pipeline: Pipeline) => void,
): Pipeline {
  const clock = { time: RUN1_FROM, now: () => clock.time, speed: 1 };
  const tenants = loadTenants(join(CORPUS, 'run1/tenants.json'));
  const { parts } = options;
  const pipeline = createPipeline({
    ...{ tenants, clock, limits: DEFAULT_THRESHOLDS, isUnseen: true, slotMs: 1_000 },
    reports: () => reportsOf(clock.time),
    tap: (event, nowMs) => parts.forEach((part) => part.event?.(event, nowMs)),
  });
  const factsAt = createForesightFacts({
    ...{ live: pipeline, speed: 1, season: NO_SEASON },
    events: () => [],
    alarms: () => [],
  });
  const next = { event: eventsOf(options), listing: listingsOf(options) };
  let [event, listing] = [next.event.next(), next.listing.next()];
  for (let atMs = RUN1_FROM; atMs <= RUN1_TO; atMs += STEP_MS) {
    clock.time = atMs;
    for (; !event.done && event.value.atMs <= atMs; event = next.event.next()) pipeline.event(event.value);
    for (; !listing.done && listing.value.startedAtMs <= atMs - STEP_MS; listing = next.listing.next())
      pipeline.listing(listing.value);
    pipeline.tick(atMs);
    const facts = factsAt(atMs);
    parts.forEach((part) => part.advance(facts));
    look(facts, pipeline);
  }
  return pipeline;
}

function* eventsOf({ isLost = () => false }: CorpusRunOptions): Generator<MailEvent> {
  const reader = createLogReader({ format: 'syslog', source: 'log', timezone: 'UTC', host: HOST });
  for (const line of corpusLines('run1/mail-iso.log.zst')) {
    if (isLost(line)) continue;
    const bytes = Buffer.from(line);
    // A reader fills one event over and over; it is read before the next line is.
    if (reader.read(bytes, 0, bytes.length) === 'event') yield reader.event;
  }
}

function* listingsOf({ isGone = () => false }: CorpusRunOptions): Generator<QueueListing> {
  for (const line of corpusLines('run1/postqueue.ndjson.zst')) {
    const { epoch, took_ms, entries } = JSON.parse(line) as {
      readonly epoch: number;
      readonly took_ms: number;
      readonly entries: readonly { readonly queue_id: string }[];
    };
    const startedAtMs = epoch * 1_000;
    const parser = createListingParser();
    const kept = entries.filter(({ queue_id }) => !isGone(queue_id, startedAtMs));
    parser.push(Buffer.from(kept.map((entry) => `${JSON.stringify(entry)}\n`).join('')));
    const source = { source: 'queue', host: HOST, isPartial: false, tookMs: took_ms };
    yield { ...source, startedAtMs, entries: parser.end().entries };
  }
}

/** Of a packed file of the corpus. */
export function corpusLines(file: string): string[] {
  return zstdDecompressSync(readFileSync(join(CORPUS, file)))
    .toString()
    .trimEnd()
    .split('\n');
}

function reportsOf(nowMs: number): SourceReport[] {
  const counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0, dropped: {} };
  const base = { state: 'ok' as const, asOfMs: nowMs, intervalMs: 2_000, counters };
  return [
    { ...base, id: 'log', type: 'log', feeds: ['flow', 'access'], target: 'mail.log' },
    { ...base, id: 'queue', type: 'postqueue', feeds: ['queue'], target: 'postqueue' },
  ];
}
