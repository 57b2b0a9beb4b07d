import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compileCacheDir } from '../../../server/base/compile-cache.ts';
import { ROOT } from '../../support/source-tree.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';

describe('compiled code', () => {
  let temp: TempDir;
  let home: string;
  let own: string;
  beforeEach(() => {
    temp = createTempDir('cache');
    [home, own] = [join(temp.path, 'home'), join(temp.path, 'own')];
    for (const dir of [home, own]) mkdirSync(dir);
  });
  afterEach(() => temp.remove());

  it('lies in the folder of the service, the cache of the user, or the home, of those that are there', () => {
    const none = join(temp.path, 'none');
    expect(compileCacheDir({ CACHE_DIRECTORY: `${own}:/b`, HOME: home })).toBe(join(own, 'compiled'));
    expect(compileCacheDir({ XDG_CACHE_HOME: own, HOME: home })).toBe(join(own, 'mailvigil/compiled'));
    const inHome = join(home, '.cache/mailvigil/compiled');
    expect(compileCacheDir({ CACHE_DIRECTORY: none, XDG_CACHE_HOME: none, HOME: home })).toBe(inHome);
    expect(compileCacheDir({ HOME: none })).toBeUndefined();
    // What cannot be looked at is as good as not there: a name that is too long stands for a closed folder, which root can enter.
    expect(compileCacheDir({ HOME: join(own, 'x'.repeat(300)) })).toBeUndefined();
    expect(compileCacheDir({ TMPDIR: own })).toBeUndefined();
  });

  it('lies in no folder of somebody else', () => {
    const getuid = process.getuid!;
    process.getuid = () => getuid() + 1;
    try {
      expect(compileCacheDir({ CACHE_DIRECTORY: own, XDG_CACHE_HOME: own, HOME: home })).toBeUndefined();
    } finally {
      process.getuid = getuid;
    }
  });

  it('CMD-21: is kept in the cache of this user, and never in the folder that all share', () => {
    const { NODE_COMPILE_CACHE: _, CACHE_DIRECTORY: __, XDG_CACHE_HOME: ___, ...rest } = process.env;
    const run = (HOME: string) =>
      execFileSync(process.execPath, [join(ROOT, 'server/cli.ts'), '--version'], {
        encoding: 'utf8',
        timeout: 15_000,
        env: { ...rest, TMPDIR: own, HOME },
      });
    expect(run(home)).toMatch(/^\d+\.\d+\.\d+/);
    expect(readdirSync(join(home, '.cache/mailvigil/compiled'))).not.toEqual([]);
    expect(run('/nonexistent')).toMatch(/^\d+\.\d+\.\d+/);
    expect(existsSync('/nonexistent')).toBe(false);
    expect(readdirSync(own)).toEqual([]);
  });
});
