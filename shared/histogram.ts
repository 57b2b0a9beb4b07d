import type { BucketSums } from './bucket-sums.ts';

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
const FEW = 48;

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

/** Sorted pairs as they are stored, read when they are first needed. Never empty. */
export interface PackedPairs {
  unpack(): readonly number[];
  /** As `Histogram.addTo`. */
  addTo(sums: BucketSums): number;
}

/**
 * While it is filled, counts are in a map by bucket. One that was read is held as sorted pairs, which merge and answer without
 * hashing or sorting; they are never changed and may be shared.
 */
export class Histogram {
  #packed: PackedPairs | null = null;
  #counts: Map<number, number> | null = null;
  #pairs: readonly number[] | null = null;
  #count = 0;
  #max = 0;

  /** Of buckets and their counts in turn, buckets ascending, counts above 0. */
  static fromPairs(pairs: readonly number[], max: number): Histogram {
    const histogram = new Histogram();
    if (pairs.length === 0) return histogram;
    histogram.#setPairs(pairs);
    histogram.#max = max;
    return histogram;
  }

  /** Of pairs that may never be asked for. */
  static fromPacked(packed: PackedPairs, max: number): Histogram {
    const histogram = new Histogram();
    histogram.#packed = packed;
    histogram.#max = max;
    return histogram;
  }

