import type { DatabaseSync } from 'node:sqlite';
import { decodeWindow } from '../codec.ts';
import { BLOCKS, DIGEST_TIERS, type DigestTier, encodeDigest } from '../digest.ts';
import type { StoredWindow, Tier } from '../store.ts';
import { keptOf } from './kept.ts';
import type { Numbers } from './numbers.ts';
import { groupOf, startOf, TABLES } from './tables.ts';

/** Scopes and blocks are fewer than these, so that tier, scope and block make one number that keeps a scope's blocks together. */
const SCOPES = 2 ** 21;
const PLACES = 2 ** 22;
/** So often, on the clock of the log, it is looked for what to make: rows that come late make digests void, again and again. */
export const SETTLE_MS = 600_000;
/** Where to begin in a store that has none: minutes are read over two days at most, hours over all that there is. */
const FIRST_BLOCKS: Readonly<Record<DigestTier, number>> = { 60: 48, 3_600: Infinity };

type Blob = Uint8Array | null;

/** The row of a digest. */
export function digestId(tier: DigestTier, scope: number, block: number): number {
  return (DIGEST_TIERS.indexOf(tier) * SCOPES + scope) * PLACES + block;
}

export function isDigested(tier: Tier): tier is DigestTier {
  return tier === 60 || tier === 3_600;
}

/** The block in which a slot lies. */
export function blockOf(tier: DigestTier, slot: number): number {
  return Math.floor(slot / BLOCKS[tier].slots);
}

export interface DigestsDeps {
  readonly db: DatabaseSync;
  readonly numbers: Numbers;
  /** Overrides SETTLE_MS. */
  readonly settleMs?: number | undefined;
}

/** Makes digests of blocks that are over, and takes those away whose windows change. */
export class Digests {
  readonly #deps: DigestsDeps;
  readonly #statements: ReturnType<typeof prepare>;
  /** Null: since the start of this process nothing has been looked at. */
  #quietUntilMs: number | null = null;
  /** Of the block that is being made: scopes up to this one are done. */
  readonly #done = new Map<DigestTier, number>();

  constructor(deps: DigestsDeps) {
    this.#deps = deps;
    this.#statements = prepare(deps.db);
  }

  /** A row is written: the digest of its block is void, and has to be made again if its time has passed. */
  changed(tier: Tier, scope: number, slot: number): void {
    if (!isDigested(tier)) return;
    const block = blockOf(tier, slot);
    const next = this.#deps.numbers.get(`digested${tier}`);
    // Blocks beyond the next one may have theirs from before it went back.
    const hasRemoved = this.#remove(tier, digestId(tier, scope, block), digestId(tier, scope, block + 1));
    if (next === undefined || block > next || (block === next && !hasRemoved)) return;
    this.#deps.numbers.set(`digested${tier}`, block);
    this.#done.delete(tier);
  }

  /** After a transaction that failed. */
  forget(): void {
    this.#done.clear();
  }

  /** Until `isOver`. False: there is nothing to do. */
  care(nowMs: number, isOver: () => boolean): boolean {
    const { settleMs = SETTLE_MS } = this.#deps;
    const untilMs = this.#quietUntilMs;
    // A clock that was set back does not keep it quiet.
    if (untilMs === null || untilMs > nowMs + settleMs) this.#quietUntilMs = nowMs + settleMs;
    if (nowMs < (this.#quietUntilMs ?? 0)) return false;
    const hasMade = DIGEST_TIERS.some((tier) => this.#makeDue(tier, isOver));
    if (!hasMade) this.#quietUntilMs = nowMs + settleMs;
    return hasMade;
  }

  /** True when a block was worked at. */
  #makeDue(tier: DigestTier, isOver: () => boolean): boolean {
    const { numbers } = this.#deps;
    for (let hasMade = false; ; hasMade = true) {
      const kept = keptOf(numbers, tier);
      if (!kept) return hasMade;
      const { slots } = BLOCKS[tier];
      const [first, end] = [Math.ceil(kept.from / slots), Math.floor(kept.to / slots)];
      const block = Math.max(first, numbers.get(`digested${tier}`) ?? end - FIRST_BLOCKS[tier]);
      numbers.set(`digested${tier}`, Math.min(block, Math.max(first, end)));
      if (block >= end) return hasMade;
      if (!this.#makeBlock(tier, block, { first, isOver })) return true;
      numbers.set(`digested${tier}`, block + 1);
    }
  }

  /** Scope by scope; false: not all of them yet. */
  #makeBlock(
    tier: DigestTier,
    block: number,
    { first, isOver }: { readonly first: number; readonly isOver: () => boolean },
  ): boolean {
    const last = Number(this.#statements.scopes.get()?.['last'] ?? 0);
    for (let scope = (this.#done.get(tier) ?? 0) + 1; scope <= last; scope++) {
      this.#make(tier, scope, block);
      this.#remove(tier, digestId(tier, scope, 0), digestId(tier, scope, first));
      this.#done.set(tier, scope);
      if (isOver()) return false;
    }
    this.#done.delete(tier);
    return true;
  }

  #make(tier: DigestTier, scope: number, block: number): void {
    const { find, add } = this.#statements;
    const id = digestId(tier, scope, block);
    if (find.get(id)) return;
    const { slots } = BLOCKS[tier];
    const stored = this.#read(tier, scope, [block * slots, (block + 1) * slots]);
    if (stored.length === 0) return;
    const bytes = encodeDigest(tier, startOf(tier, block * slots), stored);
    add.run(id, bytes);
    this.#deps.numbers.add(`bytes${tier}`, bytes.length);
  }

  #read(tier: DigestTier, scope: number, [from, to]: readonly [number, number]): StoredWindow[] {
    const found: StoredWindow[] = [];
    // Not `effectiveLag` alone: its buckets would be read again for each step.
    const decode = (bytes: Blob) => bytes && decodeWindow(bytes, { lag: true, gauges: true });
    for (let group = groupOf(from); group <= groupOf(to - 1); group++)
      for (const row of this.#statements.rows[tier].all(group, scope, from, to)) {
        const [slot, incoming, outgoing] = row as unknown as [number, Blob, Blob];
        const parts = [decode(incoming), decode(outgoing)] as const;
        found.push({ scope: '', slotMs: startOf(tier, slot), parts });
      }
    return found;
  }

  #remove(tier: DigestTier, from: number, to: number): boolean {
    const removed = this.#statements.remove.all(from, to);
    for (const { bytes } of removed) this.#deps.numbers.add(`bytes${tier}`, -Number(bytes));
    return removed.length > 0;
  }
}

function prepare(db: DatabaseSync) {
  const rowsOf = (tier: DigestTier) => {
    const rows = db.prepare(
      `SELECT slot, w_in, w_out FROM ${TABLES[tier]} WHERE grp = ? AND scope = ? AND slot >= ? AND slot < ?`,
    );
    rows.setReturnArrays(true);
    return rows;
  };
  return {
    rows: { 60: rowsOf(60), 3_600: rowsOf(3_600) },
    scopes: db.prepare('SELECT max(id) AS last FROM scopes'),
    find: db.prepare('SELECT 1 FROM digests WHERE id = ?'),
    add: db.prepare('INSERT INTO digests (id, bytes) VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM digests WHERE id >= ? AND id < ? RETURNING length(bytes) AS bytes'),
  };
}
