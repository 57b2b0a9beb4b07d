import { z } from 'zod';
import type { DrainForecast } from '../../../../shared/foresight.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import type { ForesightViews } from '../engine.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { type Due, dueOf, sumDue } from './due.ts';
import { forecastDrain } from './forecast.ts';
import { minuteOf, ScopeMinutes } from './minutes.ts';
import { MAX_OUTCOMES, Outcome, Pending, scoreOf, widenBy } from './score.ts';

const MINUTE_MS = 60_000;
/** A forecast is held against the truth every so many minutes. */
const SCORED_EVERY = 5;
/** It is over when it has been for so long (metrics 8.7). */
const CLEAR_MINUTES = 15;
/** Rows of this kind: what came of the forecasts of one backlog. */
export const SCORE_ROW = 'drain-score';

const Kept = z.record(z.string(), z.array(Outcome).max(MAX_OUTCOMES));

class ScopeDrain {
  readonly memory = new ScopeMinutes();
  readonly pending = new Pending();
  outcomes: Outcome[] = [];
  now: DrainForecast = { state: 'no-estimate', waiting: null, reason: 'no estimate yet' };
  /** When it was first no backlog any more, and still is not; null: it is one, or there was none. */
  clearSinceMs: number | null = null;
  hasBacklog = false;
}

/** Forecasts of every scope, once a minute; each is held against what came. `kept`: what `takeKept` gave. */
export function createDrainPart(kept?: string): ForesightPart<ForesightViews['drain']> {
  return new DrainPart(kept);
}

class DrainPart implements ForesightPart<ForesightViews['drain']> {
  readonly #scopes = new Map<string, ScopeDrain>();
  readonly #rows: ForesightRow[] = [];
  #isChanged = false;
  #minute = -1;

  constructor(kept?: string) {
    const outcomes = kept === undefined ? {} : (Kept.safeParse(parse(kept)).data ?? {});
    for (const [key, list] of Object.entries(outcomes)) this.#of(key).outcomes = list;
  }

  advance(facts: ForesightFacts): void {
    const minute = Math.floor(facts.atMs / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    const isBehind = facts.scopes.map((scope) => this.#take(scope, facts));
    const due = isBehind.includes(true)
      ? dueOf(facts.books.ledger.all(), facts.live.scopes, facts.atMs)
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
  #take(scope: ScopeInfo, facts: ForesightFacts): boolean {
    const { memory } = this.#of(keyOf(scope));
    const minute = minuteOf(facts, scope, memory.minutes.at(-1)?.waiting ?? null);
    memory.add(minute);
    return minute.waiting !== null && minute.waiting > memory.usualWaiting;
  }

  #forecast(
    scope: ScopeInfo,
    { atMs, live, season }: ForesightFacts,
    { due, widen }: { readonly due: ReadonlyMap<number, Due>; readonly widen: number },
  ): void {
    const key = keyOf(scope);
    const state = this.#of(key);
    const { byMinute, unknown } = sumDue(
      due,
      scope.kind === 'platform' ? [live.scopes.platform] : scope.places,
    );
    state.now = forecastDrain({
      ...{ atMs, due: byMinute, dueUnknown: unknown, widen },
      minutes: state.memory.minutes,
      usualWaiting: state.memory.usualWaiting,
      // What usually comes in five minutes.
      arrivals: (at) => {
        const usual = season.usual('queued', key, at);
        return usual && { median: usual.median / 5, mad: usual.mad / 5 };
      },
    });
    this.#hold(state, { key, atMs });
  }

  #hold(state: ScopeDrain, { key, atMs }: { readonly key: string; readonly atMs: number }): void {
    const { now } = state;
    if (now.state !== 'clear') {
      if (now.waiting !== null) state.clearSinceMs = null;
      state.hasBacklog ||= now.state === 'forecast';
      if (now.state === 'forecast' && this.#minute % SCORED_EVERY === 0)
        state.pending.note({ atMs, fromMs: now.fromMs, toMs: now.toMs });
      return;
    }
    if (!state.hasBacklog) return;
    state.clearSinceMs ??= atMs;
    if (atMs - state.clearSinceMs < CLEAR_MINUTES * MINUTE_MS) return;
    const outcomes = state.pending.settle(state.clearSinceMs);
    state.outcomes = [...state.outcomes, ...outcomes].slice(-MAX_OUTCOMES);
    state.hasBacklog = false;
    state.clearSinceMs = null;
    if (outcomes.length === 0) return;
    this.#isChanged = true;
    this.#rows.push({ kind: SCORE_ROW, scope: key, atMs, text: JSON.stringify(scoreOf(outcomes)) });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged: scores begin anew.
    return undefined;
  }
}
