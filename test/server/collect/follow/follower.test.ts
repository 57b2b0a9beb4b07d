import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from '../../../../server/collect/follow/byte-file.ts';
import { FilePosition } from '../../../../server/collect/follow/position.ts';
import { createTempDir, type TempDir } from '../../../support/temp-dir.ts';
import { createHandClock, createWriter, follow, type Followed, numbered, text } from './harness.ts';

let dir: TempDir;
let path: string;
let writer: ReturnType<typeof createWriter>;
const running: Followed[] = [];

beforeEach(() => {
  dir = createTempDir('follow');
  path = join(dir.path, 'mail.log');
  writer = createWriter(path);
});
afterEach(async () => {
  writer.close();
  for (const { follower } of running.splice(0)) await follower.close();
  dir.remove();
});

function start(...[from, more]: [Parameters<typeof follow>[1], Parameters<typeof follow>[2]?]): Followed {
  const followed = follow(path, from, more);
  running.push(followed);
  return followed;
}

/** Ends a follower and starts another where it stood, through the form in which positions are stored. */
async function restart(before: Followed, more: Parameters<typeof follow>[2] = {}): Promise<Followed> {
  const stored = JSON.stringify(before.follower.positions());
  await before.follower.close();
  return start(FilePosition.array().parse(JSON.parse(stored)), more);
}

const noFault = { state: 'live', behindBytes: 0 };

/** As `zstd` leaves files that were joined. */
function inTwoFrames(bytes: Buffer): Buffer {
  const half = bytes.length >> 1;
  return Buffer.concat([zstdCompressSync(bytes.subarray(0, half)), zstdCompressSync(bytes.subarray(half))]);
}

describe('a follower without a checkpoint', () => {
  it('reads a file from its start when told so', async () => {
    writer.write(text(numbered(1, 3)));
    const { drain, lines, follower } = start('start');
    await drain();
    expect(lines).toEqual(numbered(1, 3));
    expect(follower.status()).toMatchObject(noFault);
  });

  it('reads only what comes when told to begin at the end, also after a line that was still being written', async () => {
    writer.write(`${text(numbered(1, 2000))}Nov 21 17:20:18 mx1 post`);
    const { drain, lines } = start('end');
    await drain();
    expect(lines).toEqual([]);
    writer.write(`fix/qmgr[77]: 1\n${text(numbered(2, 3))}`);
    await drain();
    expect(lines).toEqual(['Nov 21 17:20:18 mx1 postfix/qmgr[77]: 1', ...numbered(2, 3)]);
  });

  it('begins at the end of a file that is one unfinished line at its start', async () => {
    writer.write('x'.repeat(200_000));
    const { drain, lines } = start('end', { chunkBytes: 512 * 1024 });
    await drain();
    writer.write('\nnext\n');
    await drain();
    expect(lines).toEqual(['x'.repeat(200_000), 'next']);
  });

  it('has no positions before it has looked', () => {
    expect(start('end').follower.positions()).toBeUndefined();
  });
});

describe('lines', () => {
  it('are not handed over before they are complete', async () => {
    const { drain, lines, follower } = start('start');
    writer.write('one\ntw');
    await drain();
    expect(lines).toEqual(['one']);
    expect(follower.positions()?.[0]?.offset).toBe(4);
    writer.write('o');
    await drain();
    expect(lines).toEqual(['one']);
    writer.write('\n');
    await drain();
    expect(lines).toEqual(['one', 'two']);
  });

  it('stay whole where chunks end in the middle of them', async () => {
    writer.write(text(numbered(1, 500)));
    const { drain, lines } = start('start', { chunkBytes: 100 });
    await drain();
    expect(lines).toEqual(numbered(1, 500));
  });

  it('longer than a chunk are left out and counted once, and the next one is read', async () => {
    writer.write(`first\n${'x'.repeat(1000)}`);
    const before = start('start', { chunkBytes: 100 });
    await before.drain();
    expect(before.losses.map(({ reason }) => reason)).toEqual(['too-long']);
    expect(before.follower.positions()?.[0]?.offset).toBe(6);
    const { drain, lines, losses } = await restart(before, { chunkBytes: 100 });
    await drain();
    writer.write(`${'y'.repeat(50)}\nnext\n`);
    await drain();
    expect(lines).toEqual(['next']);
    expect(losses.map(({ reason }) => reason)).toEqual(['too-long']);
  });

  it('are live only after the end of the file has been seen shortly before', async () => {
    const clock = createHandClock();
    const { drain, live } = start('start', { clock });
    writer.write('backlog\n');
    await drain();
    writer.write('live\n');
    clock.advance(250);
    await drain();
    expect(live).toEqual(['live']);
    clock.advance(60_000);
    writer.write('after a suspended minute\n');
    await drain();
    expect(live).toEqual(['live']);
  });
});

