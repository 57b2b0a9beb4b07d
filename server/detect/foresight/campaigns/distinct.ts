/** How many different ones there were: exact for few, within bounds for many, in constant memory; only hashes are held. */
import type { Bounds } from '../../../../shared/foresight.ts';

/** Different ones that are counted exactly. */
const EXACT = 1_024;
/** 2^11 registers of HyperLogLog (Flajolet et al. 2007): a standard error of 2.3 %. */
const REGISTER_BITS = 11;
const REGISTERS = 1 << REGISTER_BITS;
const STANDARD_ERROR = 1.04 / Math.sqrt(REGISTERS);
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
const HASH_BITS = 48;

/** Hashes are whole numbers of 48 bits. */
export class Distinct {
  #exact: Set<number> | null = new Set();
  #registers: Uint8Array | null = null;

  add(hash: number): void {
    if (this.#exact) {
      this.#exact.add(hash);
      if (this.#exact.size > EXACT) this.#widen();
      return;
    }
    this.#put(hash);
  }

  absorb(other: Distinct): void {
    if (other.#exact) {
      for (const hash of other.#exact) this.add(hash);
      return;
    }
    if (this.#exact) this.#widen();
    other.#registers?.forEach((rank, place) => this.#raise(place, rank));
  }

  /** What is most likely. */
  estimate(): number {
    return this.#exact ? this.#exact.size : Math.round(this.#guess());
  }

  /** Between these, but for three chances in a thousand. */
  bounds(): Bounds {
    if (this.#exact) return { low: this.#exact.size, high: this.#exact.size };
    const guess = this.#guess();
    const slack = 3 * STANDARD_ERROR;
    return { low: Math.floor(guess / (1 + slack)), high: Math.ceil(guess * (1 + slack)) };
  }

  /** Registers as base64, or the hashes. */
  save(): string | readonly number[] {
    if (this.#exact && this.#exact.size <= EXACT / 4) return [...this.#exact];
    const copy = new Distinct();
    copy.absorb(this);
    if (copy.#exact) copy.#widen();
    return Buffer.from(copy.#registers ?? []).toString('base64');
  }

  static from(saved: string | readonly number[]): Distinct {
    const distinct = new Distinct();
    if (typeof saved !== 'string') {
      for (const hash of saved.slice(0, EXACT)) distinct.add(hash);
      return distinct;
    }
    const bytes = Buffer.from(saved, 'base64');
    if (bytes.length !== REGISTERS) return distinct;
    distinct.#exact = null;
    distinct.#registers = Uint8Array.from(bytes);
    return distinct;
  }

  #widen(): void {
    const hashes = this.#exact ?? [];
    this.#exact = null;
    this.#registers = new Uint8Array(REGISTERS);
    for (const hash of hashes) this.#put(hash);
  }

  /** The low bits choose the register, the position of the first one among the others is its rank. */
  #put(hash: number): void {
    const rest = Math.floor(hash / REGISTERS);
    const width = HASH_BITS - REGISTER_BITS;
    const rank = rest === 0 ? width + 1 : width - Math.floor(Math.log2(rest));
    this.#raise(hash % REGISTERS, rank);
  }

  #raise(place: number, rank: number): void {
    const registers = this.#registers;
    if (registers && rank > (registers[place] ?? 0)) registers[place] = rank;
  }

  #guess(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#registers ?? []) {
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    return raw <= 2.5 * REGISTERS && empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : raw;
  }
}
