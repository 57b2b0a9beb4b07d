import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { unzstd } from '../unzstd.ts';
import { type ByteFile, type FileSystem, openFile } from './byte-file.ts';

const READ_BYTES = 64 * 1024;

/** Opens a file compressed with gzip or zstd (by its name) as the bytes that were compressed. Positions may only go forwards. */
export async function openArchive(files: FileSystem, path: string): Promise<ByteFile> {
  const packed = await openFile(files, path);
  const unpack = path.endsWith('.gz') ? gunzip(packed) : Readable.from(unzstd(bytesOf(packed), READ_BYTES));
  const close = async (): Promise<void> => {
    unpack.destroy();
    await packed.close();
  };
  return { ...packed, isArchive: true, read: createForwardReader(unpack), close };
}

function gunzip(packed: ByteFile): Readable {
  const unpack = createGunzip();
  // Errors come out of the iteration over it; without a callback they would come out twice.
  pipeline(Readable.from(bytesOf(packed)), unpack, () => undefined);
  return unpack;
}

async function* bytesOf(file: ByteFile): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += READ_BYTES) {
    const buffer = Buffer.alloc(READ_BYTES);
    const size = await file.read(buffer, position);
    if (size > 0) yield buffer.subarray(0, size);
    if (size < READ_BYTES) return;
  }
}

/** Keeps what the stream has given from the last position asked for onwards: reads overlap by a fingerprint. */
function createForwardReader(stream: AsyncIterable<Buffer>): ByteFile['read'] {
  const source = stream[Symbol.asyncIterator]();
  let kept: Buffer = Buffer.alloc(0);
  let keptFrom = 0;
  return async (buffer, position) => {
    if (position < keptFrom) throw new Error('an archive is read forwards only');
    const parts = [kept.subarray(position - keptFrom)];
    let end = keptFrom + kept.length;
    while (end < position + buffer.length) {
      const { value, done } = await source.next();
      if (done) break;
      parts.push(value.subarray(Math.max(0, position - end)));
      end += value.length;
    }
    kept = Buffer.concat(parts);
    keptFrom = position;
    return kept.copy(buffer);
  };
}
