import type { MessageRecord } from '../../../shared/history.ts';
import { type CsvCell, toCsv } from '../../base/csv.ts';

/** Columns, each with its unit. */
const COLUMNS: readonly (readonly [name: string, value: (record: MessageRecord) => CsvCell])[] = [
  ['time (UTC)', ({ atMs }) => timeText(atMs)],
  ['host', ({ host }) => host],
  ['queue id', ({ queueId }) => queueId],
  ['message id', ({ messageId }) => messageId],
  ['status', ({ status }) => status],
  ['final', ({ isFinal }) => (isFinal ? 'yes' : 'no')],
  ['from', ({ from }) => from],
  ['to', ({ to }) => to],
  ['original to', ({ origTo }) => origTo],
  ['tenant of recipient', ({ receiver }) => receiver],
  ['tenant of sender', ({ sender }) => sender],
  ['relay', ({ relay }) => relay],
  ['provider', ({ provider }) => provider],
  ['delay (s)', ({ delayMs }) => seconds(delayMs)],
  ['before queue (s)', ({ delaysMs }) => seconds(delaysMs?.[0])],
  ['in queue (s)', ({ delaysMs }) => seconds(delaysMs?.[1])],
  ['connecting (s)', ({ delaysMs }) => seconds(delaysMs?.[2])],
  ['transmitting (s)', ({ delaysMs }) => seconds(delaysMs?.[3])],
  ['enhanced code', ({ dsn }) => dsn],
  ['reply code', ({ replyCode }) => replyCode],
  ['reason', ({ reason }) => reason],
  ['size (bytes)', ({ sizeBytes }) => sizeBytes],
  ['client address', ({ clientIp }) => clientIp],
  ['login', ({ login }) => login],
  ['remote queue id', ({ remoteQueueId }) => remoteQueueId],
  ['source', ({ source }) => source],
];

/** Entries as RFC 4180, the first row naming columns and units. */
export function csv(records: readonly MessageRecord[]): string {
  return toCsv(
    COLUMNS.map(([name]) => name),
    records.map((record) => COLUMNS.map(([, value]) => value(record))),
  );
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function timeText(atMs: number): string {
  const time = new Date(atMs);
  return Number.isNaN(time.getTime()) ? String(atMs) : time.toISOString();
}
