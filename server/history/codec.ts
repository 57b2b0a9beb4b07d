/**
 * Bytes of a window, as they travel to the store and rest in it:
 * form, counters (mask and values), mask of parts, and each part preceded by its length.
 */
import type { Histogram } from '../../shared/histogram.ts';
import { type Counter, type QueueGauge, Window } from '../../shared/window.ts';
import { ByteReader, ByteWriter, damaged } from './codec-bytes.ts';
import { arePairsEqual, passHistogram, readHistogram, writeHistogram } from './codec-histogram.ts';
import { readTables, type TextCoder, writeTables } from './codec-tables.ts';
import type { Wanted } from './store.ts';

export type { TextCoder } from './codec-tables.ts';

/** Counters by their place in stored bytes. Only ever appended to, whatever the order of COUNTERS becomes. */
export const STORED_COUNTERS = [
  'accepted',
  'delivered',
  'deferred',
  'deferredRecipients',
  'bounced',
  'expired',
  'rejected',
  'rejectedTemporary',
  'rejectedPermanent',
  'held',
  'released',
  'deleted',
  'scanned',
  'spam',
  'softRejected',
  'loginOk',
  'loginFailed',
  'loginFault',
  'queued',
  'milterSpam',
  'filterHops',
  'late',
  'troubles',
  'byInstance',
  'byLogin',
  'byRecipientDomain',
  'byRelay',
  'bySenderDomain',
] as const satisfies readonly Counter[];

/** First byte: the form, and whether keys of tables are texts or numbers of a dictionary. */
const WITH_TEXTS = 1;
const WITH_NUMBERS = 2;

const LAG = 1;
const EFFECTIVE_LAG = 2;
/** Effective lag is the lag: so it is of mail that came straight through. */
const SAME_LAG = 4;
const GAUGES = 8;
const TABLES = 16;
const ALL_PARTS = LAG | EFFECTIVE_LAG | SAME_LAG | GAUGES | TABLES;

const QUEUE = 1;
const PEAK = 2;
const ACCESS = 4;
/** By their place in stored bytes; only ever appended to. */
const STORED_ACCESS = ['mailbox', 'submission'] as const;

const EVERYTHING: Wanted = { lag: true, gauges: true, tables: true };
const COUNTERS_PER_BYTE = 7;
const MORE_COUNTERS = 0x80;

const scratch = new ByteWriter();

/** `texts`: keys of tables become its numbers; without it they are written out. */
export function encodeWindow(window: Window, texts?: TextCoder): Uint8Array {
  scratch.reset();
  scratch.byte(texts ? WITH_NUMBERS : WITH_TEXTS);
  writeCounts(window);
  const parts = scratch.length;
  scratch.byte(0);
  let written = writeLags(window);
  if (window.queue || window.access) {
    written |= GAUGES;
    const start = scratch.begin();
    writeGauges(window);
    scratch.end(start);
  }
  if (window.destinations || window.reasons || window.causes || window.bounces) {
    written |= TABLES;
    const start = scratch.begin();
    writeTables(scratch, window, texts);
    scratch.end(start);
  }
  scratch.setByte(parts, written);
  return scratch.take();
}

/** `wanted`: other parts are passed over and stay empty. `texts`: the dictionary of numbered keys. */
export function decodeWindow(bytes: Uint8Array, wanted: Wanted = EVERYTHING, texts?: TextCoder): Window {
  return readWindow(new ByteReader(bytes), wanted, texts);
}

/** The one that takes up all that the reader has. */
export function readWindow(reader: ByteReader, wanted: Wanted, texts?: TextCoder): Window {
  const form = reader.byte();
  if (form !== WITH_TEXTS && form !== WITH_NUMBERS) throw damaged(`form ${form} is unknown`);
  const window = new Window();
  readCounts(reader, window);
  const parts = reader.byte();
  if ((parts & ~ALL_PARTS) !== 0) throw damaged('it has unknown parts');
  if (wanted.lag) readLags(reader, window, parts);
  else passLags(reader, parts, wanted.effectiveLag ? window.effectiveLag : null);
  if ((parts & GAUGES) !== 0) {
    const end = reader.part();
    if (wanted.gauges) readGauges(reader, window, end);
    else reader.at = end;
  }
  if ((parts & TABLES) !== 0) {
    const end = reader.part();
    if (wanted.tables) readTables(reader, window, form === WITH_NUMBERS ? mustHave(texts) : undefined);
    else reader.at = end;
    reader.mustBeAt(end);
  }
  reader.mustBeAt(reader.end);
  return window;
}

function mustHave(texts: TextCoder | undefined): TextCoder {
  if (!texts) throw new Error('a window with numbered keys is read with their dictionary');
  return texts;
}

/** Bit i of byte j stands for counter 7j + i; the high bit says that another byte follows. */
function writeCounts({ counts }: Window): void {
  const start = scratch.length;
  let last = 0;
  for (let i = 0; i < STORED_COUNTERS.length; i++) {
    if (counts[STORED_COUNTERS[i] as Counter] !== 0) last = i;
  }
  const bytes = Math.floor(last / COUNTERS_PER_BYTE) + 1;
  for (let j = 0; j < bytes; j++) scratch.byte(0);
  for (let j = 0; j < bytes; j++) {
    let mask = j < bytes - 1 ? MORE_COUNTERS : 0;
    for (let i = 0; i < COUNTERS_PER_BYTE; i++) {
      const name: Counter | undefined = STORED_COUNTERS[j * COUNTERS_PER_BYTE + i];
      if (name === undefined || counts[name] === 0) continue;
      mask |= 1 << i;
      scratch.varint(counts[name]);
    }
    scratch.setByte(start + j, mask);
  }
}

