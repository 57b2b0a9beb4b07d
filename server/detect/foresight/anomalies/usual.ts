/** What a series has been of late: nine of ten of its last two hours. */

/** Values kept, a minute each. */
const KEPT = 120;
const LEAST = 30;
/** What was usual longer ago than this before a restart may not be now. */
const FRESH_MS = 3 * 3_600_000;
/** Count, when it was saved, and the values. */
const SAVED = 2 + KEPT;
export const USUAL_BYTES = 8 * SAVED;

export interface UsualRange {
  readonly low: number;
  readonly high: number;
}

/** Its memory is bounded, and can be saved. */
export class Usual {
  readonly #recent = new Float64Array(KEPT);
  #n = 0;

  learn(value: number): void {
    this.#recent[this.#n++ % KEPT] = value;
  }

  forget(): void {
    this.#n = 0;
  }

  /** Null: too little has been seen to say. */
  range(): UsualRange | null {
    const n = Math.min(this.#n, KEPT);
    if (n < LEAST) return null;
    const sorted = this.#recent.slice(0, n).sort();
    return { low: sorted[Math.floor(n * 0.05)] ?? 0, high: sorted[Math.floor(n * 0.95)] ?? 0 };
  }

  save(atMs: number): Uint8Array {
    return new Uint8Array(Float64Array.of(this.#n, atMs, ...this.#recent).buffer);
  }

  /** Whether what was saved could be taken up: it is of this form, and fresh. */
  restore(saved: Uint8Array, nowMs: number): boolean {
    if (saved.length !== USUAL_BYTES) return false;
    // The bytes may lie at any offset of what they were cut from.
    const [n = 0, atMs = 0, ...values] = new Float64Array(saved.slice().buffer);
    if (!(nowMs >= atMs && nowMs - atMs <= FRESH_MS) || !(n >= 0)) return false;
    this.#n = n;
    this.#recent.set(values);
    return true;
  }
}
