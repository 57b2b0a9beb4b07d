import { messageOf } from '../../base/errors.ts';
import { openArchive } from './archive.ts';
import {
  type ByteFile,
  type FileIdentity,
  type FileSystem,
  isMissing,
  isSameFile,
  openFile,
} from './byte-file.ts';
import { type FilePosition, isMarked } from './position.ts';
import { isArchive, isUnreadableArchive, listSiblings } from './siblings.ts';
import { createTail, resumeTail, type Tail } from './tail.ts';

/** What is to be read, oldest first, so that nothing is read twice and nothing is missed. */
export interface Route {
  readonly tails: readonly Tail[];
  /** The last of `tails` is the file that the followed path names. */
  readonly hasCurrent: boolean;
  /** Which of `tails` goes on where a position stood. A position without one is in no file any more. */
  readonly resumed: ReadonlyMap<FilePosition, Tail>;
  /** Files that should be read and cannot be: which and why. */
  readonly unreadable: readonly string[];
}

/** Looks at a directory that keeps changing under it; rotation moves every file once and is over. */
const LOOKS = 5;

/**
 * Finds the files that hold `positions` under whatever name they have now, then everything younger up to the file at
 * `path`. Files that are not on the route are closed again.
 */
export async function findRoute(
  files: FileSystem,
  path: string,
  positions: readonly FilePosition[],
): Promise<Route> {
  for (let look = 1; ; look += 1) {
    const shelf = createShelf(files);
    let onRoute: readonly ByteFile[] = [];
    try {
      const route = await search(shelf, files, { path, positions });
      onRoute = route.tails.map(({ file }) => file);
      return route;
    } catch (error) {
      if (!(error instanceof MovedError) || look === LOOKS) throw error;
    } finally {
      for (const file of shelf.opened) if (!onRoute.includes(file)) await file.close();
    }
  }
}

/** A file had another name or was gone when it was to be opened. */
class MovedError extends Error {
  readonly code = 'ENOENT';
}

interface Place extends FileIdentity {
  readonly path: string;
  readonly opened?: ByteFile;
}

/** Opens files and remembers them. */
interface Shelf {
  readonly opened: readonly ByteFile[];
  open(place: Place): Promise<ByteFile>;
  openIfThere(path: string): Promise<ByteFile | undefined>;
}

interface Wanted {
  readonly path: string;
  readonly positions: readonly FilePosition[];
}

async function search(shelf: Shelf, files: FileSystem, { path, positions }: Wanted): Promise<Route> {
  // Opened before its siblings are listed: a rotation in between cannot hide one.
  const current = await shelf.openIfThere(path);
  const [only] = positions;
  if (current && only && positions.length === 1 && isSameFile(current, only)) {
    const tail = await resumeTail(current, only);
    if (tail) return { tails: [tail], hasCurrent: true, resumed: new Map([[only, tail]]), unreadable: [] };
  }
  const siblings = positions.length > 0 ? await listSiblings(files, path) : [];
  const places = placesOf(siblings, current);
  const resumed = await resumeAll(shelf, places, positions);
  const younger = await openYounger(shelf, places, resumed, lowerBound(resumed, positions));
  return {
    tails: places.flatMap((_, i) => resumed.get(i)?.tail ?? younger.tails.get(i) ?? []),
    hasCurrent: places.at(-1)?.opened !== undefined,
    resumed: new Map([...resumed.values()].map(({ position, tail }) => [position, tail])),
    unreadable: younger.unreadable,
  };
}

/** Oldest first. The file opened at the path is the last, unless it was rotated meanwhile. */
function placesOf(siblings: readonly Place[], current: ByteFile | undefined): readonly Place[] {
  if (!current) return siblings;
  const opened: Place = { path: current.path, dev: current.dev, inode: current.inode, opened: current };
  const at = siblings.findIndex((sibling) => isSameFile(sibling, current));
  return at < 0 ? [...siblings, opened] : siblings.with(at, opened);
}

type Resumed = ReadonlyMap<number, { readonly tail: Tail; readonly position: FilePosition }>;

async function resumeAll(
  shelf: Shelf,
  places: readonly Place[],
  positions: readonly FilePosition[],
): Promise<Resumed> {
  const found = new Map<number, { tail: Tail; position: FilePosition }>();
  for (const position of positions) {
    const same: number[] = [];
    const other: number[] = [];
    places.forEach((place, i) => (isSameFile(place, position) ? same : other).unshift(i));
    // By content alone where there is content: copies (copytruncate), archives, another disk after a move.
    const order = isMarked(position) ? [...same, ...other] : same;
    for (const i of order) {
      const place = places[i];
      const tail = place && !found.has(i) ? await resumeAt(shelf, place, position) : undefined;
      if (!tail) continue;
      found.set(i, { tail, position });
      break;
    }
  }
  return found;
}

async function resumeAt(shelf: Shelf, place: Place, position: FilePosition): Promise<Tail | undefined> {
  if (place.opened) return resumeTail(place.opened, position);
  try {
    return await resumeTail(await shelf.open(place), position);
  } catch (error) {
    if (error instanceof MovedError) throw error;
    return undefined; // Not readable or damaged: not recognised. When it was the one, the position counts as lost.
  }
}

/**
 * The place behind which everything is to be read. Where a file has no whole line yet, it may have been filled and
 * copied away since: from there on every place counts that is not resumed.
 */
function lowerBound(resumed: Resumed, positions: readonly FilePosition[]): number {
  const firstUnmarked = positions.findIndex((position) => !isMarked(position));
  const sure = firstUnmarked < 0 ? positions : positions.slice(0, firstUnmarked);
  const found = [...resumed].filter(([, { position }]) => sure.includes(position)).map(([i]) => i);
  return found.length > 0 ? Math.max(...found) : Math.min(...resumed.keys());
}

/** Opens from their start the places behind `bound`; only the current file when nothing was resumed. */
async function openYounger(
  shelf: Shelf,
  places: readonly Place[],
  resumed: Resumed,
  bound: number,
): Promise<{ tails: ReadonlyMap<number, Tail>; unreadable: readonly string[] }> {
  const tails = new Map<number, Tail>();
  const unreadable: string[] = [];
  for (const [i, place] of places.entries()) {
    if (resumed.has(i) || (resumed.size === 0 ? !place.opened : i < bound)) continue;
    try {
      tails.set(i, await createTail(place.opened ?? (await shelf.open(place))));
    } catch (error) {
      if (place.opened || error instanceof MovedError) throw error;
      unreadable.push(`${place.path}: ${messageOf(error)}`);
    }
  }
  return { tails, unreadable };
}

function createShelf(files: FileSystem): Shelf {
  const opened: ByteFile[] = [];
  const keep = (file: ByteFile): ByteFile => {
    opened.push(file);
    return file;
  };
  return {
    opened,
    open: async (place) => {
      const { path } = place;
      if (isUnreadableArchive(path))
        throw new Error('this compression cannot be read, decompress it beside the log');
      const file = await (isArchive(path) ? openArchive(files, path) : openFile(files, path)).catch(
        (error: unknown) => {
          throw isMissing(error) ? new MovedError(`${path} was moved`) : error;
        },
      );
      if (isSameFile(keep(file), place)) return file;
      throw new MovedError(`${path} was moved`);
    },
    openIfThere: async (path) => {
      try {
        return keep(await openFile(files, path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}
