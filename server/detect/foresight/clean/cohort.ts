/** Addresses of one tenant that get mail and never got spam: when some of them do, somebody has got hold of a list (metrics 8.9). */
import { jsonOf } from '../../../base/json.ts';
import { gammaPoissonTail } from '../../anomaly/tails.ts';

/** Known for so many days without any spam: then spam is news. */
export const CLEAN_DAYS = 14;
/** Without mail for so long an address is forgotten, clean or not. */
const FORGET_DAYS = 60;
/** Below this nothing can be said. */
export const LEAST_COHORT = 200;
/** Days of hits that make known what is usual. */
const LEAST_DAYS = 7;
/** Chance of as many first hits in one day below which it is worth a look, and the least number of them. */
const LOOK_P = 1e-5;
const LEAST_HITS = 3;
/** Space of the hashes: six bytes, exact as a number. */
export const HASHES = 2 ** 48;
const BYTES = 10;
/** First day of an address that had spam once: it is never clean again. */
const SPAMMED = 0;

interface Life {
  /** Day of the first mail; `SPAMMED`. */
  first: number;
  last: number;
}

/** What of it is told. */
export interface CohortView {
  readonly size: number;
  /** Of all addresses, so many are looked at. */
  readonly share: number;
  readonly hits: number;
  readonly firstHitMs: number | null;
  readonly lastHitMs: number | null;
  readonly usual: number | null;
  readonly p: number | null;
  readonly state: 'quiet' | 'hit' | 'insufficient';
}

/** Bounded: beyond `most` addresses it looks at half as many, chosen by hash, so that they stay a fair sample. */
export class Cohort {
  readonly #most: number;
  readonly #lives = new Map<number, Life>();
  #below = HASHES;
  #day = 0;
  #today = 0;
  #firstHitMs: number | null = null;
  #lastHitMs: number | null = null;
  /** First hits on days before today, and how many such days there were with a cohort. */
  #hits = 0;
  #days = 0;
  dropped = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Mail to an address. `hash`: 0 to HASHES. `day`: since the epoch. */
  heard(
    hash: number,
    day: number,
    { isSpam, atMs }: { readonly isSpam: boolean; readonly atMs: number },
  ): void {
    if (hash >= this.#below) return;
    const life = this.#lives.get(hash);
    if (isSpam && life && isClean(life, day)) {
      this.#today += 1;
      this.#firstHitMs ??= atMs;
      this.#lastHitMs = atMs;
    }
    if (life) {
      if (isSpam) life.first = SPAMMED;
      life.last = day;
      return;
    }
    this.#lives.set(hash, { first: isSpam ? SPAMMED : day, last: day });
    while (this.#lives.size > this.#most) this.#halve();
  }

  /** Once a day, and at the start. */
  turn(day: number): void {
    if (day === this.#day) return;
    if (this.#day !== 0 && day > this.#day && this.size() >= LEAST_COHORT) {
      this.#hits += this.#today;
      this.#days += day - this.#day;
    }
    this.#day = day;
    this.#today = 0;
    this.#firstHitMs = null;
    this.#lastHitMs = null;
    for (const [hash, { last }] of this.#lives) if (day - last > FORGET_DAYS) this.#lives.delete(hash);
  }

  size(): number {
    let n = 0;
    for (const life of this.#lives.values()) if (isClean(life, this.#day)) n += 1;
    return n;
  }

  view(): CohortView {
    const size = this.size();
    const hits = this.#today;
    const isKnown = this.#days >= LEAST_DAYS && size + hits >= LEAST_COHORT;
    const usual = isKnown ? this.#hits / this.#days : null;
    const belief = { shape: 0.5 + this.#hits, rate: 1 + this.#days };
    const p = isKnown && hits > 0 ? gammaPoissonTail(hits, belief, 1) : null;
    const isHit = p !== null && p <= LOOK_P && hits >= LEAST_HITS;
    return {
      ...{ size, share: this.#below / HASHES, hits, usual, p },
      ...{ firstHitMs: this.#firstHitMs, lastHitMs: this.#lastHitMs },
      state: !isKnown ? 'insufficient' : isHit ? 'hit' : 'quiet',
    };
  }

  /** All of its memory. */
  save(): string {
    const bytes = Buffer.alloc(BYTES * this.#lives.size);
    let at = 0;
    for (const [hash, { first, last }] of this.#lives) {
      bytes.writeUIntLE(hash, at, 6);
      bytes.writeUInt16LE(first, at + 6);
      bytes.writeUInt16LE(last, at + 8);
      at += BYTES;
    }
    return JSON.stringify([
      this.#below,
      this.#day,
      this.#today,
      this.#hits,
      this.#days,
      bytes.toString('base64'),
    ]);
  }

  /** What `save` gave; of another form it is left out. */
  restore(saved: string): void {
    const [below, day, today, hits, days, text] = arrayOf(saved);
    if (![below, day, today, hits, days].every((n) => typeof n === 'number' && n >= 0)) return;
    if (typeof text !== 'string') return;
    [this.#below, this.#day, this.#today, this.#hits, this.#days] = [below, day, today, hits, days] as Five;
    const bytes = Buffer.from(text, 'base64');
    for (let at = 0; at + BYTES <= bytes.length && this.#lives.size < this.#most; at += BYTES)
      this.#lives.set(bytes.readUIntLE(at, 6), {
        first: bytes.readUInt16LE(at + 6),
        last: bytes.readUInt16LE(at + 8),
      });
  }

  #halve(): void {
    this.#below /= 2;
    for (const hash of this.#lives.keys()) {
      if (hash < this.#below) continue;
      this.#lives.delete(hash);
      this.dropped += 1;
    }
  }
}
type Five = [number, number, number, number, number];

function isClean({ first, last }: Life, day: number): boolean {
  return first !== SPAMMED && day - first >= CLEAN_DAYS && day - last <= FORGET_DAYS;
}

function arrayOf(text: string): readonly unknown[] {
  const parsed = jsonOf(text);
  // Damaged: it learns anew.
  return Array.isArray(parsed) ? parsed : [];
}
