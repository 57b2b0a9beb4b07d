import { valueOf, ZERO_BUCKET } from './histogram.ts';

/** Buckets of values up to e⁴⁰; what lies beyond counts into the last. */
const PLACES = 4_096;

/** Sums of many histograms, bucket by bucket, to be used again and again: only what was touched is looked at and cleared. */
export class BucketSums {
  readonly #counts = new Float64Array(PLACES);
  #low = PLACES;
  #high = -1;

  add(bucket: number, count: number): void {
    const wanted = bucket - ZERO_BUCKET;
    const place = wanted < PLACES ? wanted : PLACES - 1;
    this.#counts[place] = (this.#counts[place] as number) + count;
    if (place < this.#low) this.#low = place;
    if (place > this.#high) this.#high = place;
  }

  /** Nearest ranks, as `Histogram.quantile`, of ascending `qs` in one pass; `total` is what was added. */
  quantiles(qs: readonly number[], total: number): number[] {
    const values: number[] = [];
    let seen = 0;
    let place = this.#low - 1;
    for (const q of qs) {
      const rank = Math.max(1, Math.ceil(q * total - 1e-9));
      while (seen < rank && place < this.#high) seen += this.#counts[++place] as number;
      values.push(valueOf(place + ZERO_BUCKET));
    }
    return values;
  }

  clear(): void {
    if (this.#high >= 0) this.#counts.fill(0, this.#low, this.#high + 1);
    this.#low = PLACES;
    this.#high = -1;
  }
}
