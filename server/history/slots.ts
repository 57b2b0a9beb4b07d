import { Histogram } from '../../shared/histogram.ts';
import { merge, type AccessGauge, type QueueGauge, Window } from '../../shared/window.ts';
import type { PlacedWindow } from '../aggregate/window-set.ts';
import { clusterScope, SLOT_MS } from './store.ts';

/** One scope's part of one 10 s slot that has not been committed yet. */
export interface OpenSlot {
  readonly scope: string;
  readonly direction: 0 | 1;
  readonly slotMs: number;
  readonly window: Window;
}

/** Slots that may wait for the disk; beyond it the oldest are let go and counted. */
export const MAX_WAITING_SLOTS = 200_000;

/** What to note of a moment: who waits, who logs in. */
export interface Gauges {
  readonly queue: QueueGauge | null;
  readonly access: AccessGauge | null;
}

/**
 * What came since the last batch, by 10 s slot: of the tenants, the unattributed and the platform as placed, of clusters as the sum of their tenants.
 * A gauge is worth keeping once its slot is over: the last one of the slot, and not a write each second.
 */
export class Slots {
  dropped = 0;
  readonly #names: readonly string[];
  /** Cluster of each scope, or none. */
  readonly #clusters: readonly (string | undefined)[];
  #open = new Map<string, OpenSlot>();
  readonly #gauges = new Map<string, { scope: number; direction: 0 | 1; slotMs: number; gauges: Gauges }>();

  constructor(names: readonly string[], clusters: readonly (string | undefined)[]) {
    this.#names = names;
    this.#clusters = clusters;
  }

  /** Undefined: a cluster, or a tenant that is no more. */
  scopeOf(name: string): number | undefined {
    const scope = this.#names.indexOf(name);
    return scope < 0 ? undefined : scope;
  }

  get waiting(): number {
    return this.#open.size;
  }

  /** `second`: where the window belongs, epoch seconds. */
  place({ scope, direction, slot: second, window }: PlacedWindow): void {
    const slotMs = slotOf(second * 1000);
    merge(this.#slot(this.#name(scope), direction, slotMs).window, window);
    const cluster = this.#clusters[scope];
    if (cluster !== undefined) merge(this.#slot(clusterScope(cluster), direction, slotMs).window, window);
  }

  gauge(scope: number, direction: 0 | 1, second: number, gauges: Gauges): void {
    const slotMs = slotOf(second * 1000);
    this.#gauges.set(`${scope} ${direction} ${slotMs}`, { scope, direction, slotMs, gauges });
  }

  /** Hands over everything, gauges of slots that are over at `nowMs` among it. */
  take(nowMs: number): readonly OpenSlot[] {
    this.#closeGauges(nowMs);
    const slots = [...this.#open.values()];
    this.#open = new Map();
    return slots;
  }

  #closeGauges(nowMs: number): void {
    const sums = new Map<string, Window>();
    for (const [key, { scope, direction, slotMs, gauges }] of this.#gauges) {
      if (slotMs + SLOT_MS > nowMs) continue;
      this.#gauges.delete(key);
      const { window } = this.#slot(this.#name(scope), direction, slotMs);
      merge(window, gaugeWindow(gauges));
      const cluster = this.#clusters[scope];
      if (cluster === undefined) continue;
      const sum = this.#slot(clusterScope(cluster), direction, slotMs).window;
      addGauges(sums, `${cluster} ${direction} ${slotMs}`, sum, gauges);
    }
  }

  #name(scope: number): string {
    return this.#names[scope] ?? `#${scope}`;
  }

  #slot(scope: string, direction: 0 | 1, slotMs: number): OpenSlot {
    const key = `${scope} ${direction} ${slotMs}`;
    let slot = this.#open.get(key);
    if (slot) return slot;
    if (this.#open.size >= MAX_WAITING_SLOTS) this.#dropOldest();
    this.#open.set(key, (slot = { scope, direction, slotMs, window: new Window() }));
    return slot;
  }

  #dropOldest(): void {
    const [oldest] = this.#open.keys();
    if (oldest === undefined) return;
    this.#open.delete(oldest);
    this.dropped += 1;
  }
}

export function slotOf(atMs: number): number {
  return Math.floor(atMs / SLOT_MS) * SLOT_MS;
}

function gaugeWindow({ queue, access }: Gauges): Window {
  const window = new Window();
  window.queue = queue;
  window.access = access;
  return window;
}

/** Gauges of a cluster are sums over its tenants, made once per slot; the window then holds the sum so far. */
function addGauges(sums: Map<string, Window>, key: string, into: Window, { queue, access }: Gauges): void {
  const sum = sums.get(key);
  if (!sum) {
    // What an earlier batch left there is of an earlier moment of this slot.
    into.queue = queue;
    into.access = access;
    sums.set(key, into);
    return;
  }
  sum.queue = addQueues(sum.queue, queue);
  sum.access = addAccess(sum.access, access);
}

function addQueues(a: QueueGauge | null, b: QueueGauge | null): QueueGauge | null {
  if (!a || !b) return a ?? b;
  const waiting = new Histogram();
  waiting.merge(a.waiting);
  waiting.merge(b.waiting);
  const oldest = [a.oldestMs, b.oldestMs].filter((age) => age !== null);
  return {
    atMs: Math.max(a.atMs, b.atMs),
    incoming: a.incoming + b.incoming,
    active: a.active + b.active,
    deferred: a.deferred + b.deferred,
    hold: a.hold + b.hold,
    corrupt: a.corrupt + b.corrupt,
    oldestMs: oldest.length > 0 ? Math.max(...oldest) : null,
    waiting,
  };
}

/** Only users of one kind of access may be added up; of two kinds the one with more failing users stands. */
function addAccess(a: AccessGauge | null, b: AccessGauge | null): AccessGauge | null {
  if (!a || !b) return a ?? b;
  if (a.access !== b.access) return a.failing >= b.failing ? a : b;
  return {
    atMs: Math.max(a.atMs, b.atMs),
    access: a.access,
    users: a.users + b.users,
    failing: a.failing + b.failing,
  };
}
