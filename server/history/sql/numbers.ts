import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Tier } from '../store.ts';

/**
 * What the store keeps about itself. Floor: slots below it are given up. Oldest, newest: of what was ever written.
 * Made: slots below it were made from the finer tier, of all scopes. Digested: blocks below it have their digests.
 */
export type NumberName =
  | 'committedAtMs'
  | 'droppedTooOld'
  | `${'floor' | 'made' | 'rows' | 'bytes' | 'oldest' | 'newest' | 'digested'}${Tier}`;

/** Numbers by name, written in the transaction that changes what they tell of. */
export class Numbers {
  readonly #read: StatementSync;
  readonly #db: DatabaseSync;
  #values = new Map<string, number>();
  readonly #changed = new Set<NumberName>();

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#read = db.prepare('SELECT name, value FROM history_numbers');
    this.reload();
  }

  get(name: NumberName): number | undefined {
    return this.#values.get(name);
  }

  set(name: NumberName, value: number): void {
    if (this.#values.get(name) === value) return;
    this.#values.set(name, value);
    this.#changed.add(name);
  }

  add(name: NumberName, more: number): void {
    if (more !== 0) this.set(name, (this.get(name) ?? 0) + more);
  }

  /** Before the commit. */
  flush(): void {
    if (this.#changed.size === 0) return;
    const write = this.#db.prepare(
      'INSERT INTO history_numbers VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    for (const name of this.#changed) write.run(name, BigInt(this.get(name) ?? 0));
    this.#changed.clear();
  }

  /** As the file has them: at the start, after a transaction that failed, or in a reader. */
  reload(): void {
    this.#values = new Map(this.#read.all().map(({ name, value }) => [String(name), Number(value)]));
    this.#changed.clear();
  }
}
