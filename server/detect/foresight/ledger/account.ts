/** The account of one scope: what is missing, once it has stayed so for long enough, and by the hour where everything is. */
import type { LedgerHour } from '../../../../shared/foresight.ts';
import { HourBook, type KeptAccount, type KeptHours, missingOf, type Sample } from './hours.ts';

/**
 * The log is read a little after the queue is listed, and a removed message may have lines still to come: what is missing now
 * and was not at any time of the last two minutes is on its way.
 */
export const SETTLE_MS = 120_000;

/** One scope. */
export class Account {
  readonly #recent: { readonly atMs: number; readonly missing: number }[] = [];
  readonly #hours: HourBook;
  #lastMs = -Infinity;
  #missing = 0;
  #isSettled = false;

  constructor(kept: KeptAccount | null = null) {
    this.#hours = new HourBook(kept);
  }

  /** Takes the next sample; the hours that are to be kept: one that has ended, and those that it corrects. */
  take(sample: Sample): readonly LedgerHour[] {
    // The clock was set back: what was seen in a time to come proves nothing.
    if (sample.atMs < this.#lastMs) this.#recent.length = 0;
    this.#lastMs = sample.atMs;
    const ended = this.#hours.move(sample, sample.settleMs ?? SETTLE_MS);
    const before = this.#missing;
    this.#settle(sample);
    return [...ended, ...this.#hours.shift(this.#missing - before)];
  }

  /** Of the hour that runs; null before the first sample. */
  hour(): LedgerHour | null {
    return this.#hours.now();
  }

  /** As of this sample, to be kept; null before the first. */
  kept(sample: Sample): KeptHours | null {
    return this.#hours.kept(sample);
  }

  /** Recipients, in the hours of the last day that have ended. */
  earlier(of: 'unaccounted' | 'unseen'): number {
    return this.#hours.earlier(of);
  }

  /** All sources were there for the whole of the grace: what is missing is known. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** The smallest of the last two minutes: whatever was in place once is not lost. Of a time without sources nothing is said. */
  #settle(sample: Sample): void {
    const { atMs, settleMs = SETTLE_MS } = sample;
    if (!sample.isCovered) this.#recent.length = 0;
    else this.#recent.push({ atMs, missing: missingOf(sample) });
    while (atMs - (this.#recent[1]?.atMs ?? atMs) >= settleMs) this.#recent.shift();
    const [first] = this.#recent;
    this.#isSettled = first !== undefined && atMs - first.atMs >= settleMs;
    if (!first || !this.#isSettled) return;
    this.#missing = this.#recent.reduce((least, { missing }) => nearerToZero(least, missing), first.missing);
  }
}

function nearerToZero(a: number, b: number): number {
  return Math.abs(b) < Math.abs(a) ? b : a;
}
