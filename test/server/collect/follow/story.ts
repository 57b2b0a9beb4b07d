import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { diskFiles, type FileSystem } from '../../../../server/collect/follow/byte-file.ts';
import { FilePosition } from '../../../../server/collect/follow/position.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { createHandClock, createWriter, follow, type Followed, numbered } from './harness.ts';

const WEIGHTS = {
  lines: 6,
  half: 3,
  poll: 4,
  reopen: 2,
  start: 3,
  rename: 1,
  copyTruncate: 1,
  compress: 1,
  drain: 1,
  later: 1,
  stop: 1,
};
type Name = keyof typeof WEIGHTS;
const BAG = (Object.keys(WEIGHTS) as Name[]).flatMap((name) =>
  Array.from({ length: WEIGHTS[name] }, () => name),
);

/** What the writer and the rotation do. */
const WRITING: readonly Name[] = ['lines', 'half', 'reopen', 'rename', 'copyTruncate', 'compress'];

const ROTATING: readonly Name[] = ['rename', 'copyTruncate', 'compress'];

/** One thing that happens, and the number in [0, 1) that it draws on. */
export type Happening = readonly [Name, number];

export function createStory(seed: number, length: number): readonly Happening[] {
  const random = createRandom(seed);
  return Array.from({ length }, () => [pick(random, BAG), random()]);
}

export interface Ending {
  readonly expected: readonly string[];
  readonly read: readonly string[];
  readonly losses: readonly unknown[];
}

/**
 * Lets a story happen to a log in `directory` and to a follower of it; at the end everything is read. With `meanwhile`,
 * more of it happens in the middle of looks, between two calls to the file system.
 */
export async function tell(
  directory: string,
  story: readonly Happening[],
  meanwhile: readonly Happening[] = [],
): Promise<Ending> {
  const path = join(directory, 'mail.log');
  const writer = createWriter(path);
  const clock = createHandClock();
  const [read, losses]: [string[], unknown[]] = [[], []];
  let written = 0;
  /** Rest of a line that is half written. */
  let rest = '';
  /** The writer's file has been renamed and it does not know yet. */
  let isBehind = false;
  let isRunning = true;
  let isLooking = false;
  let isCalm = true;
  let hasRotated = false;
  const interruptions = meanwhile.filter(([name]) => WRITING.includes(name)).values();
  const interrupt = async (): Promise<void> => {
    if (isCalm) return;
    const [name, r] = interruptions.next().value ?? ['later', 0];
    isLooking = true;
    // Rotations are hours apart, a look takes milliseconds: there is at most one of them in it.
    const isRotation = ROTATING.includes(name);
    if (r < 0.3 && !(isRotation && hasRotated)) {
      hasRotated ||= isRotation;
      await happen[name](r * 3);
    }
    isLooking = false;
  };
  const files: FileSystem = {
    open: async (...args) => (await interrupt(), diskFiles.open(...args)),
    stat: (async (...args: [string, { bigint: true }]) => (await interrupt(), stat(...args))) as typeof stat,
    readdir: async (of) => (await interrupt(), diskFiles.readdir(of)),
  };
  const start = (from: Parameters<typeof follow>[1], r: number): Followed =>
    follow(path, from, { clock, chunkBytes: 60 + Math.floor(r * 400), sliceMs: r < 0.3 ? 20 : 0, files });
  let followed = start('start', 0.5);
  const finishLine = (): void => {
    writer.write(rest);
    rest = '';
  };
  const isBlank = (): boolean => followed.follower.positions()?.at(-1)?.offset === 0;

  const happen: Readonly<Record<Name, (r: number) => void | Promise<void>>> = {
    lines: (r) => {
      finishLine();
      const to = written + 1 + Math.floor(r * 6);
      writer.write(
        numbered(written + 1, to)
          .map((line) => `${line}\n`)
          .join(''),
      );
      written = to;
    },
    half: (r) => {
      finishLine();
      written += 1;
      const line = `${numbered(written, written)[0]}\n`;
      const at = 1 + Math.floor(r * (line.length - 1));
      writer.write(line.slice(0, at));
      rest = line.slice(at);
    },
    rename: () => {
      if (isBehind || !existsSync(path)) return;
      writer.rename();
      isBehind = true;
    },
    reopen: () => {
      finishLine();
      writer.reopen();
      isBehind = false;
    },
    copyTruncate: async () => {
      if (isBehind || rest !== '' || !existsSync(path)) return;
      // The one thing that cannot be seen: a file without a whole line at the last look, filled, and cut before the next.
      if (isRunning && !isLooking && isBlank()) await followed.drain();
      if (!isBlank() && !isBehind && rest === '' && existsSync(path)) writer.copyTruncate();
    },
    compress: (r) => {
      // Never the youngest: its writer may still hold it.
      const generation = `${path}.${2 + Math.floor(r * 3)}`;
      if (!existsSync(generation)) return;
      const [ending, compress] = r < 0.5 ? (['gz', gzipSync] as const) : (['zst', zstdCompressSync] as const);
      writeFileSync(`${generation}.${ending}`, compress(readFileSync(generation)));
      rmSync(generation);
    },
    poll: async () => {
      hasRotated = false;
      if (isRunning) await followed.follower.poll();
    },
    drain: async () => {
      hasRotated = false;
      if (isRunning) await followed.drain();
    },
    later: (r) => clock.advance(r * 8_000),
    stop: async () => {
      if (isRunning) await followed.follower.close();
      isRunning = false;
    },
    start: (r) => {
      if (isRunning) return;
      isRunning = true;
      collect();
      const stored = JSON.stringify(followed.follower.positions());
      followed = start(FilePosition.array().parse(JSON.parse(stored)), r);
    },
  };
  function collect(): void {
    read.push(...followed.lines.splice(0));
    losses.push(...followed.losses.splice(0));
  }

  await happen.lines(0);
  await followed.drain();
  isCalm = false;
  for (const [name, r] of story) await happen[name](r);
  isCalm = true;
  await happen.reopen(0);
  await happen.start(0);
  writer.write('the end\n');
  await followed.drain();
  collect();
  await followed.follower.close();
  writer.close();
  return { expected: [...numbered(1, written), 'the end'], read, losses };
}
