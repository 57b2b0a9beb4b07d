import type { SQLOutputValue } from 'node:sqlite';
import { RECORD_STATUSES, type MessageRecord } from '../../../shared/history.ts';
import type { NewRecord } from '../store.ts';
import { kept, domainOf } from './keys.ts';
import { literal, type NameReader, type NameWriter, type StoredName } from './names.ts';
import type { Providers } from './providers.ts';

/**
 * Entries as rows: `row` counts from the segment's first place, `entry` holds the fields below, in that order.
 * One text is written and read several times faster than twenty columns; all that is sought is in the index.
 */
export const TABLE_COLUMNS = 'row INTEGER PRIMARY KEY, entry TEXT NOT NULL';

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** Unit separator: stands between fields, and `kept` lets neither it, nor NUL, nor DEL into one. */
const SEPARATOR = '\u001f';
/** Of a field that is absent; one that is there and empty stands as nothing. */
const ABSENT = '\u007f';

/** The text of an entry. */
export function packEntry(record: NewRecord, names: NameWriter): string {
  const { delaysMs } = record;
  return [
    record.atMs,
    RECORD_STATUSES.indexOf(record.status) * 2 + (record.isFinal ? 1 : 0),
    names.always(record.source),
    names.always(record.host),
    text(record.queueId),
    text(record.messageId),
    names.often(record.from),
    kept(record.to),
    text(record.origTo),
    always(record.receiver, names),
    always(record.sender, names),
    record.relay === undefined ? ABSENT : names.often(record.relay),
    record.delayMs ?? ABSENT,
    delaysMs ? `${delaysMs[0]}/${delaysMs[1]}/${delaysMs[2]}/${delaysMs[3]}` : ABSENT,
    always(record.dsn, names),
    record.replyCode ?? ABSENT,
    // A reply that names a queue id will not come again.
    record.remoteQueueId === undefined ? names.often(record.reason) : literal(kept(record.reason)),
    record.sizeBytes ?? ABSENT,
    text(record.clientIp),
    text(record.login),
    text(record.remoteQueueId),
  ].join(SEPARATOR);
}

function text(value: string | undefined): string {
  return value === undefined ? ABSENT : kept(value);
}

function always(value: string | undefined, names: NameWriter): StoredName {
  return value === undefined ? ABSENT : names.always(value);
}

/** What reading a row takes. */
export interface RowContext {
  readonly names: NameReader;
  readonly providers: Providers;
}

type Draft = { -readonly [Key in keyof MessageRecord]: MessageRecord[Key] };

/** The entry of a row. */
export function toRecord(row: Row, id: number, { names, providers }: RowContext): MessageRecord {
  const fields = String(row['entry']).split(SEPARATOR);
  const field = (at: number): string | undefined => (fields[at] === ABSENT ? undefined : fields[at]);
  const textOf = (at: number): string => names(fields[at]) ?? '';
  const outcome = Number(fields[1]);
  const to = fields[7] ?? '';
  const record: Draft = {
    id,
    atMs: Number(fields[0]),
    source: textOf(2),
    host: textOf(3),
    status: RECORD_STATUSES[outcome >> 1] ?? 'sent',
    from: textOf(6),
    to,
    reason: textOf(16),
    isFinal: (outcome & 1) === 1,
  };
  for (const [key, at] of TEXTS) {
    const value = field(at);
    if (value !== undefined) record[key] = value;
  }
  for (const [key, at] of NAMES) {
    const value = names(field(at));
    if (value !== undefined) record[key] = value;
  }
  for (const [key, at] of NUMBERS) {
    const value = field(at);
    if (value !== undefined) record[key] = Number(value);
  }
  const delays = field(13);
  if (delays !== undefined) record.delaysMs = toDelays(delays);
  const provider = providers.of(domainOf(to), record.relay);
  if (provider) record.provider = provider.id;
  return record;
}

const TEXTS = [
  ['queueId', 4],
  ['messageId', 5],
  ['origTo', 8],
  ['clientIp', 18],
  ['login', 19],
  ['remoteQueueId', 20],
] as const;
const NAMES = [
  ['receiver', 9],
  ['sender', 10],
  ['relay', 11],
  ['dsn', 14],
] as const;
const NUMBERS = [
  ['delayMs', 12],
  ['replyCode', 15],
  ['sizeBytes', 17],
] as const;

function toDelays(packed: string): [number, number, number, number] {
  const [before = 0, queued = 0, connecting = 0, transmitting = 0] = packed.split('/').map(Number);
  return [before, queued, connecting, transmitting];
}
