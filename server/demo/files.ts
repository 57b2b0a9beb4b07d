import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';

/** A log is renamed to `<path>.1` before it outgrows this; one old file is kept. */
export const ROTATE_BYTES = 16 * 1_048_576;

/** Writes batches to several log files, one batch after the other. */
export interface LogWriter {
  open(): Promise<void>;
  /** Text per path. What cannot be written is counted and dropped: a full disk must not fill the memory too. */
  write(texts: readonly (readonly [path: string, text: string])[]): Promise<void>;
  close(): Promise<void>;
  lostBytes(): number;
}

/** A writer of these files. */
export function createLogWriter(paths: readonly string[], log: Log): LogWriter {
  const files = new Map(paths.map((path) => [path, createLogFile(path)]));
  const all = (run: (file: LogFile) => Promise<void>) => Promise.all([...files.values()].map(run));
  let last: Promise<unknown> = Promise.resolve();
  let lostBytes = 0;

  async function append(path: string, text: string): Promise<void> {
    try {
      await files.get(path)?.append(text);
    } catch (error) {
      lostBytes += text.length;
      log.error('demo_write_failed', { path, error: messageOf(error), lostBytes });
    }
  }

  return {
    open: async () => void (await all((file) => file.open())),
    async write(texts) {
      last = last.then(() => Promise.all(texts.map(([path, text]) => append(path, text))));
      await last;
    },
    close: async () => void (await all((file) => file.close())),
    lostBytes: () => lostBytes,
  };
}

/** A log file that grows by whole lines and is rotated as logrotate does it: by rename, never while it is written to. */
export interface LogFile {
  /** Begins a new, empty file; what an earlier run left is removed. */
  open(): Promise<void>;
  append(text: string): Promise<void>;
  close(): Promise<void>;
}

/** The log file at `path`. */
export function createLogFile(path: string, rotateBytes = ROTATE_BYTES): LogFile {
  let handle: FileHandle | undefined;
  let sizeBytes = 0;

  async function openNew(): Promise<void> {
    handle = await open(path, 'a', 0o644);
    sizeBytes = 0;
  }

  async function rotate(): Promise<void> {
    await handle?.close();
    handle = undefined;
    await rename(path, `${path}.1`);
    await openNew();
  }

  return {
    async open() {
      await mkdir(dirname(path), { recursive: true });
      await Promise.all([rm(path, { force: true }), rm(`${path}.1`, { force: true })]);
      await openNew();
    },
    async append(text) {
      if (text === '') return;
      const bytes = Buffer.from(text);
      if (sizeBytes > 0 && sizeBytes + bytes.length > rotateBytes) await rotate();
      // A rotation that failed half-way left no file open: this write opens it again.
      if (!handle) await openNew();
      await handle?.appendFile(bytes);
      sizeBytes += bytes.length;
    },
    async close() {
      await handle?.close();
      handle = undefined;
    },
  };
}
