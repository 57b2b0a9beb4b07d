import type { ByteFile } from './byte-file.ts';
import {
  type FilePosition,
  fingerprint,
  FINGERPRINT_BYTES,
  isMarked,
  readAt,
  recognise,
} from './position.ts';

/** An open file and how far it has been handed over. */
export interface Tail {
  readonly file: ByteFile;
  offset: number;
  /** Bytes before `offset`, compared at each read: other bytes mean another content under the same name. */
  before: Buffer;
  head: Buffer;
  /** Set while an over-long line is skipped: where that line starts. */
  skippedFrom: FilePosition | undefined;
  drainedAtMs: number | undefined;
}

/** Whether it could be told by its content if it were found under another name. */
export const isMarkedTail = ({ offset, head }: Tail): boolean => isMarked({ offset, headBytes: head.length });

/** What one read found. `lines`: complete lines from `start` to `end` of the buffer; `isMore`: there may be more behind them. */
export type Step =
  | { readonly kind: 'lines'; readonly start: number; readonly end: number; readonly isMore: boolean }
  | { readonly kind: 'too-long'; readonly isOver: boolean; readonly end: number }
  /** Nothing complete; `torn` bytes of a line that has no end yet. */
  | { readonly kind: 'end'; readonly torn: number }
  | { readonly kind: 'changed' };

const NEWLINE = 0x0a;
/** Read at once when a newline is looked for backwards. */
const BACK_BYTES = 64 * 1024;

/** A tail at the start of `file`. */
export async function createTail(file: ByteFile): Promise<Tail> {
  const head = await readAt(file, 0, FINGERPRINT_BYTES);
  return { file, offset: 0, before: Buffer.alloc(0), head, skippedFrom: undefined, drainedAtMs: undefined };
}

/** A tail that goes on where an earlier one stood; nothing when that was another file. */
export async function resumeTail(file: ByteFile, position: FilePosition): Promise<Tail | undefined> {
  const found = await recognise(file, position);
  return found && { file, offset: position.offset, ...found, skippedFrom: undefined, drainedAtMs: undefined };
}

/** A tail behind the last complete line of `file`. */
export async function createTailAtEnd(file: ByteFile): Promise<Tail> {
  for (let end = await file.sizeBytes(); end > 0; end -= BACK_BYTES) {
    const start = Math.max(0, end - BACK_BYTES);
    const newline = (await readAt(file, start, end - start)).lastIndexOf(NEWLINE);
    if (newline < 0) continue;
    const offset = start + newline + 1;
    const from = Math.max(0, offset - FINGERPRINT_BYTES);
    return { ...(await createTail(file)), offset, before: await readAt(file, from, offset - from) };
  }
  return createTail(file);
}

/** Reads the next bytes into `block` and says what they are. Bytes before the offset come with the same read, so that what is handed over is what was compared. */
export async function look(tail: Tail, block: Buffer): Promise<Step> {
  const start = tail.before.length;
  // Near the start of a file the head reaches beyond the offset, over a line that has no end yet.
  const known = tail.offset < tail.head.length ? tail.head : tail.before;
  const wanted = Math.max(known.length, start + block.length - FINGERPRINT_BYTES);
  const size = await tail.file.read(block.subarray(0, wanted), tail.offset - start);
  if (size < known.length || !block.subarray(0, known.length).equals(known)) return { kind: 'changed' };
  if (tail.skippedFrom) return lookForEndOfLine(block.subarray(0, size), start);
  const isMore = size === wanted;
  const newline = block.subarray(start, size).lastIndexOf(NEWLINE);
  if (newline >= 0) return { kind: 'lines', start, end: start + newline + 1, isMore };
  return isMore ? { kind: 'too-long', isOver: false, end: size } : { kind: 'end', torn: size - start };
}

function lookForEndOfLine(bytes: Buffer, known: number): Step {
  const newline = bytes.indexOf(NEWLINE, known);
  if (newline >= 0) return { kind: 'too-long', isOver: true, end: newline + 1 };
  return bytes.length > known
    ? { kind: 'too-long', isOver: false, end: bytes.length }
    : { kind: 'end', torn: 0 };
}

/** Moves the tail to `end` of the block that was read by `look`. */
export function advance(tail: Tail, block: Buffer, end: number): void {
  tail.offset += end - tail.before.length;
  tail.before = Buffer.from(block.subarray(Math.max(0, end - FINGERPRINT_BYTES), end));
}

/** A file that was short when it was opened gets a longer fingerprint as it grows. */
export async function extendHead(tail: Tail): Promise<void> {
  if (tail.head.length === FINGERPRINT_BYTES || tail.file.isArchive) return;
  const head = await readAt(tail.file, 0, FINGERPRINT_BYTES);
  // Otherwise the content has been replaced this moment: the next look says so, with the old fingerprint.
  if (head.subarray(0, tail.head.length).equals(tail.head)) tail.head = head;
}

/** Where the tail stands, in the form that is kept; always the start of a line. */
export function positionOf(tail: Tail): FilePosition {
  if (tail.skippedFrom) return tail.skippedFrom;
  const { path, dev, inode } = tail.file;
  const { offset, head, before } = tail;
  return {
    ...{ path, dev, inode, offset, headBytes: head.length, head: fingerprint(head) },
    ...{ tailBytes: before.length, tail: fingerprint(before), isDrained: tail.drainedAtMs !== undefined },
  };
}
