/** Mail that was told to come again at the door, until it comes. Senders and recipients are hashed. */
import { createHash } from 'node:crypto';

/** A server outside tries for days; after so long without a try it is not counted on any more. */
const FORGOTTEN_MS = 2 * 3_600_000;
/** Who has not come again by then seldom does: most servers try within half an hour (RFC 5321 4.5.4.1), bots never. */
const SETTLED_MS = 35 * 60_000;
const MAX_WAITING = 200_000;
/** Settled ones below which nothing is known of how many come again. */
const LEAST_SETTLED = 20;

/** Of one tenant; `likely`: as many of `all` as will come again, by those before them. */
export interface UpstreamCount {
  readonly all: number;
  readonly repeated: number;
  readonly likely: number;
}
export const NOBODY: UpstreamCount = { all: 0, repeated: 0, likely: 0 };

interface Waiting {
  readonly owner: number;
  readonly firstMs: number;
  tries: number;
  lastMs: number;
  isSettled: boolean;
}

/** Who was told to come again, and how many of those before them did. */
export class Upstream {
  /** The one heard of longest ago first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #salt: string;
  /** Those of whom it is known by now whether they came again. */
  #settled = 0;
  #returned = 0;
  dropped = 0;

  constructor(salt: string) {
    this.#salt = salt;
  }

  refused(
    from: string,
    to: string,
    { owner, atMs }: { readonly owner: number; readonly atMs: number },
  ): void {
    const key = this.#keyOf(from, to);
    const one = this.#waiting.get(key) ?? { owner, firstMs: atMs, tries: 0, lastMs: atMs, isSettled: false };
    one.tries += 1;
    one.lastMs = atMs;
    if (one.tries === 2) this.#settle(one, true);
    this.#waiting.delete(key);
    this.#waiting.set(key, one);
    if (this.#waiting.size <= MAX_WAITING) return;
    const oldest = this.#waiting.keys().next();
    if (!oldest.done) this.#waiting.delete(oldest.value);
    this.dropped += 1;
  }

  taken(from: string, to: string): void {
    if (this.#waiting.size === 0) return;
    const key = this.#keyOf(from, to);
    const one = this.#waiting.get(key);
    if (!one) return;
    this.#settle(one, true);
    this.#waiting.delete(key);
  }

  /** By place of the tenant. */
  counts(nowMs: number): ReadonlyMap<number, UpstreamCount> {
    const found = new Map<number, { all: number; repeated: number; fresh: number }>();
    for (const [key, one] of this.#waiting) {
      if (nowMs - one.firstMs > SETTLED_MS) this.#settle(one, one.tries > 1);
      if (nowMs - one.lastMs > FORGOTTEN_MS) {
        this.#waiting.delete(key);
        continue;
      }
      const count = found.get(one.owner) ?? { all: 0, repeated: 0, fresh: 0 };
      count.all += 1;
      if (one.tries > 1) count.repeated += 1;
      else if (nowMs - one.firstMs <= SETTLED_MS) count.fresh += 1;
      found.set(one.owner, count);
    }
    const share = this.#returnShare();
    const likely = ({ repeated, fresh }: { repeated: number; fresh: number }) => repeated + fresh * share;
    return new Map(
      [...found].map(([owner, count]) => [
        owner,
        { all: count.all, repeated: count.repeated, likely: likely(count) },
      ]),
    );
  }

  /** Of those who have had the time, with a half more for what is left to chance; everybody while nothing is known. */
  #returnShare(): number {
    if (this.#settled < LEAST_SETTLED) return 1;
    return Math.min(1, (1.5 * (this.#returned + 1)) / (this.#settled + 2));
  }

  #settle(one: Waiting, hasReturned: boolean): void {
    if (one.isSettled) return;
    one.isSettled = true;
    this.#settled += 1;
    if (hasReturned) this.#returned += 1;
  }

  #keyOf(from: string, to: string): string {
    const text = `${this.#salt} ${from} ${to}`.toLowerCase();
    return createHash('sha256').update(text).digest('base64url').slice(0, 16);
  }
}

/** Of several tenants together. */
export function sumUpstream(counts: readonly UpstreamCount[]): UpstreamCount {
  return counts.reduce(
    (sum, { all, repeated, likely }) => ({
      ...{ all: sum.all + all, repeated: sum.repeated + repeated },
      likely: sum.likely + likely,
    }),
    NOBODY,
  );
}
