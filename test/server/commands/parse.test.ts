import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type ParseOptions, runParse } from '../../../server/commands/parse.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const dir = createTempDir('parse');
afterAll(() => dir.remove());

function file(name: string, bytes: string | Buffer): string {
  const path = join(dir.path, name);
  writeFileSync(path, bytes);
  return path;
}

/** A stream that takes what it is given after a turn, as a slow pipe does. */
class Slow extends Writable {
  text = '';
  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }
  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.text += chunk;
    setImmediate(done);
  }
}

async function run(files: readonly string[], options: ParseOptions = {}) {
  const stdout = new Slow();
  const stderr = new Slow();
  const status = await runParse(files, { timezone: 'UTC', year: 2026, ...options }, { stdout, stderr });
  const records = stdout.text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, records, stderr: stderr.text };
}

const LINE = 'Nov 21 17:20:21 mx1 postfix/qmgr[7]: 0A1B2C: removed';

describe('mailvigil parse', () => {
  it('CMD-1: prints one object per line, also for lines that are empty, garbage or too long', async () => {
    const path = file('a.log', `${LINE}\n\n\xff\xfe\n${'x'.repeat(70_000)}\n${LINE}`);
    const { status, records } = await run([path]);
    expect(status).toBe(0);
    expect(records.map(({ line, unparsed }) => [line, unparsed ?? false])).toEqual([
      [1, false],
      [2, true],
      [3, true],
      [4, true],
      [5, false],
    ]);
    expect(records[0]).toEqual({
      line: 1,
      time: '2026-11-21T17:20:21Z',
      host: 'mx1',
      program: 'postfix/qmgr',
      pid: 7,
      service: 'qmgr',
      kind: 'removed',
      queueId: '0A1B2C',
    });
  });

  it('reads several files in order, compressed ones too, each with lines of its own', async () => {
    const files = [file('b.log', `${LINE}\n${LINE}\n`), file('c.log.gz', gzipSync(`${LINE}\n`))];
    expect((await run(files)).records.map(({ line }) => line)).toEqual([1, 2, 1]);
  });

  it('is not faster than its reader, and loses nothing', async () => {
    const path = file('many.log', `${LINE}\n`.repeat(20_000));
    const { records } = await run([path]);
    expect(records).toHaveLength(20_000);
    expect(records.at(-1)?.['line']).toBe(20_000);
  });

  it('stops without a complaint when its reader has left', async () => {
    const stderr = new Slow();
    const gone = new Writable({
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const path = file('gone.log', `${LINE}\n`.repeat(20_000));
    expect(await runParse([path], {}, { stdout: gone, stderr })).toBe(0);
    expect(stderr.text).toBe('');
  });

  it.each(['exim', 'kumomta', 'haraka', 'powermta', 'arf', 'dsn'])(
    'says that %s is not read yet',
    async (format) => {
      const { status, stderr, records } = await run([], { format });
      expect([status, records]).toEqual([2, []]);
      expect(stderr).toMatch(new RegExp(`${format} is not read yet`));
    },
  );

  it('says which formats there are when it is given another', async () => {
    expect((await run([], { format: 'csv' })).stderr).toMatch(/csv is not known: it is one of auto, postfix/);
  });

  it('fails with fault and mend for a file that is not there', async () => {
    await expect(run([join(dir.path, 'none.log')])).rejects.toThrow(/does not exist: check the name/);
  });

  it('shows nothing on standard error when that is no terminal', async () => {
    const stderr = new PassThrough();
    await runParse([file('d.log', `${LINE}\n`)], {}, { stdout: new Slow(), stderr });
    expect(stderr.read()).toBeNull();
  });
});
