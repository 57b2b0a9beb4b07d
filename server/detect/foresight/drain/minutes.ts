/** What each scope did minute by minute: the memory that forecasts are made from. */
import type { Counts } from '../../../../shared/window.ts';
import { DIRECTIONS } from '../../../aggregate/scope.ts';
import { noDataReason } from '../../coverage.ts';
import { medianOf } from '../median.ts';
import type { ForesightFacts, ScopeInfo } from '../types.ts';
import { type Minute, MINUTES_LOOKED_AT } from './types.ts';

/** Waiting recipients that are no backlog whatever the usual is. */
const LEAST_BACKLOG = 20;
/** Beyond so many times the usual it is no usual minute. */
const UNUSUAL = 3;
const CALM_MINUTES = 120;

/** One scope: its last minutes, and what waits when nothing is wrong. */
export class ScopeMinutes {
  readonly minutes: Minute[] = [];
  readonly #calm: number[] = [];

  add(minute: Minute): void {
    this.minutes.push(minute);
    if (this.minutes.length > MINUTES_LOOKED_AT) this.minutes.shift();
    if (minute.waiting === null || minute.waiting > Math.max(LEAST_BACKLOG, this.usualWaiting)) return;
    this.#calm.push(minute.waiting);
    if (this.#calm.length > CALM_MINUTES) this.#calm.shift();
  }

  /** Up to so many wait in usual times: thrice the usual, or what comes in two minutes. */
  get usualWaiting(): number {
    const arrived = medianOf(this.minutes.slice(-30).map(({ arrived: n }) => n)) ?? 0;
    return Math.max(LEAST_BACKLOG, UNUSUAL * (medianOf(this.#calm) ?? 0), 2 * arrived);
  }
}

/** The minute that has just ended. `before`: what waited at its beginning; null: not known. */
export function minuteOf(facts: ForesightFacts, scope: ScopeInfo, before: number | null): Minute {
  const { live, atMs } = facts;
  const platform = live.scopes.platform;
  const places = scope.kind === 'platform' ? [platform] : scope.places;
  const toSecond = Math.floor(atMs / 1_000);
  let [departed, deferred, ready, deliverable] = [0, 0, 0, 0];
  for (const place of places)
    for (const direction of DIRECTIONS) {
      for (let second = toSecond - 59; second <= toSecond; second++) {
        const counts = live.recent.ring.at(second, place, direction)?.counts;
        if (!counts) continue;
        departed += gone(counts);
        deferred += counts.deferred;
      }
      const queue = live.recent.queue(place, direction);
      if (!queue) continue;
      ready += queue.incoming + queue.active;
      deliverable += queue.waiting.count;
    }
  const waiting = noDataReason(live.state.coverage[scope.cluster ?? '']) === null ? deliverable : null;
  const arrived = waiting === null || before === null ? 0 : Math.max(0, waiting - before + departed);
  return { departed, deferred, arrived, ready: Math.min(ready, deliverable), waiting };
}

function gone({ delivered, bounced, expired, deleted, held }: Counts): number {
  return delivered + bounced + expired + deleted + held;
}
