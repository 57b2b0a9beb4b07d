import { addDestination, type DestinationCounts, Window } from '../../shared/window.ts';

/** Time over which destinations are summed up: few of them have much in five minutes. */
export const DESTINATION_MS = 900_000;
const SLOT_MS = 30_000;
/** Domains whose destination is remembered, before it is looked up again. */
const MAX_DOMAINS = 10_000;
/** Destinations with at least so many attempts in the time are watched, at most so many, and for so long after. */
const LEAST_ATTEMPTS = 20;
const MAX_WATCHED = 100;
const WATCHED_MS = 3_600_000;

export interface DestinationTotals extends DestinationCounts {
  /** Of the bounced, those by policy (5.7.x). */
  policyRefused: number;
}

/** The destination a domain belongs to; null: no destination but ours. */
export type DestinationOf = (domain: string) => string | null;

interface Slot {
  readonly slot: number;
  readonly window: Window;
  readonly policy: Map<string, number>;
}

/** What the last quarter of an hour brought to each destination outside. */
export class DestinationSums {
  readonly #destinationOf: DestinationOf;
  readonly #known = new Map<string, string | null>();
  #slots: Slot[] = [];
  /** Destination → until when it is watched. */
  readonly #watched = new Map<string, number>();
  #totals: ReadonlyMap<string, DestinationTotals> = new Map();
  #totalsAtMs = -1;
  #newestSlot = -Infinity;

  constructor(destinationOf: DestinationOf) {
    this.#destinationOf = destinationOf;
  }

  /** Domains belong elsewhere from now on; what has been summed up stays where it is until it leaves. */
  regroup(): void {
    this.#known.clear();
  }

  add(domains: ReadonlyMap<string, Readonly<DestinationCounts>>, atMs: number): void {
    const slot = this.#slotAt(atMs);
    if (!slot) return;
    for (const [domain, counts] of domains) {
      const destination = this.#of(domain);
      if (destination !== null) addDestination(slot.window, destination, counts);
    }
  }

  addPolicyRefusal(domain: string, atMs: number): void {
    const destination = this.#of(domain);
    const policy = destination === null ? undefined : this.#slotAt(atMs)?.policy;
    if (destination === null || !policy) return;
    policy.set(destination, (policy.get(destination) ?? 0) + 1);
  }

  /** Destinations worth watching, by name: those with mail now, and those that had some in the last hour. */
  watched(nowMs: number): readonly string[] {
    const busy = [...this.totals(nowMs)].filter(([, sum]) => attempts(sum) >= LEAST_ATTEMPTS);
    for (const [id] of busy) this.#watched.set(id, nowMs + WATCHED_MS);
    for (const [id, untilMs] of this.#watched) if (untilMs <= nowMs) this.#watched.delete(id);
    if (this.#watched.size > MAX_WATCHED) this.#dropLeast(nowMs);
    return [...this.#watched.keys()].sort();
  }

  /** Made once for a moment. */
  totals(nowMs: number): ReadonlyMap<string, DestinationTotals> {
    if (this.#totalsAtMs === nowMs) return this.#totals;
    const last = Math.floor(nowMs / SLOT_MS);
    // A clock that was set back.
    this.#newestSlot = Math.min(this.#newestSlot, last);
    this.#slots = this.#slots.filter(({ slot }) => slot <= last && slot > last - DESTINATION_MS / SLOT_MS);
    const totals = new Map<string, DestinationTotals>();
    const of = (id: string) => {
      let sum = totals.get(id);
      if (!sum) totals.set(id, (sum = { delivered: 0, deferred: 0, bounced: 0, policyRefused: 0 }));
      return sum;
    };
    for (const { window, policy } of this.#slots) {
      for (const [id, counts] of window.destinations ?? []) {
        const sum = of(id);
        sum.delivered += counts.delivered;
        sum.deferred += counts.deferred;
        sum.bounced += counts.bounced;
      }
      for (const [id, count] of policy) of(id).policyRefused += count;
    }
    this.#totalsAtMs = nowMs;
    return (this.#totals = totals);
  }

  /** Nothing for what is over already: a log that catches up tells of it. */
  #slotAt(atMs: number): Slot | undefined {
    const slot = Math.floor(atMs / SLOT_MS);
    if (slot <= this.#newestSlot - DESTINATION_MS / SLOT_MS) return undefined;
    this.#newestSlot = Math.max(this.#newestSlot, slot);
    const last = this.#slots.at(-1);
    const found = last?.slot === slot ? last : this.#slots.find((each) => each.slot === slot);
    if (found) return found;
    const made = { slot, window: new Window(), policy: new Map<string, number>() };
    this.#slots.push(made);
    if (this.#slots.length > (2 * DESTINATION_MS) / SLOT_MS) this.#dropOldest();
    return made;
  }

  #dropOldest(): void {
    const oldest = Math.min(...this.#slots.map(({ slot }) => slot));
    this.#slots = this.#slots.filter(({ slot }) => slot !== oldest);
  }

  #of(domain: string): string | null {
    const known = this.#known.get(domain);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_DOMAINS) this.#known.clear();
    const destination = this.#destinationOf(domain);
    this.#known.set(domain, destination);
    return destination;
  }

  #dropLeast(nowMs: number): void {
    const totals = this.totals(nowMs);
    const size = (id: string) => attempts(totals.get(id));
    const all = [...this.#watched.keys()].sort((a, b) => size(b) - size(a));
    for (const id of all.slice(MAX_WATCHED)) this.#watched.delete(id);
  }
}

function attempts(sum: DestinationTotals | undefined): number {
  return sum ? sum.delivered + sum.deferred + sum.bounced : 0;
}
