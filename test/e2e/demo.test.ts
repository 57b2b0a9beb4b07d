import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenshot, withPage } from '../support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall, readTile } from '../support/wall-page.ts';

describe('serve --demo in a real browser', () => {
  let data: TempDir;
  let server: ServerProcess;
  beforeAll(async () => {
    data = createTempDir('data');
    server = await startServer('--demo', '--port', '0', '--data', data.path);
  });
  afterAll(async () => {
    await server?.stop();
    data?.remove();
  });

  it('WAL-6: shows a wall of many tenants with numbers, and says that it is a demo', async () => {
    await withPage('demo-wall', async (page) => {
      await openWall(page, server.url);
      expect(await page.locator('.tile[data-tenant]').count()).toBeGreaterThan(30);
      const id = await page.locator('.tile[data-tenant]').first().getAttribute('data-tenant');
      await until(async () => /^\d/.test((await readTile(page, id ?? ''))?.queueDepth ?? ''), {
        what: 'a queue depth',
      });
      await page.getByText('DEMO').first().waitFor();
      await screenshot(page, 'demo-1-wall');
    });
  });

  it('opens a tenant by a click on its tile, with three charts', async () => {
    await withPage('demo-tenant', async (page) => {
      await openWall(page, server.url);
      await page.locator('.tile[data-tenant]').first().click();
      await page.waitForURL(/\/tenant\//);
      await until(async () => (await page.locator('canvas').count()) >= 3, { what: 'three charts' });
      await page.getByText('DEMO').first().waitFor();
      await screenshot(page, 'demo-2-tenant');
    });
  });

  it('DEM-3: lists the sources that read what the demo writes', async () => {
    await withPage('demo-sources', async (page) => {
      await page.goto(new URL('/sources', server.url).href);
      await until(async () => (await page.locator('[data-source]').count()) > 0, { what: 'a source' });
      await page.getByText('DEMO').first().waitFor();
      await screenshot(page, 'demo-3-sources');
    });
  });
});
