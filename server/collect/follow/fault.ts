import { userInfo } from 'node:os';
import { messageOf } from '../../base/errors.ts';

/** The path names nothing. */
export const missingFault = (path: string): string =>
  `${path} does not exist: check the path in the configuration and that the mail host writes there; it is picked up when it appears`;

/** The path names nothing any more, and the file it named is still open here. */
export const goneFault = (path: string): string =>
  `${path} is gone (moved or deleted) and nothing has taken its place: let rotation create the new file, or reload the program that writes it`;

const forbidden = (path: string): string =>
  `${path} may not be read by user ${userName()}: add that user to the group that owns the log (often adm), and let rotation create it with mode 0640`;

const tooMany = (path: string): string =>
  `${path} cannot be opened, too many files are open: raise the limit of open files of this service`;

const broken = (path: string, code: string): string =>
  `${path} cannot be read (${code}): check the disk or the mount it lies on`;

const FAULTS: Readonly<Record<string, (path: string, code: string) => string>> = {
  ENOENT: missingFault,
  ENOTDIR: (path) =>
    `${path} cannot exist, a part of its path is a file: check the path in the configuration`,
  EACCES: forbidden,
  EPERM: forbidden,
  EISDIR: (path) => `${path} is not a regular file: name the log file itself in the configuration`,
  EMFILE: tooMany,
  ENFILE: tooMany,
  EIO: broken,
  ESTALE: broken,
  ENOTCONN: broken,
  ETIMEDOUT: broken,
};

/** Errors of the file system and of decompression carry a code; anything else is a bug. */
export const isFileError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error;

/** What is wrong with a file, or with its directory, and what mends it, in one sentence. */
export function faultOf(path: string, error: NodeJS.ErrnoException): string {
  const code = String(error.code);
  const where = error.path ?? path;
  return FAULTS[code]?.(where, code) ?? `${where} cannot be read (${code}): ${messageOf(error)}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.()); // Users of containers often have no name.
  }
}
