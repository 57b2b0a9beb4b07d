import { addressEnd } from '../scan/address.ts';
import { COMMA, eitherOf, EQUALS, findByte, findEither, LESS, SPACE } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

const UNDERSCORE = 0x5f;
const DASH = 0x2d;
/** A key is passed around as its field and, above these bits, the number of bytes up to behind its `=`. */
const FIELD_BITS = 6;
const FIELD_MASK = (1 << FIELD_BITS) - 1;
const NO_KEY = -1;
const COMMA_OR_SPACE = eitherOf(COMMA, SPACE);

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
    at = findEither(scan, COMMA_OR_SPACE, at, end);
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

/** Keys that share a first letter, at most four; of those with the same length the sixth letter decides. */
const KEYS: readonly (readonly [string, number])[] = [
  ['client', F.client],
  ['conn_use', F.connUse],
  ['delay', F.delay],
  ['delays', F.delays],
  ['dsn', F.dsn],
  ['from', F.from],
  ['helo', F.helo],
  ['nrcpt', F.recipientCount],
  ['orig_to', F.origTo],
  ['orig_queue_id', F.origQueueId],
  ['proto', F.protocol],
  ['relay', F.relay],
  ['status', F.status],
  ['size', F.size],
  ['sasl_username', F.saslUsername],
  ['sasl_method', F.saslMethod],
  ['to', F.to],
  ['uid', F.uid],
];
const FIRST_LETTER = 0x61;
/** Lengths and fields of the keys that begin with a letter: four places for each. */
const LENGTHS = new Int32Array(32 << 2);
const FIELDS = new Int32Array(32 << 2);
// The shortest first: the first `=` ends the key, and the value behind it may hold another.
for (const [name, field] of KEYS.toSorted(([a], [b]) => a.length - b.length)) {
  let place = (name.charCodeAt(0) - FIRST_LETTER) << 2;
  while (LENGTHS[place] !== 0) place += 1;
  LENGTHS[place] = name.length;
  FIELDS[place] = field;
}

/**
 * The `key=` at `at`, or NO_KEY. Postfix' own keys differ by first letter and length, so their letters are not compared.
 */
function keyAt(buffer: Buffer, at: number, end: number): number {
  const letter = (buffer[at] ?? 0) - FIRST_LETTER;
  if (letter < 0 || letter > 25) return NO_KEY;
  for (let place = letter << 2; ; place += 1) {
    const length = LENGTHS[place] ?? 0;
    if (length === 0) return otherKey(buffer, at, end);
    if (buffer[at + length] === EQUALS) return pack(exactField(buffer, at, FIELDS[place] ?? 0), length);
  }
}

/** `sasl_sender` is as long as `sasl_method`, and `orig_id` as `orig_to`. */
function exactField(buffer: Buffer, at: number, field: number): number {
  if (field === F.saslMethod) return buffer[at + 5] === 0x6d ? F.saslMethod : F.saslSender;
  if (field === F.origTo) return buffer[at + 5] === 0x74 ? F.origTo : F.requeuedFrom;
  return field;
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
