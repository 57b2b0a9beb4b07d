/** Alarms as they are kept: their states, the append-only record, what waits to be sent, and named texts. */
import type { RecordPage, RecordQuery, TransitionRecord } from '../../shared/alarms.ts';

/** A notification on its way through one channel; `text` is the sender's own form. */
export interface OutboxRow {
  readonly id: string;
  readonly channel: string;
  readonly createdAtMs: number;
  readonly text: string;
}

/** Under this name the `id` of the batch that was written last is kept, in the same transaction. */
export const LAST_BATCH = 'keeper.batch';

/** Committed as a whole or not at all. */
export interface AlarmBatch {
  /** The batch that was written last is not written again: its answer was lost. Absent: each time. */
  readonly id?: string;
  readonly records: readonly TransitionRecord[];
  /** Null: forget it. */
  readonly points: Readonly<Record<string, string | null>>;
  readonly kept: Readonly<Record<string, string>>;
  readonly outbox: {
    /** Added, or written anew under the same id. */
    readonly put: readonly OutboxRow[];
    readonly done: readonly string[];
  };
}

export interface KeptAlarms {
  readonly points: Readonly<Record<string, string>>;
  readonly kept: Readonly<Record<string, string>>;
  /** In the order they were put. */
  readonly outbox: readonly OutboxRow[];
  /** Since `recentFromMs`, oldest first. */
  readonly recent: readonly TransitionRecord[];
}
export const NO_ALARMS: KeptAlarms = { points: {}, kept: {}, outbox: [], recent: [] };

export interface AlarmStore {
  load(recentFromMs: number): Promise<KeptAlarms>;
  write(batch: AlarmBatch): Promise<void>;
  record(query: RecordQuery): Promise<RecordPage>;
}
