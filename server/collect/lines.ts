import type { Bytes } from './scan/byte-cache.ts';
import { findByte } from './scan/bytes.ts';

/** Why bytes did not become a line. */
export type LineDrop = 'too-long' | 'torn';

export interface LineSplitterOptions {
  /** Longer lines are dropped; syslog relays cut at 8 KiB, Postfix at 2,000 bytes. */
  readonly maxLineBytes?: number;
  /** Told once per dropped line. */
  readonly onDrop?: (reason: LineDrop, bytes: number) => void;
}

/** Cuts a stream of buffers into lines where they lie; only a line that continues in the next buffer is copied. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /**
   * Ends the stream: what stands after the last line feed is handed over as a line, or dropped as `torn` when the
   * writer may not be done with it.
   */
  flush(keepTorn?: boolean): void;
  /** Bytes that wait for their line feed. */
  readonly pendingBytes: number;
  /** Lines dropped so far, whatever the reason. */
  readonly dropped: number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MAX_LINE_BYTES = 64 * 1024;

/** Calls `onLine` for each line, without LF, CR LF or NUL at its end; the bytes are only valid during the call. */
export function createLineSplitter(
  onLine: (buffer: Buffer, start: number, end: number) => void,
  options: LineSplitterOptions = {},
): LineSplitter {
  const { maxLineBytes = MAX_LINE_BYTES } = options;
  let dropped = 0;
  /** Begin of a line whose end has not come; `pendingBytes` of it are filled. */
  let pending = Buffer.alloc(0);
  let pendingBytes = 0;
  /** Bytes of a line that is too long already, whose end we wait for. */
  let skippedBytes = 0;

  function onDrop(reason: LineDrop, bytes: number): void {
    dropped += 1;
    options.onDrop?.(reason, bytes);
  }

  function push(chunk: Buffer): void {
    const first = chunk.indexOf(LINE_FEED);
    if (first < 0) {
      hold(chunk, 0);
      return;
    }
    let start = 0;
    if (pendingBytes > 0 || skippedBytes > 0) {
      finishPending(chunk, first);
      start = first + 1;
    }
    start = splitRest(chunk, start);
    if (start < chunk.length) hold(chunk, start);
  }

  /** Hands over the whole lines from `start` on and gives the offset after the last. */
  function splitRest(chunk: Buffer, from: number): number {
    let start = from;
    const bytes = { buffer: chunk, view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength) };
    for (;;) {
      const end = nextLineFeed(bytes, start);
      if (end < 0) return start;
      emit(chunk, start, end);
      start = end + 1;
    }
  }

  function emit(buffer: Buffer, start: number, end: number): void {
    const length = end - start;
    if (length > maxLineBytes) onDrop('too-long', length);
    else onLine(buffer, start, trimmed(buffer, start, end));
  }

  /** Keeps the rest of a chunk for the next one. */
  function hold(chunk: Buffer, start: number): void {
    const bytes = chunk.length - start;
    if (skippedBytes > 0 || pendingBytes + bytes > maxLineBytes) {
      skippedBytes += pendingBytes + bytes;
      pendingBytes = 0;
      return;
    }
    if (pending.length < pendingBytes + bytes) {
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(2 * (pendingBytes + bytes), 4_096), maxLineBytes));
      pending.copy(larger, 0, 0, pendingBytes);
      pending = larger;
    }
    chunk.copy(pending, pendingBytes, start);
    pendingBytes += bytes;
  }

  function finishPending(chunk: Buffer, lineFeed: number): void {
    hold(chunk.subarray(0, lineFeed), 0);
    if (skippedBytes > 0) onDrop('too-long', skippedBytes);
    else emit(pending, 0, pendingBytes);
    pendingBytes = 0;
    skippedBytes = 0;
  }

  function flush(keepTorn = true): void {
    const bytes = pendingBytes;
    pendingBytes = 0;
    if (skippedBytes > 0) onDrop('too-long', skippedBytes);
    else if (bytes > 0 && keepTorn) emit(pending, 0, bytes);
    else if (bytes > 0) onDrop('torn', bytes);
    skippedBytes = 0;
  }

  return {
    push,
    flush,
    get pendingBytes() {
      return pendingBytes + skippedBytes;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** Offset of the next line feed; -1 without one. Within a line this is cheaper than the call out of JavaScript that `indexOf` is. */
function nextLineFeed(bytes: Bytes, from: number): number {
  return findByte(bytes, LINE_FEED, from, bytes.buffer.length);
}

/** Lines of other systems end in CR LF, and datagrams written to files in NUL. */
function trimmed(buffer: Buffer, start: number, end: number): number {
  let to = end;
  while (to > start && (buffer[to - 1] === CARRIAGE_RETURN || buffer[to - 1] === 0)) to -= 1;
  return to;
}
