/** Builds of the page: each is named by the sources it was made of, so that a page and the server can tell whether they belong together. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Beside the built page. */
export const BUILD_FILE = 'build.json';
/** All that the page is made of: its own sources, what it shares with the server, its packages, and how it is put together. */
const MADE_OF = ['client', 'shared', 'package-lock.json', 'vite.config.ts'] as const;
const ID_LENGTH = 16;
/** A file that was there is looked at again after so long. */
const LOOK_MS = 1_000;

/** Id of the sources below a folder: another one when any file of the page is another, the same for the same files. */
export function buildIdOf(root: string): string {
  const hash = createHash('sha256');
  for (const path of MADE_OF.flatMap((name) => filesOf(join(root, name))).sort()) {
    const text = readFileSync(path);
    hash.update(`${relative(root, path).split(sep).join('/')}\n${text.byteLength}\n`).update(text);
  }
  return hash.digest('hex').slice(0, ID_LENGTH);
}

/** What is written beside the page. */
export function buildText(build: string): string {
  return `${JSON.stringify({ build })}\n`;
}

/** The build that is served now; undefined: none, or one that does not say. It may be built anew at any time. */
export function createBuildReader(
  distDir: string,
  monotonicMs = () => performance.now(),
): () => string | undefined {
  const path = join(distDir, BUILD_FILE);
  let lookedMs = -Infinity;
  let mark = '';
  let build: string | undefined;
  return () => {
    const nowMs = monotonicMs();
    if (nowMs - lookedMs < LOOK_MS) return build;
    lookedMs = nowMs;
    const found = markOf(path);
    if (found === mark) return build;
    mark = found;
    build = found === '' ? undefined : readBuild(path);
    return build;
  };
}

function markOf(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return '';
  }
}

function readBuild(path: string): string | undefined {
  try {
    const said = JSON.parse(readFileSync(path, 'utf8')) as { readonly build?: unknown } | null;
    return typeof said?.build === 'string' && said.build.length <= 80 ? said.build : undefined;
  } catch {
    // Being written, or not ours: a page is never reloaded for what nobody can read.
    return undefined;
  }
}

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
