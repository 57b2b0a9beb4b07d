import { closeSync, copyFileSync, openSync, readdirSync, renameSync, truncateSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../../../server/base/clock.ts';
import {
  createFollower,
  type Follower,
  type FollowerOptions,
} from '../../../../server/collect/follow/follower.ts';
import type { Loss } from '../../../../server/collect/follow/lines.ts';

/** A clock that stands still until it is moved. */
export interface HandClock extends Clock {
  advance(realMs: number): void;
}

export function createHandClock(startMs = Date.UTC(2026, 10, 21, 17), speed = 1): HandClock {
  let nowMs = startMs;
  return { speed, now: () => nowMs, advance: (realMs) => void (nowMs += realMs * speed) };
}

export interface Followed {
  readonly follower: Follower;
  readonly lines: string[];
  /** Only the lines that were marked as live. */
  readonly live: string[];
  readonly losses: Loss[];
  /** Polls until there is nothing more to read at once. */
  drain(): Promise<void>;
}

export function follow(
  path: string,
  from: FollowerOptions['from'],
  more: Partial<FollowerOptions> = {},
): Followed {
  const [lines, live, losses]: [string[], string[], Loss[]] = [[], [], []];
  const follower = createFollower({
    path,
    from,
    clock: createHandClock(),
    onLoss: (loss) => losses.push(loss),
    onLines: ({ buffer, start, end, isLive }) => {
      const text = buffer.toString('utf8', start, end);
      if (!text.endsWith('\n')) throw new Error(`not a whole line: ${JSON.stringify(text.slice(-40))}`);
      lines.push(...text.slice(0, -1).split('\n'));
      if (isLive) live.push(...text.slice(0, -1).split('\n'));
    },
    ...more,
  });
  const drain = async (): Promise<void> => {
    while (await follower.poll());
  };
  return { follower, lines, live, losses, drain };
}

/** A program that writes a log and keeps it open, and the rotation around it. */
export function createWriter(path: string) {
  let fd: number | undefined;
  const write = (text: string): void => {
    fd ??= openSync(path, 'a');
    writeSync(fd, text);
  };
  const close = (): void => {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  };
  /** Moves each generation one on; the writer goes on writing to the file it has open. */
  const rename = (): void => {
    shift(path);
    renameSync(path, `${path}.1`);
  };
  const copyTruncate = (): void => {
    shift(path);
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  };
  return { write, rename, copyTruncate, close, reopen: close };
}

function shift(path: string): void {
  const generation = new RegExp(`^${basename(path)}\\.(\\d+)(\\..+)?$`);
  const found = readdirSync(dirname(path)).flatMap((name) => {
    const [, n, ending = ''] = generation.exec(name) ?? [];
    return n ? [{ n: Number(n), ending }] : [];
  });
  for (const { n, ending } of found.sort((a, b) => b.n - a.n)) {
    renameSync(`${path}.${n}${ending}`, `${path}.${n + 1}${ending}`);
  }
}

/** `n` lines that differ, as a mail log's do. */
export function numbered(from: number, to: number): string[] {
  return Array.from(
    { length: to - from + 1 },
    (_, i) => `Nov 21 17:20:17 mx1 postfix/qmgr[77]: ${(from + i).toString(16).padStart(8, '0')}: removed`,
  );
}

export const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