describe('rotation by rename', () => {
  it('reads the old file to its end, with what was written after the rename, before the new one', async () => {
    const { drain, lines, losses } = start('start');
    writer.write(text(numbered(1, 2)));
    await drain();
    writer.write(text(numbered(3, 3)));
    writer.rename();
    await drain();
    writer.write(text(numbered(4, 4)));
    writeFileSync(path, '');
    await drain();
    writer.write(text(numbered(5, 5)));
    await drain();
    writer.write(text(numbered(6, 6)));
    writer.reopen();
    writer.write(text(numbered(7, 7)));
    await drain();
    expect(lines).toEqual(numbered(1, 7));
    expect(losses).toEqual([]);
  });

  it('reads every file of several rotations between two looks', async () => {
    const { drain, lines } = start('start');
    writer.write(text(numbered(1, 2)));
    await drain();
    for (let n = 3; n < 7; n += 1) {
      writer.write(text(numbered(n, n)));
      writer.rename();
      writer.reopen();
    }
    writer.write(text(numbered(7, 8)));
    await drain();
    expect(lines).toEqual(numbered(1, 8));
  });

  it('still takes lines that a second, late writer puts into the old file, for ten seconds', async () => {
    const clock = createHandClock();
    const late = createWriter(path);
    const { drain, lines, follower } = start('start', { clock });
    late.write('a1\n');
    await drain();
    writer.rename();
    writer.write('b1\n');
    await drain();
    late.write('a2\n');
    writer.write('b2\n');
    await drain();
    expect(lines).toEqual(['a1', 'b1', 'a2', 'b2']);
    expect(follower.positions()).toHaveLength(2);
    clock.advance(10_001);
    await drain();
    expect(follower.positions()).toHaveLength(1);
    late.close();
  });

  it('counts a last line without an end when the file is left for good', async () => {
    const clock = createHandClock();
    const { drain, lines, losses } = start('start', { clock });
    writer.write('one\nhal');
    await drain();
    writer.rename();
    writer.reopen();
    writer.write('two\n');
    await drain();
    clock.advance(10_001);
    await drain();
    expect(lines).toEqual(['one', 'two']);
    expect(losses).toEqual([{ reason: 'torn', text: expect.stringContaining('has no end') }]);
  });

  it('reads the old file on and says what is wrong when the new one may not be read', async () => {
    let isForbidden = false;
    const open: typeof diskFiles.open = async (...args) => {
      if (isForbidden && args[0] === path)
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES', path });
      return diskFiles.open(...args);
    };
    const { drain, lines, follower } = start('start', { files: { ...diskFiles, open } });
    writer.write('old 1\n');
    await drain();
    isForbidden = true;
    writer.write('old 2\n');
    writer.rename();
    writeFileSync(path, 'new 1\n');
    await drain();
    expect(lines).toEqual(['old 1', 'old 2']);
    expect(follower.status()).toMatchObject({
      state: 'failing',
      fault: expect.stringMatching(/may not be read by user .*: add that user to the group/),
    });
    isForbidden = false;
    await drain();
    expect(lines).toEqual(['old 1', 'old 2', 'new 1']);
    expect(follower.status()).toMatchObject(noFault);
  });

  it('does not read the same lines again when an editor puts a copy in the place of the file', async () => {
    const { drain, lines } = start('start');
    writer.write(text(numbered(1, 20)));
    await drain();
    copyFileSync(path, `${path}~`);
    renameSync(`${path}~`, path);
    writer.reopen();
    writer.write(text(numbered(21, 22)));
    await drain();
    expect(lines).toEqual(numbered(1, 22));
  });
});

