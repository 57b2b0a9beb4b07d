import type { DatabaseSync } from 'node:sqlite';
import { firstPlace } from './place.ts';
import { tableOf, type Segment } from './segments.ts';
import { createStatements } from './statements.ts';

/** Gives every entry a place of its own. */
export interface Places {
  /** The segments there are now; must come before `take`. */
  use(segments: readonly Segment[]): void;
  /** The next free place of a second, or of the first later second that has one. */
  take(second: number): number;
}

/** Seconds whose next place is remembered; others are looked up. */
const REMEMBERED = 50_000;

/** Places that are free in the tables. What it remembers can only be too high, after a transaction that failed. */
export function createPlaces(db: DatabaseSync): Places {
  const next = new Map<number, number>();
  const statements = createStatements(db);
  let segments: readonly Segment[] = [];

  function nextOf(second: number): number {
    const known = next.get(second);
    if (known !== undefined) return known;
    const from = firstPlace(second);
    const to = firstPlace(second + 1);
    const taken = segments
      .filter((one) => one.state !== 'leaving' && one.firstPlace < to && one.lastPlace >= from)
      .map((one) => highest(one, from, to));
    return Math.max(from, ...taken.map((place) => place + 1));
  }

  function highest(segment: Segment, from: number, to: number): number {
    const sql = `SELECT max(row) AS row FROM ${tableOf(segment)} WHERE row >= ? AND row < ?`;
    const row = statements(sql).get(from - segment.base, to - segment.base)?.['row'];
    return typeof row === 'number' ? segment.base + row : -1;
  }

  return {
    use: (now) => {
      segments = now;
    },
    take: (wanted) => {
      let second = wanted;
      let place = nextOf(second);
      while (place >= firstPlace(second + 1)) {
        second += 1;
        place = nextOf(second);
      }
      if (next.size >= REMEMBERED) next.clear();
      next.set(second, place + 1);
      return place;
    },
  };
}
