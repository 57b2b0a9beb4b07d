import { AppError } from '../base/errors.ts';

const SHORT = 0x7f;
const MORE = 0x80;
/** Whole numbers below this are stored in 7-bit groups, doubled; all others as IEEE 754. */
const MAX_DOUBLED = 2 ** 52;
/** Groups of 7 bits that a safe integer may take. */
const MAX_GROUPS = 8;

/** Appends to a buffer that is kept and grows; `take` copies out what was written. */
export class ByteWriter {
  length = 0;
  #bytes = new Uint8Array(16_384);
  readonly #encoder = new TextEncoder();

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.length++] = value;
  }

  /** A whole number from 0 on, least significant group first (LEB128). */
  varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a count: ${value}`);
    this.#room(MAX_GROUPS);
    let rest = value;
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / MORE)) {
      this.#bytes[this.length++] = (rest % MORE) | MORE;
    }
    for (; rest > SHORT; rest >>>= 7) this.#bytes[this.length++] = (rest & SHORT) | MORE;
    this.#bytes[this.length++] = rest;
  }

  /** Any number; whole ones from 0 on are short. */
  number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value < MAX_DOUBLED) {
      this.varint(value * 2);
      return;
    }
    this.varint(1);
    this.#room(8);
    new DataView(this.#bytes.buffer).setFloat64(this.length, value, true);
    this.length += 8;
  }

  text(text: string): void {
    const start = this.begin();
    this.#room(text.length * 3);
    const { written } = this.#encoder.encodeInto(text, this.#bytes.subarray(this.length));
    this.length += written;
    this.end(start);
  }

  /** Begins a part that is preceded by its length, so that it can be passed over. */
  begin(): number {
    this.byte(0);
    return this.length;
  }

  end(start: number): void {
    const size = this.length - start;
    if (size <= SHORT) {
      this.#bytes[start - 1] = size;
      return;
    }
    const wider = size < MORE ** 2 ? 1 : size < MORE ** 3 ? 2 : 3;
    this.#room(wider);
    this.#bytes.copyWithin(start + wider, start, this.length);
    this.length = start - 1;
    this.varint(size);
    this.length += size;
  }

  setByte(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  reset(): void {
    this.length = 0;
  }

  take(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }

  #room(size: number): void {
    if (this.length + size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + size));
    grown.set(this.#bytes.subarray(0, this.length));
    this.#bytes = grown;
  }
}

/** Reads what ByteWriter wrote, and never beyond its end. */
export class ByteReader {
  at: number;
  readonly end: number;
  /** For those who read many at a time, up to `end`. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  byte(): number {
    if (this.at >= this.end) throw damaged('it ends too early');
    return this.bytes[this.at++] as number;
  }

  varint(): number {
    const first = this.byte();
    if (first < MORE) return first;
    let value = first & SHORT;
    let scale = MORE;
    for (let groups = 1; groups < MAX_GROUPS; groups++) {
      const byte = this.byte();
      value += (byte & SHORT) * scale;
      if (byte < MORE) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= MORE;
    }
    throw damaged('a number is too large');
  }

  number(): number {
    const value = this.varint();
    if (value % 2 === 0) return value / 2;
    if (value !== 1 || this.at + 8 > this.end) throw damaged('a number is not one');
    const { buffer, byteOffset } = this.bytes;
    const number = new DataView(buffer, byteOffset + this.at, 8).getFloat64(0, true);
    this.at += 8;
    return number;
  }

  /** How many things follow; each takes a byte at least, so a wrong number cannot ask for the moon. */
  size(): number {
    const size = this.varint();
    if (size > this.end - this.at) throw damaged('a part is longer than the whole');
    return size;
  }

  text(): string {
    const size = this.size();
    const start = this.at;
    this.at += size;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, size).toString('utf8');
  }

  skip(): void {
    const size = this.size();
    this.at += size;
  }

  /** Where the part that begins here ends. */
  part(): number {
    const size = this.size();
    return this.at + size;
  }

  mustBeAt(end: number): void {
    if (this.at !== end) throw damaged('a part does not end where it should');
  }
}

/** What is said of bytes that are not what was written. */
export function damaged(how: string): AppError {
  return new AppError(
    'unavailable',
    `a stored window is damaged: ${how}; restore a backup, or remove the store to start afresh`,
  );
}
