/** Kinds of mail by the features that most of their mail has: which could a mail belong to? */
import type { Nucleus } from './nucleus.ts';

/** Features that more kinds have tell too little to be worth walking through. */
const LONGEST = 400;
/** Entries looked at for one mail; the rarest features come first. */
const MAX_ENTRIES = 300;

/** Features of a mail that tell something, and how much. */
export type Telling = readonly (readonly [feature: string, bits: number])[];

interface Entry {
  readonly nucleus: Nucleus;
  features: readonly string[];
  /** Bits shared with the mail of this turn. */
  bits: number;
  turn: number;
}

export class Candidates {
  readonly #entries = new Map<Nucleus, Entry>();
  readonly #lists = new Map<string, Set<Entry>>();
  #turn = 0;

  /** Files it under these features, and no more under others. */
  put(nucleus: Nucleus, features: readonly string[]): void {
    this.remove(nucleus);
    const entry = { nucleus, features, bits: 0, turn: 0 };
    this.#entries.set(nucleus, entry);
    for (const feature of features) {
      const list = this.#lists.get(feature);
      if (list) list.add(entry);
      else this.#lists.set(feature, new Set([entry]));
    }
  }

  remove(nucleus: Nucleus): void {
    const entry = this.#entries.get(nucleus);
    if (!entry) return;
    this.#entries.delete(nucleus);
    for (const feature of entry.features) {
      const list = this.#lists.get(feature);
      list?.delete(entry);
      if (list?.size === 0) this.#lists.delete(feature);
    }
  }

  /** Those that share most bits with a mail, and `minBits` at least, the first first. */
  of(
    telling: Telling,
    { limit, minBits }: { readonly limit: number; readonly minBits: number },
  ): readonly Nucleus[] {
    this.#turn += 1;
    const met: Entry[] = [];
    let left = MAX_ENTRIES;
    for (const { list, bits } of this.#listsOf(telling)) {
      left -= list.size;
      if (left < 0) break;
      for (const entry of list) {
        if (entry.turn !== this.#turn) {
          entry.turn = this.#turn;
          entry.bits = 0;
          met.push(entry);
        }
        entry.bits += bits;
      }
    }
    const near = met.filter(({ bits }) => bits >= minBits);
    if (near.length > limit) near.sort((a, b) => b.bits - a.bits);
    return near.slice(0, limit).map(({ nucleus }) => nucleus);
  }

  #listsOf(telling: Telling) {
    const lists: { readonly list: ReadonlySet<Entry>; readonly bits: number }[] = [];
    for (const [feature, bits] of telling) {
      const list = this.#lists.get(feature);
      if (list && list.size <= LONGEST) lists.push({ list, bits });
    }
    return lists.sort((a, b) => a.list.size - b.list.size);
  }
}
