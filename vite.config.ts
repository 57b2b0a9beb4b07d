import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

/** The server that `npm run dev` proxies to. */
const SERVER = 'http://127.0.0.1:8025';

/** Projects run one after the other where they start real services or a browser: two cores are not many. */
const node = { environment: 'node' as const, testTimeout: 20_000, hookTimeout: 60_000 };

export default defineConfig({
  root: 'client',
  plugins: [vue()],
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
        test: { name: 'client', environment: 'happy-dom', include: ['test/client/**/*.test.ts'] },
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
