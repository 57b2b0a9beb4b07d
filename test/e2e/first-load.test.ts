import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepFigures, withPage } from '../support/browser.ts';
import { firstLoad } from '../support/first-load.ts';
import { type ServerProcess, startServer } from '../support/server-process.ts';
import { ROOT } from '../support/source-tree.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { openWall } from '../support/wall-page.ts';

/** Bytes after gzip for the code path of the wall. */
const BUDGET = 150_000;

describe('WAL-143: the code of the wall', () => {
  const dir = createTempDir('first-load');
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer('--demo', 'calm', '--data', dir.path, '--port', '0');
  });
  afterAll(async () => {
    await server.stop();
    dir.remove();
  });

  it('is within its budget as it was built', () => {
    const files = firstLoad(join(ROOT, 'dist'));
    // At least the library, the page and a style sheet: else something was not found.
    expect(files.length).toBeGreaterThan(2);
    expect(files.some(({ path }) => path.endsWith('.css'))).toBe(true);
    const total = files.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    keepFigures('first-load', { total, files });
    expect(total).toBeLessThan(BUDGET);
  });

  it('is within its budget as a calm wall has asked for it by its first tiles, from this server alone', async () => {
    await withPage('first-load', async (page) => {
      const bodies: Promise<Buffer>[] = [];
      const foreign: string[] = [];
      const hear = (response: Response): void => {
        const { pathname } = new URL(response.url());
        if (/\.(js|css)$/.test(pathname)) bodies.push(response.body());
      };
      page.on('response', hear);
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url());
        if (protocol.startsWith('http') && origin !== server.url) foreign.push(request.url());
      });
      await openWall(page, server.url);
      // What a calm wall fetches later does not delay its first tiles, and may still be under way.
      page.off('response', hear);
      const sizes = (await Promise.all(bodies)).map((body) => gzipSync(body).length);
      expect(sizes.length).toBeGreaterThan(2);
      expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(BUDGET);
      expect(foreign).toEqual([]);
    });
  });
});
