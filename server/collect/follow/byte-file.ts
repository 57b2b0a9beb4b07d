import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';

/** What following needs of the file system; tests put faults into it. */
export interface FileSystem {
  readonly open: typeof open;
  readonly stat: typeof stat;
  readonly readdir: (path: string) => Promise<string[]>;
}

export const diskFiles: FileSystem = { open, stat, readdir: (path) => readdir(path) };

/** Which file it is, whatever its name. Text, because inode numbers exceed what a number holds exactly. */
export interface FileIdentity {
  readonly dev: string;
  readonly inode: string;
}

export const isSameFile = (a: FileIdentity, b: FileIdentity): boolean =>
  a.inode === b.inode && a.dev === b.dev;

/** An open file, plain or compressed, as bytes at positions. */
export interface ByteFile extends FileIdentity {
  readonly path: string;
  /** Compressed: read forwards only, and complete. */
  readonly isArchive: boolean;
  /** Bytes read; fewer than the buffer takes only at the end of the file. */
  read(buffer: Buffer, position: number): Promise<number>;
  sizeBytes(): Promise<number>;
  close(): Promise<void>;
}

/** The file that `path` names now; undefined when it names none. */
export async function identify(files: FileSystem, path: string): Promise<FileIdentity | undefined> {
  try {
    const { dev, ino } = await files.stat(path, { bigint: true });
    return { dev: String(dev), inode: String(ino) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** There is no such file. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Opens a regular file; it stays readable under whatever name until it is closed. */
export async function openFile(files: FileSystem, path: string): Promise<ByteFile> {
  // Without NONBLOCK the open of a named pipe would wait for a writer.
  const handle = await files.open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is not a regular file`), { code: 'EISDIR' });
    return {
      path,
      dev: String(stats.dev),
      inode: String(stats.ino),
      isArchive: false,
      sizeBytes: async () => Number((await handle.stat({ bigint: true })).size),
      close: () => handle.close(),
      read: async (buffer, position) => {
        let filled = 0;
        while (filled < buffer.length) {
          const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled;
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
