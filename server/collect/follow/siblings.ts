import { basename, dirname, extname, join } from 'node:path';
import type { FileIdentity, FileSystem } from './byte-file.ts';

/** A rotated log beside the one that is followed. */
export interface Sibling {
  readonly name: string;
  readonly mtimeMs: number;
}

interface Suffixed extends Sibling {
  /** What rotation put into the name: a generation (`1` is the youngest) or a date. */
  readonly mark: string;
  readonly compression: string;
}

const MARK = String.raw`[.\-_](\d[\d.T:_\-]*|old)`;
const COMPRESSION = String.raw`(\.(?:gz|zst|xz|bz2|lz4|lzma|Z))?`;
/** Digits up to this many are generations, more are a date or epoch seconds. */
const GENERATION_DIGITS = 4;

export const isArchive = (name: string): boolean => /\.(gz|zst)$/.test(name);
/** Compressed in a way that cannot be read here. */
export const isUnreadableArchive = (name: string): boolean => /\.(xz|bz2|lz4|lzma|Z)$/.test(name);

/**
 * Rotated files of `base`, oldest first: by generation or by date where all names have the same kind, else by time of
 * last change. `mail.log.1`, `mail.log-20261121.gz`, `mail-20261121.log`; of a file and its compressed twin the plain one.
 */
export function orderSiblings(base: string, entries: readonly Sibling[]): readonly Sibling[] {
  const plainFirst = entries
    .flatMap((entry) => parse(base, entry) ?? [])
    .sort((a, b) => a.compression.length - b.compression.length);
  const siblings = [...new Map(plainFirst.toReversed().map((sibling) => [sibling.mark, sibling])).values()];
  const kinds = new Set(siblings.map(({ mark }) => kindOf(mark)));
  const byMark =
    kinds.size > 1 ? undefined : siblings.every(({ mark }) => isGeneration(mark)) ? byGeneration : byDate;
  return siblings.sort((a, b) => byMark?.(a, b) || a.mtimeMs - b.mtimeMs);
}

export interface FoundSibling extends Sibling, FileIdentity {
  readonly path: string;
}

/** How often a directory is listed until two listings agree: names and what they name are asked for one after the other. */
const LISTINGS = 6;

/** Lists the directory of `path` for rotated files, oldest first. */
export async function listSiblings(files: FileSystem, path: string): Promise<readonly FoundSibling[]> {
  let before = await listOnce(files, path);
  for (let n = 1; n < LISTINGS; n += 1) {
    const again = await listOnce(files, path);
    if (JSON.stringify(again.map(identityOf)) === JSON.stringify(before.map(identityOf))) return again;
    before = again;
  }
  return before;
}

const identityOf = ({ name, dev, inode }: FoundSibling): readonly string[] => [name, dev, inode];

async function listOnce(files: FileSystem, path: string): Promise<readonly FoundSibling[]> {
  const [directory, base] = [dirname(path), basename(path)];
  const names = (await files.readdir(directory)).filter((name) => parse(base, { name, mtimeMs: 0 }));
  const found = await Promise.all(names.map((name) => lookAt(files, join(directory, name))));
  const known = new Map(found.flatMap((sibling) => (sibling ? [[sibling.name, sibling] as const] : [])));
  return orderSiblings(base, [...known.values()]).flatMap(({ name }) => known.get(name) ?? []);
}

async function lookAt(files: FileSystem, path: string): Promise<FoundSibling | undefined> {
  // Rotation goes on while we look: what is gone now has another name or is deleted.
  const stats = await files.stat(path, { bigint: true }).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  const { dev, ino, mtimeMs } = stats;
  return { name: basename(path), path, mtimeMs: Number(mtimeMs), dev: String(dev), inode: String(ino) };
}

function parse(base: string, entry: Sibling): Suffixed | undefined {
  const extension = extname(base);
  const stem = base.slice(0, base.length - extension.length);
  const forms = [`${escape(base)}${MARK}${COMPRESSION}`];
  if (extension) forms.push(`${escape(stem)}${MARK}${escape(extension)}${COMPRESSION}`);
  for (const form of forms) {
    const [, mark, compression = ''] = new RegExp(`^${form}$`).exec(entry.name) ?? [];
    if (mark) return { ...entry, mark: mark === 'old' ? '1' : mark.replace(/[^\d]+$/, ''), compression };
  }
  return undefined;
}

const escape = (text: string): string => text.replace(/[^A-Za-z0-9]/g, String.raw`\$&`);
const isGeneration = (mark: string): boolean => /^\d+$/.test(mark) && mark.length <= GENERATION_DIGITS;
/** Names of one kind can be compared: generations, or dates written with the same number of characters. */
const kindOf = (mark: string): string => (isGeneration(mark) ? 'generation' : `date of ${mark.length}`);
const byGeneration = (a: Suffixed, b: Suffixed): number => Number(b.mark) - Number(a.mark);
const byDate = (a: Suffixed, b: Suffixed): number => (a.mark < b.mark ? -1 : a.mark > b.mark ? 1 : 0);
