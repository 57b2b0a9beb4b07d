import { ByteCache, decode } from './byte-cache.ts';
import { COLON, SPACE } from './bytes.ts';
import type { Origin } from '../syslog/origin.ts';
import { internalForm } from './internal-form.ts';

/** Fields a line may have, by index into a scan's offsets. `ignored` takes what nobody asks for. */
export const F = {
  ignored: 0,
  pid: 1,
  queueId: 2,
  messageId: 3,
  from: 4,
  to: 5,
  origTo: 6,
  size: 7,
  recipientCount: 8,
  client: 9,
  clientHost: 10,
  clientIp: 11,
  clientPort: 12,
  helo: 13,
  protocol: 14,
  saslMethod: 15,
  saslUsername: 16,
  saslSender: 17,
  uid: 18,
  relay: 19,
  connUse: 20,
  delay: 21,
  delays: 22,
  dsn: 23,
  status: 24,
  reason: 25,
  replyCode: 26,
  enhancedCode: 27,
  action: 28,
  stage: 29,
  origQueueId: 30,
  requeuedFrom: 31,
  noticeQueueId: 32,
  user: 33,
  method: 34,
  session: 35,
  score: 36,
  requiredScore: 37,
  scanTime: 38,
  recipients: 39,
  flag: 40,
  serverIp: 41,
  symbols: 42,
  digest: 43,
} as const;
const FIELD_COUNT = 44;

/**
 * Slots and longest key of the caches of queue ids, which come back within seconds, and of addresses and relays.
 * Small enough to stay in a core's own cache.
 */
const QUEUE_IDS = { slots: 1 << 12, keyBytes: 24 } as const;
const STRINGS = { slots: 1 << 12, keyBytes: 48 } as const;
/** Replies without an id of their own are shorter. */
const PHRASE_BYTES = 24;
const NOWHERE: Origin = {
  host: '',
  program: '',
  instance: '',
  service: '',
  family: 'foreign',
  role: 'other',
};
const NO_ADDRESS: Address = { text: '', domain: '' };
const EMPTY = Buffer.alloc(0);
const AT_SIGN = 0x40;

/** A mail address in internal form, and what stands after its last `@`. */
export interface Address {
  readonly text: string;
  readonly domain: string;
}

/**
 * One line with the offsets of what was found in it; used again for every line.
 * Events and `parse` records are both made from it, so that they can't disagree.
 */
export class Scan {
  buffer: Buffer = EMPTY;
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** Where the text after the header begins. */
  body = 0;
  atMs = 0;
  /** Offsets of the stamp, for records. */
  stampEnd = 0;
  stampStart = 0;
  origin: Origin = NOWHERE;
  /** What the line says, in the words of `parse`; empty while unknown. */
  kind = '';
  /** Queue id of a Postfix line; empty without one and for NOQUEUE. */
  queueId = '';
  /** Texts that explain but are not counted by (relay, reply, message id) are left empty. */
  isCounting = false;
  /** What the filter found is asked for. */
  hasFindings = false;
  /** How often the line happened: more than once in `message repeated N times`. */
  repeat = 1;
  /** Where a scanner stopped, for the one that called it. */
  cursor = 0;
  /** Level of a warning, error, fatal or panic; empty otherwise. */
  level = '';
  /** Four numbers a field: where it begins, where it ends, and the epoch it was set in; a new line counts that up. */
  readonly #fields = new Int32Array(FIELD_COUNT << 2);
  #epoch = 0;
  readonly #queueIds = new ByteCache<string>(QUEUE_IDS.slots, QUEUE_IDS.keyBytes, decode);
  /** Length of the last queue id: those of one host rarely differ in it. */
  #queueIdLength = 0;
  readonly #addresses = new ByteCache<Address>(STRINGS.slots, STRINGS.keyBytes, (_bytes, from, to) =>
    this.#readAddress(from, to),
  );
  readonly #strings = new ByteCache<string>(STRINGS.slots, STRINGS.keyBytes, decode);

  /** Takes a new line and forgets the last. */
  load(buffer: Buffer, start: number, end: number): void {
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    this.start = start;
    this.end = end;
    this.level = '';
    this.repeat = 1;
    this.queueId = '';
    this.#epoch = (this.#epoch + 1) | 0;
  }

  /** A line without a header: nobody wrote it, and all of it is text. */
  loseHeader(): void {
    this.body = this.start;
    this.stampStart = this.start;
    this.stampEnd = this.start;
    this.origin = NOWHERE;
    this.kind = '';
  }

  set(field: number, from: number, to: number): void {
    const fields = this.#fields;
    const at = field << 2;
    fields[at] = from;
    fields[at + 1] = to;
    fields[at + 2] = this.#epoch;
  }

  clear(field: number): void {
    this.#fields[(field << 2) + 2] = this.#epoch - 1;
  }

  has(field: number): boolean {
    return this.#fields[(field << 2) + 2] === this.#epoch;
  }

  from(field: number): number {
    return this.#fields[field << 2] ?? 0;
  }

  to(field: number): number {
    return this.#fields[(field << 2) + 1] ?? 0;
  }

  /** Whether the text at `at` begins with a queue id seen lately and `: `; then it is `queueId`. */
  isKnownQueueId(at: number): boolean {
    const end = at + this.#queueIdLength;
    if (this.buffer[end] !== COLON || this.buffer[end + 1] !== SPACE || end + 1 >= this.end) return false;
    const known = this.#queueIds.peek(this, at, end);
    if (known === undefined) return false;
    this.queueId = known;
    this.set(F.queueId, at, end);
    return true;
  }

  setQueueId(from: number, to: number): void {
    this.queueId = this.#queueIds.get(this, from, to);
    this.#queueIdLength = to - from;
    this.set(F.queueId, from, to);
  }

  /** Text of a field that hardly comes twice; empty without it. */
  text(field: number): string {
    return this.has(field) ? decode(this, this.from(field), this.to(field)) : '';
  }

  /** Text of a field that comes again when it is short, as `250 2.0.0 Ok` does, and else hardly. */
  phrase(field: number): string {
    return this.to(field) - this.from(field) <= PHRASE_BYTES ? this.common(field) : this.text(field);
  }

  /** Text of a field that comes again: queue ids, addresses, relays. */
  common(field: number): string {
    return this.has(field) ? this.#strings.get(this, this.from(field), this.to(field)) : '';
  }

  /** Text of a field that explains. */
  remark(field: number): string {
    return this.isCounting ? '' : this.phrase(field);
  }

  /** An address and its domain; both empty without the field. */
  address(field: number): Address {
    return this.has(field) ? this.#addresses.get(this, this.from(field), this.to(field)) : NO_ADDRESS;
  }

  /** What stands after the last `@`; empty without one. The same few come again and again. */
  #readAddress(from: number, to: number): Address {
    const text = internalForm(decode(this, from, to));
    for (let at = to - 1; at >= from; at -= 1) {
      if (this.buffer[at] === AT_SIGN) return { text, domain: this.#strings.get(this, at + 1, to) };
    }
    return { text, domain: '' };
  }

  /** Text between two offsets that comes again. */
  term(from: number, to: number): string {
    return this.#strings.get(this, from, to);
  }

  /** Text between two offsets. */
  slice(from: number, to: number): string {
    return decode(this, from, to);
  }
}
