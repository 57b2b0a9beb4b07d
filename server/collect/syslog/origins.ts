import { ByteCache } from '../scan/byte-cache.ts';
import { COLON, OPEN_SQUARE, SPACE } from '../scan/bytes.ts';
import type { Scan } from '../scan/scan.ts';
import { readOrigin, type Origin } from './origin.ts';

/** Hosts times programs that may write to one log before some are read afresh. */
const SLOTS = 1 << 11;
/** A log of one host has about this many programs; they are tried before anything is searched or hashed. */
const RECENT = 16;
const KEY_BYTES = 64;

/** Who wrote a line, from the `host tag` after its stamp. */
export class Origins {
  readonly #all = new ByteCache<Origin>(SLOTS, KEY_BYTES, readOrigin);
  /** The recent ones in order of use: a hit moves one place to the front. */
  readonly #order = Int32Array.from({ length: RECENT }, (_, slot) => slot);
  readonly #keys = new DataView(new ArrayBuffer(RECENT * KEY_BYTES));
  readonly #lengths = new Int32Array(RECENT);
  /** Last four bytes of each key: programs differ there, where hosts are alike. */
  readonly #tails = new Int32Array(RECENT);
  readonly #origins: (Origin | undefined)[] = new Array<Origin | undefined>(RECENT).fill(undefined);

  /** Looks for a recent `host tag` at `at`; nothing when none fits. Its end is `scan.cursor`. */
  recent(scan: Scan, at: number): Origin | undefined {
    const { view, buffer, end } = scan;
    for (let place = 0; place < RECENT; place += 1) {
      const slot = this.#order[place] ?? 0;
      const length = this.#lengths[slot] ?? 0;
      const to = at + length;
      if (length === 0 || to >= end) continue;
      const stop = buffer[to];
      if (stop !== OPEN_SQUARE && stop !== COLON) continue;
      if (
        view.getInt32(to - 4, true) !== this.#tails[slot] ||
        !this.#holds(view, slot * KEY_BYTES, at, length)
      )
        continue;
      if (place > 0) this.#promote(place);
      scan.cursor = to;
      return this.#origins[slot];
    }
    return undefined;
  }

  /** The origin of the bytes from `from` to before `to`, remembered as a recent one. */
  get(scan: Scan, from: number, to: number): Origin {
    const origin = this.#all.get(scan, from, to);
    const length = to - from;
    if (length >= 4 && length <= KEY_BYTES && scan.buffer[to] !== SPACE)
      this.#remember(scan, from, to, origin);
    return origin;
  }

  #holds(view: DataView, key: number, from: number, length: number): boolean {
    for (let at = 0; at < length - 4; at += 4) {
      if (this.#keys.getInt32(key + at, true) !== view.getInt32(from + at, true)) return false;
    }
    return true;
  }

  #promote(place: number): void {
    const slot = this.#order[place] ?? 0;
    this.#order[place] = this.#order[place - 1] ?? 0;
    this.#order[place - 1] = slot;
  }

  /** Takes the place that was used least. */
  #remember(scan: Scan, from: number, to: number, origin: Origin): void {
    const slot = this.#order[RECENT - 1] ?? 0;
    for (let at = from, key = slot * KEY_BYTES; at < to; at += 1, key += 1) {
      this.#keys.setUint8(key, scan.view.getUint8(at));
    }
    this.#lengths[slot] = to - from;
    this.#tails[slot] = scan.view.getInt32(to - 4, true);
    this.#origins[slot] = origin;
    this.#promote(RECENT - 1);
  }
}
