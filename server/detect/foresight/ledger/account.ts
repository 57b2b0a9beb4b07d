/** The account of one scope by the hour: what was open, what came, where it went, and what is missing. */
import type { LedgerHour } from '../../../../shared/foresight.ts';
import { FATES, type Balance } from '../../../aggregate/conservation.ts';

const HOUR_MS = 3_600_000;
/**
 * The log is read a little after the queue is listed, and a removed message may have lines still to come: what is missing now
 * and was not at any time of the last two minutes is on its way.
 */
export const SETTLE_MS = 120_000;

/** What is known of a scope at one moment. `waiting`, `held`: by the queue itself. */
export interface Sample {
  readonly atMs: number;
  readonly balance: Readonly<Balance>;
  readonly queued: number;
  readonly held: number;
  readonly isCovered: boolean;
  /** Default: SETTLE_MS; longer where the clock runs faster than log and queue can be read. */
  readonly settleMs?: number;
}

interface Open {
  readonly fromMs: number;
  readonly opening: number;
  readonly balance: Readonly<Balance>;
  /** Missing when the hour began. */
  readonly missing: number;
  samples: number;
  covered: number;
}

/** One scope. */
export class Account {
  readonly #recent: { readonly atMs: number; readonly missing: number }[] = [];
  #open: Open | null = null;
  #last: Sample | null = null;
  #missing = 0;

  /** Takes the next sample; the hour that it ends, if it does. */
  take(sample: Sample): LedgerHour | null {
    this.#settle(sample);
    const fromMs = Math.floor(sample.atMs / HOUR_MS) * HOUR_MS;
    const isNew = this.#open !== null && this.#open.fromMs !== fromMs;
    const ended = isNew ? this.hour() : null;
    if (this.#open === null || isNew) this.#open = this.#begin(fromMs, sample);
    this.#open.samples += 1;
    if (sample.isCovered) this.#open.covered += 1;
    this.#last = sample;
    return ended;
  }

  /** Of the hour that runs; null before the first sample. */
  hour(): LedgerHour | null {
    if (!this.#open || !this.#last) return null;
    const { fromMs, opening, balance: before, missing, samples, covered } = this.#open;
    const { balance, held, queued } = this.#last;
    const since = (key: keyof Balance) => balance[key] - before[key];
    return {
      ...{ fromMs, opening, held, queued },
      accepted: since('accepted'),
      delivered: since('delivered'),
      bounced: since('bounced'),
      expired: since('expired'),
      discarded: since('discarded'),
      deleted: since('deleted'),
      unseen: since('unseen'),
      unaccounted: this.#missing - missing,
      coverage: samples === 0 ? null : covered / samples,
    };
  }

  /** Recipients missing since it began, as of `SETTLE_MS` ago. */
  get missing(): number {
    return this.#missing;
  }

  get unseen(): number {
    return this.#last?.balance.unseen ?? 0;
  }

  #begin(fromMs: number, { balance, queued, held }: Sample): Open {
    return {
      fromMs,
      opening: queued + held,
      balance: { ...balance },
      missing: this.#missing,
      samples: 0,
      covered: 0,
    };
  }

  /** The smallest of the last two minutes: whatever was in place once is not lost. */
  #settle(sample: Sample): void {
    const { atMs, settleMs = SETTLE_MS } = sample;
    if (sample.isCovered) this.#recent.push({ atMs, missing: missingOf(sample) });
    while (this.#recent.length > 1 && atMs - (this.#recent[0]?.atMs ?? atMs) > settleMs) this.#recent.shift();
    const [first] = this.#recent;
    // Not known for long enough yet.
    if (!first || atMs - first.atMs < settleMs * 0.9) return;
    this.#missing = this.#recent.reduce((least, { missing }) => nearerToZero(least, missing), first.missing);
  }
}

/** Accepted less everything that has a place. Above zero: missing; below: the queue has more than anybody brought. */
function missingOf({ balance, queued, held }: Sample): number {
  return (
    FATES.reduce((left, fate) => left - balance[fate], balance.accepted) - balance.unseen - queued - held
  );
}

function nearerToZero(a: number, b: number): number {
  return Math.abs(b) < Math.abs(a) ? b : a;
}
