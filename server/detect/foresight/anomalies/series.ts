/** One series of one scope: its detector, what has been usual of late, and the finding that is open. */
import type { AnomalyFinding } from '../../../../shared/foresight.ts';
import { createDetector, type Detector, LOOK_SCORE } from '../../anomaly/detector.ts';
import type { AnomalyReason } from '../../anomaly/detector.ts';
import { gammaPoissonTail } from '../../anomaly/tails.ts';
import { Usual, USUAL_BYTES } from './usual.ts';

/** A finding ends when the value is back among the usual for so long, or after so long at all. */
const BACK_MS = 5 * 60_000;
const LONGEST_MS = 6 * 3_600_000;
/** Values that must have been known in this run before one can be missing: before that it is just not there yet. */
const KNOWN_FIRST = 10;
/** Chance of as many of a rare thing below which it is worth a look: a hundred tenants, each five minutes, for a year. */
const RARE_P = 1e-6;

export type Found = Pick<AnomalyFinding, 'fromMs' | 'toMs' | 'score' | 'kind' | 'direction'> & {
  readonly value: number | null;
  readonly usual: { readonly low: number; readonly high: number } | null;
};

const KINDS: Readonly<Partial<Record<AnomalyReason, AnomalyFinding['kind']>>> = {
  'flat-line': 'flat-line',
  missing: 'missing',
};

/** Views over many points see what creeps. */
const DRIFTS: ReadonlySet<string> = new Set(['level-of-16', 'step-of-16']);

/** Strange is not enough: so little of a change is nobody's business. Before anything is usual nothing is far from it. */
function isFar(value: number | null, usual: Found['usual'], least: number): boolean {
  if (value === null || usual === null) return false;
  const { low, high } = usual;
  const spread = (high - low) / 2;
  if (value > high) return value - high > Math.max(spread, 0.3 * high, least);
  return low - value > Math.max(spread, 0.3 * low, least);
}

/**
 * A number each minute. `least`: the smallest change that is worth a word, in its unit. What is measured in trouble does
 * not teach what is usual: once it is over the detector goes on from what it knew before.
 */
export class Series {
  readonly #hourOfWeek: (atMs: number) => number;
  readonly #least: number;
  readonly #usual = new Usual();
  #saved: Uint8Array | undefined;
  #detector: Detector;
  /** What the detector knew before the trouble that goes on. */
  #before: Uint8Array | null = null;
  #known = 0;
  #open: { -readonly [K in keyof Found]: Found[K] } | null = null;
  #backSinceMs: number | null = null;
  #troubledMs = -Infinity;

  /** `saved`: what `save` gave; of another form it is left out. */
  constructor(hourOfWeek: (atMs: number) => number, least: number, saved?: Uint8Array) {
    this.#hourOfWeek = hourOfWeek;
    this.#least = least;
    this.#saved = saved;
    this.#detector = createDetector({
      hourOfWeek,
      ...(saved && { saved: saved.subarray(0, Math.max(0, saved.length - USUAL_BYTES)) }),
    });
  }

  /** Null: it was due and is not known. The finding that begins or goes on; null: none. */
  next(atMs: number, value: number | null, isTrouble = false): Found | null {
    if (this.#saved) this.#restore(this.#saved, atMs);
    if (value === null && this.#known < KNOWN_FIRST) return this.#open;
    if (value !== null) this.#known += 1;
    this.#hold(isTrouble, atMs);
    const seen = this.#detector.next(atMs, value);
    if (seen.score >= LOOK_SCORE) this.#note(atMs, value, seen);
    else this.#follow(atMs, value);
    // What is being judged is not usual, nor is what comes with an alarm.
    if (value !== null && this.#open === null && !isTrouble) this.#usual.learn(value);
    return this.#open;
  }

  /** All that it remembers. */
  save(atMs: number): Uint8Array {
    const detector = this.#before ?? this.#detector.save();
    const bytes = new Uint8Array(detector.length + USUAL_BYTES);
    bytes.set(detector);
    bytes.set(this.#usual.save(atMs), detector.length);
    return bytes;
  }

  #restore(saved: Uint8Array, atMs: number): void {
    this.#saved = undefined;
    this.#usual.restore(saved.subarray(Math.max(0, saved.length - USUAL_BYTES)), atMs);
  }

  #hold(isTrouble: boolean, atMs: number): void {
    if (isTrouble) {
      this.#before ??= this.#detector.save();
      this.#troubledMs = atMs;
    } else if (this.#before) {
      this.#detector = createDetector({ hourOfWeek: this.#hourOfWeek, saved: this.#before });
      this.#before = null;
    }
  }

  #note(atMs: number, value: number | null, seen: ReturnType<Detector['next']>): void {
    this.#backSinceMs = null;
    if (this.#open && this.#open.toMs === null) {
      this.#open.score = Math.max(this.#open.score, seen.score);
      this.#open.value = value;
      return;
    }
    const kind = KINDS[seen.reason] ?? (DRIFTS.has(seen.reason) ? 'drift' : 'level');
    const { score, direction } = seen;
    const usual = this.#usual.range();
    if (KINDS[seen.reason] === undefined && !isFar(value, usual, this.#least)) return;
    this.#open = { fromMs: atMs, toMs: null, score, kind, direction, value, usual };
  }

  #follow(atMs: number, value: number | null): void {
    const open = this.#open;
    if (!open) return;
    const isUsual =
      value !== null && (open.usual === null || (value >= open.usual.low && value <= open.usual.high));
    this.#backSinceMs = isUsual ? (this.#backSinceMs ?? atMs) : null;
    const isBack = this.#backSinceMs !== null && atMs - this.#backSinceMs >= BACK_MS;
    const isNewUsual = atMs - Math.max(open.fromMs, this.#troubledMs) > LONGEST_MS;
    if (isBack || isNewUsual) this.#open = null;
    // So long without an alarm: what is usual is to be learnt from here on.
    if (isNewUsual && !isBack) this.#usual.forget();
  }
}

/** A thing that hardly ever happens, counted every five minutes: exact tails, no curve. */
export class RareSeries {
  #sum = 0;
  #slots = 0;
  #open: Found | null = null;

  next(atMs: number, count: number, isTrouble = false): Found | null {
    const belief = { shape: 0.5 + this.#sum, rate: 12 + this.#slots };
    const p = gammaPoissonTail(count, belief, 1);
    const mean = belief.shape / belief.rate;
    if (p <= RARE_P) {
      // One in a million is worth a look, one in a trillion is 1.
      const score = Math.min(1, -Math.log10(Math.max(p, 1e-300)) / 12);
      const fromMs = this.#open?.fromMs ?? atMs;
      this.#open = {
        ...{ fromMs, toMs: null, score: Math.max(LOOK_SCORE, score), kind: 'rare-count', direction: 'up' },
        ...{ value: count, usual: { low: 0, high: Math.ceil(mean) } },
      };
    } else {
      this.#open = null;
      if (isTrouble) return null;
      this.#sum += count;
      this.#slots += 1;
    }
    return this.#open;
  }
}
