/** What is remembered of exact looks: which kind they were, and how long clean mail has had them. */
import type { Nucleus } from './nucleus.ts';

/** Looks remembered of each sort; the oldest go first. */
const MAX_LOOKS = 16_384;
/** "Of no kind" is believed for so long. */
const NONE_MS = 60_000;
/** Clean mail of exactly these looks, so often and since so long before, is what people write each other every day. */
const USUAL_COUNT = 5;
const USUAL_BEFORE_MS = 5 * 60_000;

interface Known {
  readonly nucleus: Nucleus | null;
  readonly atMs: number;
}

export class LooksMemory {
  readonly #known = new Map<number, Known>();
  readonly #clean = new Map<number, { n: number; readonly sinceMs: number }>();

  /** Null: of no kind; undefined: not known, or not any more. */
  kindOf(key: number, atMs: number): Nucleus | null | undefined {
    const known = this.#known.get(key);
    return known?.nucleus === null && atMs - known.atMs >= NONE_MS ? undefined : known?.nucleus;
  }

  remember(key: number, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    if (this.#known.size > MAX_LOOKS) forgetFirst(this.#known);
  }

  noteClean(key: number, atMs: number): void {
    const entry = this.#clean.get(key);
    if (entry) {
      entry.n += 1;
      return;
    }
    this.#clean.set(key, { n: 1, sinceMs: atMs });
    if (this.#clean.size > MAX_LOOKS) forgetFirst(this.#clean);
  }

  /** Whether clean mail has looked so since long before this time. */
  isUsual(key: number, beforeMs: number): boolean {
    const usual = this.#clean.get(key);
    return usual !== undefined && usual.n >= USUAL_COUNT && usual.sinceMs <= beforeMs - USUAL_BEFORE_MS;
  }
}

function forgetFirst(map: Map<number, unknown>): void {
  const first = map.keys().next();
  if (!first.done) map.delete(first.value);
}
