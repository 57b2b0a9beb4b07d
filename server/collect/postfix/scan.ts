import {
  ascii,
  CLOSE_ROUND,
  CLOSE_SQUARE,
  COMMA,
  EQUALS,
  findByte,
  GREATER,
  LESS,
  OPEN_ROUND,
  OPEN_SQUARE,
  SPACE,
  startsWith,
  word,
  wordAt,
} from '../scan/bytes.ts';
import { addressEnd } from '../scan/address.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { scanAction } from './action.ts';
import { scanClientEndpoint } from './endpoint.ts';
import { knownKind } from './known.ts';
import { scanLevel } from './level.ts';
import { scanNotice } from './notice.ts';
import { scanPairs } from './pairs.ts';
import { hasQueueId, scanQueueId } from './queue-id.ts';

const TO = ascii('to=<');
const FROM = ascii('from=<');
const CLIENT = ascii('client=');
const MESSAGE_ID = ascii('message-id=');
const RESENT = ascii('resent-message-id=');
const SIZE = ascii(', size=');
const NRCPT = ascii(', nrcpt=');
const RELAY = ascii('relay=');
const DELAY = ascii('delay=');
const DELAYS = ascii('delays=');
const REMOVED = ascii('removed');
const [TO_WORD, FROM_WORD, REMOVED_WORD] = [word('to=<'), word('from'), word('removed')];
const [MESSAGE_ID_WORD, CLIENT_WORD, UID_WORD] = [word('message-id'), word('client'), word('uid=')];
const RELEASED = ascii('released from hold');
const PLACED = ascii('placed on hold');
const CONNECT = ascii('connect from ');
const DISCONNECT = ascii('disconnect from ');

/** Reads the text of a Postfix line. */
export function scanPostfix(scan: Scan): Outcome {
  const { body } = scan;
  // A quarter of all lines: told before anybody looks for a queue id.
  if (startsWith(scan, body, CONNECT)) return noted(scan, 'connect');
  if (startsWith(scan, body, DISCONNECT)) return noted(scan, 'disconnect');
  const at = scanQueueId(scan, body);
  if (at >= 0) return scanQueued(scan, at);
  return scanLevel(scan, body) ?? scanOther(scan, body);
}

/** Lines that begin with a queue id or NOQUEUE, whose text starts at `at`. */
function scanQueued(scan: Scan, at: number): Outcome {
  const { buffer } = scan;
  switch (wordAt(scan, at)) {
    case TO_WORD:
      return scanDelivery(scan, at);
    case FROM_WORD:
      if (buffer[at + 4] === EQUALS && buffer[at + 5] === LESS) return scanQueueManager(scan, at);
      break;
    case REMOVED_WORD:
      if (startsWith(scan, at, REMOVED)) return fact(scan, 'removed');
      break;
    case MESSAGE_ID_WORD:
      if (startsWith(scan, at, MESSAGE_ID)) return scanMessageId(scan, at + MESSAGE_ID.length, 'message-id');
      break;
    case CLIENT_WORD:
      if (startsWith(scan, at, CLIENT)) return scanClient(scan, at);
      break;
    case UID_WORD:
      return scanPickup(scan, at);
  }
  return scanQueuedText(scan, at);
}

/** The rarer lines of a queue id. */
function scanQueuedText(scan: Scan, at: number): Outcome {
  if (startsWith(scan, at, RESENT)) return scanMessageId(scan, at + RESENT.length, 'resent-message-id');
  if (startsWith(scan, at, RELEASED)) return fact(scan, 'released');
  if (startsWith(scan, at, PLACED)) return fact(scan, 'hold');
  return scanLevel(scan, at) ?? scanAction(scan, at) ?? scanNotice(scan, at) ?? scanOther(scan, at);
}

function scanDelivery(scan: Scan, at: number): Outcome {
  scan.kind = 'delivery';
  const stop = scanPairs(scan, skipUsualPairs(scan, at));
  if (stop < 0 || !scan.has(F.status) || !scan.has(F.delay)) return 'unknown';
  scanReason(scan, stop);
  return isAttempt(scan) && hasQueueId(scan) ? 'fact' : 'known';
}

/** Reads `to=<>, relay=, delay=, delays=, ` where they stand so; gives the offset of the first pair that is still to read. */
function skipUsualPairs(scan: Scan, at: number): number {
  const { buffer, end } = scan;
  const close = addressEnd(scan, at + TO.length);
  const relay = close + 3 + RELAY.length;
  if (close < 0 || buffer[relay - 6] !== 0x72 || buffer[relay - 1] !== EQUALS || buffer[close + 1] !== COMMA)
    return at;
  const relayEnd = findByte(scan, COMMA, relay, end);
  const delay = relayEnd + 2 + DELAY.length;
  if (relayEnd < 0 || buffer[delay - 6] !== 0x64 || buffer[delay - 1] !== EQUALS) return at;
  const delayEnd = findByte(scan, COMMA, delay, end);
  const delays = delayEnd + 2 + DELAYS.length;
  if (delayEnd < 0 || buffer[delays - 7] !== 0x64 || buffer[delays - 1] !== EQUALS) return at;
  const delaysEnd = findByte(scan, COMMA, delays, end);
  if (delaysEnd < 0 || buffer[delaysEnd + 1] !== SPACE) return at;
  scan.set(F.to, at + TO.length, close);
  scan.set(F.relay, relay, relayEnd);
  scan.set(F.delay, delay, delayEnd);
  scan.set(F.delays, delays, delaysEnd);
  return delaysEnd + 2;
}

