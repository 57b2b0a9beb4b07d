import { addressEnd } from '../scan/address.ts';
import { COMMA, EQUALS, findByte, findEither, LESS, SPACE } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

const UNDERSCORE = 0x5f;
const DASH = 0x2d;
/** A key is passed around as its field and, above these bits, the number of bytes up to behind its `=`. */
const FIELD_BITS = 6;
const FIELD_MASK = (1 << FIELD_BITS) - 1;
const NO_KEY = -1;

/**
 * Reads `key=value` pairs with `, ` or a space between them and keeps the first value of each key.
 * Gives the offset of the first byte that belongs to no pair, or -1 when a `<` is never closed (a line cut short).
 */
export function scanPairs(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  let at = from;
  while (at < end) {
    const key = keyAt(buffer, at, end);
    if (key === NO_KEY) return at;
    at = scanValue(scan, key & FIELD_MASK, at + (key >> FIELD_BITS));
    if (at < 0) return -1;
    if (buffer[at] === COMMA) at += 1;
    if (buffer[at] !== SPACE) return at < end ? at : end;
    at += 1;
  }
  return end;
}

function scanValue(scan: Scan, field: number, from: number): number {
  if (from < scan.end && scan.buffer[from] === LESS) {
    const close = addressEnd(scan, from + 1);
    if (close < 0) return -1;
    setOnce(scan, field, from + 1, close);
    return close + 1;
  }
  const isName = field === F.saslUsername || field === F.saslSender;
  const end = isName ? nameEnd(scan, from) : bareEnd(scan, from);
  setOnce(scan, field, from, end);
  return end;
}

function setOnce(scan: Scan, field: number, from: number, to: number): void {
  if (!scan.has(field)) scan.set(field, from, to);
}

/** End of a value without `<>`: at `, ` or a space. */
function bareEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  for (let at = from; ; at += 1) {
    at = findEither(scan, COMMA, SPACE, at, end);
    if (at + 1 >= end || buffer[at] === SPACE || buffer[at + 1] === SPACE) return at;
  }
}

/** End of a login name, which may hold spaces and commas: at the `, ` before the next key. */
function nameEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  for (let at = from; ; at += 1) {
    at = findByte(scan, COMMA, at, end);
    if (at < 0) return end;
    if (buffer[at + 1] === SPACE && keyAt(buffer, at + 2, end) !== NO_KEY) return at;
  }
}

/**
 * The `key=` at `at`, or NO_KEY. Postfix' own keys differ by first letter and length, so their letters are not compared.
 */
function keyAt(buffer: Buffer, at: number, end: number): number {
  switch (buffer[at]) {
    case 0x63: // client, conn_use
      return pick(buffer, at, 6, F.client) ?? pick(buffer, at, 8, F.connUse) ?? otherKey(buffer, at, end);
    case 0x64: // delay, delays, dsn
      return pick(buffer, at, 5, F.delay) ?? pick(buffer, at, 6, F.delays) ?? pick(buffer, at, 3, F.dsn) ?? NO_KEY;
    case 0x66:
      return pick(buffer, at, 4, F.from) ?? otherKey(buffer, at, end);
    case 0x68:
      return pick(buffer, at, 4, F.helo) ?? otherKey(buffer, at, end);
    case 0x6e:
      return pick(buffer, at, 5, F.recipientCount) ?? otherKey(buffer, at, end);
    case 0x6f:
      return keyInO(buffer, at, end);
    case 0x70:
      return pick(buffer, at, 5, F.protocol) ?? otherKey(buffer, at, end);
    case 0x72:
      return pick(buffer, at, 5, F.relay) ?? otherKey(buffer, at, end);
    case 0x73:
      return keyInS(buffer, at, end);
    case 0x74:
      return pick(buffer, at, 2, F.to) ?? otherKey(buffer, at, end);
    case 0x75:
      return pick(buffer, at, 3, F.uid) ?? otherKey(buffer, at, end);
    default:
      return otherKey(buffer, at, end);
  }
}

/** orig_to, orig_id, orig_queue_id; orig_client is not asked for. */
function keyInO(buffer: Buffer, at: number, end: number): number {
  if (buffer[at + 7] === EQUALS) return pack(buffer[at + 5] === 0x74 ? F.origTo : F.requeuedFrom, 7);
  return pick(buffer, at, 13, F.origQueueId) ?? otherKey(buffer, at, end);
}

/** status, size, sasl_username, sasl_method, sasl_sender. */
function keyInS(buffer: Buffer, at: number, end: number): number {
  if (buffer[at + 6] === EQUALS) return pack(F.status, 6);
  if (buffer[at + 4] === EQUALS) return pack(F.size, 4);
  if (buffer[at + 13] === EQUALS) return pack(F.saslUsername, 13);
  if (buffer[at + 11] === EQUALS) return pack(buffer[at + 5] === 0x6d ? F.saslMethod : F.saslSender, 11);
  return otherKey(buffer, at, end);
}

function pick(buffer: Buffer, at: number, length: number, field: number): number | undefined {
  return buffer[at + length] === EQUALS ? pack(field, length) : undefined;
}

function pack(field: number, length: number): number {
  return ((length + 1) << FIELD_BITS) | field;
}

/** A key nobody asks for (`tls=` and what later versions add): letters, `_` and `-` up to `=`. */
function otherKey(buffer: Buffer, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    const byte = buffer[at] ?? 0;
    if (byte === EQUALS) return at > from ? pack(F.ignored, at - from) : NO_KEY;
    const isLetter = byte >= 0x61 && byte <= 0x7a;
    if (!isLetter && byte !== UNDERSCORE && byte !== DASH) return NO_KEY;
  }
  return NO_KEY;
}
