import { Readable } from 'node:stream';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { openLog } from '../../../server/collect/open-log.ts';
import { createRandom } from '../../support/random.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const dir = createTempDir('open-log');
afterAll(() => dir.remove());

const TEXT = Buffer.from(Array.from({ length: 50_000 }, (_, n) => `line ${String(n)}\n`).join(''));

function file(name: string, bytes: Buffer): string {
  const path = join(dir.path, name);
  writeFileSync(path, bytes);
  return path;
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const chunk of chunks) read.push(Buffer.from(chunk));
  return Buffer.concat(read);
}

/** Noise packs badly, so that frames do not end where pieces of input do. */
const random = createRandom(5);
const NOISE = Buffer.from(Array.from({ length: 900_000 }, () => 32 + Math.floor(random() * 90)));

describe('an archived log', () => {
  it('of many zstd frames of any length is read whole', async () => {
    const frames: Buffer[] = [];
    for (let at = 0; at < NOISE.length;) {
      const size = 1 + Math.floor(random() * 300_000) * (random() < 0.5 ? 1 : 0);
      frames.push(zstdCompressSync(NOISE.subarray(at, at + size)));
      at += size;
      if (frames.length > 60) {
        frames.push(zstdCompressSync(NOISE.subarray(at)));
        break;
      }
    }
    expect((await readAll(openLog(file('frames.zst', Buffer.concat(frames))))).equals(NOISE)).toBe(true);
  });

  it.each([
    ['plain', TEXT],
    ['gzip', gzipSync(TEXT)],
    ['gzip in two parts', Buffer.concat([gzipSync(TEXT.subarray(0, 99)), gzipSync(TEXT.subarray(99))])],
    ['zstd', zstdCompressSync(TEXT)],
    [
      'zstd in two parts',
      Buffer.concat([zstdCompressSync(TEXT.subarray(0, 99)), zstdCompressSync(TEXT.subarray(99))]),
    ],
  ])('is read as text when it is stored as %s, whatever its name', async (name, bytes) => {
    const seen: number[] = [];
    const path = file(`${name}.txt`, bytes);
    expect((await readAll(openLog(path, (read) => seen.push(read)))).equals(TEXT)).toBe(true);
    expect(seen.at(-1)).toBe(bytes.length);
  });

  it('may be empty, or shorter than the mark of a compression', async () => {
    expect((await readAll(openLog(file('empty', Buffer.alloc(0))))).length).toBe(0);
    expect((await readAll(openLog(file('short', Buffer.from('a\n'))))).toString()).toBe('a\n');
  });

  it('comes from standard input for -, compressed or not', async () => {
    const packed = gzipSync(TEXT);
    const pieces = Readable.from([packed.subarray(0, 1), packed.subarray(1, 3), packed.subarray(3)]);
    expect((await readAll(openLog('-', undefined, pieces))).equals(TEXT)).toBe(true);
    expect((await readAll(openLog('-', undefined, Readable.from([Buffer.from('x\n')])))).toString()).toBe(
      'x\n',
    );
  });

  it('that is not there or is a directory is told with what to do', () => {
    expect(() => openLog(join(dir.path, 'none.log'))).toThrow(/none\.log does not exist: check the name/);
    expect(() => openLog(dir.path)).toThrow(/is a directory: name the log files in it/);
  });

  it('that is cut off or damaged fails after what could be read, and says so', async () => {
    const path = file('cut.gz', gzipSync(TEXT).subarray(0, 40_000));
    await expect(readAll(openLog(path))).rejects.toThrow(/cut\.gz is compressed and damaged/);
    const noise = Buffer.concat([zstdCompressSync(TEXT).subarray(0, 5_000), Buffer.alloc(5_000, 7)]);
    await expect(readAll(openLog(file('noise.zst', noise)))).rejects.toThrow(
      /noise\.zst is compressed and damaged/,
    );
  });

  it('may be left before its end', async () => {
    for await (const chunk of openLog(file('left.gz', gzipSync(TEXT)))) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
  });
});
