import { afterAll, beforeAll, describe, it } from 'vitest';
import { withPage } from '../support/browser.ts';
import { startServer } from '../support/server-process.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall } from '../support/wall-page.ts';

const STOPPED_MS = Number(process.env['MAILVIGIL_TEST_STOPPED_MS'] ?? 5 * 60_000);
const HEALED_MS = 10_000;

describe('a wall whose server is stopped for five minutes', () => {
  let data: TempDir;
  beforeAll(() => {
    data = createTempDir('data');
  });
  afterAll(() => data.remove());

  it('WAL-121: says so all the time, and is right again within ten seconds of its return', async () => {
    const first = await startServer('--demo', '--port', '0', '--data', data.path);
    await withPage('healing-five-minutes', async (page) => {
      await openWall(page, first.url);
      await first.kill();
      const banner = page.locator('.banner[role="alert"]').filter({ hasText: 'SERVER DOWN' });
      await banner.waitFor({ timeout: 10_000 });
      const endsAt = Date.now() + STOPPED_MS;
      await until(
        async () => {
          if ((await banner.count()) !== 1) throw new Error('the wall claims to be well');
          return Date.now() > endsAt;
        },
        { what: 'the end of the outage', timeoutMs: STOPPED_MS + 10_000, everyMs: 1_000 },
      );
      const second = await startServer('--demo', '--port', String(first.port), '--data', data.path);
      try {
        await banner.waitFor({ state: 'detached', timeout: HEALED_MS });
        const seq = () => page.locator('.wall[data-phase="live"]').getAttribute('data-seq');
        const before = await seq();
        await until(async () => (await seq()) !== before, { what: 'new numbers', timeoutMs: HEALED_MS });
      } finally {
        await second.stop();
      }
    });
  });
});
