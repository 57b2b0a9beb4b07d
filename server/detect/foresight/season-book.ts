import type { Log } from '../../base/log.ts';
import { messageOf } from '../../base/errors.ts';
import type { SamplesAnswer, SamplesQuery } from '../../history/query/types.ts';
import type { ScopeRef } from '../../../shared/history.ts';
import { PLATFORM } from '../../history/store.ts';
import {
  type HourOfWeek,
  type Profiles,
  profilesOf,
  type Season,
  SEASON_METRICS,
  usualBy,
} from './season.ts';

/** Six weeks: a change of habits is learnt within three. */
const LEARNT_MS = 42 * 86_400_000;
/** Hours of the last day belong to what is being judged. */
const LEFT_OUT_MS = 86_400_000;
/** Learnt anew after so long. */
const FRESH_MS = 6 * 3_600_000;
/** What failed is tried again after so long. */
const RETRY_MS = 60_000;
/** Scopes whose week is held; the one asked for longest ago goes first. */
const MAX_SCOPES = 2_000;

export interface SeasonBookDeps {
  readonly samples: (query: SamplesQuery) => Promise<SamplesAnswer>;
  readonly hourOfWeek: HourOfWeek;
  readonly now: () => number;
  readonly log: Log;
}

interface Entry {
  profiles: Profiles | undefined;
  dueAtMs: number;
}

/** Learns the week of a scope when it is first asked for, one after the other, so that no chart waits for it. */
export class SeasonBook implements Season {
  readonly #deps: SeasonBookDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #queue: string[] = [];
  #isLearning = false;
  #isClosed = false;

  constructor(deps: SeasonBookDeps) {
    this.#deps = deps;
  }

  usual(...[metric, scope, atMs]: Parameters<Season['usual']>): ReturnType<Season['usual']> {
    const platform = this.#entry(PLATFORM).profiles;
    const own = scope === PLATFORM ? platform : this.#entry(scope).profiles;
    return usualBy(metric, this.#deps.hourOfWeek(atMs), own, platform);
  }

  close(): void {
    this.#isClosed = true;
  }

  #entry(scope: string): Entry {
    const nowMs = this.#deps.now();
    let entry = this.#entries.get(scope);
    if (!entry) {
      entry = { profiles: undefined, dueAtMs: nowMs };
      if (this.#entries.size >= MAX_SCOPES) this.#dropOldest();
      this.#entries.set(scope, entry);
    }
    if (nowMs >= entry.dueAtMs) {
      entry.dueAtMs = nowMs + FRESH_MS;
      this.#queue.push(scope);
      void this.#learn();
    }
    return entry;
  }

  #dropOldest(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.#entries.delete(oldest.value);
  }

  async #learn(): Promise<void> {
    if (this.#isLearning) return;
    this.#isLearning = true;
    for (let scope = this.#queue.shift(); scope !== undefined && !this.#isClosed; scope = this.#queue.shift())
      await this.#learnOne(scope);
    this.#isLearning = false;
  }

  async #learnOne(scope: string): Promise<void> {
    const { samples, hourOfWeek, now, log } = this.#deps;
    const toMs = now() - LEFT_OUT_MS;
    const entry = this.#entries.get(scope);
    try {
      const answer = await samples({
        scope: refOf(scope),
        metrics: SEASON_METRICS,
        fromMs: toMs - LEARNT_MS,
        toMs,
        stepMs: 3_600_000,
      });
      if (entry) entry.profiles = profilesOf(answer, hourOfWeek);
    } catch (error) {
      if (entry) entry.dueAtMs = now() + RETRY_MS;
      if (!this.#isClosed) log.warn('season_not_learnt', { scope, reason: messageOf(error) });
    }
  }
}

function refOf(scope: string): ScopeRef {
  if (scope === PLATFORM) return { kind: 'platform' };
  if (scope.startsWith('cluster:')) return { kind: 'cluster', id: scope.slice('cluster:'.length) };
  return { kind: 'tenant', id: scope };
}
