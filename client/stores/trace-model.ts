/** The life of a message as steps that a person can follow. */
import type { MessageRecord, MessageTrace } from '../../shared/history.ts';
import { durationOf, quantityText } from '../format/number.ts';
import { DELAY_STAGES, domainOf } from './messages-model.ts';

export interface TraceStep {
  readonly atMs: number;
  readonly kind: 'accepted' | 'queued' | 'attempt' | 'final';
  readonly status: MessageRecord['status'] | null;
  readonly title: string;
  readonly details: readonly string[];
  /** The answer of the other side. */
  readonly reply: string;
  /** Since the step before. Null: the first one. */
  readonly sinceMs: number | null;
}

const told = (ms: number) => quantityText(durationOf(ms));

/** When the message came in, told by the first entry that says how old it was then. */
function acceptedAt(records: readonly MessageRecord[]): MessageRecord | undefined {
  return records.find((record) => record.delayMs !== undefined);
}

function clientOf({ clientIp, login }: MessageRecord): string {
  if (login !== undefined) return `from ${login}${clientIp === undefined ? '' : ` at ${clientIp}`}`;
  return clientIp === undefined ? '' : `from ${clientIp}`;
}

function splitOf({ delaysMs }: MessageRecord): string {
  if (!delaysMs) return '';
  return DELAY_STAGES.map(({ word }, i) => `${told(delaysMs[i] ?? 0)} ${word}`).join(', ');
}

const ATTEMPTS: Readonly<Record<MessageRecord['status'], string>> = {
  sent: 'Delivered',
  deferred: 'Attempt failed, will be tried again',
  bounced: 'Returned to the sender',
  expired: 'Given up: too long in the queue',
  rejected: 'Refused at the door',
  held: 'Held for an operator',
  released: 'Released by an operator',
  deleted: 'Deleted by an operator',
};

function stepOf(record: MessageRecord): Omit<TraceStep, 'sinceMs'> {
  const { atMs, status, to, relay, dsn, replyCode, remoteQueueId, isFinal, provider } = record;
  const via = relay === undefined ? '' : `through ${relay}`;
  const code = [dsn, replyCode].filter((part) => part !== undefined).join(', ');
  const details = [
    [to === '' ? '' : `to ${to}`, via].filter(Boolean).join(' '),
    provider === undefined ? '' : `${domainOf(to)} is ${provider}`,
    record.delayMs === undefined ? '' : `${told(record.delayMs)} after it came in`,
    splitOf(record),
    code === '' ? '' : `code ${code}`,
    remoteQueueId === undefined ? '' : `queue id there: ${remoteQueueId}`,
  ];
  return {
    atMs,
    kind: isFinal ? 'final' : 'attempt',
    status,
    title: ATTEMPTS[status],
    details: details.filter(Boolean),
    reply: record.reason,
  };
}

/** Coming in and going into the queue, as far as the first attempt tells it: entries of the journal begin with that. */
function birthOf(record: MessageRecord): Omit<TraceStep, 'sinceMs'>[] {
  const { atMs, delayMs = 0, delaysMs, from, sizeBytes, messageId } = record;
  const details = [
    clientOf(record),
    `sender ${from === '' ? '<> (a notice)' : from}`,
    messageId === undefined ? '' : `Message-ID ${messageId}`,
    sizeBytes === undefined ? '' : `${sizeBytes} bytes`,
  ];
  const acceptedMs = atMs - delayMs;
  const base = { status: null, reply: '' } as const;
  const accepted = { ...base, atMs: acceptedMs, kind: 'accepted' as const, title: 'Accepted' };
  const steps: Omit<TraceStep, 'sinceMs'>[] = [{ ...accepted, details: details.filter(Boolean) }];
  if (delaysMs)
    steps.push({
      ...base,
      atMs: acceptedMs + delaysMs[0],
      kind: 'queued',
      title: 'In the queue',
      details: [`${told(delaysMs[0])} to receive and check it`],
    });
  return steps;
}

/** Oldest first, with the time between them. */
export function traceSteps(trace: Pick<MessageTrace, 'records'>): readonly TraceStep[] {
  const records = [...trace.records].sort((a, b) => a.atMs - b.atMs || a.id - b.id);
  const first = acceptedAt(records);
  const steps = [...(first ? birthOf(first) : []), ...records.map(stepOf)].sort((a, b) => a.atMs - b.atMs);
  return steps.map((step, i) => {
    const before = steps[i - 1];
    return { ...step, sinceMs: before ? step.atMs - before.atMs : null };
  });
}

/** A log line cut where the queue id stands in it. */
export function lineParts(text: string, queueId: string): readonly { text: string; isId: boolean }[] {
  if (queueId === '') return [{ text, isId: false }];
  return text
    .split(queueId)
    .flatMap((part, i) =>
      i === 0
        ? [{ text: part, isId: false }]
        : [
            { text: queueId, isId: true },
            { text: part, isId: false },
          ],
    )
    .filter((part) => part.text !== '');
}

/** All lines as a text to paste elsewhere. */
export function linesText(trace: Pick<MessageTrace, 'lines'>): string {
  return trace.lines.map((line) => `${line.text}\n`).join('');
}
