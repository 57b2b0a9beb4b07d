import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTempDir } from '../../support/temp-dir.ts';
import { ROOT } from '../../support/source-tree.ts';

/** Where a thread of a fresh process finds compiled code; the process opens a cache in `dir`, or none. */
function cacheOfThread(dir: string | null): { own: string | null; ofThread: string | null } {
  const file = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, path)).href);
  const script = `
    import { enableCompileCache, getCompileCacheDir } from 'node:module';
    if (${JSON.stringify(dir)} !== null) enableCompileCache(${JSON.stringify(dir)});
    const { createThread } = await import(${file('server/base/thread.ts')});
    const url = new URL(${file('test/support/cache-dir-worker.ts')});
    const thread = createThread({ name: 'test', url, data: null });
    const ofThread = await thread.call('dir');
    await thread.close();
    console.log(JSON.stringify({ own: getCompileCacheDir() ?? null, ofThread }));`;
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const temp = createTempDir('thread-cache');
  try {
    const path = join(temp.path, 'main.mjs');
    writeFileSync(path, script);
    const said = execFileSync(process.execPath, [path], { encoding: 'utf8', env });
    return JSON.parse(said) as ReturnType<typeof cacheOfThread>;
  } finally {
    temp.remove();
  }
}

describe('a thread and the cache of compiled code', () => {
  it('finds the one that was opened beside it', () => {
    const dir = createTempDir('compile-cache');
    const { own, ofThread } = cacheOfThread(dir.path);
    dir.remove();
    expect(own).toContain(dir.path);
    expect(ofThread).toBe(own);
  });

  it('has none where none was opened', () => {
    expect(cacheOfThread(null)).toEqual({ own: null, ofThread: null });
  });
});
