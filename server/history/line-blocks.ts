import type { LineRef } from '../collect/source.ts';
import type { LineBlock } from './store.ts';

/** Bytes of lines that may wait for the disk; beyond it new ones are left out and counted. */
const MAX_WAITING_BYTES = 48 << 20;
const FIRST_BYTES = 1 << 16;
/** A buffer that has grown beyond it is not kept for the next batch. */
const KEPT_BYTES = 16 << 20;
const NEWLINE = 0x0a;

interface Block {
  bytes: Buffer;
  length: number;
  fromMs: number;
  toMs: number;
}

/** Log lines as they were, collected by source until the next batch. */
export class LineBlocks {
  dropped = 0;
  #waitingBytes = 0;
  #blocks = new Map<string, Block>();
  /** Buffers of the batch before. */
  #rooms: Buffer[] = [];

  add(source: string, atMs: number, { buffer, start, end }: LineRef): void {
    const size = end - start + 1;
    if (this.#waitingBytes + size > MAX_WAITING_BYTES) {
      this.dropped += 1;
      return;
    }
    const block = this.#block(source, atMs, size);
    buffer.copy(block.bytes, block.length, start, end);
    block.bytes[block.length + size - 1] = NEWLINE;
    block.length += size;
    this.#waitingBytes += size;
    if (atMs < block.fromMs) block.fromMs = atMs;
    if (atMs > block.toMs) block.toMs = atMs;
  }

  take(): readonly LineBlock[] {
    const blocks = [...this.#blocks].map(([source, { bytes, length, fromMs, toMs }]) => ({
      source,
      fromMs,
      toMs,
      // A copy: the room that is left in a buffer would travel with it, and the buffer is filled again.
      bytes: new Uint8Array(bytes.subarray(0, length)),
    }));
    this.#rooms = [...this.#blocks.values()].flatMap(({ bytes }) =>
      bytes.length <= KEPT_BYTES ? bytes : [],
    );
    this.#blocks = new Map();
    this.#waitingBytes = 0;
    return blocks;
  }

  #block(source: string, atMs: number, size: number): Block {
    let block = this.#blocks.get(source);
    if (!block) {
      block = {
        bytes: this.#rooms.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES),
        length: 0,
        fromMs: atMs,
        toMs: atMs,
      };
      this.#blocks.set(source, block);
    }
    const needed = block.length + size;
    if (needed > block.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * block.bytes.length));
      block.bytes.copy(larger, 0, 0, block.length);
      block.bytes = larger;
    }
    return block;
  }
}
