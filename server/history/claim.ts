import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, messageOf } from '../base/errors.ts';

/** Another process writes to the store: the only fault of a store that must stop a start. */
export class StoreInUse extends AppError {}

/**
 * Claims a store for this process until the returned function is called or the process ends, however it ends:
 * the lock is the operating system's, held on a small database beside the store. Two writers would each trust their own memory.
 */
export function claimStore(path: string): () => void {
  const lockPath = `${path}.lock`;
  const database = openLock(lockPath);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (!messageOf(cause).includes('locked')) throw unusable(lockPath, cause);
    const mend = 'stop that one first, or name another folder with --data';
    throw new StoreInUse('unavailable', `the store ${path} is in use by another mailvigil: ${mend}`, [], {
      cause,
    });
  }
  return () => database.close();
}

function openLock(path: string): DatabaseSync {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return new DatabaseSync(path, { timeout: 0 });
  } catch (cause) {
    throw unusable(path, cause);
  }
}

function unusable(path: string, cause: unknown): AppError {
  const mend = 'check that its folder exists and can be written, or name another one with --data';
  return new AppError('unavailable', `${path} can't be opened: ${messageOf(cause)}; ${mend}`, [], { cause });
}