describe('rotation by copy and truncation', () => {
  it('starts again when the file has become shorter', async () => {
    const { drain, lines } = start('start');
    writer.write(text(numbered(1, 10)));
    await drain();
    writer.copyTruncate();
    writer.write(text(numbered(11, 12)));
    await drain();
    expect(lines).toEqual(numbered(1, 12));
  });

  it('notices it when the file has grown beyond the old position again', async () => {
    const { drain, lines, losses } = start('start');
    writer.write(text(numbered(1, 3)));
    await drain();
    writer.copyTruncate();
    writer.write(text(numbered(4, 400)));
    await drain();
    expect(lines).toEqual(numbered(1, 400));
    expect(losses).toEqual([]);
  });

  it('notices it when the new content is exactly as long as the old', async () => {
    const { drain, lines } = start('start');
    writer.write(text(numbered(1, 3)));
    await drain();
    writer.copyTruncate();
    writer.write(text(numbered(4, 6)));
    await drain();
    expect(lines).toEqual(numbered(1, 6));
  });

  it('reads from the copy what had not been read before', async () => {
    const { drain, lines } = start('start');
    writer.write(text(numbered(1, 3)));
    await drain();
    writer.write(text(numbered(4, 5)));
    writer.copyTruncate();
    writer.write(text(numbered(6, 6)));
    writer.copyTruncate();
    writer.write(text(numbered(7, 7)));
    await drain();
    expect(lines).toEqual(numbered(1, 7));
  });

  it('counts a loss when a file that was still being read is cut and there is no copy', async () => {
    const { follower, drain, lines, losses } = start('start', { chunkBytes: 100, sliceMs: 0 });
    writer.write(text(numbered(1, 100)));
    expect(await follower.poll()).toBe(true);
    const before = lines.length;
    truncateSync(path);
    writer.write(text(numbered(101, 101)));
    await drain();
    expect(before).toBeLessThan(100);
    expect(lines).toEqual([...numbered(1, before), ...numbered(101, 101)]);
    expect(losses.map(({ reason }) => reason)).toEqual(['truncated']);
  });
});

describe('a file that is not there', () => {
  it('is a fault with a mend, and is read from its start when it appears', async () => {
    const { drain, lines, follower } = start('end');
    await drain();
    expect(follower.status()).toEqual({
      state: 'failing',
      fault: `${path} does not exist: check the path in the configuration and that the mail host writes there; it is picked up when it appears`,
      behindBytes: 0,
      polledAtMs: expect.any(Number),
    });
    expect(follower.positions()).toEqual([]);
    writer.write(text(numbered(1, 2)));
    await drain();
    expect(lines).toEqual(numbered(1, 2));
    expect(follower.status()).toMatchObject(noFault);
  });

  it('is read from its start too when it appears while we are down', async () => {
    const before = start('end');
    await before.drain();
    const after = await restart(before);
    writer.write(text(numbered(1, 2)));
    await after.drain();
    expect(after.lines).toEqual(numbered(1, 2));
  });

  it('keeps its checkpoint until it is there, its disk may be mounted late', async () => {
    writer.write(text(numbered(1, 5)));
    const before = start('start');
    await before.drain();
    renameSync(dir.path, `${dir.path}-unmounted`);
    const after = await restart(before);
    await after.drain();
    expect(after.follower.status().state).toBe('failing');
    expect(after.follower.positions()).toHaveLength(1);
    renameSync(`${dir.path}-unmounted`, dir.path);
    writer.write(text(numbered(6, 6)));
    await after.drain();
    expect(after.lines).toEqual(numbered(6, 6));
  });

  it('may be gone for five seconds in a rotation; then that is a fault, while the old file is still read', async () => {
    const clock = createHandClock();
    const { drain, lines, follower } = start('start', { clock });
    writer.write('one\n');
    await drain();
    const asOfMs = clock.now();
    writer.rename();
    clock.advance(4_000);
    await drain();
    expect(follower.status()).toMatchObject({ state: 'live', asOfMs });
    clock.advance(1_000);
    await drain();
    clock.advance(4_001);
    writer.write('two\n');
    await drain();
    expect(lines).toEqual(['one', 'two']);
    expect(follower.status()).toMatchObject({
      state: 'failing',
      asOfMs,
      fault: expect.stringContaining('is gone (moved or deleted)'),
    });
    writer.reopen();
    writer.write('three\n');
    await drain();
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(follower.status()).toMatchObject({ state: 'live', asOfMs: clock.now() });
  });

  it('is read from its start when it was deleted and made anew', async () => {
    const { drain, lines } = start('start');
    writer.write(text(numbered(1, 3)));
    await drain();
    rmSync(path);
    writer.write(text(numbered(4, 4)));
    await drain();
    writer.reopen();
    writer.write(text(numbered(5, 6)));
    await drain();
    expect(lines).toEqual(numbered(1, 6));
  });
});

