import { addressEnd } from '../scan/address.ts';
import { COMMA, EQUALS, LESS, SPACE } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

const UNDERSCORE = 0x5f;
const DASH = 0x2d;

/**
 * Reads `key=value` pairs with `, ` or a space between them and keeps the first value of each key.
 * Gives the offset of the first byte that belongs to no pair, or -1 when a `<` is never closed (a line cut short).
 */
export function scanPairs(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  let at = from;
  while (at < end) {
    const field = keyAt(scan, at);
    if (field < 0) return at;
    at = scanValue(scan, field, scan.cursor);
    if (at < 0) return -1;
    if (buffer[at] === COMMA) at += 1;
    if (buffer[at] !== SPACE) return at < end ? at : end;
    at += 1;
  }
  return end;
}

function scanValue(scan: Scan, field: number, from: number): number {
  if (scan.buffer[from] === LESS && from < scan.end) {
    const close = addressEnd(scan, from + 1);
    if (close < 0) return -1;
    setOnce(scan, field, from + 1, close);
    return close + 1;
  }
  const end = bareEnd(scan, from, field === F.saslUsername || field === F.saslSender);
  setOnce(scan, field, from, end);
  return end;
}

function setOnce(scan: Scan, field: number, from: number, to: number): void {
  if (!scan.has(field)) scan.set(field, from, to);
}

/** End of a value without `<>`: at `, ` or a space. Login names may hold spaces. */
function bareEnd(scan: Scan, from: number, maySpace: boolean): number {
  const { buffer, end } = scan;
  for (let at = from; at < end; at += 1) {
    const byte = buffer[at];
    if (byte === COMMA ? at + 1 >= end || buffer[at + 1] === SPACE : byte === SPACE && !maySpace) return at;
  }
  return end;
}

/**
 * Field of the `key=` at `at`, with `scan.cursor` behind the `=`; -1 when there is no key.
 * Postfix' own keys differ by first letter and length, so their letters need not be compared.
 */
function keyAt(scan: Scan, at: number): number {
  const { buffer } = scan;
  switch (buffer[at]) {
    case 0x63:
      return isKey(scan, at, 6) ? F.client : isKey(scan, at, 8) ? F.connUse : otherKey(scan, at);
    case 0x64:
      if (isKey(scan, at, 5)) return F.delay;
      return isKey(scan, at, 6) ? F.delays : isKey(scan, at, 3) ? F.dsn : otherKey(scan, at);
    case 0x66:
      return isKey(scan, at, 4) ? F.from : otherKey(scan, at);
    case 0x68:
      return isKey(scan, at, 4) ? F.helo : otherKey(scan, at);
    case 0x6e:
      return isKey(scan, at, 5) ? F.recipientCount : otherKey(scan, at);
    case 0x6f:
      if (isKey(scan, at, 7)) return buffer[at + 5] === 0x74 ? F.origTo : F.requeuedFrom;
      return isKey(scan, at, 13) ? F.origQueueId : otherKey(scan, at);
    case 0x70:
      return isKey(scan, at, 5) ? F.protocol : otherKey(scan, at);
    case 0x72:
      return isKey(scan, at, 5) ? F.relay : otherKey(scan, at);
    case 0x73:
      return keyInS(scan, at);
    case 0x74:
      return isKey(scan, at, 2) ? F.to : otherKey(scan, at);
    case 0x75:
      return isKey(scan, at, 3) ? F.uid : otherKey(scan, at);
    default:
      return otherKey(scan, at);
  }
}

function keyInS(scan: Scan, at: number): number {
  if (isKey(scan, at, 6)) return F.status;
  if (isKey(scan, at, 4)) return F.size;
  if (isKey(scan, at, 13)) return F.saslUsername;
  if (isKey(scan, at, 11)) return scan.buffer[at + 5] === 0x6d ? F.saslMethod : F.saslSender;
  return otherKey(scan, at);
}

/** Whether a key of `length` letters ends here. */
function isKey(scan: Scan, at: number, length: number): boolean {
  if (scan.buffer[at + length] !== EQUALS) return false;
  scan.cursor = at + length + 1;
  return scan.cursor <= scan.end;
}

/** A key nobody asks for (`tls=` and what later versions add): letters, `_` and `-` up to `=`. */
function otherKey(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  for (let at = from; at < end; at += 1) {
    const byte = buffer[at] ?? 0;
    if (byte === EQUALS) {
      scan.cursor = at + 1;
      return at > from ? F.ignored : -1;
    }
    const isLetter = byte >= 0x61 && byte <= 0x7a;
    if (!isLetter && byte !== UNDERSCORE && byte !== DASH) return -1;
  }
  return -1;
}
