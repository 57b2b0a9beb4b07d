/** A buffer with a view over the same bytes: the view reads four bytes at a time. */
export interface Bytes {
  readonly buffer: Buffer;
  readonly view: DataView;
}

const MIX = 0x9e3779b1;
const HIGH_BITS = 0x80808080 | 0;

/**
 * Values made from short byte strings that come again and again, without a string being made to look them up.
 * Direct mapped, so bounded by construction: a newcomer replaces whoever had its slot. Nothing in it refers to
 * the buffer a key was read from.
 */
export class ByteCache<T> {
  readonly #mask: number;
  readonly #keyBytes: number;
  readonly #keys: DataView;
  readonly #lengths: Uint8Array;
  readonly #values: (T | undefined)[];
  readonly #make: (bytes: Bytes, from: number, to: number) => T;

  /** `slots` is a power of two; what is longer than `keyBytes` is made afresh each time. */
  constructor(slots: number, keyBytes: number, make: (bytes: Bytes, from: number, to: number) => T) {
    this.#mask = slots - 1;
    this.#keyBytes = keyBytes;
    this.#keys = new DataView(new ArrayBuffer(slots * keyBytes));
    this.#lengths = new Uint8Array(slots);
    this.#values = new Array<T | undefined>(slots).fill(undefined);
    this.#make = make;
  }

  /** The value of the bytes from `from` to before `to`. */
  get(bytes: Bytes, from: number, to: number): T {
    const length = to - from;
    if (length < 1 || length > this.#keyBytes) return this.#make(bytes, from, to);
    const slot = hash(bytes.view, from, to) & this.#mask;
    if (this.#lengths[slot] === length && this.#holds(bytes.view, slot * this.#keyBytes, from, length)) {
      return this.#values[slot] as T;
    }
    return this.#keep(bytes, slot, from, to);
  }

  /** The value of these bytes if it is there; nothing is made. */
  peek(bytes: Bytes, from: number, to: number): T | undefined {
    const length = to - from;
    if (length < 1 || length > this.#keyBytes) return undefined;
    const slot = hash(bytes.view, from, to) & this.#mask;
    const isHeld =
      this.#lengths[slot] === length && this.#holds(bytes.view, slot * this.#keyBytes, from, length);
    return isHeld ? this.#values[slot] : undefined;
  }

  #holds(view: DataView, key: number, from: number, length: number): boolean {
    const keys = this.#keys;
    const last = length - 4;
    if (last < 0) return this.#holdsShort(view, key, from, length);
    for (let at = 0; at < last; at += 4) {
      if (keys.getInt32(key + at, true) !== view.getInt32(from + at, true)) return false;
    }
    return keys.getInt32(key + last, true) === view.getInt32(from + last, true);
  }

  #holdsShort(view: DataView, key: number, from: number, length: number): boolean {
    for (let at = 0; at < length; at += 1) {
      if (this.#keys.getUint8(key + at) !== view.getUint8(from + at)) return false;
    }
    return true;
  }

  #keep(bytes: Bytes, slot: number, from: number, to: number): T {
    const value = this.#make(bytes, from, to);
    const keys = this.#keys;
    const key = slot * this.#keyBytes - from;
    let at = from;
    for (const last = to - 4; at <= last; at += 4)
      keys.setInt32(key + at, bytes.view.getInt32(at, true), true);
    for (; at < to; at += 1) keys.setUint8(key + at, bytes.view.getUint8(at));
    this.#lengths[slot] = to - from;
    this.#values[slot] = value;
    return value;
  }
}

/** Words of four bytes; the last one overlaps the one before, so that no odd bytes remain. */
function hash(view: DataView, from: number, to: number): number {
  const last = to - 4;
  let sum = to - from;
  if (last < from) {
    for (let at = from; at < to; at += 1) sum = Math.imul(sum ^ view.getUint8(at), MIX);
    return sum ^ (sum >>> 15);
  }
  for (let at = from; at < last; at += 4) {
    sum = Math.imul(sum ^ view.getInt32(at, true), MIX);
    sum ^= sum >>> 15;
  }
  sum = Math.imul(sum ^ view.getInt32(last, true), MIX);
  return sum ^ (sum >>> 15);
}

/** What `toString` calls once it has looked up the encoding's name; @types/node leaves them out. */
interface Slicing extends Buffer {
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
}

/** The bytes as text of their own: UTF-8 where a byte is not ASCII, and what is no UTF-8 becomes U+FFFD. */
export function decode(bytes: Bytes, from: number, to: number): string {
  if (to <= from) return '';
  const buffer = bytes.buffer as Slicing;
  return isAscii(bytes.view, from, to) ? buffer.latin1Slice(from, to) : buffer.utf8Slice(from, to);
}

function isAscii(view: DataView, from: number, to: number): boolean {
  const last = to - 4;
  if (last < from) return isShortAscii(view, from, to);
  let bits = view.getInt32(last, true);
  for (let at = from; at < last; at += 4) bits |= view.getInt32(at, true);
  return (bits & HIGH_BITS) === 0;
}

function isShortAscii(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (view.getUint8(at) > 0x7f) return false;
  return true;
}