  /** Number of values. */
  get count(): number {
    if (this.#packed) this.#open();
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#packed === null && this.#count === 0;
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
    if (this.#packed) this.#open();
    const counts = this.#counts ?? this.#unpack();
    counts.set(bucket, (counts.get(bucket) ?? 0) + times);
    this.#count += times;
    if (value > this.#max) this.#max = value;
  }

  merge(other: Histogram): void {
    if (other.isEmpty) return;
    if (this.#packed) this.#open();
    if (this.#count === 0) {
      this.#packed = other.#packed;
      this.#counts = other.#counts && new Map(other.#counts);
      this.#pairs = other.#pairs;
    } else if (this.#counts) addAll(this.#counts, other);
    else if (this.#pairs) this.#pairs = mergePairs(this.#pairs, other.pairs());
    this.#count += other.#count;
    if (other.#max > this.#max) this.#max = other.#max;
  }

  /** Takes out what was merged in before. */
  subtract(other: Histogram): void {
    if (this.count === 0 || other.count === 0) return;
    const counts = this.#counts ?? this.#unpack();
    for (const [bucket, count] of other.entries()) {
      const left = (counts.get(bucket) ?? 0) - count;
      if (left > 0) counts.set(bucket, left);
      else counts.delete(bucket);
    }
    this.#count = Math.max(0, this.#count - other.#count);
    if (this.#count === 0) this.#max = 0;
  }

  /** Nearest-rank quantile, 0 < q ≤ 1; undefined when empty. */
  quantile(q: number): number | undefined {
    return this.count === 0 ? undefined : this.#quantileOf(this.pairs(), q);
  }

  /** Several at once, for the sorting of one. Undefined when empty. */
  quantiles<const Q extends readonly number[]>(qs: Q): { readonly [K in keyof Q]: number } | undefined {
    if (this.count === 0) return undefined;
    const pairs = this.pairs();
    return qs.map((q) => this.#quantileOf(pairs, q)) as { readonly [K in keyof Q]: number };
  }

  #quantileOf(pairs: readonly number[], q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count - 1e-9));
    let seen = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      seen += pairs[i + 1] ?? 0;
      if (seen >= rank) return Math.min(valueOf(pairs[i] ?? ZERO_BUCKET), this.#max);
    }
    return this.#max;
  }

  entries(): Iterable<readonly [bucket: number, count: number]> {
    return this.#counts ?? couples(this.pairs());
  }

  /** Buckets and their counts in turn, buckets ascending. */
  pairs(): readonly number[] {
    if (this.#packed) this.#open();
    return this.#pairs ?? sortedPairs(this.#counts);
  }

  /** Adds the counts to `sums`: one sum of many without a histogram between. Returns `count`. */
  addTo(sums: BucketSums): number {
    if (this.#packed) return this.#packed.addTo(sums);
    if (this.#counts) for (const [bucket, count] of this.#counts) sums.add(bucket, count);
    const pairs = this.#pairs ?? [];
    for (let i = 0; i < pairs.length; i += 2) sums.add(pairs[i] as number, pairs[i + 1] as number);
    return this.#count;
  }

  clone(): Histogram {
    const copy = new Histogram();
    copy.merge(this);
    return copy;
  }

  encode(): EncodedHistogram {
    const pairs = this.pairs();
    const isBucket = (_: number, i: number): boolean => i % 2 === 0;
    return {
      buckets: pairs.filter(isBucket),
      counts: pairs.filter((value, i) => !isBucket(value, i)),
      max: this.#max,
    };
  }

  static decode(encoded: EncodedHistogram): Histogram {
    const histogram = new Histogram();
    encoded.buckets.forEach((bucket, i) => {
      histogram.addToBucket(bucket, 0, encoded.counts[i] ?? 0);
    });
    histogram.#max = encoded.max;
    return histogram;
  }

  #open(): void {
    const packed = this.#packed;
    this.#packed = null;
    if (packed) this.#setPairs(packed.unpack());
  }

  #setPairs(pairs: readonly number[]): void {
    this.#pairs = pairs;
    for (let i = 1; i < pairs.length; i += 2) this.#count += pairs[i] as number;
  }

  #unpack(): Map<number, number> {
    const counts = new Map<number, number>(couples(this.#pairs ?? []));
    this.#counts = counts;
    this.#pairs = null;
    return counts;
  }
}

function addAll(into: Map<number, number>, from: Histogram): void {
  for (const [bucket, count] of from.entries()) into.set(bucket, (into.get(bucket) ?? 0) + count);
}

function* couples(pairs: readonly number[]): Iterable<readonly [number, number]> {
  for (let i = 0; i < pairs.length; i += 2) yield [pairs[i] ?? ZERO_BUCKET, pairs[i + 1] ?? 0];
}

function sortedPairs(counts: ReadonlyMap<number, number> | null): number[] {
  if (!counts) return [];
  const buckets = sortBuckets([...counts.keys()]);
  const pairs = new Array<number>(buckets.length * 2);
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[i] as number;
    pairs[i * 2] = bucket;
    pairs[i * 2 + 1] = counts.get(bucket) ?? 0;
  }
  return pairs;
}

/** Few are sorted by insertion, many in a typed array, whose sort needs no calls to compare. */
function sortBuckets(buckets: number[]): ArrayLike<number> {
  if (buckets.length > FEW) return Int32Array.from(buckets).sort();
  for (let i = 1; i < buckets.length; i++) {
    const bucket = buckets[i] as number;
    let place = i;
    for (; place > 0 && (buckets[place - 1] as number) > bucket; place--)
      buckets[place] = buckets[place - 1] as number;
    buckets[place] = bucket;
  }
  return buckets;
}

/** Room is made at once and what is left of it given back: growing step by step takes three times as long. */
function mergePairs(a: readonly number[], b: readonly number[]): number[] {
  const sum = new Array<number>(a.length + b.length);
  let [i, j, n] = [0, 0, 0];
  for (; i < a.length && j < b.length; n += 2) {
    const p = a[i] as number;
    const q = b[j] as number;
    sum[n] = p < q ? p : q;
    sum[n + 1] = (p <= q ? (a[i + 1] as number) : 0) + (q <= p ? (b[j + 1] as number) : 0);
    if (p <= q) i += 2;
    if (q <= p) j += 2;
  }
  while (i < a.length) sum[n++] = a[i++] as number;
  while (j < b.length) sum[n++] = b[j++] as number;
  sum.length = n;
  return sum;
}
