import { z } from 'zod';
import { jsonOf } from '../../../base/json.ts';
import type { DrainForecast } from '../../../../shared/foresight.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import type { ForesightViews } from '../engine.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { type Due, dueOf, sumDue } from './due.ts';
import { forecastDrain } from './forecast.ts';
import { type Pace, paceOf, POSTFIX_RETRIES, type RetryTimes } from './pace.ts';
import { type ClusterDrain, platformDrain } from './platform.ts';
import { ScopeSlots, slotsOf } from './slots.ts';
import { MAX_OUTCOMES, Outcome, Pending, scoreOf, widenBy } from './score.ts';

/** A season tells what is usual in so much time. */
const SEASON_MS = 300_000;
/** A forecast is held against the truth once in so many slots. */
const SCORED_EVERY = 5;
/** It is over when it has been for so long: a quarter of an hour at Postfix’ usual pace (metrics 8.7). */
const CLEAR_SLOTS = 15;
/** Rows of this kind: what came of the forecasts of one backlog. */
export const SCORE_ROW = 'drain-score';

const Kept = z.record(z.string(), z.array(Outcome).max(MAX_OUTCOMES));

class ScopeDrain {
  readonly memory = new ScopeSlots();
  readonly pending = new Pending();
  outcomes: Outcome[] = [];
  now: DrainForecast = { state: 'no-estimate', waiting: null, reason: 'no estimate yet' };
  /** When it was first no backlog any more, and still is not; null: it is one, or there was none. */
  clearSinceMs: number | null = null;
  hasBacklog = false;
  /** Slot of the last forecast that was noted. */
  notedSlot = -Infinity;
}

/** Forecasts of every scope, once a slot; each is held against what came. `kept`: what `takeKept` gave. */
export function createDrainPart(
  kept?: string,
  retries: RetryTimes = POSTFIX_RETRIES,
): ForesightPart<ForesightViews['drain']> {
  return new DrainPart(kept, paceOf(retries));
}

class DrainPart implements ForesightPart<ForesightViews['drain']> {
  readonly #scopes = new Map<string, ScopeDrain>();
  readonly #rows: ForesightRow[] = [];
  readonly #pace: Pace;
  #isChanged = false;
  #slot = -1;

  constructor(kept: string | undefined, pace: Pace) {
    this.#pace = pace;
    const outcomes = kept === undefined ? {} : (Kept.safeParse(jsonOf(kept)).data ?? {});
    for (const [key, list] of Object.entries(outcomes)) this.#of(key).outcomes = list;
  }

  advance(facts: ForesightFacts): void {
    const slot = Math.floor(facts.atMs / this.#pace.slotMs);
    if (slot === this.#slot) return;
    const passed = this.#slot < 0 ? 1 : slot - this.#slot;
    this.#slot = slot;
    const isBehind = facts.scopes.map((scope) => this.#take(scope, facts, passed));
    const due = isBehind.includes(true)
      ? dueOf(facts.books.ledger.all(), { scopes: facts.live.scopes, nowMs: facts.atMs, pace: this.#pace })
      : new Map<number, Due>();
    const widen = widenBy(
      [...this.#scopes.values()].flatMap(({ outcomes }) => outcomes).slice(-MAX_OUTCOMES),
    );
    facts.scopes.forEach((scope) => this.#forecast(scope, facts, { due, widen }));
  }

  view(): ForesightViews['drain'] {
    return new Map(
      [...this.#scopes].map(([key, { now, outcomes }]) => [key, { now, score: scoreOf(outcomes) }] as const),
    );
  }

  takeKept(): string | undefined {
    if (!this.#isChanged) return undefined;
    this.#isChanged = false;
    const told = [...this.#scopes].filter(([, { outcomes }]) => outcomes.length > 0);
    return JSON.stringify(Object.fromEntries(told.map(([key, { outcomes }]) => [key, outcomes])));
  }

  takeRows(): readonly ForesightRow[] {
    return this.#rows.splice(0);
  }

  #of(key: string): ScopeDrain {
    let found = this.#scopes.get(key);
    if (!found) this.#scopes.set(key, (found = new ScopeDrain()));
    return found;
  }

  /** Whether it has a backlog. */
  #take(scope: ScopeInfo, facts: ForesightFacts, passed: number): boolean {
    const { memory } = this.#of(keyOf(scope));
    const before = memory.slots.at(-1)?.waiting ?? null;
    for (const slot of slotsOf(facts, scope, { pace: this.#pace, passed, before })) memory.add(slot);
    const waiting = memory.slots.at(-1)?.waiting ?? null;
    return waiting !== null && waiting > memory.usualWaiting;
  }

  #forecast(
    scope: ScopeInfo,
    { atMs, live, season, scopes }: ForesightFacts,
    { due, widen }: { readonly due: ReadonlyMap<number, Due>; readonly widen: number },
  ): void {
    const key = keyOf(scope);
    const state = this.#of(key);
    const { bySlot, unknown } = sumDue(
      due,
      scope.kind === 'platform' ? [live.scopes.platform] : scope.places,
    );
    const own = forecastDrain({
      ...{ atMs, due: bySlot, dueUnknown: unknown, widen, pace: this.#pace },
      slots: state.memory.slots,
      usualWaiting: state.memory.usualWaiting,
      arrivals: (at) => {
        const usual = season.usual('queued', key, at);
        const share = this.#pace.slotMs / SEASON_MS;
        return usual && { median: usual.median * share, mad: usual.mad * share };
      },
    });
    state.now = scope.kind === 'platform' ? platformDrain(own, this.#clusters(scopes)) : own;
    this.#hold(state, { key, atMs });
  }

  /** They come before the platform. */
  #clusters(scopes: readonly ScopeInfo[]): readonly ClusterDrain[] {
    return scopes
      .filter(({ kind }) => kind === 'cluster')
      .map((scope) => ({ name: scope.name, now: this.#of(keyOf(scope)).now }));
  }

  #hold(state: ScopeDrain, { key, atMs }: { readonly key: string; readonly atMs: number }): void {
    const { now } = state;
    if (now.state !== 'clear') {
      if (now.waiting !== null) state.clearSinceMs = null;
      state.hasBacklog ||= now.state === 'forecast';
      if (now.state === 'forecast' && this.#slot - state.notedSlot >= SCORED_EVERY) {
        state.notedSlot = this.#slot;
        state.pending.note({ atMs, fromMs: now.fromMs, toMs: now.toMs });
      }
      return;
    }
    if (!state.hasBacklog) return;
    state.clearSinceMs ??= atMs;
    if (atMs - state.clearSinceMs < CLEAR_SLOTS * this.#pace.slotMs) return;
    const outcomes = state.pending.settle(state.clearSinceMs, this.#pace.slotMs);
    state.outcomes = [...state.outcomes, ...outcomes].slice(-MAX_OUTCOMES);
    state.hasBacklog = false;
    state.clearSinceMs = null;
    if (outcomes.length === 0) return;
    this.#isChanged = true;
    this.#rows.push({ kind: SCORE_ROW, scope: key, atMs, text: JSON.stringify(scoreOf(outcomes)) });
  }
}
