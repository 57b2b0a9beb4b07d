import type { MessageTrace } from '../../../shared/history.ts';
import { createLogReader, type LogReader } from '../../collect/reader.ts';
import type { ParsedLine } from '../../collect/parse-record.ts';
import { openBlock } from './line-blocks.ts';
import type { Statements } from './statements.ts';

/** A line that tells of the message, and what it says. */
export interface EvidenceLine {
  readonly source: string;
  readonly atMs: number;
  readonly text: string;
  readonly parsed: ParsedLine;
}

export interface Wanted {
  readonly queueId: string;
  readonly host: string;
  readonly messageId?: string | undefined;
  /** Moments of which something is known: arrival, attempts, end. */
  readonly times: readonly { readonly source: string; readonly atMs: number }[];
}

export interface Evidence {
  readonly lines: readonly EvidenceLine[];
  readonly missing: MessageTrace['missing'];
}

export interface EvidenceContext {
  readonly statements: Statements;
  /** Zone of stamps that name none; this system's when undefined. */
  readonly timezoneOf: (source: string) => string | undefined;
  readonly isOver: () => boolean;
}

/** Lines around a known moment: the end of a message is logged after its last attempt, its beginning before it has a delay. */
const AROUND_MS = 5_000;
const MAX_LINES = 2_000;
const MAX_BLOCKS = 300;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Block extends Span {
  readonly id: number;
  readonly source: string;
}

/** Finds the stored log lines of a message. Only blocks around the known moments are opened. */
export function gatherEvidence(context: EvidenceContext, wanted: Wanted): Evidence {
  const spans = spansOf(wanted.times.map(({ atMs }) => atMs));
  const blocks = blocksOf(context, spans, new Set(wanted.times.map(({ source }) => source)));
  const missing = [...missingOf(context, wanted, blocks)];
  const lines: EvidenceLine[] = [];
  let opened = 0;
  for (const block of blocks) {
    if (opened >= MAX_BLOCKS || (opened > 0 && context.isOver())) {
      missing.push(
        `${blocks.length - opened} of ${blocks.length} pieces of log were not looked through: it took too long`,
      );
      break;
    }
    opened += 1;
    const all = linesOf(context, block, wanted).filter(({ atMs }) => isWithin(atMs, spans));
    lines.push(...all.slice(0, MAX_LINES - lines.length));
    if (lines.length >= MAX_LINES) {
      missing.push(`only the first ${MAX_LINES} lines are shown`);
      break;
    }
  }
  return { lines: lines.sort((a, b) => a.atMs - b.atMs), missing };
}

/** Moments with their surroundings, joined where they touch. */
function spansOf(times: readonly number[]): Span[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  for (const atMs of times.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && atMs - AROUND_MS <= last.toMs) last.toMs = atMs + AROUND_MS;
    else spans.push({ fromMs: atMs - AROUND_MS, toMs: atMs + AROUND_MS });
  }
  return spans;
}

/** Between first and last known moment everything about the queue id is of this message. */
function isWithin(atMs: number, spans: readonly Span[]): boolean {
  return atMs >= (spans[0]?.fromMs ?? 0) && atMs <= (spans.at(-1)?.toMs ?? 0);
}

const OVERLAPPING = `SELECT id, from_ms, to_ms FROM line_blocks
  WHERE source_id = ? AND to_ms >= ? AND to_ms <= ? AND from_ms <= ? ORDER BY to_ms LIMIT ${MAX_BLOCKS}`;

/** Blocks to look through, those of the message's own sources first. */
function blocksOf(
  { statements }: EvidenceContext,
  spans: readonly Span[],
  own: ReadonlySet<string>,
): Block[] {
  const sources = statements('SELECT id, name, max_span_ms FROM line_sources ORDER BY name').all();
  const blocks = new Map<number, Block>();
  for (const row of sources) {
    const longest = Number(row['max_span_ms']);
    for (const { fromMs, toMs } of spans) {
      const found = statements(OVERLAPPING).all(Number(row['id']), fromMs, toMs + longest, toMs);
      for (const block of found) {
        const id = Number(block['id']);
        blocks.set(id, {
          id,
          source: String(row['name']),
          fromMs: Number(block['from_ms']),
          toMs: Number(block['to_ms']),
        });
      }
    }
  }
  const rank = ({ source }: Block): number => (own.has(source) ? 0 : 1);
  return [...blocks.values()].sort((a, b) => rank(a) - rank(b) || a.fromMs - b.fromMs || a.id - b.id);
}

