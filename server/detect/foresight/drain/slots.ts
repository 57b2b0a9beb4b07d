/** What each scope did slot by slot: the memory that forecasts are made from. */
import type { Counts } from '../../../../shared/window.ts';
import { DIRECTIONS } from '../../../aggregate/scope.ts';
import { noDataReason } from '../../coverage.ts';
import { medianOf } from '../median.ts';
import type { ForesightFacts, ScopeInfo } from '../types.ts';
import type { Pace } from './pace.ts';
import { type Slot, SLOTS_LOOKED_AT } from './types.ts';

/** Waiting recipients that are no backlog whatever the usual is. */
const LEAST_BACKLOG = 20;
/** Beyond so many times the usual it is no usual slot. */
const UNUSUAL = 3;
const CALM_SLOTS = 120;
/** From so many on it is known what is usual. */
const CALM_KNOWN = 10;
const SLOTS_UNKNOWN = 2;
/** Slots that are made up for when nobody asked in time (a busy machine, a demo at sixty times the speed). */
const MAX_MISSED = 5;

/** One scope: its last slots, and what waits when nothing is wrong. */
export class ScopeSlots {
  readonly slots: Slot[] = [];
  readonly #calm: { readonly waiting: number; readonly perArrived: number }[] = [];
  #usual = LEAST_BACKLOG;

  add(slot: Slot): void {
    this.slots.push(slot);
    if (this.slots.length > SLOTS_LOOKED_AT) this.slots.shift();
    const arrived = medianOf(this.slots.slice(-30).map((each) => each.arrived)) ?? 0;
    const { waiting } = slot;
    if (waiting !== null && waiting <= this.#usualAt(arrived)) {
      this.#calm.push({ waiting, perArrived: waiting / Math.max(1, arrived) });
      if (this.#calm.length > CALM_SLOTS) this.#calm.shift();
    }
    this.#usual = this.#usualAt(arrived);
  }

  /** Up to so many wait in usual times. */
  get usualWaiting(): number {
    return this.#usual;
  }

  /**
   * Thrice the usual, as a number and by what comes (Little's law: more wait by day than by night); what comes in two slots,
   * before it is known. `arrived`: what comes in a slot of late.
   */
  #usualAt(arrived: number): number {
    const isKnown = this.#calm.length >= CALM_KNOWN;
    const waiting = medianOf(this.#calm.map((slot) => slot.waiting)) ?? 0;
    const perArrived = isKnown
      ? UNUSUAL * (medianOf(this.#calm.map((slot) => slot.perArrived)) ?? 0)
      : SLOTS_UNKNOWN;
    return Math.max(LEAST_BACKLOG, UNUSUAL * waiting, perArrived * arrived);
  }
}

export interface SlotsPast {
  readonly pace: Pace;
  /** Slots since the last one that was looked at, that one not counted. */
  readonly passed: number;
  /** What waited then; null: not known. */
  readonly before: number | null;
}

/** The slots that have ended since, the newest last. Of those between, only what left is known; what waited went evenly. */
export function slotsOf(facts: ForesightFacts, scope: ScopeInfo, past: SlotsPast): readonly Slot[] {
  const { pace, before } = past;
  const n = Math.max(1, Math.min(MAX_MISSED, past.passed));
  const { ready, waiting } = standingOf(facts, scope);
  const depths = Array.from({ length: n }, (_, i) =>
    waiting === null || before === null ? waiting : before + ((waiting - before) * (i + 1)) / n,
  );
  return depths.map((depth, i): Slot => {
    const { departed, deferred } = goneIn(facts, scope, {
      toMs: facts.atMs - (n - 1 - i) * pace.slotMs,
      seconds: pace.slotMs / 1_000,
    });
    const at = i === 0 ? before : (depths[i - 1] ?? null);
    const arrived = depth === null || at === null ? 0 : Math.max(0, depth - at + departed);
    return {
      departed,
      deferred,
      arrived,
      ready: depth === null ? ready : Math.min(ready, depth),
      waiting: depth,
    };
  });
}

function placesOf(facts: ForesightFacts, { kind, places }: ScopeInfo): readonly number[] {
  return kind === 'platform' ? [facts.live.scopes.platform] : places;
}

function standingOf(facts: ForesightFacts, scope: ScopeInfo): Pick<Slot, 'ready' | 'waiting'> {
  const { live } = facts;
  let [ready, deliverable] = [0, 0];
  for (const place of placesOf(facts, scope))
    for (const direction of DIRECTIONS) {
      const queue = live.recent.queue(place, direction);
      if (!queue) continue;
      ready += queue.incoming + queue.active;
      deliverable += queue.waiting.count;
    }
  return { ready, waiting: isQueueHeard(facts, scope) ? deliverable : null };
}

/** The log alone does not tell how much waits: of what lists the queue, where there is such, half at least must be heard. */
function isQueueHeard({ live }: ForesightFacts, scope: ScopeInfo): boolean {
  const coverage = live.state.coverage[scope.cluster ?? ''];
  const isListed = !coverage || 2 * coverage.queue.fresh >= coverage.queue.expected;
  return isListed && noDataReason(coverage) === null;
}

function goneIn(
  facts: ForesightFacts,
  scope: ScopeInfo,
  { toMs, seconds }: { readonly toMs: number; readonly seconds: number },
): Pick<Slot, 'departed' | 'deferred'> {
  const toSecond = Math.floor(toMs / 1_000);
  let [departed, deferred] = [0, 0];
  for (const place of placesOf(facts, scope))
    for (const direction of DIRECTIONS)
      for (let second = toSecond - seconds + 1; second <= toSecond; second++) {
        const counts = facts.live.recent.ring.at(second, place, direction)?.counts;
        if (!counts) continue;
        departed += gone(counts);
        deferred += counts.deferred;
      }
  return { departed, deferred };
}

function gone({ delivered, bounced, expired, deleted, held }: Counts): number {
  return delivered + bounced + expired + deleted + held;
}
