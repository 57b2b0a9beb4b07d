/**
 * Mergeable log-bucket histogram (the layout of DDSketch: Masson, Rim, Lee, PVLDB 12(12), 2019).
 * Bucket i holds values in (γ^(i-1), γ^i]; its middle is within RELATIVE_ERROR of each of them.
 * Values below 1 count as zero. Merging adds counts, so it is exact, associative and commutative.
 */
export const RELATIVE_ERROR = 0.005;

const GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR);
const INVERSE_LOG_GAMMA = 1 / Math.log(GAMMA);
/** Bucket of values below 1. */
export const ZERO_BUCKET = -1;

/** The bucket of a value (any unit; delays are milliseconds). */
export function bucketOf(value: number): number {
  return value < 1 ? ZERO_BUCKET : Math.ceil(Math.log(value) * INVERSE_LOG_GAMMA - 1e-9);
}

/** The value that stands for a bucket. */
export function valueOf(bucket: number): number {
  return bucket === ZERO_BUCKET ? 0 : (2 * GAMMA ** bucket) / (GAMMA + 1);
}

/** Buckets and counts by bucket, ascending; with the exact largest value. JSON-safe. */
export interface EncodedHistogram {
  readonly buckets: readonly number[];
  readonly counts: readonly number[];
  readonly max: number;
}

export class Histogram {
  #counts: Map<number, number> | null = null;
  #count = 0;
  #max = 0;

  /** Number of values. */
  get count(): number {
    return this.#count;
  }

  /** Largest value: exact, but an upper bound after `subtract`. 0 when empty. */
  get max(): number {
    return this.#max;
  }

  add(value: number, times = 1): void {
    this.addToBucket(bucketOf(value), value, times);
  }

  /** For callers that put one value into several histograms. */
  addToBucket(bucket: number, value: number, times = 1): void {
    this.#counts ??= new Map();
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + times);
    this.#count += times;
    if (value > this.#max) this.#max = value;
  }

  merge(other: Histogram): void {
    for (const [bucket, count] of other.entries()) this.addToBucket(bucket, 0, count);
    if (other.#max > this.#max) this.#max = other.#max;
  }

  /** Takes out what was merged in before. */
  subtract(other: Histogram): void {
    if (!this.#counts || other.#count === 0) return;
    for (const [bucket, count] of other.entries()) {
      const left = (this.#counts.get(bucket) ?? 0) - count;
      if (left > 0) this.#counts.set(bucket, left);
      else this.#counts.delete(bucket);
    }
    this.#count = Math.max(0, this.#count - other.#count);
    if (this.#count === 0) this.#max = 0;
  }

  /** Nearest-rank quantile, 0 < q ≤ 1; undefined when empty. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#count - 1e-9));
    let seen = 0;
    for (const bucket of this.sortedBuckets()) {
      seen += this.countIn(bucket);
      if (seen >= rank) return Math.min(valueOf(bucket), this.#max);
    }
    return this.#max;
  }

  countIn(bucket: number): number {
    return this.#counts?.get(bucket) ?? 0;
  }

  sortedBuckets(): number[] {
    return this.#counts ? [...this.#counts.keys()].sort((a, b) => a - b) : [];
  }

  entries(): Iterable<[number, number]> {
    return this.#counts ?? [];
  }

  clone(): Histogram {
    const copy = new Histogram();
    copy.merge(this);
    return copy;
  }

  encode(): EncodedHistogram {
    const buckets = this.sortedBuckets();
    return { buckets, counts: buckets.map((bucket) => this.countIn(bucket)), max: this.#max };
  }

  static decode(encoded: EncodedHistogram): Histogram {
    const histogram = new Histogram();
    encoded.buckets.forEach((bucket, i) => {
      histogram.addToBucket(bucket, 0, encoded.counts[i] ?? 0);
    });
    histogram.#max = encoded.max;
    return histogram;
  }
}
