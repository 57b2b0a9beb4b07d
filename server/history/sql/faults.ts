import { AppError, messageOf } from '../../base/errors.ts';

/** Primary result codes of SQLite (sqlite.org/rescode.html), and what mends them. */
const MENDS: Readonly<Record<number, readonly [fault: string, mend: string]>> = {
  5: ['another process holds the store', 'end that process (a backup, a shell, a second server)'],
  6: ['another connection holds the store', 'end the process that holds it'],
  8: [
    'the store is read-only',
    'let the server write to the file and its directory, or mount the disk writable',
  ],
  10: ['the disk failed', 'look at the log of the kernel; restore a backup if the disk is lost'],
  11: ['the store is damaged', 'restore a backup, or move the file away to start afresh'],
  13: ['the disk is full', 'make room, or keep less (history.retention)'],
  14: ['the file cannot be opened', 'let the server read and write the file and its directory'],
  26: ['the file is not a store of this program', 'name another file with --data, or move this one away'],
};

/** An error of SQLite as a fault and its mend; others as they are. `doing`: "the store X cannot be written". */
export function toStoreFault(error: unknown, doing: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const [fault, mend] = MENDS[code] ?? ['the database refused', 'see the message'];
  const reason = `${doing}: ${fault} (${messageOf(error)}); ${mend}`;
  return new AppError('unavailable', reason, [], { cause: error });
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