function* missingOf(
  { statements }: EvidenceContext,
  { times }: Wanted,
  blocks: readonly Block[],
): Generator<string> {
  for (const source of new Set(times.map((time) => time.source))) {
    const bare = times
      .filter((time) => time.source === source)
      .filter(({ atMs }) => !blocks.some((block) => block.source === source && isNear(block, atMs)))
      .map(({ atMs }) => atMs);
    if (bare.length === 0 || source === '') continue;
    const oldest = statements(
      `SELECT min(b.to_ms) AS oldest FROM line_blocks AS b JOIN line_sources AS s ON s.id = b.source_id WHERE s.name = ?`,
    ).get(source)?.['oldest'];
    const when = new Date(Math.max(...bare)).toISOString();
    yield typeof oldest === 'number' && oldest > Math.min(...bare)
      ? `lines of ${source} are kept from ${new Date(oldest).toISOString()} on, not those of ${when}`
      : `no lines of ${source} around ${when} were kept`;
  }
}

function isNear({ fromMs, toMs }: Span, atMs: number): boolean {
  return fromMs <= atMs + AROUND_MS && toMs >= atMs - AROUND_MS;
}

function linesOf(context: EvidenceContext, block: Block, wanted: Wanted): EvidenceLine[] {
  const stored = context.statements('SELECT bytes FROM line_blocks WHERE id = ?').get(block.id)?.['bytes'];
  if (!(stored instanceof Uint8Array)) return [];
  const bytes = openBlock(stored);
  const reader = createLogReader({
    format: 'auto',
    source: block.source,
    timezone: context.timezoneOf(block.source),
    now: () => block.toMs,
  });
  const starts = new Set([
    ...startsOf(bytes, wanted.queueId),
    ...(wanted.messageId === undefined ? [] : startsOf(bytes, wanted.messageId)),
  ]);
  return [...starts]
    .sort((a, b) => a - b)
    .flatMap((start) => readLine(reader, bytes, start, { block, wanted }) ?? []);
}

/** Starts of the lines in which `text` stands as a word of its own. */
function startsOf(bytes: Buffer, text: string): number[] {
  const starts: number[] = [];
  const needle = Buffer.from(text);
  if (needle.length === 0) return starts;
  for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1)) {
    if (isWordByte(bytes[at - 1]) || isWordByte(bytes[at + needle.length])) continue;
    starts.push(bytes.lastIndexOf(LINE_FEED, at) + 1);
    if (starts.length >= MAX_LINES) break;
  }
  return starts;
}
const LINE_FEED = 0x0a;

function isWordByte(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9]/.test(String.fromCharCode(byte));
}

function readLine(
  reader: LogReader,
  bytes: Buffer,
  start: number,
  { block, wanted }: { readonly block: Block; readonly wanted: Wanted },
): EvidenceLine | undefined {
  const feed = bytes.indexOf(LINE_FEED, start);
  const end = feed < 0 ? bytes.length : feed;
  const parsed = reader.record(bytes, start, end);
  if (!isAbout(parsed, wanted, bytes.toString('latin1', start, end))) return undefined;
  const atMs = Math.min(Math.max(reader.atMs, block.fromMs), block.toMs);
  const text = bytes.toString('utf8', start, end).replace(/[\r\0]+$/, '');
  return { source: block.source, atMs, text, parsed };
}

/**
 * Hosts may use the same queue id for different messages. A line with the message id alone (a mailbox store tells
 * nothing else) counts when it is not about another queue id.
 */
function isAbout(parsed: ParsedLine, { queueId, host }: Wanted, line: string): boolean {
  if (line.includes(queueId)) return parsed.host === undefined || parsed.host === host;
  return parsed.queueId === undefined || parsed.queueId === queueId;
}
