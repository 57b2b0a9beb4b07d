import { pipeline } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';

/**
 * Decompresses zstd of any number of frames, as `zstd` leaves them when files are joined. A decoder of Node ends with
 * the first frame and drops what follows it in the same piece of input, so each frame may get a decoder of its own.
 */
export async function* unzstd(input: AsyncIterable<Buffer>, chunkSize: number): AsyncGenerator<Buffer> {
  const iterator = input[Symbol.asyncIterator]();
  let unread: Buffer[] = [];
  let isDone: boolean;
  do {
    const feed = new Feed(iterator, unread);
    const decoder = createZstdDecompress({ chunkSize });
    pipeline(feed.chunks(), decoder, () => undefined);
    for await (const chunk of decoder) yield chunk as Buffer;
    unread = feed.behind(decoder.bytesWritten);
    isDone = feed.isDone;
  } while (!isDone || unread.length > 0);
}

/** Input of one decoder; remembers what it may not have taken. */
class Feed {
  isDone = false;
  readonly #iterator: AsyncIterator<Buffer>;
  readonly #first: readonly Buffer[];
  /** Pieces handed over; all but the last few are known to be taken and let go. */
  readonly #given: Buffer[] = [];
  #givenBytes = 0;

  constructor(iterator: AsyncIterator<Buffer>, first: readonly Buffer[]) {
    this.#iterator = iterator;
    this.#first = first;
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (const chunk of this.#first) yield this.#give(chunk);
    for (;;) {
      const { value, done } = await this.#iterator.next();
      if (done === true) break;
      yield this.#give(value);
    }
    this.isDone = true;
  }

  #give(chunk: Buffer): Buffer {
    this.#given.push(chunk);
    this.#givenBytes += chunk.length;
    // More than this the decoder's own queue, which is shorter than one piece, never holds.
    if (this.#given.length > 8) this.#given.shift();
    return chunk;
  }

  /** The pieces behind the first `takenBytes` bytes. */
  behind(takenBytes: number): Buffer[] {
    let left = this.#givenBytes - takenBytes;
    const pieces: Buffer[] = [];
    for (const chunk of this.#given.toReversed()) {
      if (left <= 0) break;
      pieces.unshift(chunk.subarray(Math.max(0, chunk.length - left)));
      left -= chunk.length;
    }
    return pieces;
  }
}