describe('a file that cannot be read', () => {
  it.each([
    ['EACCES', /may not be read by user \S+: add that user to the group/],
    ['EIO', /cannot be read \(EIO\): check the disk/],
    ['EMFILE', /too many files are open: raise the limit/],
    ['EWEIRD', /cannot be read \(EWEIRD\): from the system/],
  ])('is a fault with a mend (%s) until it can', async (code, sentence) => {
    let fault: Error | undefined = Object.assign(new Error('from the system'), { code });
    const open: typeof diskFiles.open = async (...args) => {
      if (fault) throw fault;
      return diskFiles.open(...args);
    };
    writer.write('one\n');
    const { drain, lines, follower } = start('start', { files: { ...diskFiles, open } });
    await drain();
    expect(follower.status()).toMatchObject({ state: 'failing', fault: expect.stringMatching(sentence) });
    expect(follower.positions()).toBeUndefined();
    fault = undefined;
    await drain();
    expect(lines).toEqual(['one']);
  });

  it.skipIf(process.getuid?.() === 0)('is a fault without the right to read it', async () => {
    writer.write('one\n');
    chmodSync(path, 0o000);
    const { drain, follower } = start('start');
    await drain();
    expect(follower.status().fault).toMatch(/may not be read by user/);
  });

  it('is a fault when it is a directory', async () => {
    mkdirSync(path);
    const { drain, follower } = start('start');
    await drain();
    expect(follower.status().fault).toBe(
      `${path} is not a regular file: name the log file itself in the configuration`,
    );
  });

  it('leaves no file open however often it is tried', async () => {
    writer.write('one\n');
    const before = start('start');
    await before.drain();
    const open = new Set<object>();
    const files = {
      ...diskFiles,
      open: async (...args: Parameters<typeof diskFiles.open>) => {
        const handle = await diskFiles.open(...args);
        open.add(handle);
        const close = handle.close.bind(handle);
        handle.close = async () => (open.delete(handle), close());
        return handle;
      },
      readdir: async () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES', path: dir.path });
      },
    };
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    const after = await restart(before, { files });
    await after.drain();
    await after.drain();
    expect(after.follower.status().fault).toContain(`${dir.path} may not be read`);
    expect(open.size).toBe(0);
  });

  it('is no reason to hide a bug in what takes the lines', async () => {
    writer.write('one\n');
    const onLines = (): void => {
      throw new TypeError('a bug');
    };
    const { follower } = start('start', { onLines });
    await expect(follower.poll()).rejects.toThrow('a bug');
  });
});

