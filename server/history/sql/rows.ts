import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { merge, type Window } from '../../../shared/window.ts';
import { decodeWindow, encodeWindow } from '../codec.ts';
import { type Tier, TIERS, type Wanted } from '../store.ts';
import { boundTables } from './bounds.ts';
import type { Dictionary } from './dictionary.ts';
import type { Numbers } from './numbers.ts';
import { groupOf, TABLES } from './tables.ts';

export type Parts = [Window | null, Window | null];
type Blob = Uint8Array | null;

const EVERYTHING: Wanted = { lag: true, gauges: true, tables: true };

interface Statements {
  readonly read: StatementSync;
  readonly readMany: StatementSync;
  readonly size: StatementSync;
  readonly write: StatementSync;
}

/** Rows of the tables of windows, decoded; what they weigh is kept in the numbers. */
export class Rows {
  readonly #texts: Dictionary;
  readonly #numbers: Numbers;
  readonly #changed: (tier: Tier, scope: number, slot: number) => void;
  readonly #statements: ReadonlyMap<Tier, Statements>;

  /** `changed`: hears of every row that is written. */
  constructor(
    db: DatabaseSync,
    texts: Dictionary,
    numbers: Numbers,
    changed: (tier: Tier, scope: number, slot: number) => void,
  ) {
    this.#changed = changed;
    this.#texts = texts;
    this.#numbers = numbers;
    this.#statements = new Map(TIERS.map((tier) => [tier, prepare(db, TABLES[tier])]));
  }

  /** The windows of a row, and the bytes it has; none: 0. */
  read(tier: Tier, scope: number, slot: number): { parts: Parts; bytes: number } {
    const row = this.#of(tier).read.get(groupOf(slot), scope, slot) as unknown as [Blob, Blob] | undefined;
    if (!row) return { parts: [null, null], bytes: 0 };
    return { parts: [this.#decode(row[0]), this.#decode(row[1])], bytes: sizeOf(row) };
  }

  /** Bytes of a row; 0: there is none. */
  bytes(tier: Tier, scope: number, slot: number): number {
    return Number(this.#of(tier).size.get(groupOf(slot), scope, slot)?.['bytes'] ?? 0);
  }

  /** The sum of a scope's rows of `tier` in [from, to); null when there is none. */
  sum(tier: Tier, scope: number, from: number, to: number): Parts | null {
    const sum: Parts = [null, null];
    let found = 0;
    for (let group = groupOf(from); group <= groupOf(to - 1); group++) {
      const rows = this.#of(tier).readMany.all(group, scope, from, to) as unknown as [Blob, Blob][];
      found += rows.length;
      for (const [incoming, outgoing] of rows) {
        sum[0] = add(sum[0], this.#decode(incoming));
        sum[1] = add(sum[1], this.#decode(outgoing));
      }
    }
    return found === 0 ? null : sum;
  }

  /** Bytes of the row now; it had `bytes` before. */
  write(
    tier: Tier,
    key: { readonly scope: number; readonly slot: number },
    parts: Parts,
    bytes: number,
  ): number {
    const row: [Blob, Blob] = [this.#encode(parts[0]), this.#encode(parts[1])];
    const { scope, slot } = key;
    this.#of(tier).write.run(groupOf(slot), scope, slot, row[0], row[1]);
    this.#changed(tier, scope, slot);
    const size = sizeOf(row);
    this.#numbers.add(`bytes${tier}`, size - bytes);
    if (bytes === 0) this.#numbers.add(`rows${tier}`, 1);
    this.#numbers.set(`oldest${tier}`, Math.min(this.#numbers.get(`oldest${tier}`) ?? slot, slot));
    this.#numbers.set(`newest${tier}`, Math.max(this.#numbers.get(`newest${tier}`) ?? slot, slot));
    return size;
  }

  #decode(bytes: Blob): Window | null {
    return bytes && decodeWindow(bytes, EVERYTHING, this.#texts);
  }

  #encode(window: Window | null): Blob {
    return window && encodeWindow(boundTables(window), this.#texts);
  }

  #of(tier: Tier): Statements {
    const statements = this.#statements.get(tier);
    if (!statements) throw new RangeError(`there is no tier of ${tier} s`);
    return statements;
  }
}

/** `into` may be changed. */
export function add(into: Window | null, more: Window | null): Window | null {
  if (!into || !more) return into ?? more;
  return merge(into, more);
}

function prepare(db: DatabaseSync, table: string): Statements {
  const read = db.prepare(`SELECT w_in, w_out FROM ${table} WHERE grp = ? AND scope = ? AND slot = ?`);
  const readMany = db.prepare(
    `SELECT w_in, w_out FROM ${table} WHERE grp = ? AND scope = ? AND slot >= ? AND slot < ?`,
  );
  const size = db.prepare(
    `SELECT ifnull(length(w_in), 0) + ifnull(length(w_out), 0) AS bytes FROM ${table}
     WHERE grp = ? AND scope = ? AND slot = ?`,
  );
  read.setReturnArrays(true);
  readMany.setReturnArrays(true);
  const write = db.prepare(`INSERT INTO ${table} (grp, scope, slot, w_in, w_out) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (grp, scope, slot) DO UPDATE SET w_in = excluded.w_in, w_out = excluded.w_out`);
  return { read, readMany, size, write };
}

function sizeOf([a, b]: readonly [Blob, Blob]): number {
  return (a?.length ?? 0) + (b?.length ?? 0);
}
