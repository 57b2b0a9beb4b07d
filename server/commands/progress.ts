import { statSync } from 'node:fs';
import type { CommandIo } from './io.ts';

export interface Progress {
  /** So many bytes of this file (as stored) have been read in all. */
  read(path: string, bytes: number): void;
  done(): void;
}

const EVERY_MS = 500;

/** Tells on a terminal how far a long read has come, and when it may be done; silent when standard error is no terminal. */
export function createProgress(
  stderr: CommandIo['stderr'],
  paths: readonly string[],
  nowMs = () => performance.now(),
): Progress {
  if (!stderr.isTTY) return { read: () => undefined, done: () => undefined };
  const total = paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
  const read = new Map<string, number>();
  const startedMs = nowMs();
  let shownMs = startedMs;
  let isShown = false;
  return {
    read(path, bytes) {
      read.set(path, bytes);
      if (nowMs() - shownMs < EVERY_MS) return;
      shownMs = nowMs();
      isShown = true;
      stderr.write(
        `\r\x1b[K${progressText(
          [...read.values()].reduce((sum, n) => sum + n, 0),
          total,
          shownMs - startedMs,
        )}`,
      );
    },
    done() {
      if (isShown) stderr.write('\r\x1b[K');
    },
  };
}

/** `34 % of 152 MB, 12 s left`; without a known size only what has been read. */
export function progressText(bytes: number, total: number, elapsedMs: number): string {
  const mb = (n: number) => `${(n / 1e6).toFixed(0)} MB`;
  if (total === 0 || bytes === 0) return `${mb(bytes)} read`;
  const leftS = ((elapsedMs / bytes) * Math.max(0, total - bytes)) / 1000;
  return `${((100 * bytes) / total).toFixed(0)} % of ${mb(total)}, ${leftS.toFixed(0)} s left`;
}