describe('a restart', () => {
  it('goes on where the last run stood', async () => {
    writer.write(`${text(numbered(1, 5))}torn`);
    const before = start('start');
    await before.drain();
    writer.write(` no more\n${text(numbered(6, 7))}`);
    const { drain, lines, losses } = await restart(before);
    await drain();
    expect(lines).toEqual(['torn no more', ...numbered(6, 7)]);
    expect(losses).toEqual([]);
  });

  it('reads the rest of a file that was rotated meanwhile, then all after it', async () => {
    writer.write(text(numbered(1, 5)));
    const before = start('start');
    await before.drain();
    for (let n = 6; n < 12; n += 2) {
      writer.write(text(numbered(n, n)));
      writer.rename();
      writer.reopen();
      writer.write(text(numbered(n + 1, n + 1)));
    }
    const { drain, lines, losses } = await restart(before);
    await drain();
    expect(lines).toEqual(numbered(6, 11));
    expect(losses).toEqual([]);
  });

  it('finds files by date in their names', async () => {
    writer.write(text(numbered(1, 2)));
    const before = start('start');
    await before.drain();
    for (const [n, day] of [
      [3, '20261119'],
      [4, '20261120'],
      [5, '20261121'],
    ] as const) {
      writer.write(text(numbered(n, n)));
      renameSync(path, `${path}-${day}`);
      writer.reopen();
    }
    writer.write(text(numbered(6, 6)));
    const { drain, lines } = await restart(before);
    await drain();
    expect(lines).toEqual(numbered(3, 6));
  });

  it.each([
    ['gz', gzipSync],
    ['zst', zstdCompressSync],
    ['zst', inTwoFrames],
  ])(
    'reads the rest of a file that was compressed meanwhile (.%s), and those between',
    async (ending, compress) => {
      writer.write(text(numbered(1, 5000)));
      const before = start('start');
      await before.drain();
      writer.write(text(numbered(5001, 5003)));
      writer.rename();
      writer.reopen();
      writer.write(text(numbered(5004, 9000)));
      writer.rename();
      writer.reopen();
      writer.write(text(numbered(9001, 9002)));
      for (const n of [1, 2]) {
        writeFileSync(`${path}.${n}.${ending}`, compress(readFileSync(`${path}.${n}`)));
        rmSync(`${path}.${n}`);
      }
      const { drain, lines, losses } = await restart(before, { chunkBytes: 4096 });
      await drain();
      expect(lines).toEqual(numbered(5001, 9002));
      expect(losses).toEqual([]);
    },
  );

  it('in the middle of compressed files goes on there', async () => {
    writer.write(text(numbered(1, 10)));
    const first = start('start');
    await first.drain();
    writer.write(text(numbered(11, 400)));
    writer.rename();
    writer.reopen();
    writer.write(text(numbered(401, 402)));
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)));
    rmSync(`${path}.1`);
    const slow = { chunkBytes: 512, sliceMs: 0 };
    const second = await restart(first, slow);
    for (let i = 0; i < 5; i += 1) await second.follower.poll();
    const third = await restart(second, slow);
    await third.drain();
    expect(second.lines.length).toBeGreaterThan(0);
    expect(third.lines.length).toBeGreaterThan(300);
    expect([...second.lines, ...third.lines]).toEqual(numbered(11, 402));
  });

  it('counts what is lost when an archive is damaged or of a kind that is not readable', async () => {
    writer.write(text(numbered(1, 10)));
    const before = start('start');
    await before.drain();
    for (let n = 11; n < 14; n += 1) {
      writer.write(text(numbered(n, n)));
      writer.rename();
      writer.reopen();
    }
    writer.write(text(numbered(14, 14)));
    rmSync(`${path}.2`);
    writeFileSync(`${path}.2.xz`, 'not read here');
    rmSync(`${path}.1`);
    writeFileSync(`${path}.1.gz`, gzipSync(text(numbered(13, 13))).subarray(0, 40));
    const { drain, lines, losses } = await restart(before);
    await drain();
    await drain();
    expect([lines[0], lines.at(-1)]).toEqual([...numbered(11, 11), ...numbered(14, 14)]);
    expect(losses.map(({ reason }) => reason)).toEqual(['archive-unreadable', 'archive-unreadable']);
    expect(losses.map(({ text: sentence }) => sentence).join()).toMatch(
      /mail\.log\.2\.xz: this compression cannot be read.*mail\.log\.1\.gz/,
    );
  });

  it('reads from the copy what had not been read of a file that was truncated meanwhile', async () => {
    writer.write(text(numbered(1, 5)));
    const before = start('start');
    await before.drain();
    writer.write(text(numbered(6, 7)));
    writer.copyTruncate();
    writer.write(text(numbered(8, 90)));
    const { drain, lines, losses } = await restart(before);
    await drain();
    expect(lines).toEqual(numbered(6, 90));
    expect(losses).toEqual([]);
  });

  it('recognises a file by its content where the disk has other numbers now', async () => {
    writer.write(text(numbered(1, 5)));
    const before = start('start');
    await before.drain();
    const moved = before.follower.positions()!.map((position) => ({ ...position, dev: '1', inode: '2' }));
    writer.write(text(numbered(6, 6)));
    const { drain, lines, losses } = start(moved);
    await drain();
    expect([lines, losses]).toEqual([numbered(6, 6), []]);
  });

  it('says so when the file it read is nowhere any more, and reads the new one from its start', async () => {
    writer.write(text(numbered(1, 5)));
    const before = start('start');
    await before.drain();
    writeFileSync(`${path}.new`, text(numbered(100, 101)));
    renameSync(`${path}.new`, path);
    const { drain, lines, losses } = await restart(before);
    await drain();
    expect(lines).toEqual(numbered(100, 101));
    expect(losses).toEqual([
      {
        reason: 'file-gone',
        text: `the file that was ${path} is not there any more, what was not yet read of it is lost`,
      },
    ]);
  });

  it('does not take a new file for the old one because it has its inode', async () => {
    writer.write(text(numbered(1, 5)));
    const before = start('start');
    await before.drain();
    const [position] = before.follower.positions()!;
    rmSync(path);
    writer.reopen();
    writer.write(text(numbered(100, 200)));
    const inode = String(statSync(path, { bigint: true }).ino);
    const { drain, lines } = start([{ ...position!, inode }]);
    await drain();
    expect(lines).toEqual(numbered(100, 200));
  });

  it('shortly after a rotation does not read the old file again', async () => {
    const clock = createHandClock();
    const before = start('start', { clock });
    writer.write(text(numbered(1, 3)));
    await before.drain();
    writer.rename();
    writer.reopen();
    writer.write(text(numbered(4, 5)));
    await before.drain();
    expect(before.follower.positions()?.map(({ isDrained }) => isDrained)).toEqual([true, false]);
    writer.rename();
    writer.reopen();
    writer.write(text(numbered(6, 6)));
    const after = await restart(before, { clock });
    await after.drain();
    expect(after.lines).toEqual(numbered(6, 6));
    expect(after.losses).toEqual([]);
  });

  it('keeps positions after it has been closed, so that the last checkpoint can be taken', async () => {
    writer.write('one\n');
    const { drain, follower } = start('start');
    await drain();
    const positions = follower.positions();
    await follower.close();
    expect(follower.positions()).toEqual(positions);
    expect(positions?.[0]?.offset).toBe(4);
  });
});

