import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ForesightBatch, ForesightRow, ForesightStore } from '../foresight-store.ts';

/** Rows that wait for a disk that takes nothing; beyond it the oldest are let go, and counted. */
const MAX_WAITING = 20_000;

/** Keeps what is foreseen: one write at a time, and what failed with the next one. */
export class ForesightKeeper {
  readonly #store: ForesightStore;
  readonly #log: Log;
  #rows: ForesightRow[] = [];
  #kept: Record<string, string> = {};
  #running: Promise<void> | undefined;
  #fault: string | null = null;
  #dropped = 0;

  constructor(store: ForesightStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Why it is not kept; null: it is. */
  get notKept(): string | null {
    return this.#fault;
  }

  get dropped(): number {
    return this.#dropped;
  }

  put(batch: ForesightBatch): void {
    this.#rows.push(...batch.rows);
    Object.assign(this.#kept, batch.kept);
    this.#bound();
    this.#running ??= this.#write().finally(() => (this.#running = undefined));
  }

  /** Tries once more, and nothing after that. */
  async close(): Promise<void> {
    await this.#running;
    await this.#write();
  }

  async #write(): Promise<void> {
    const rows = this.#rows;
    const kept = this.#kept;
    if (rows.length === 0 && Object.keys(kept).length === 0) return;
    this.#rows = [];
    this.#kept = {};
    try {
      await this.#store.write({ rows, kept });
      if (this.#fault !== null) this.#log.info('foresight_kept_again', { dropped: this.#dropped });
      this.#fault = null;
    } catch (error) {
      if (this.#fault === null) this.#log.error('foresight_not_kept', { reason: messageOf(error) });
      this.#fault = messageOf(error);
      this.#rows = [...rows, ...this.#rows];
      // What parts said later is what counts.
      this.#kept = { ...kept, ...this.#kept };
      this.#bound();
    }
  }

  #bound(): void {
    const excess = this.#rows.length - MAX_WAITING;
    if (excess <= 0) return;
    this.#rows.splice(0, excess);
    this.#dropped += excess;
  }
}
