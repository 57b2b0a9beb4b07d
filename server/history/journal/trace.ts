import type { MessageQuery, MessageRecord, MessageTrace } from '../../../shared/history.ts';
import type { Evidence, Wanted } from './evidence.ts';
import { kept } from './keys.ts';
import { arrivalOf, oneLife } from './lives.ts';
import type { CompiledQuery } from './query.ts';
import { relatedOf } from './related.ts';
import type { Found } from './search.ts';

/** Where a trace gets its parts. */
export interface TraceSources {
  compile(query: Partial<MessageQuery>): CompiledQuery;
  find(query: CompiledQuery): Found;
  evidence(wanted: Wanted): Evidence;
}

export interface TraceTarget {
  readonly host: string;
  readonly queueId: string;
  /** Chooses among messages that had the same queue id; without it the last one. */
  readonly aroundMs?: number | undefined;
}

const NO_ENTRY =
  'the journal has no entry of this queue id: it is not decided yet, or its entries have been deleted';
const TOO_MANY = 'only the newest entries are shown: there are too many, or it took too long';

/** One message: its entries, the lines that tell of them, and its other queue ids. */
export function traceMessage(sources: TraceSources, target: TraceTarget): MessageTrace {
  const { host, queueId, aroundMs } = target;
  const query = sources.compile({ queueId });
  const onHost: CompiledQuery = {
    ...query,
    matches: (record) => record.host === kept(host) && query.matches(record),
  };
  const { records: found, end } = sources.find(onHost);
  const records = oneLife(found, aroundMs);
  const messageId = records.find((record) => record.messageId !== undefined)?.messageId;
  const { lines, missing } = sources.evidence({
    host,
    queueId,
    messageId,
    times: timesOf(records, aroundMs),
  });
  return {
    host,
    queueId,
    records,
    lines: lines.map(({ source, atMs, text }) => ({ source, atMs, text })),
    related: relatedOf(target, records, lines, {
      byQueueId: (id) => sources.find(sources.compile({ queueId: id })).records,
      byMessageId: (id) => sources.find(sources.compile({ messageId: id })).records,
    }),
    missing: [
      ...(records.length > 0 ? [] : [NO_ENTRY]),
      ...missing,
      ...(end === 'nothing-left' ? [] : [TOO_MANY]),
    ],
  };
}

function timesOf(records: readonly MessageRecord[], aroundMs: number | undefined): Wanted['times'] {
  if (records.length === 0) return aroundMs === undefined ? [] : [{ source: '', atMs: aroundMs }];
  return records.flatMap((record) => [
    { source: record.source, atMs: record.atMs },
    { source: record.source, atMs: arrivalOf(record) },
  ]);
}
