import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { decodeWindow } from '../codec.ts';
import { type Tier, TIERS, type WindowDelta } from '../store.ts';
import type { Dictionary } from './dictionary.ts';
import type { Numbers } from './numbers.ts';
import { add, type Parts, type Rows } from './rows.ts';
import { coarser, slotAt, slotsPerCoarser } from './tables.ts';

/** Decoded rows kept between batches: the slots that still fill. One weighs some 20 KB at full activity. */
const MAX_KEPT_ROWS = 3_000;
/** Marks remembered, so that a minute is marked once and not with every second of it. */
const MAX_MARKS = 50_000;
/** Scopes are fewer than this, so that a slot and a scope make one number. */
const SCOPES = 2 ** 21;

interface Row {
  readonly parts: Parts;
  bytes: number;
}
interface Slot {
  readonly tier: Tier;
  readonly number: number;
  readonly rows: Map<number, Row>;
}

export interface DeltasDeps {
  readonly db: DatabaseSync;
  readonly rows: Rows;
  readonly scopes: Dictionary;
  readonly numbers: Numbers;
}

/**
 * Merges what came into the finest tier that still keeps its time, and marks the coarser windows to be made anew.
 * Below the floor of a tier its rows are given up; there the coarser tier is the finest, and takes it directly.
 */
export class Deltas {
  readonly #deps: DeltasDeps;
  readonly #mark: StatementSync;
  readonly #kept = new Map<string, Slot>();
  readonly #marks = new Set<number>();

  constructor(deps: DeltasDeps) {
    this.#deps = deps;
    this.#mark = deps.db.prepare('INSERT OR IGNORE INTO rollups_due (tier, slot, scope) VALUES (?, ?, ?)');
  }

  write(deltas: readonly WindowDelta[]): void {
    for (const [key, group] of this.#bySlot(deltas)) this.#writeSlot(key, group);
  }

  /** A row that was made anew: the next delta marks it again. */
  unmark(tier: Tier, scope: number, slot: number): void {
    this.#marks.delete(markOf(tier, scope, slot));
  }

  /** After a transaction that failed: what is in memory is not what is in the file. */
  forget(): void {
    this.#kept.clear();
    this.#marks.clear();
  }

  mark(tier: Tier, scope: number, slot: number): void {
    const mark = markOf(tier, scope, slot);
    if (this.#marks.has(mark)) return;
    if (this.#marks.size >= MAX_MARKS) this.#marks.clear();
    this.#marks.add(mark);
    this.#mark.run(tier, slot, scope);
  }

  #bySlot(deltas: readonly WindowDelta[]): Map<string, { slot: Slot; deltas: WindowDelta[] }> {
    const groups = new Map<string, { slot: Slot; deltas: WindowDelta[] }>();
    for (const delta of deltas) {
      const tier = this.#tierOf(delta.slotMs);
      if (tier === undefined) {
        this.#deps.numbers.add('droppedTooOld', 1);
        continue;
      }
      const number = slotAt(tier, delta.slotMs);
      const key = `${tier} ${number}`;
      const group = groups.get(key);
      if (group) group.deltas.push(delta);
      else
        groups.set(key, { slot: this.#kept.get(key) ?? { tier, number, rows: new Map() }, deltas: [delta] });
    }
    return groups;
  }

  #tierOf(atMs: number): Tier | undefined {
    return TIERS.find((tier) => slotAt(tier, atMs) >= (this.#deps.numbers.get(`floor${tier}`) ?? -Infinity));
  }

  #writeSlot(key: string, { slot, deltas }: { slot: Slot; deltas: readonly WindowDelta[] }): void {
    const { rows, scopes } = this.#deps;
    const touched = new Set<number>();
    for (const { scope: name, direction, bytes } of deltas) {
      const scope = scopes.idOf(name);
      let row = slot.rows.get(scope);
      if (!row) slot.rows.set(scope, (row = rows.read(slot.tier, scope, slot.number)));
      row.parts[direction] = add(row.parts[direction], decodeWindow(bytes));
      touched.add(scope);
    }
    const above = coarser(slot.tier);
    const parent = Math.floor(slot.number / slotsPerCoarser(slot.tier));
    for (const scope of touched) {
      const row = slot.rows.get(scope);
      if (!row) continue;
      row.bytes = rows.write(slot.tier, { scope, slot: slot.number }, row.parts, row.bytes);
      if (above) this.mark(above, scope, parent);
    }
    this.#keep(key, slot);
  }

  /** The slots written last, as many as there is room for. */
  #keep(key: string, slot: Slot): void {
    this.#kept.delete(key);
    this.#kept.set(key, slot);
    let rows = 0;
    for (const kept of this.#kept.values()) rows += kept.rows.size;
    for (const [oldest, kept] of this.#kept) {
      if (rows <= MAX_KEPT_ROWS) return;
      this.#kept.delete(oldest);
      rows -= kept.rows.size;
    }
  }
}

function markOf(tier: Tier, scope: number, slot: number): number {
  return (slot * 2 + (tier === 60 ? 0 : 1)) * SCOPES + scope;
}
