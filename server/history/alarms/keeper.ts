import { randomUUID } from 'node:crypto';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { AlarmBatch, AlarmStore } from '../alarm-store.ts';
import { EMPTY_BATCH, isEmpty, mergeBatches } from './merge-batches.ts';

/** Real time between two tries of what the disk did not take. */
const RETRY_MS = 2_000;
/** Nobody waits longer for a disk that does not answer. */
const PATIENCE_MS = 3_000;
/** Lines of the record that wait for the disk; beyond that the oldest are let go, and counted. */
const MAX_WAITING_RECORDS = 50_000;

export interface AlarmKeeperOptions {
  readonly store: AlarmStore;
  readonly log: Log;
  /** Calls back after so long; and takes that back. */
  readonly after?: (ms: number, work: () => void) => () => void;
}
type Settle = (fault: string | undefined) => void;

/** Keeps what happens to alarms: one write at a time, in order, and again for as long as the disk takes nothing. */
export class AlarmKeeper {
  readonly #options: AlarmKeeperOptions;
  readonly #after: NonNullable<AlarmKeeperOptions['after']>;
  /** Names the batches of this process; a retry bears the name of the first try, which may have been written. */
  readonly #name = randomUUID();
  #batches = 0;
  /** Tried already, and perhaps kept: only its answer may be lost. */
  #failed: AlarmBatch | undefined;
  /** What came since the write that is under way began. */
  #next = EMPTY_BATCH;
  #waiting: Settle[] = [];
  #running: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #fault: string | undefined;
  #isSlow = false;
  #lostRecords = 0;
  #isClosed = false;

  constructor(options: AlarmKeeperOptions) {
    this.#options = options;
    this.#after = options.after ?? afterRealTime;
  }

  /** Why what happens is not kept; null: it is. */
  get notKept(): string | null {
    const lost = this.#lostRecords === 0 ? '' : `; ${this.#lostRecords} lines of the record were lost`;
    if (this.#fault !== undefined) return `${this.#fault}${lost}`;
    if (this.#isSlow) return `the disk has not answered for ${PATIENCE_MS / 1_000} s${lost}`;
    return this.#lostRecords === 0 ? null : `it is kept again${lost}`;
  }

  /**
   * Resolves when the batch is kept, or with the fault when its first try failed or takes too long: it is tried again, and what
   * it plans may leave meanwhile, as a page twice is better than never.
   */
  put(batch: AlarmBatch): Promise<string | undefined> {
    this.#next = this.#bounded(mergeBatches(this.#next, batch));
    return new Promise((resolve) => {
      const cancel = this.#after(PATIENCE_MS, () => {
        this.#isSlow = true;
        resolve(this.notKept ?? undefined);
      });
      this.#waiting.push((fault) => {
        cancel();
        resolve(fault);
      });
      this.#run();
    });
  }

  /** Tries once more what is not kept, and nothing after that. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry?.();
    while (this.#running) await this.#running;
    if (this.#failed) await this.#write();
  }

  #run(): void {
    this.#running ??= this.#write().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#run();
    });
  }

  /** What was tried before, alone; then all that waits, as one. */
  async #write(): Promise<void> {
    const again = this.#failed ? await this.#try(this.#besideNext(this.#failed)) : undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    const fault = again ?? (await this.#writeNext());
    this.#isSlow = false;
    for (const settle of waiting) settle(fault);
  }

  async #writeNext(): Promise<string | undefined> {
    const batch = this.#next;
    this.#next = EMPTY_BATCH;
    return isEmpty(batch) ? undefined : this.#try({ ...batch, id: `${this.#name} ${++this.#batches}` });
  }

  async #try(batch: AlarmBatch): Promise<string | undefined> {
    const { store, log } = this.#options;
    try {
      await store.write(batch);
    } catch (error) {
      const fault = messageOf(error);
      if (this.#fault === undefined) log.error('alarms_not_kept', { reason: fault });
      this.#fault = fault;
      this.#failed = batch;
      this.#retryLater();
      return fault;
    }
    if (this.#fault !== undefined) log.info('alarms_kept_again', { lostRecords: this.#lostRecords });
    this.#fault = undefined;
    this.#failed = undefined;
    return undefined;
  }

  #retryLater(): void {
    this.#cancelRetry?.();
    if (this.#isClosed) return;
    this.#cancelRetry = this.#after(RETRY_MS, () => {
      if (this.#failed) this.#run();
    });
  }

  /** The oldest give way to what came since. */
  #besideNext(failed: AlarmBatch): AlarmBatch {
    return this.#bounded(failed, MAX_WAITING_RECORDS - this.#next.records.length);
  }

  #bounded(batch: AlarmBatch, most = MAX_WAITING_RECORDS): AlarmBatch {
    const excess = batch.records.length - most;
    if (excess <= 0) return batch;
    this.#lostRecords += excess;
    return { ...batch, records: batch.records.slice(excess) };
  }
}

function afterRealTime(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
