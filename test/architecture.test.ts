import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultsOf } from './support/import-rule.ts';
import { readTree, ROOT } from './support/source-tree.ts';

const SOURCES = /\.(ts|vue)$/;
const TOP_LEVEL = [
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'vite.config.ts', 'eslint.config.js'],
  ...['client', 'server', 'shared', 'test', 'docs', '.ci'],
  ...['README.md', 'CHANGELOG.md', 'LICENSE', '.gitignore', '.prettierignore', '.prettierrc.json'],
];
/** Not part of the project: what git or .gitignore leaves out. */
const IGNORED = ['.git', 'node_modules', 'dist', 'data', 'coverage'];

describe('the project as it is', () => {
  it.each(['client', 'server', 'shared', 'test'])('keeps the import rule in %s/', (folder) => {
    const files = readTree(folder, SOURCES);
    expect(files.size).toBeGreaterThan(0);
    expect(faultsOf(files)).toEqual([]);
  });

  it('has no entries at its top level but the fixed ones', () => {
    const strangers = readdirSync(ROOT).filter(
      (name) => !TOP_LEVEL.includes(name) && !IGNORED.includes(name),
    );
    expect(strangers).toEqual([]);
  });
});

describe('the checker of the import rule', () => {
  const faults = (path: string, source: string): string[] => faultsOf(new Map([[path, source]]));

  it.each([
    ['an import down the flow', 'server/collect/a.ts', `import { x } from '../detect/x.ts';`],
    ['even of a type only', 'server/base/a.ts', `import type { X } from '../collect/x.ts';`],
    ['a re-export down the flow', 'server/aggregate/a.ts', `export * from '../history/x.ts';`],
    ['a dynamic import down the flow', 'server/attribute/deep/a.ts', `await import('../../publish/x.ts');`],
    ['an inline type import down the flow', 'server/base/a.ts', `let x: import('../history/x.ts').X;`],
    ['an import of what constructs', 'server/publish/a.ts', `import { x } from '../app.ts';`],
    ['an import of the demo by a stage', 'server/publish/a.ts', `import { x } from '../demo/x.ts';`],
    [
      'a server folder that the design does not know',
      'server/extras/a.ts',
      `import { x } from '../base/x.ts';`,
    ],
    ['a stray file beside the roots', 'server/extra.ts', `import { x } from './base/x.ts';`],
    ['an import of the client by the server', 'server/app.ts', `import { x } from '../client/x.ts';`],
    ['code of collect in the demo', 'server/demo/a.ts', `import { x } from '../collect/x.ts';`],
    ['a later stage in the demo', 'server/demo/a.ts', `import type { X } from '../aggregate/x.ts';`],
    ['a package but zod in shared', 'shared/a.ts', `import { x } from 'yaml';`],
    ['the server in shared', 'shared/a.ts', `import type { X } from '../server/base/x.ts';`],
    ['the server in the client', 'client/a.ts', `import type { X } from '../server/base/x.ts';`],
    ['a module of Node in the client', 'client/a.ts', `import { x } from 'node:fs';`],
    ['the socket outside client/live', 'client/stores/a.ts', `import { io } from 'socket.io-client';`],
    [
      'a chart outside useChart',
      'client/components/A.vue',
      `<script setup lang="ts">import C from 'chart.js/auto';</script>`,
    ],
    [
      'a call of fetch outside client/api.ts',
      'client/views/A.vue',
      `<script setup>void fetch('/x')</script>`,
    ],
    ['a call of window.fetch', 'client/stores/a.ts', `window.fetch('/x');`],
    ['a file named utils', 'server/base/utils.ts', ''],
    ['a folder named common', 'client/common/a.ts', ''],
    ['a test file named helpers', 'test/helpers.test.ts', ''],
  ])('finds %s', (_what, path, source) => {
    expect(faults(path, source)).toHaveLength(1);
  });

  it.each([
    ['an import up the flow', 'server/detect/a.ts', `import { x } from '../collect/x.ts';`],
    ['an import within a folder', 'server/collect/syslog/a.ts', `import { x } from '../postfix/x.ts';`],
    ['shared in every stage', 'server/base/a.ts', `import { x } from '../../shared/x.ts';`],
    [
      'everything in a command',
      'server/commands/a.ts',
      `import { x } from '../publish/x.ts'; import { y } from '../demo/y.ts';`,
    ],
    ['types of collect in the demo', 'server/demo/a.ts', `import { type X } from '../collect/x.ts';`],
    ['zod in shared', 'shared/a.ts', `import { z } from 'zod'; import { x } from './x.ts';`],
    ['the socket in client/live', 'client/live/a.ts', `import { io } from 'socket.io-client';`],
    ['a chart in useChart', 'client/composables/useChart.ts', `import { Chart } from 'chart.js';`],
    ['fetch in client/api.ts', 'client/api.ts', `export const get = () => fetch('/x');`],
    [
      'a word in a text that looks like an import',
      'shared/a.ts',
      `export const text = "import x from '../server/x.ts'";`,
    ],
  ])('allows %s', (_what, path, source) => {
    expect(faults(path, source)).toEqual([]);
  });
});
