import { DateTime } from 'luxon';
import { addDays, instantOf, localDay } from '../../base/zoned.ts';

/** One local day, as far as it lies in the range. */
export interface Day {
  /** `2026-05-13`. */
  readonly day: string;
  readonly lengthMs: number;
  /** Of it, known. */
  readonly knownMs: number;
}

/** How much of each local day is known. */
export class Days {
  readonly #zone: string;
  readonly #days = new Map<string, { lengthMs: number; knownMs: number }>();
  #today = { day: '', fromMs: 0, toMs: 0 };

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** One step that ends at `endMs`, known to this share. */
  add(endMs: number, stepMs: number, share: number): void {
    const day = this.dayOf(endMs - stepMs);
    const sum = this.#days.get(day) ?? { lengthMs: 0, knownMs: 0 };
    sum.lengthMs += stepMs;
    sum.knownMs += stepMs * share;
    this.#days.set(day, sum);
  }

  /** The local day of a moment. */
  dayOf(atMs: number): string {
    const { fromMs, toMs } = this.#today;
    if (atMs >= fromMs && atMs < toMs) return this.#today.day;
    const day = localDay(atMs, this.#zone);
    this.#today = {
      day: DateTime.fromObject(day).toISODate() ?? '',
      fromMs: instantOf(day, 0, this.#zone),
      toMs: instantOf(addDays(day, 1), 0, this.#zone),
    };
    return this.#today.day;
  }

  /** Oldest first. */
  all(): readonly Day[] {
    return [...this.#days].map(([day, sum]) => ({ day, ...sum }));
  }
}