/** The text between the outer brackets: up to the last `)`, for replies hold brackets that don't match. */
function scanReason(scan: Scan, at: number): void {
  if (at >= scan.end || scan.buffer[at] !== OPEN_ROUND) return;
  let close = scan.end - 1;
  while (close > at && scan.buffer[close] !== CLOSE_ROUND) close -= 1;
  scan.set(F.reason, at + 1, close > at ? close : scan.end);
}

/** `deliverable` and `undeliverable` are answers to address probes: nothing was delivered. */
function isAttempt(scan: Scan): boolean {
  const first = scan.buffer[scan.from(F.status)] ?? 0;
  const length = scan.to(F.status) - scan.from(F.status);
  if (length === 4 || length === 8 || length === 7) return first === 0x73 || first === 0x64 || first === 0x62;
  return length === 10 && first === 0x53;
}

/** qmgr's `from=<>, size=, nrcpt= (queue active)` or `from=<>, status=expired, returned to sender`. */
function scanQueueManager(scan: Scan, at: number): Outcome {
  scan.kind = 'queue-active';
  if (isUsualActivation(scan, at)) return scan.queueId === '' ? 'known' : 'fact';
  if (scanPairs(scan, at) < 0) return 'unknown';
  if (scan.has(F.status)) return fact(scan, 'expired');
  return scan.has(F.size) && scan.has(F.recipientCount) ? fact(scan, 'queue-active') : 'unknown';
}

function isUsualActivation(scan: Scan, at: number): boolean {
  const { buffer } = scan;
  const close = addressEnd(scan, at + FROM.length);
  if (close < 0 || !startsWith(scan, close + 1, SIZE)) return false;
  const size = close + 1 + SIZE.length;
  const sizeEnd = digitsEnd(scan, size);
  if (!startsWith(scan, sizeEnd, NRCPT)) return false;
  const count = sizeEnd + NRCPT.length;
  const countEnd = digitsEnd(scan, count);
  if (countEnd === count || sizeEnd === size || buffer[countEnd] !== SPACE) return false;
  scan.set(F.from, at + FROM.length, close);
  scan.set(F.size, size, sizeEnd);
  scan.set(F.recipientCount, count, countEnd);
  return true;
}

function digitsEnd(scan: Scan, from: number): number {
  const { buffer, end } = scan;
  let at = from;
  while (at < end && (buffer[at] ?? 0) >= 0x30 && (buffer[at] ?? 0) <= 0x39) at += 1;
  return at;
}

function scanClient(scan: Scan, at: number): Outcome {
  scan.kind = 'client';
  const host = at + CLIENT.length;
  const open = findByte(scan, OPEN_SQUARE, host, scan.end);
  const close = open < 0 ? -1 : findByte(scan, CLOSE_SQUARE, open, scan.end);
  if (close === scan.end - 1) {
    if (open > host) scan.set(F.clientHost, host, open);
    scan.set(F.clientIp, open + 1, close);
  } else {
    scanPairs(scan, at);
    if (scan.has(F.client)) scanClientEndpoint(scan, scan.from(F.client), scan.to(F.client));
  }
  return hasQueueId(scan) ? 'fact' : 'known';
}

function scanPickup(scan: Scan, at: number): Outcome {
  scan.kind = 'pickup';
  if (scanPairs(scan, at) < 0) return 'unknown';
  return hasQueueId(scan) ? 'fact' : 'known';
}

function scanMessageId(scan: Scan, at: number, kind: string): Outcome {
  const from = scan.buffer[at] === LESS && at < scan.end ? at + 1 : at;
  const isClosed = from > at && scan.end > from && scan.buffer[scan.end - 1] === GREATER;
  scan.set(F.messageId, from, isClosed ? scan.end - 1 : scan.end);
  scan.kind = kind;
  return kind === 'message-id' && hasQueueId(scan) ? 'fact' : 'known';
}

/** Text that states no fact: known when it begins as a form we know, or when its program only talks. */
function scanOther(scan: Scan, at: number): Outcome {
  const kind = knownKind(scan, at);
  if (kind !== undefined) return noted(scan, kind);
  return scan.origin.role === 'agent' ? 'unknown' : noted(scan, 'other');
}

function noted(scan: Scan, kind: string): Outcome {
  scan.kind = kind;
  return 'known';
}

function fact(scan: Scan, kind: string): Outcome {
  scan.kind = kind;
  return hasQueueId(scan) ? 'fact' : 'known';
}
