import { once } from 'node:events';
import { AppError } from '../base/errors.ts';
import type { CommandIo } from './io.ts';

/** Bytes gathered before they are written: one write per line costs more than the line. */
const WRITE_BYTES = 64 * 1024;

/** Data of a command on standard output, at the speed at which it is read. */
export interface Output {
  /** Adds text, with its line feed. */
  put(text: string): void;
  /** Waits while the reader is slow; false when it has gone. */
  drain(): Promise<boolean>;
  flush(): Promise<void>;
  isClosed(): boolean;
}

/** Gathers text; a reader that goes away ends the work quietly, any other failure is told. */
export function createOutput(stdout: CommandIo['stdout']): Output {
  let text = '';
  let closed = false;
  let failure: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') failure = error;
  });

  async function write(): Promise<void> {
    const part = text;
    text = '';
    if (part === '' || closed) return;
    if (!stdout.write(part))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  }

  async function drain(): Promise<boolean> {
    if (text.length >= WRITE_BYTES) await write();
    if (failure) throw new AppError('unavailable', `standard output can't be written: ${failure.message}`);
    return !closed;
  }

  return {
    put: (part) => {
      if (!closed) text += part;
    },
    drain,
    flush: write,
    isClosed: () => closed,
  };
}