const masks: number[] = [];
function readCounts(reader: ByteReader, { counts }: Window): void {
  let bytes = 0;
  for (let mask = MORE_COUNTERS; (mask & MORE_COUNTERS) !== 0; bytes++) masks[bytes] = mask = reader.byte();
  for (let j = 0; j < bytes; j++) {
    const mask = masks[j] as number;
    for (let i = 0; i < COUNTERS_PER_BYTE; i++) {
      if ((mask & (1 << i)) === 0) continue;
      const name: Counter | undefined = STORED_COUNTERS[j * COUNTERS_PER_BYTE + i];
      if (name === undefined) throw damaged('it counts what this program does not know');
      counts[name] = reader.varint();
    }
  }
}

function writeLags({ lag, effectiveLag }: Window): number {
  const pairs = lag.pairs();
  const effectivePairs = effectiveLag.pairs();
  const first = lag.count > 0 ? LAG : 0;
  if (lag.count > 0) writeHistogramPart(lag, pairs);
  if (effectiveLag.count === 0) return first;
  if (lag.max === effectiveLag.max && arePairsEqual(pairs, effectivePairs)) return first | SAME_LAG;
  writeHistogramPart(effectiveLag, effectivePairs);
  return first | EFFECTIVE_LAG;
}

function writeHistogramPart(histogram: Histogram, pairs: readonly number[]): void {
  const start = scratch.begin();
  writeHistogram(scratch, histogram, pairs);
  scratch.end(start);
}

function readLags(reader: ByteReader, window: Window, parts: number): void {
  if ((parts & LAG) !== 0) readHistogramPart(reader, window.lag);
  if ((parts & EFFECTIVE_LAG) !== 0) readHistogramPart(reader, window.effectiveLag);
  if ((parts & SAME_LAG) !== 0) window.effectiveLag.merge(window.lag);
}

function readHistogramPart(reader: ByteReader, into: Histogram): void {
  const end = reader.part();
  into.merge(readHistogram(reader));
  reader.mustBeAt(end);
}

/** Goes past both, and puts the effective lag, which may stand for the other, into `effective`. */
function passLags(reader: ByteReader, parts: number, effective: Histogram | null): void {
  for (const part of [LAG, EFFECTIVE_LAG]) {
    if ((parts & part) === 0) continue;
    const end = reader.part();
    const isIt = part === EFFECTIVE_LAG || (parts & SAME_LAG) !== 0;
    if (effective && isIt) effective.merge(passHistogram(reader, end));
    else reader.at = end;
  }
}

function writeGauges({ queue, queuePeak, access }: Window): void {
  scratch.byte((queue ? QUEUE : 0) | (queuePeak ? PEAK : 0) | (access ? ACCESS : 0));
  if (queue) writeQueue(queue);
  if (queuePeak) {
    scratch.number(queuePeak.depth);
    scratch.number(queuePeak.oldestMs ?? -1);
  }
  if (!access) return;
  scratch.number(access.atMs);
  scratch.byte(STORED_ACCESS.indexOf(access.access));
  scratch.number(access.users);
  scratch.number(access.failing);
}

function writeQueue(queue: QueueGauge): void {
  scratch.number(queue.atMs);
  for (const name of ['incoming', 'active', 'deferred', 'hold', 'corrupt'] as const)
    scratch.number(queue[name]);
  scratch.number(queue.oldestMs ?? -1);
  writeHistogram(scratch, queue.waiting, queue.waiting.pairs());
}

function readGauges(reader: ByteReader, window: Window, end: number): void {
  const mask = reader.byte();
  if (mask > (QUEUE | PEAK | ACCESS)) throw damaged('it has unknown gauges');
  if ((mask & QUEUE) !== 0) window.queue = readQueue(reader);
  if ((mask & PEAK) !== 0) window.queuePeak = { depth: reader.number(), oldestMs: readAge(reader) };
  if ((mask & ACCESS) !== 0) {
    const atMs = reader.number();
    const access = STORED_ACCESS[reader.byte()];
    if (!access) throw damaged('it has a login of an unknown kind');
    window.access = { atMs, access, users: reader.number(), failing: reader.number() };
  }
  reader.mustBeAt(end);
}

function readQueue(reader: ByteReader): QueueGauge {
  const atMs = reader.number();
  const [incoming, active, deferred] = [reader.number(), reader.number(), reader.number()];
  const [hold, corrupt] = [reader.number(), reader.number()];
  const oldestMs = readAge(reader);
  const waiting = readHistogram(reader);
  return { atMs, incoming, active, deferred, hold, corrupt, oldestMs, waiting };
}

/** Null is stored as -1. */
function readAge(reader: ByteReader): number | null {
  const age = reader.number();
  return age === -1 ? null : age;
}
