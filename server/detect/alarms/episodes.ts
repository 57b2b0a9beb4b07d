import type { AlarmScope, TransitionRecord } from '../../../shared/alarms.ts';
import { keyOf } from '../rules/types.ts';
import type { Episode } from './chatter.ts';

export const DAY_MS = 86_400_000;
/** Of one point. Chattering ones latch, so a day has fewer. */
const MAX_EPISODES = 500;

const NONE: readonly Episode[] = [];

/** When each point was raised and returned in the last 24 hours, as the record has it. */
export class Episodes {
  readonly #points = new Map<string, Episode[]>();
  #prunedMs = -Infinity;

  add(record: TransitionRecord): void {
    const key = keyOf(record.rule, record.scope);
    switch (record.kind) {
      case 'raised':
      case 'reraised':
        return this.#raised(key, record.atMs);
      case 'returned':
      case 'closed':
      case 'resolved':
        return this.#ended(key, record.atMs);
      default:
    }
  }

  of(key: string): readonly Episode[] {
    return this.#points.get(key) ?? NONE;
  }

  /** Raises in the 24 hours up to now. */
  raises(key: string, nowMs: number): number {
    return this.of(key).filter(({ raisedAtMs }) => nowMs - raisedAtMs < DAY_MS).length;
  }

  /** Lets go what is older; once an hour is enough. */
  prune(nowMs: number): void {
    if (Math.abs(nowMs - this.#prunedMs) < 3_600_000) return;
    this.#prunedMs = nowMs;
    for (const [key, episodes] of this.#points) {
      const kept = episodes.filter(({ raisedAtMs }) => nowMs - raisedAtMs < DAY_MS);
      if (kept.length === 0) this.#points.delete(key);
      else if (kept.length < episodes.length) this.#points.set(key, kept);
    }
  }

  /** The clock went back by so much: what was so long ago stays so long ago. */
  shift(byMs: number): void {
    for (const [key, episodes] of this.#points)
      this.#points.set(
        key,
        episodes.map(({ raisedAtMs, returnedAtMs }) => ({
          raisedAtMs: raisedAtMs - byMs,
          returnedAtMs: returnedAtMs === null ? null : returnedAtMs - byMs,
        })),
      );
  }

  /** The record keeps the times of a clock that was put back before a restart: of those nothing is known. */
  dropFuture(nowMs: number): void {
    for (const [key, episodes] of this.#points) {
      const past = episodes.filter(({ raisedAtMs }) => raisedAtMs <= nowMs);
      if (past.length < episodes.length) this.#points.set(key, past);
    }
  }

  #raised(key: string, raisedAtMs: number): void {
    const episodes = this.#points.get(key) ?? [];
    episodes.push({ raisedAtMs, returnedAtMs: null });
    if (episodes.length > MAX_EPISODES) episodes.shift();
    this.#points.set(key, episodes);
  }

  #ended(key: string, atMs: number): void {
    const episodes = this.#points.get(key);
    const last = episodes?.at(-1);
    if (episodes && last?.returnedAtMs === null)
      episodes[episodes.length - 1] = { ...last, returnedAtMs: atMs };
  }
}

/** A scope as one word, for keys and sorting. */
export function scopeText({ kind, id }: AlarmScope): string {
  return id === '' ? kind : `${kind} ${id}`;
}
