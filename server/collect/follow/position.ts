import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ByteFile } from './byte-file.ts';

/** Bytes at the start of a file, and before a position in it, by which it is recognised under another name. */
export const FINGERPRINT_BYTES = 256;

/** How far one file has been handed over. Hashes, not text: log lines hold addresses, and this is stored. */
export const FilePosition = z.object({
  path: z.string(),
  dev: z.string(),
  inode: z.string(),
  /** Always the start of a line. */
  offset: z.int().nonnegative(),
  headBytes: z.int().min(0).max(FINGERPRINT_BYTES),
  head: z.string(),
  tailBytes: z.int().min(0).max(FINGERPRINT_BYTES),
  tail: z.string(),
  /** It was read to its end and its writer has gone on to the next file: no loss if it is gone. */
  isDrained: z.boolean(),
});
export type FilePosition = Readonly<z.infer<typeof FilePosition>>;

/** Whether there is enough to tell a file by its content: a whole line, or a full fingerprint. Log lines begin alike. */
export const isMarked = ({ offset, headBytes }: Pick<FilePosition, 'offset' | 'headBytes'>): boolean =>
  offset > 0 || headBytes === FINGERPRINT_BYTES;

/** Short enough to store, long enough that two log files never meet. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/** The bytes by which a file was recognised. */
export interface Recognised {
  readonly head: Buffer;
  readonly before: Buffer;
}

/** What was read up to `position` when it stands in `file`, else nothing. Where there are no bytes to compare, every file will do. */
export async function recognise(file: ByteFile, position: FilePosition): Promise<Recognised | undefined> {
  const { headBytes, tailBytes, offset } = position;
  const head = await readAt(file, 0, headBytes);
  if (head.length < headBytes || fingerprint(head) !== position.head) return undefined;
  const before = await readAt(file, offset - tailBytes, tailBytes);
  return before.length === tailBytes && fingerprint(before) === position.tail ? { head, before } : undefined;
}

/** Up to `size` bytes at `position`, fewer at the end of the file. */
export async function readAt(file: ByteFile, position: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  return bytes.subarray(0, await file.read(bytes, position));
}
