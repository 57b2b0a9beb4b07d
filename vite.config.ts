import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { START_GUARD } from './shared/start-guard.ts';
import { BUILD_FILE, buildIdOf, buildText } from './server/base/page-build.ts';

/** The server that `npm run dev` proxies to. */
const SERVER = 'http://127.0.0.1:8025';

/** Projects run one after the other where they start real services or a browser: two cores are not many. */
const node = { environment: 'node' as const, testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  root: 'client',
  plugins: [vue(), startGuard(), namedBuild()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    // The screen takes types and constants from shared/protocol.ts, not its schemas: without this they stay in with all of
    // zod, 24 KB of 87, and its probe for `eval` is refused by our content security policy.
    rolldownOptions: { treeshake: { manualPureFunctions: ['z'] } },
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
  test: {
    root: import.meta.dirname,
    projects: [
      {
        extends: true,
        test: { ...node, name: 'unit', include: ['test/{shared,server}/**/*.test.ts', 'test/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'client',
          environment: 'happy-dom',
          include: ['test/client/**/*.test.ts'],
          // A loaded machine is no fault.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'real',
          include: ['test/{real,e2e}/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          ...node,
          name: 'long',
          include: ['test/long/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 600_000,
        },
      },
    ],
  },
});

/** Puts into the page what runs before all else; the server knows it by its hash. */
function startGuard(): Plugin {
  return {
    name: 'start-guard',
    transformIndexHtml: () => [{ tag: 'script', children: START_GUARD, injectTo: 'head-prepend' }],
  };
}

/** Puts the name of the build into the page, and beside it for the server. */
function namedBuild(): Plugin {
  let build = '';
  return {
    name: 'named-build',
    apply: 'build',
    config() {
      build = buildIdOf(import.meta.dirname);
      return { define: { __BUILD__: JSON.stringify(build) } };
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: BUILD_FILE, source: buildText(build) });
    },
  };
}
