import { merge, Window } from '../../shared/window.ts';
import type { CoverageRun } from '../../shared/history.ts';
import { type StoredWindow, type Tier, TIERS, type WindowReader } from '../../server/history/store.ts';

/** Stored windows in memory, for tests of what is made from them: coarser tiers follow from the slots by `merge`. */
export class MemoryWindows implements WindowReader {
  readonly runs: CoverageRun[] = [];
  /** Windows read since the last `reset`. */
  rowsRead = 0;
  readonly #tiers = new Map<Tier, Map<number, Map<string, [Window | null, Window | null]>>>(
    TIERS.map((tier) => [tier, new Map()]),
  );

  /** Until when each coarser tier has been made; Infinity: as far as there is anything. */
  readonly rolledUpToMs: Record<Tier, number> = { 10: Infinity, 60: Infinity, 3_600: Infinity };
  /** Before what each tier has been deleted. */
  readonly deletedToMs: Record<Tier, number> = { 10: 0, 60: 0, 3_600: 0 };

  add(scope: string, direction: 0 | 1, atMs: number, window: Window): void {
    for (const tier of TIERS) {
      const slots = this.#tiers.get(tier)!;
      const slotMs = Math.floor(atMs / (tier * 1000)) * tier * 1000;
      const scopes = slots.get(slotMs) ?? new Map<string, [Window | null, Window | null]>();
      slots.set(slotMs, scopes);
      const parts = scopes.get(scope) ?? [null, null];
      scopes.set(scope, parts);
      parts[direction] = merge(parts[direction] ?? new Window(), window);
    }
  }

  /** A source that was heard all the time. */
  cover(fromMs: number, toMs: number, run: Partial<CoverageRun> = {}): void {
    this.runs.push({ source: 'log', feeds: ['flow'], cluster: '', state: 'fresh', fromMs, toMs, ...run });
  }

  range(tier: Tier, scope: string, fromMs: number, toMs: number): readonly StoredWindow[] {
    return this.instant(tier, fromMs, toMs, (each) => each === scope);
  }

  instant(
    tier: Tier,
    fromMs: number,
    toMs: number,
    isWanted: ((scope: string) => boolean) | object = () => true,
  ): readonly StoredWindow[] {
    const found: StoredWindow[] = [];
    for (const slotMs of this.#slots(tier)) {
      if (slotMs < fromMs || slotMs >= toMs) continue;
      for (const [scope, parts] of this.#tiers.get(tier)!.get(slotMs)!)
        if (typeof isWanted !== 'function' || isWanted(scope)) found.push({ scope, slotMs, parts });
    }
    this.rowsRead += found.length;
    return found;
  }

  coverage(fromMs: number, toMs: number): readonly CoverageRun[] {
    return this.runs.filter((run) => run.fromMs < toMs && run.toMs >= fromMs);
  }

  extent(tier: Tier): { oldestMs: number; newestMs: number } | null {
    const slots = this.#slots(tier);
    const [first] = slots;
    return first === undefined ? null : { oldestMs: first, newestMs: slots.at(-1)! };
  }

  #slots(tier: Tier): number[] {
    const lengthMs = tier * 1000;
    return [...this.#tiers.get(tier)!.keys()]
      .filter((slotMs) => slotMs + lengthMs <= this.rolledUpToMs[tier] && slotMs >= this.deletedToMs[tier])
      .sort((a, b) => a - b);
  }
}

/** A window with these counts, these delays of deliveries (ms), and so many recipients in the active queue. */
export function windowOf(
  counts: Partial<Window['counts']>,
  extra: {
    readonly lagMs?: readonly number[];
    readonly waitingAt?: readonly [atMs: number, active: number];
  } = {},
): Window {
  const window = new Window();
  Object.assign(window.counts, counts);
  for (const value of extra.lagMs ?? []) {
    window.lag.add(value);
    window.effectiveLag.add(value);
  }
  if (extra.waitingAt) {
    const [atMs, active] = extra.waitingAt;
    const waiting = new Window().lag;
    waiting.add(5_000, active);
    window.queue = { atMs, active, incoming: 0, deferred: 0, hold: 0, corrupt: 0, oldestMs: 5_000, waiting };
  }
  return window;
}