describe('a backlog', () => {
  it('is read in slices, with the bytes that are left', async () => {
    writer.write(text(numbered(1, 1000)));
    const size = statSync(path).size;
    const { follower, drain, lines } = start('start', { chunkBytes: 1000, sliceMs: 0 });
    expect(await follower.poll()).toBe(true);
    const { state, behindBytes, asOfMs } = follower.status();
    expect({ state, behindBytes, asOfMs }).toEqual({
      state: 'catching-up',
      behindBytes: size - follower.positions()![0]!.offset,
      asOfMs: undefined,
    });
    await drain();
    expect(lines).toEqual(numbered(1, 1000));
    expect(follower.status()).toMatchObject({ ...noFault, asOfMs: expect.any(Number) });
  });

  it('lets timers run between slices', async () => {
    writer.write(text(numbered(1, 20_000)));
    const { follower } = start('start', { chunkBytes: 2000, sliceMs: 0 });
    let isDone = false;
    let ticks = 0;
    const timer = setInterval(() => (ticks += 1), 1);
    while (!isDone) isDone = !(await follower.poll());
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('shows by the time of its last look that the file system hangs', async () => {
    const hang = Promise.withResolvers<undefined>();
    let isHanging = false;
    const clock = createHandClock();
    const hanging = async (...args: Parameters<typeof stat>) => {
      if (isHanging) await hang.promise;
      return stat(...args);
    };
    writer.write('one\n');
    const { drain, follower } = start('start', {
      clock,
      files: { ...diskFiles, stat: hanging as typeof stat },
    });
    await drain();
    const before = follower.status();
    isHanging = true;
    const polling = follower.poll();
    clock.advance(70_000);
    expect(follower.status()).toEqual(before);
    hang.resolve(undefined);
    await polling;
    expect(follower.status().polledAtMs).toBe(clock.now());
    expect(existsSync(path)).toBe(true);
  });
});
