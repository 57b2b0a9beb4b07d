import { ByteCache } from '../scan/byte-cache.ts';
import { COLON, OPEN_SQUARE, SPACE } from '../scan/bytes.ts';
import type { Scan } from '../scan/scan.ts';
import { readOrigin, type Origin } from './origin.ts';

/** Hosts times programs that may write to one log before some are read afresh. */
const SLOTS = 1 << 11;
/** A log of one host has about this many programs; they are found without a search for where they end. */
const KNOWN = 32;
const KEY_BYTES = 64;
/** Guesses which of the known it is, by three words of the line; a power of two. */
const GUESSES = 1 << 8;
/** Where the later two words are taken: where programs of one suite begin to differ, behind a short host's name. */
const SAMPLE_AT = 12;
const MIX = 0x9e3779b1;

/** Who wrote a line, from the `host tag` after its stamp. */
export class Origins {
  readonly #all = new ByteCache<Origin>(SLOTS, KEY_BYTES, readOrigin);
  readonly #keys = new DataView(new ArrayBuffer(KNOWN * KEY_BYTES));
  readonly #lengths = new Int32Array(KNOWN);
  readonly #origins: (Origin | undefined)[] = new Array<Origin | undefined>(KNOWN).fill(undefined);
  readonly #guesses = new Uint8Array(GUESSES);
  /** Whose place the next newcomer takes. */
  #next = 0;

  /** Looks for a known `host tag` at `at`; nothing when none fits. Its end is `scan.cursor`. */
  known(scan: Scan, at: number): Origin | undefined {
    if (at + SAMPLE_AT + 8 > scan.end) return undefined;
    const guess = guessOf(scan.view, at);
    const slot = this.#guesses[guess] ?? 0;
    return this.#fits(scan, at, slot) ? this.#origins[slot] : this.#search(scan, at, guess);
  }

  #search(scan: Scan, at: number, guess: number): Origin | undefined {
    for (let slot = 0; slot < KNOWN; slot += 1) {
      if (!this.#fits(scan, at, slot)) continue;
      this.#guesses[guess] = slot;
      return this.#origins[slot];
    }
    return undefined;
  }

  #fits(scan: Scan, at: number, slot: number): boolean {
    const length = this.#lengths[slot] ?? 0;
    const to = at + length;
    const stop = scan.buffer[to];
    if (length === 0 || to >= scan.end || (stop !== OPEN_SQUARE && stop !== COLON)) return false;
    if (!this.#holds(scan.view, slot * KEY_BYTES, at, length)) return false;
    scan.cursor = to;
    return true;
  }

  /** From the end on: programs differ there, where hosts are alike. */
  #holds(view: DataView, key: number, from: number, length: number): boolean {
    const keys = this.#keys;
    for (let at = length - 4; at > 0; at -= 4) {
      if (keys.getInt32(key + at, true) !== view.getInt32(from + at, true)) return false;
    }
    return keys.getInt32(key, true) === view.getInt32(from, true);
  }

  /** The origin of the bytes from `from` to before `to`. */
  get(scan: Scan, from: number, to: number): Origin {
    for (let slot = 0; slot < KNOWN; slot += 1) {
      const known = this.#origins[slot];
      if (known !== undefined && this.#lengths[slot] === to - from && this.#fits(scan, from, slot))
        return known;
    }
    const origin = this.#all.get(scan, from, to);
    const length = to - from;
    if (length >= 4 && length <= KEY_BYTES && scan.buffer[to] !== SPACE)
      this.#remember(scan, from, to, origin);
    return origin;
  }

  #remember(scan: Scan, from: number, to: number, origin: Origin): void {
    const slot = this.#next;
    this.#next = (slot + 1) % KNOWN;
    for (let at = from, key = slot * KEY_BYTES; at < to; at += 1, key += 1) {
      this.#keys.setUint8(key, scan.view.getUint8(at));
    }
    this.#lengths[slot] = to - from;
    this.#origins[slot] = origin;
  }
}

function guessOf(view: DataView, at: number): number {
  const later = view.getInt32(at + SAMPLE_AT, true) ^ Math.imul(view.getInt32(at + SAMPLE_AT + 4, true), MIX);
  const sum = Math.imul(later ^ view.getInt32(at, true), MIX);
  return (sum >>> 16) & (GUESSES - 1);
}
