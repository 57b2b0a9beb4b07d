/** Why bytes did not become a line. */
export type LineDrop = 'too-long' | 'torn';
export type LineTaker = (buffer: Buffer, start: number, end: number) => void;

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
const FIRST_PENDING_BYTES = 4 * 1024;

/** Calls `onLine` for each line, without LF, CR LF or NUL at its end; the bytes are only valid during the call. */
export function createLineSplitter(onLine: LineTaker, options: LineSplitterOptions = {}): LineSplitter {
  return new Splitter(onLine, options);
}

class Splitter implements LineSplitter {
  dropped = 0;
  readonly #onLine: LineTaker;
  readonly #options: LineSplitterOptions;
  readonly #maxLineBytes: number;
  /** Begin of a line whose end has not come; `#pendingBytes` of it are filled. */
  #pending = Buffer.alloc(0);
  #pendingBytes = 0;
  /** Bytes of a line that is too long already, whose end we wait for. */
  #skippedBytes = 0;

  constructor(onLine: LineTaker, options: LineSplitterOptions) {
    this.#onLine = onLine;
    this.#options = options;
    this.#maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  }

  get pendingBytes(): number {
    return this.#pendingBytes + this.#skippedBytes;
  }

  push(chunk: Buffer): void {
    let start = 0;
    if (this.pendingBytes > 0) {
      const first = chunk.indexOf(LINE_FEED);
      if (first < 0) return this.#hold(chunk, 0);
      this.#finishPending(chunk, first);
      start = first + 1;
    }
    start = this.#splitWhole(chunk, start);
    if (start < chunk.length) this.#hold(chunk, start);
  }

  flush(keepTorn = true): void {
    const bytes = this.#pendingBytes;
    if (this.#skippedBytes > 0) this.#drop('too-long', this.#skippedBytes);
    else if (bytes > 0 && keepTorn) this.#emit(this.#pending, 0, bytes);
    else if (bytes > 0) this.#drop('torn', bytes);
    this.#pendingBytes = 0;
    this.#skippedBytes = 0;
  }

  /** Hands over the whole lines from `from` on and gives the offset after the last. */
  #splitWhole(chunk: Buffer, from: number): number {
    for (let start = from; ;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) return start;
      this.#emit(chunk, start, end);
      start = end + 1;
    }
  }

  #emit(buffer: Buffer, start: number, end: number): void {
    if (end - start > this.#maxLineBytes) this.#drop('too-long', end - start);
    else this.#onLine(buffer, start, trimmed(buffer, start, end));
  }

  #drop(reason: LineDrop, bytes: number): void {
    this.dropped += 1;
    this.#options.onDrop?.(reason, bytes);
  }

  /** Keeps the rest of a chunk for the next one. */
  #hold(chunk: Buffer, start: number): void {
    const bytes = chunk.length - start;
    const total = this.#pendingBytes + bytes;
    if (this.#skippedBytes > 0 || total > this.#maxLineBytes) {
      this.#skippedBytes += total;
      this.#pendingBytes = 0;
      return;
    }
    if (this.#pending.length < total) this.#grow(total);
    chunk.copy(this.#pending, this.#pendingBytes, start);
    this.#pendingBytes = total;
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * bytes, FIRST_PENDING_BYTES));
    this.#pending.copy(larger, 0, 0, this.#pendingBytes);
    this.#pending = larger;
  }

  #finishPending(chunk: Buffer, lineFeed: number): void {
    this.#hold(chunk.subarray(0, lineFeed), 0);
    this.flush();
  }
}

/** Lines of other systems end in CR LF, and datagrams written to files in NUL. */
function trimmed(buffer: Buffer, start: number, end: number): number {
  let to = end;
  while (to > start && (buffer[to - 1] === CARRIAGE_RETURN || buffer[to - 1] === 0)) to -= 1;
  return to;
}
