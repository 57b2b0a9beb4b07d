/** Clean mail as it comes to each tenant: how much is usual, and how much is missing since a trouble began. */
import { medianOf } from '../median.ts';

const MINUTE_MS = 60_000;
/** Minutes before a trouble that say what is usual, and how many of them at least. */
const BASE_MINUTES = 60;
const LEAST_BASE = 5;

/** Of one tenant. */
export class CleanFlow {
  /** Clean recipients delivered by minute, the newest last; the last one grows. */
  readonly #minutes: number[] = [];
  readonly #verdicts: { scanned: number; spam: number }[] = [];
  #minute = -1;
  #trouble: {
    readonly usualPerMinute: number | null;
    readonly usualSpam: number | null;
    missing: number;
  } | null = null;

  delivered(atMs: number): void {
    this.#roll(atMs);
    this.#minutes[this.#minutes.length - 1] = (this.#minutes.at(-1) ?? 0) + 1;
  }

  verdict(atMs: number, isSpam: boolean): void {
    this.#roll(atMs);
    const last = this.#verdicts.at(-1);
    if (!last) return;
    last.scanned += 1;
    if (isSpam) last.spam += 1;
  }

  /** Once a minute. `usual`: clean recipients a minute by the hour of the week, where that is known. */
  advance(nowMs: number, isTroubled: boolean, usual: number | null): void {
    this.#roll(nowMs);
    if (!isTroubled) {
      this.#trouble = null;
      return;
    }
    this.#trouble ??= { usualPerMinute: this.#base(), usualSpam: this.#spam(), missing: 0 };
    const expected = usual ?? this.#trouble.usualPerMinute;
    if (expected === null) return;
    // The minute that has just ended; what is delivered after all comes off again.
    this.#trouble.missing = Math.max(0, this.#trouble.missing + expected - (this.#minutes.at(-2) ?? 0));
  }

  /** Null: what is usual is not known. */
  get shortfall(): number | null {
    return this.#trouble && this.#trouble.usualPerMinute !== null ? this.#trouble.missing : null;
  }

  get usualSpam(): number | null {
    return this.#trouble ? this.#trouble.usualSpam : this.#spam();
  }

  /** The last minutes belong to the trouble already when it is noticed. */
  #base(): number | null {
    const before = this.#minutes.slice(0, -6);
    if (before.length < LEAST_BASE) return null;
    const middle = medianOf(before);
    const mean = before.reduce((sum, n) => sum + n, 0) / before.length;
    // Of small numbers the median is too coarse.
    return middle !== null && middle > 20 ? middle : mean;
  }

  #spam(): number | null {
    const before = this.#verdicts.slice(0, -6);
    const scanned = before.reduce((sum, { scanned: n }) => sum + n, 0);
    return scanned < 20 ? null : before.reduce((sum, { spam }) => sum + spam, 0) / scanned;
  }

  #roll(atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    if (this.#minute < 0) this.#minute = minute - 1;
    for (; this.#minute < minute; this.#minute++) {
      this.#minutes.push(0);
      this.#verdicts.push({ scanned: 0, spam: 0 });
    }
    const excess = this.#minutes.length - BASE_MINUTES;
    if (excess <= 0) return;
    this.#minutes.splice(0, excess);
    this.#verdicts.splice(0, excess);
  }
}
