import { accessSync, constants, createReadStream, statSync } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, messageOf } from '../base/errors.ts';
import { unzstd } from './unzstd.ts';

const READ_BYTES = 256 * 1024;
/** First bytes of a compressed file; its name does not matter. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * The text of a plain, gzip or zstd file, or of standard input for `-`. A file that can't be read throws before any
 * byte; `onRead` is told how many bytes of the file, as it is stored, have been read in all.
 */
export function openLog(
  path: string,
  onRead?: (bytes: number) => void,
  stdin: Readable = process.stdin,
): AsyncIterable<Buffer> {
  if (path === '-') return uncompressed(stdin, 'standard input');
  checkReadable(path);
  return uncompressed(counted(path, onRead), path);
}

async function* counted(path: string, onRead?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const chunk of file) {
    yield chunk as Buffer;
    onRead?.(file.bytesRead);
  }
}

function checkReadable(path: string): void {
  if (isReadableDirectory(path)) {
    throw new AppError('bad-request', `${path} is a directory: name the log files in it`);
  }
}

function isReadableDirectory(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isDirectory();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): AppError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ENOENT')
    return new AppError('not-found', `${path} does not exist: check the name`, [], { cause });
  if (code === 'EACCES' || code === 'EPERM') {
    const mend = 'run as a user who may, on Debian a member of the group adm';
    return new AppError('forbidden', `${path} may not be read: ${mend}`, [], { cause });
  }
  return new AppError('bad-request', `${path} can't be read: ${messageOf(cause)}`, [], { cause });
}

/** The bytes behind the compression that the first bytes show. */
async function* uncompressed(input: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const iterator = input[Symbol.asyncIterator]();
  try {
    const head = await readHead(iterator);
    yield* decompressed(head, joined(head, iterator));
  } catch (cause) {
    throw cause instanceof AppError ? cause : damaged(name, cause);
  } finally {
    await iterator.return?.();
  }
}

function decompressed(head: Buffer, all: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  if (head.subarray(0, ZSTD.length).equals(ZSTD)) return unzstd(all, READ_BYTES);
  if (!head.subarray(0, GZIP.length).equals(GZIP)) return all;
  const decoder = createGunzip({ chunkSize: READ_BYTES });
  pipeline(all, decoder, () => undefined);
  return decoder as AsyncIterable<Buffer>;
}

function damaged(name: string, cause: unknown): AppError {
  const code = String((cause as { code?: unknown } | null)?.code ?? '');
  if (!code.startsWith('Z_') && !code.startsWith('ZSTD_') && !code.startsWith('ERR_'))
    return unreadable(name, cause);
  const mend = 'copy it again, or decompress what is left of it and read that';
  return new AppError('bad-request', `${name} is compressed and damaged (${messageOf(cause)}): ${mend}`, [], {
    cause,
  });
}

/** Enough bytes to tell the compression, unless there are no more. */
async function readHead(iterator: AsyncIterator<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0);
  while (head.length < ZSTD.length) {
    const { value, done } = await iterator.next();
    if (done === true) break;
    head = head.length === 0 ? Buffer.from(value) : Buffer.concat([head, value]);
  }
  return head;
}

async function* joined(head: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (;;) {
    const { value, done } = await iterator.next();
    if (done === true) return;
    yield value;
  }
}
