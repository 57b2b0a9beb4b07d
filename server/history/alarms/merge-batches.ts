import type { AlarmBatch } from '../alarm-store.ts';

export const EMPTY_BATCH: AlarmBatch = { records: [], points: {}, kept: {}, outbox: { put: [], done: [] } };

export function isEmpty({ records, points, kept, outbox }: AlarmBatch): boolean {
  return (
    records.length + outbox.put.length + outbox.done.length === 0 &&
    Object.keys(points).length + Object.keys(kept).length === 0
  );
}

/** One batch that leaves what the two would leave one after the other. */
export function mergeBatches(a: AlarmBatch, b: AlarmBatch): AlarmBatch {
  const put = new Map(a.outbox.put.map((row) => [row.id, row]));
  const done = new Set(a.outbox.done);
  for (const row of b.outbox.put) {
    put.set(row.id, row);
    done.delete(row.id);
  }
  for (const id of b.outbox.done) {
    put.delete(id);
    // It may be in the store from before.
    done.add(id);
  }
  return {
    records: a.records.length === 0 ? b.records : [...a.records, ...b.records],
    points: { ...a.points, ...b.points },
    kept: { ...a.kept, ...b.kept },
    outbox: { put: [...put.values()], done: [...done] },
  };
}
