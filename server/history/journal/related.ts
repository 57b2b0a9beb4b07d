import type { MessageRecord, MessageTrace } from '../../../shared/history.ts';
import type { EvidenceLine } from './evidence.ts';

export type Related = MessageTrace['related'][number];

/** How another queue id belongs to this one. */
export const HOW = {
  passedOnTo: 'passed on to',
  passedOnFrom: 'passed on from',
  sameMessageId: 'same message id',
  notice: 'notice about this message',
  noticeOf: 'this is a notice about it',
  requeuedAs: 'goes on as',
  requeuedFrom: 'was before',
} as const;

const MOST = 50;

export interface Finder {
  byQueueId(queueId: string): readonly MessageRecord[];
  byMessageId(messageId: string): readonly MessageRecord[];
}

/** Other queue ids of the same message, by what entries and lines say. */
export function relatedOf(
  { host, queueId }: { readonly host: string; readonly queueId: string },
  records: readonly MessageRecord[],
  lines: readonly EvidenceLine[],
  find: Finder,
): readonly Related[] {
  const related = new Map<string, Related>();
  const add = (to: { readonly host: string; readonly queueId?: string | undefined }, how: string): void => {
    if (to.queueId === undefined || (to.host === host && to.queueId === queueId) || related.size >= MOST)
      return;
    const key = `${to.host} ${to.queueId}`;
    if (!related.has(key)) related.set(key, { host: to.host, queueId: to.queueId, how });
  };
  for (const { parsed } of lines) addFromLine({ host: parsed.host ?? host, queueId, parsed }, add);
  for (const id of unique(records.map(({ remoteQueueId }) => remoteQueueId)))
    for (const record of find.byQueueId(id)) add(record, HOW.passedOnTo);
  for (const id of unique(records.map(({ messageId }) => messageId))) {
    const others = find.byMessageId(id);
    for (const other of others) if (other.remoteQueueId === queueId) add(other, HOW.passedOnFrom);
    for (const other of others) add(other, HOW.sameMessageId);
  }
  return [...related.values()];
}

type Add = (to: { readonly host: string; readonly queueId?: string | undefined }, how: string) => void;

function addFromLine(
  { host, queueId, parsed }: { host: string; queueId: string; parsed: EvidenceLine['parsed'] },
  add: Add,
): void {
  const { queueId: own, bounceQueueId, origQueueId } = parsed;
  if (own === queueId) {
    add({ host, queueId: bounceQueueId }, HOW.notice);
    add({ host, queueId: origQueueId }, HOW.requeuedFrom);
    return;
  }
  if (bounceQueueId === queueId) add({ host, queueId: own }, HOW.noticeOf);
  if (origQueueId === queueId) add({ host, queueId: own }, HOW.requeuedAs);
}

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))] as string[];
}
