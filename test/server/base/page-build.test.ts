import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUILD_FILE, buildIdOf, buildText, createBuildReader } from '../../../server/base/page-build.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const FILES: Readonly<Record<string, string>> = {
  'client/main.ts': 'start();\n',
  'client/views/wall/WallView.vue': '<template></template>\n',
  'shared/protocol.ts': 'export const X = 1;\n',
  'package-lock.json': '{}\n',
  'vite.config.ts': 'export default {};\n',
};

function rootOf(change: Readonly<Record<string, string>> = {}): string {
  const root = createTempDir('build').path;
  for (const [path, text] of Object.entries({ ...FILES, ...change })) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('the build of the page', () => {
  it('SCR-45: has the same id for the same sources, wherever they lie and in whatever order they were written', () => {
    const id = buildIdOf(rootOf());
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(buildIdOf(rootOf(Object.fromEntries(Object.entries(FILES).reverse())))).toBe(id);
    expect(buildIdOf(rootOf({ 'server/app.ts': 'x', 'test/a.test.ts': 'x' }))).toBe(id);
  });

  it.each<readonly [string, Readonly<Record<string, string>>]>([
    ...Object.keys(FILES).map(
      (path) => [`${path} says something else`, { [path]: `${FILES[path]} ` }] as const,
    ),
    ['a file came', { 'client/new.ts': '' }],
    [
      'text moved from one file to the next',
      { 'client/main.ts': '', 'client/a.ts': FILES['client/main.ts']! },
    ],
  ])('SCR-45: has another id when %s', (_what, change) => {
    expect(buildIdOf(rootOf(change))).not.toBe(buildIdOf(rootOf()));
  });

  it('SCR-45: is read from beside the page, anew when it was built anew, and is absent when nothing is built', () => {
    const dist = createTempDir('build').path;
    let nowMs = 0;
    const reader = createBuildReader(dist, () => nowMs);
    const read = () => {
      nowMs += 1_000;
      return reader();
    };
    const put = (text: string) => {
      writeFileSync(join(dist, 'new'), text);
      renameSync(join(dist, 'new'), join(dist, BUILD_FILE));
    };
    expect(read()).toBeUndefined();
    put(buildText('one'));
    expect(read()).toBe('one');
    put(buildText('two'));
    expect(reader()).toBe('one');
    expect(read()).toBe('two');
    for (const text of ['', '{"build":', 'null', '{"build":7}', `{"build":"${'x'.repeat(81)}"}`]) {
      put(text);
      expect(read(), text).toBeUndefined();
    }
    put(buildText('three'));
    expect(read()).toBe('three');
    rmSync(join(dist, BUILD_FILE));
    expect(read()).toBeUndefined();
  });
});
