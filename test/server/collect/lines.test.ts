import { describe, expect, it } from 'vitest';
import { createLineSplitter, type LineSplitterOptions } from '../../../server/collect/lines.ts';
import { createRandom } from '../../support/random.ts';

function split(chunks: readonly (string | Buffer)[], options: LineSplitterOptions = {}, keepTorn = true) {
  const lines: string[] = [];
  const drops: string[] = [];
  const splitter = createLineSplitter(
    (buffer, start, end) => lines.push(buffer.toString('latin1', start, end)),
    {
      ...options,
      onDrop: (reason, bytes) => drops.push(`${reason} ${String(bytes)}`),
    },
  );
  for (const chunk of chunks) splitter.push(Buffer.from(chunk as string));
  const pending = splitter.pendingBytes;
  splitter.flush(keepTorn);
  return { lines, drops, pending, dropped: splitter.dropped };
}

describe('lines', () => {
  it('end at LF, CR LF or NUL LF, and may be empty', () => {
    expect(split(['a\nb\r\n\nc\0\n\r\n']).lines).toEqual(['a', 'b', '', 'c', '']);
  });

  it('continue over any number of chunks', () => {
    expect(split(['ab', '', 'c', 'd\ne', 'f\n', 'g\n']).lines).toEqual(['abcd', 'ef', 'g']);
  });

  it('without an end are handed over, or dropped as torn', () => {
    expect(split(['a\nb'])).toMatchObject({ lines: ['a', 'b'], pending: 1, dropped: 0 });
    expect(split(['a\nb'], {}, false)).toMatchObject({ lines: ['a'], drops: ['torn 1'], dropped: 1 });
  });

  it('that are too long are dropped and counted once, and the next one is read', () => {
    const long = 'x'.repeat(11);
    const limits = { maxLineBytes: 10 };
    expect(split([`a\n${long}\nb\n`], limits)).toMatchObject({ lines: ['a', 'b'], drops: ['too-long 11'] });
    expect(split(['a\nxxxxxxxx', 'xxxxxxxx', 'xx', 'x\nb\n'], limits)).toMatchObject({
      lines: ['a', 'b'],
      drops: ['too-long 19'],
    });
    expect(split([`a\n${long}`], limits)).toMatchObject({ lines: ['a'], drops: ['too-long 11'], dropped: 1 });
    expect(split(['xxxxxxxxxx\n'], limits).lines).toEqual(['xxxxxxxxxx']);
  });

  it.each([3, 11, 2026])('are the same however their bytes are cut into chunks (seed %d)', (seed) => {
    const random = createRandom(seed);
    const text = Array.from(
      { length: 400 },
      (_, n) => 'y'.repeat(Math.floor(random() * 90)) + String(n),
    ).join('\n');
    const bytes = Buffer.from(`${text}\n`);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(random() * 200);
      chunks.push(bytes.subarray(at, at + size));
      at += size;
    }
    expect(split(chunks).lines).toEqual(text.split('\n'));
  });
});
