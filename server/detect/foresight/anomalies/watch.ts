/** When anybody looked: without it "nothing was strange" and "nobody looked" would look the same later on. */
import type { ForesightRow } from '../../../history/foresight-store.ts';

/** Rows of this kind: a stretch of at most an hour in which the detectors looked; the text is `{ toMs }`. */
export const WATCH_ROW = 'anomaly-watch';
/** A detector that has just been made says nothing yet. */
export const LEARN_MS = 50 * 60_000;
export const STRETCH_MS = 3_600_000;
const NOTE_MS = 10 * 60_000;
/** A pause longer than this is one in which nobody looked. */
const PAUSE_MS = 5 * 60_000;

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Notes the stretches of one run. */
export class WatchLog {
  readonly #learnMs: number;
  #startMs: number | null = null;
  #fromMs = 0;
  #toMs = 0;
  #notedMs = -Infinity;
  #rows: ForesightRow[] = [];

  /** `learnMs`: after a start or a pause nothing can be said for so long. */
  constructor(learnMs = LEARN_MS) {
    this.#learnMs = learnMs;
  }

  looked(atMs: number): void {
    if (this.#startMs === null || atMs - this.#toMs > PAUSE_MS || atMs < this.#toMs) {
      if (this.#startMs !== null) this.#note();
      // A pause takes no memory away, only a start does.
      const isPause = this.#startMs !== null;
      this.#startMs = atMs;
      this.#fromMs = isPause ? atMs : atMs + this.#learnMs;
    }
    this.#toMs = atMs;
    if (atMs <= this.#fromMs) return;
    if (atMs - this.#notedMs >= NOTE_MS || atMs < this.#notedMs) this.#note();
    if (Math.floor(atMs / STRETCH_MS) === Math.floor(this.#fromMs / STRETCH_MS)) return;
    this.#note();
    this.#fromMs = atMs;
  }

  /** The stretch that goes on; null: still learning. */
  now(): Stretch | null {
    return this.#startMs !== null && this.#toMs > this.#fromMs
      ? { fromMs: this.#fromMs, toMs: this.#toMs }
      : null;
  }

  takeRows(): readonly ForesightRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #note(): void {
    if (this.#toMs <= this.#fromMs) return;
    this.#notedMs = this.#toMs;
    const text = JSON.stringify({ toMs: this.#toMs });
    this.#rows.push({ kind: WATCH_ROW, scope: '', atMs: this.#fromMs, text });
  }
}

/** Stretches that touch are one, cut to the range that was asked for; oldest first. */
export function joinStretches(stretches: readonly Stretch[], { fromMs, toMs }: Stretch): readonly Stretch[] {
  const joined: Stretch[] = [];
  for (const one of stretches.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const cut = { fromMs: Math.max(fromMs, one.fromMs), toMs: Math.min(toMs, one.toMs) };
    if (cut.fromMs >= cut.toMs) continue;
    const last = joined.at(-1);
    if (last && cut.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, cut.toMs) };
    else joined.push(cut);
  }
  return joined;
}

/** Share of a range that lies in the stretches, 0 to 1. */
export function watchedShare(stretches: readonly Stretch[], range: Stretch): number {
  const length = range.toMs - range.fromMs;
  if (length <= 0) return 0;
  return joinStretches(stretches, range).reduce((sum, one) => sum + one.toMs - one.fromMs, 0) / length;
}
