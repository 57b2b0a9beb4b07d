import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Tier } from '../store.ts';
import type { Deltas } from './deltas.ts';
import type { Numbers } from './numbers.ts';
import type { Rows } from './rows.ts';
import { coarser, slotAt } from './tables.ts';

/** After the end of a window its finer ones have come, but for what is late: that makes it due again. */
const WAIT_MS: readonly (readonly [tier: 60 | 3_600, waitMs: number])[] = [
  [60, 90_000],
  [3_600, 180_000],
];
const FINER = { 60: 10, 3_600: 60 } as const;
const FINEST = 10;
/** Marks taken up at once. */
const CHUNK = 64;

export interface RollupDeps {
  readonly db: DatabaseSync;
  readonly rows: Rows;
  readonly deltas: Deltas;
  readonly numbers: Numbers;
}

/** Makes due windows from the finer ones, oldest first, minutes before hours, until `isOver`. False: none was due. */
export function createRollup(deps: RollupDeps): (nowMs: number, isOver: () => boolean) => boolean {
  const { db, rows, deltas, numbers } = deps;
  const due = db.prepare(
    'SELECT slot, scope FROM rollups_due WHERE tier = ? AND slot < ? ORDER BY slot, scope LIMIT ?',
  );
  const done = db.prepare('DELETE FROM rollups_due WHERE tier = ? AND slot = ? AND scope = ?');
  const firstDue = db.prepare('SELECT min(slot) AS slot FROM rollups_due WHERE tier = ?');

  function make(tier: 60 | 3_600, scope: number, slot: number): void {
    const ratio = tier / FINER[tier];
    const sum = rows.sum(FINER[tier], scope, slot * ratio, (slot + 1) * ratio);
    done.run(tier, slot, scope);
    deltas.unmark(tier, scope, slot);
    if (!sum) return;
    rows.write(tier, { scope, slot }, sum, rows.bytes(tier, scope, slot));
    const above = coarser(tier);
    if (above) deltas.mark(above, scope, Math.floor((slot * tier) / above));
  }

  /** True when something was made. */
  function makeDue(tier: 60 | 3_600, before: number, isOver: () => boolean): boolean {
    for (let hasMade = false; ; hasMade = true) {
      const chunk = dueOf(due, tier, before);
      if (chunk.length === 0) return hasMade;
      for (const { slot, scope } of chunk) {
        make(tier, scope, slot);
        if (isOver()) return true;
      }
    }
  }

  /** Slots before this one are made, of all scopes; what comes late makes single ones due again and takes nothing back. */
  function note(tier: 60 | 3_600, before: number): void {
    const firsts = [60, tier].map((of) => {
      const slot = firstDue.get(of)?.['slot'];
      return typeof slot === 'number' ? Math.floor((slot * of) / tier) : Infinity;
    });
    // Not beyond what came: the clock may be wrong.
    const newest = numbers.get('newest10');
    const last = newest === undefined ? Infinity : Math.floor((newest * FINEST) / tier) + 1;
    const made = Math.min(before, last, ...firsts);
    if (made > (numbers.get(`made${tier}`) ?? 0)) numbers.set(`made${tier}`, made);
  }

  return (nowMs, isOver) => {
    // Windows that ended before.
    const ends = WAIT_MS.map(([tier, waitMs]) => [tier, slotAt(tier, nowMs - waitMs)] as const);
    const hasMade = ends.some(([tier, before]) => makeDue(tier, before, isOver));
    for (const [tier, before] of ends) note(tier, before);
    return hasMade;
  };
}

function dueOf(due: StatementSync, tier: Tier, before: number): readonly { slot: number; scope: number }[] {
  return due.all(tier, before, CHUNK) as unknown as { slot: number; scope: number }[];
}
