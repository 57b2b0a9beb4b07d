import type { MessageRecord } from '../../../shared/history.ts';

/** Arrival is worked out from rounded delays. */
const SAME_ARRIVAL_MS = 5_000;

/**
 * Entries of one message among those of a queue id. Short queue ids come back within minutes for another message;
 * entries of one message share its message id or its time of arrival. Newest first, as given.
 */
export function oneLife(records: readonly MessageRecord[], aroundMs?: number): readonly MessageRecord[] {
  const lives: MessageRecord[][] = [];
  for (const record of records.toReversed()) {
    const life = lives.findLast((entries) => entries.some((entry) => isSameLife(entry, record)));
    if (life) life.unshift(record);
    else lives.push([record]);
  }
  if (aroundMs === undefined) return lives.at(-1) ?? [];
  return lives.reduce<readonly MessageRecord[]>(
    (best, life) => (best.length === 0 || distance(life, aroundMs) <= distance(best, aroundMs) ? life : best),
    [],
  );
}

function isSameLife(a: MessageRecord, b: MessageRecord): boolean {
  if (a.messageId !== undefined && b.messageId !== undefined && a.messageId !== b.messageId) return false;
  // Where nothing tells them apart, they are one.
  if (a.delayMs === undefined || b.delayMs === undefined) return true;
  if (a.messageId !== undefined && a.messageId === b.messageId) return true;
  return Math.abs(arrivalOf(a) - arrivalOf(b)) <= SAME_ARRIVAL_MS;
}

/** When the message of an entry came in. */
export function arrivalOf({ atMs, delayMs = 0 }: MessageRecord): number {
  return atMs - delayMs;
}

function distance(life: readonly MessageRecord[], atMs: number): number {
  return Math.min(...life.map((record) => Math.max(arrivalOf(record) - atMs, atMs - record.atMs, 0)));
}
