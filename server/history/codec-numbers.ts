/** Counters and gauges of a window as bytes. */
import type { Histogram } from '../../shared/histogram.ts';
import type { Counter, QueueGauge, Window } from '../../shared/window.ts';
import { type ByteReader, type ByteWriter, damaged } from './codec-bytes.ts';
import { readHistogram, writeHistogram } from './codec-histogram.ts';

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

const QUEUE = 1;
const PEAK = 2;
const ACCESS = 4;
/** By their place in stored bytes; only ever appended to. */
const STORED_ACCESS = ['mailbox', 'submission'] as const;

const COUNTERS_PER_BYTE = 7;
const MORE_COUNTERS = 0x80;

/** Bit i of byte j stands for counter 7j + i; the high bit says that another byte follows. */
export function writeCounts(writer: ByteWriter, { counts }: Window): void {
  const start = writer.length;
  let last = 0;
  for (let i = 0; i < STORED_COUNTERS.length; i++) {
    if (counts[STORED_COUNTERS[i] as Counter] !== 0) last = i;
  }
  const bytes = Math.floor(last / COUNTERS_PER_BYTE) + 1;
  for (let j = 0; j < bytes; j++) writer.byte(0);
  for (let j = 0; j < bytes; j++) {
    let mask = j < bytes - 1 ? MORE_COUNTERS : 0;
    for (let i = 0; i < COUNTERS_PER_BYTE; i++) {
      const name: Counter | undefined = STORED_COUNTERS[j * COUNTERS_PER_BYTE + i];
      if (name === undefined || counts[name] === 0) continue;
      mask |= 1 << i;
      writer.varint(counts[name]);
    }
    writer.setByte(start + j, mask);
  }
}

const masks: number[] = [];

/** Adds them to those of the window. */
export function readCounts(reader: ByteReader, { counts }: Window): void {
  let bytes = 0;
  for (let mask = MORE_COUNTERS; (mask & MORE_COUNTERS) !== 0; bytes++) masks[bytes] = mask = reader.byte();
  for (let j = 0; j < bytes; j++) {
    // Lowest bit first.
    for (let left = (masks[j] as number) & ~MORE_COUNTERS; left !== 0; left &= left - 1) {
      const name: Counter | undefined =
        STORED_COUNTERS[j * COUNTERS_PER_BYTE + 31 - Math.clz32(left & -left)];
      if (name === undefined) throw damaged('it counts what this program does not know');
      counts[name] += reader.varint();
    }
  }
}

/** Of those that there are; who waits is told without their ages, when these are not wanted. */
export function writeGauges(writer: ByteWriter, window: Window, withAges = true): void {
  const { queue, queuePeak, access } = window;
  writer.byte((queue ? QUEUE : 0) | (queuePeak ? PEAK : 0) | (access ? ACCESS : 0));
  if (queue) {
    writeQueue(writer, queue);
    if (withAges) writeHistogram(writer, queue.waiting, queue.waiting.pairs());
  }
  if (queuePeak) {
    writer.number(queuePeak.depth);
    writer.number(queuePeak.oldestMs ?? -1);
  }
  if (!access) return;
  writer.number(access.atMs);
  writer.byte(STORED_ACCESS.indexOf(access.access));
  writer.number(access.users);
  writer.number(access.failing);
}

function writeQueue(writer: ByteWriter, queue: QueueGauge): void {
  writer.number(queue.atMs);
  for (const name of ['incoming', 'active', 'deferred', 'hold', 'corrupt'] as const)
    writer.number(queue[name]);
  writer.number(queue.oldestMs ?? -1);
}

/** Those that were not written stay as they are. `ages`: stands for the ages of who waits, when they were not written. */
export function readGauges(reader: ByteReader, window: Window, end: number, ages?: Histogram): void {
  const mask = reader.byte();
  if (mask > (QUEUE | PEAK | ACCESS)) throw damaged('it has unknown gauges');
  if ((mask & QUEUE) !== 0) window.queue = readQueue(reader, ages);
  if ((mask & PEAK) !== 0) window.queuePeak = { depth: reader.number(), oldestMs: readAge(reader) };
  if ((mask & ACCESS) !== 0) {
    const atMs = reader.number();
    const access = STORED_ACCESS[reader.byte()];
    if (!access) throw damaged('it has a login of an unknown kind');
    window.access = { atMs, access, users: reader.number(), failing: reader.number() };
  }
  reader.mustBeAt(end);
}

function readQueue(reader: ByteReader, ages: Histogram | undefined): QueueGauge {
  const atMs = reader.number();
  const incoming = reader.number();
  const active = reader.number();
  const deferred = reader.number();
  const hold = reader.number();
  const corrupt = reader.number();
  const oldestMs = readAge(reader);
  const waiting = ages ?? readHistogram(reader);
  return { atMs, incoming, active, deferred, hold, corrupt, oldestMs, waiting };
}

/** Null is stored as -1. */
function readAge(reader: ByteReader): number | null {
  const age = reader.number();
  return age === -1 ? null : age;
}
