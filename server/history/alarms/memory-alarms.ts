import type { RecordQuery, TransitionRecord } from '../../../shared/alarms.ts';
import {
  type AlarmBatch,
  type AlarmStore,
  type KeptAlarms,
  LAST_BATCH,
  type OutboxRow,
} from '../alarm-store.ts';
import { MAX_PAGE } from './rows.ts';
import { pageOf } from './sql-alarms.ts';

/** Lines that are remembered; the oldest are let go. */
const MAX_RECORDS = 100_000;

/** Alarms of a server whose store is off: as long as the process lives, and no longer. */
export function createMemoryAlarms(): AlarmStore {
  return new MemoryAlarms();
}

class MemoryAlarms implements AlarmStore {
  readonly #points = new Map<string, string>();
  readonly #kept = new Map<string, string>();
  readonly #outbox = new Map<string, OutboxRow>();
  #records: TransitionRecord[] = [];
  #lastSeq = 0;

  async load(recentFromMs: number): Promise<KeptAlarms> {
    return {
      points: Object.fromEntries(this.#points),
      kept: Object.fromEntries(this.#kept),
      outbox: [...this.#outbox.values()],
      recent: this.#records.filter(({ atMs }) => atMs >= recentFromMs),
    };
  }

  async write({ id, records, points, kept, outbox }: AlarmBatch): Promise<void> {
    if (id !== undefined && this.#kept.get(LAST_BATCH) === id) return;
    if (id !== undefined) this.#kept.set(LAST_BATCH, id);
    for (const record of records) this.#records.push({ ...record, seq: ++this.#lastSeq });
    if (this.#records.length > MAX_RECORDS * 1.1) this.#records = this.#records.slice(-MAX_RECORDS);
    for (const [key, state] of Object.entries(points))
      if (state === null) this.#points.delete(key);
      else this.#points.set(key, state);
    for (const [name, text] of Object.entries(kept)) this.#kept.set(name, text);
    for (const row of outbox.put) this.#outbox.set(row.id, row);
    for (const done of outbox.done) this.#outbox.delete(done);
  }

  async record(query: RecordQuery): ReturnType<AlarmStore['record']> {
    const limit = Math.max(1, Math.min(query.limit, MAX_PAGE));
    const found: TransitionRecord[] = [];
    for (let i = this.#records.length - 1; i >= 0 && found.length <= limit; i--) {
      const record = this.#records[i];
      if (record && isAskedFor(query, record)) found.push(record);
    }
    return pageOf(found, limit);
  }
}

function isAskedFor(query: RecordQuery, record: TransitionRecord): boolean {
  const { scope, kinds, rule = record.rule, alarmId = record.alarmId } = query;
  if (scope && (scope.kind !== record.scope.kind || scope.id !== record.scope.id)) return false;
  if (kinds && !kinds.includes(record.kind)) return false;
  return rule === record.rule && alarmId === record.alarmId && isInRange(query, record);
}

function isInRange(query: RecordQuery, { atMs, seq }: TransitionRecord): boolean {
  const { fromMs = -Infinity, toMs = Infinity, beforeSeq = Infinity } = query;
  return atMs >= fromMs && atMs < toMs && seq < beforeSeq;
}
