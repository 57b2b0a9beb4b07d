/** What a browser needs of the built client before it can show the wall: the page's own scripts and styles, and theirs. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface LoadedFile {
  readonly path: string;
  readonly gzipBytes: number;
}

/** `import "./a.js"`, `import{x}from"./a.js"`, `export*from"./a.js"`; never `import("./a.js")`, which is asked for later. */
const STATIC_IMPORT = /(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g;
const PAGE_FILE = /<(?:script|link)\b[^>]*?\b(?:src|href)="(\/[^"]+\.(?:js|css))"/g;

/** Every file that the page loads before anything is asked for. */
export function firstLoad(distDir: string): readonly LoadedFile[] {
  const page = readFileSync(join(distDir, 'index.html'), 'utf8');
  const waiting = [...page.matchAll(PAGE_FILE)].map(([, path = '']) => path);
  const found = new Map<string, LoadedFile>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const text = readFileSync(join(distDir, path), 'utf8');
    found.set(path, { path, gzipBytes: gzipSync(text).length });
    const folder = posix.dirname(path);
    if (path.endsWith('.js'))
      for (const [, name = ''] of text.matchAll(STATIC_IMPORT)) waiting.push(posix.join(folder, name));
  }
  return [...found.values()];
}
