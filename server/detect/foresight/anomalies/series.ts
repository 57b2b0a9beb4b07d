/** One series of one scope: its detector, what has been usual of late, and the finding that is open. */
import type { AnomalyFinding } from '../../../../shared/foresight.ts';
import { createDetector, type Detector, LOOK_SCORE } from '../../anomaly/detector.ts';
import type { AnomalyReason } from '../../anomaly/detector.ts';
import { gammaPoissonTail } from '../../anomaly/tails.ts';

/** Values that say what is usual, a minute each. */
const USUAL = 120;
const LEAST_USUAL = 30;
/** A finding ends when the value is back among the usual for so long, or after so long at all. */
const BACK_MS = 5 * 60_000;
const LONGEST_MS = 6 * 3_600_000;
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

/** A number each minute. `least`: the smallest change that is worth a word, in its unit. */
export class Series {
  readonly #detector: Detector;
  readonly #recent = new Float64Array(USUAL);
  #n = 0;
  #open: { -readonly [K in keyof Found]: Found[K] } | null = null;
  #backSinceMs: number | null = null;

  readonly #least: number;

  constructor(hourOfWeek: (atMs: number) => number, least: number, saved?: Uint8Array) {
    this.#least = least;
    this.#detector = createDetector({ hourOfWeek, ...(saved && { saved }) });
  }

  /** Null: it was due and is not known. The finding that begins or goes on; null: none. */
  next(atMs: number, value: number | null): Found | null {
    const seen = this.#detector.next(atMs, value);
    const usual = this.#usual();
    if (seen.score >= LOOK_SCORE) this.#note(atMs, seen, { value, usual });
    else this.#follow(atMs, value);
    // What is being judged is not usual.
    if (value !== null && this.#open === null) this.#recent[this.#n++ % USUAL] = value;
    return this.#open;
  }

  /** All that its detector remembers. */
  save(): Uint8Array {
    return this.#detector.save();
  }

  #note(
    atMs: number,
    seen: ReturnType<Detector['next']>,
    { value, usual }: Pick<Found, 'value' | 'usual'>,
  ): void {
    this.#backSinceMs = null;
    if (this.#open && this.#open.toMs === null) {
      this.#open.score = Math.max(this.#open.score, seen.score);
      this.#open.value = value;
      return;
    }
    const kind = KINDS[seen.reason] ?? (DRIFTS.has(seen.reason) ? 'drift' : 'level');
    const { score, direction } = seen;
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
    if (isBack || atMs - open.fromMs > LONGEST_MS) this.#open = null;
  }

  /** Nine of ten of the last two hours. */
  #usual(): Found['usual'] {
    const n = Math.min(this.#n, USUAL);
    if (n < LEAST_USUAL) return null;
    const sorted = this.#recent.slice(0, n).sort();
    return { low: sorted[Math.floor(n * 0.05)] ?? 0, high: sorted[Math.floor(n * 0.95)] ?? 0 };
  }
}

/** A thing that hardly ever happens, counted every five minutes: exact tails, no curve. */
export class RareSeries {
  #sum = 0;
  #slots = 0;
  #open: Found | null = null;

  next(atMs: number, count: number): Found | null {
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
      this.#sum += count;
      this.#slots += 1;
    }
    return this.#open;
  }
}
