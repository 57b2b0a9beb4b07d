import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Retention, type Tier, TIERS } from '../store.ts';
import type { Numbers } from './numbers.ts';
import { pragma } from './open.ts';
import { coarser, endOfGroup, groupOf, slotAt, slotsPerCoarser, startOf, TABLES } from './tables.ts';

const DAY_MS = 86_400_000;
/** Rows deleted before it is asked whether the step is over. */
const CHUNK = 500;
/** What a budget that is spent takes at once, slots of each tier: an hour, a day, a month. */
const BUDGET_SLOTS: Readonly<Record<Tier, number>> = { 10: 360, 60: 1_440, 3_600: 720 };
/** What it leaves of each tier. */
const BUDGET_LEAVES: Readonly<Record<Tier, number>> = { 10: 360, 60: 1_440, 3_600: 720 };

export interface RetentionDeps {
  readonly db: DatabaseSync;
  readonly numbers: Numbers;
  readonly retention: Retention;
}

/**
 * Gives up what is too old or too much, one tier after the other. First the floor of the tier rises, from then on nobody reads or
 * writes below it; then the rows go piece by piece. A floor never passes a window that still has to be made from what lies below.
 */
export class Deletion {
  readonly #deps: RetentionDeps;
  readonly #firstDue: StatementSync;
  readonly #steps: ReadonlyMap<Tier, (floor: number) => number | null>;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
    this.#firstDue = deps.db.prepare('SELECT min(slot) AS slot FROM rollups_due WHERE tier = ?');
    this.#steps = new Map(TIERS.map((tier) => [tier, prepareDeletion(deps, tier)]));
  }

  /** Raises the floors as time goes on. A clock far ahead of what was stored deletes nothing. */
  age(nowMs: number): void {
    const { numbers, retention } = this.#deps;
    const newest = numbers.get('newest10') ?? numbers.get('newest60') ?? numbers.get('newest3600');
    if (newest === undefined) return;
    const lastMs = Math.max(...TIERS.map((tier) => startOf(tier, (numbers.get(`newest${tier}`) ?? -1) + 1)));
    let keepDays = 0;
    for (const tier of TIERS) {
      // A coarser tier is kept at least as long as the one it is made from.
      keepDays = Math.max(keepDays, retention.keepDays[tier]);
      this.#raise(tier, slotAt(tier, Math.min(nowMs, lastMs) - keepDays * DAY_MS));
    }
  }

  /** Raises the floor of the finest tier that has something to spare. False: the budget is kept, or nothing is left to give. */
  economize(): boolean {
    const { db, numbers, retention } = this.#deps;
    const used = (pragma(db, 'page_count') - pragma(db, 'freelist_count')) * pragma(db, 'page_size');
    if (used <= retention.totalBytes) return false;
    return TIERS.some((tier) => {
      const [oldest, newest] = [numbers.get(`oldest${tier}`), numbers.get(`newest${tier}`)];
      if (oldest === undefined || newest === undefined) return false;
      const from = Math.max(oldest, numbers.get(`floor${tier}`) ?? oldest);
      const to = Math.min(from + BUDGET_SLOTS[tier] + endOfGroup(0), newest - BUDGET_LEAVES[tier]);
      return this.#raise(tier, to);
    });
  }

  /** Deletes below the floors. False: there was nothing. */
  sweep(isOver: () => boolean): boolean {
    let hasDeleted = false;
    for (const tier of TIERS) {
      const floor = this.#deps.numbers.get(`floor${tier}`);
      if (floor === undefined) continue;
      while ((this.#steps.get(tier)?.(floor) ?? null) !== null) {
        hasDeleted = true;
        if (isOver()) return true;
      }
    }
    return hasDeleted;
  }

  /** To a whole coarser window, and not beyond what is still needed. */
  #raise(tier: Tier, wanted: number): boolean {
    const { numbers } = this.#deps;
    const floor = numbers.get(`floor${tier}`) ?? -Infinity;
    const unit = slotsPerCoarser(tier);
    const target = Math.floor(Math.min(wanted, this.#limit(tier)) / unit) * unit;
    if (target <= floor || target <= 0) return false;
    numbers.set(`floor${tier}`, target);
    return true;
  }

  #limit(tier: Tier): number {
    const above = coarser(tier);
    const due = above && this.#firstDue.get(above)?.['slot'];
    const limits = [typeof due === 'number' ? due * slotsPerCoarser(tier) : Infinity];
    const below = TIERS[TIERS.indexOf(tier) - 1];
    if (below) limits.push(((this.#deps.numbers.get(`floor${below}`) ?? 0) * below) / tier);
    return Math.min(...limits);
  }
}

/** Deletes some rows of the oldest group that lies wholly below the floor; null when there is none. */
function prepareDeletion({ db, numbers }: RetentionDeps, tier: Tier): (floor: number) => number | null {
  const table = TABLES[tier];
  const oldest = db.prepare(`SELECT min(grp) AS grp FROM ${table}`);
  const some = db.prepare(`SELECT scope, slot, ifnull(length(w_in), 0) + ifnull(length(w_out), 0) AS bytes
    FROM ${table} WHERE grp = ? ORDER BY scope, slot LIMIT ${CHUNK}`);
  const remove = db.prepare(`DELETE FROM ${table} WHERE grp = ? AND (scope, slot) <= (?, ?)`);
  return (floor) => {
    const group = oldest.get()?.['grp'];
    if (typeof group !== 'number' || group >= groupOf(floor)) return null;
    const rows = some.all(group) as unknown as { scope: number; slot: number; bytes: number }[];
    const last = rows.at(-1);
    if (!last) return null;
    remove.run(group, last.scope, last.slot);
    numbers.add(`rows${tier}`, -rows.length);
    numbers.add(`bytes${tier}`, -rows.reduce((sum, { bytes }) => sum + bytes, 0));
    return rows.length;
  };
}
