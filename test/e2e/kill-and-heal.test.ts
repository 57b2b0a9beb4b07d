import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { screenshot, withPage } from '../support/browser.ts';
import { startCli, startServer } from '../support/server-process.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall } from '../support/wall-page.ts';

describe('a wall whose server dies', () => {
  let data: TempDir;
  beforeEach(() => {
    data = createTempDir('data');
  });
  afterEach(() => data.remove());

  it('WAL-5: says within 10 seconds that the numbers are old, and heals without a hand when the server is back', async () => {
    const first = await startServer('--demo', '--port', '0', '--data', data.path);
    try {
      await withPage('kill-and-heal', async (page) => {
        await openWall(page, first.url);
        const phase = () => page.locator('.wall').getAttribute('data-phase');
        const paintedSeq = async () => Number(await page.locator('.wall').getAttribute('data-seq'));
        await until(async () => (await phase()) === 'live', { what: 'a live wall' });
        await first.kill();
        await page
          .getByRole('alert')
          .filter({ hasText: 'numbers below are old' })
          .waitFor({ timeout: 10_000 });
        expect(await phase()).not.toBe('live');
        await screenshot(page, 'kill-and-heal-1-dead');

        const second = await startServer('--demo', '--port', String(first.port), '--data', data.path);
        try {
          await page.getByRole('alert').waitFor({ state: 'detached', timeout: 20_000 });
          await until(async () => (await phase()) === 'live', { what: 'a live wall again' });
          const seq = await paintedSeq();
          await until(async () => (await paintedSeq()) > seq, { what: 'the next frame' });
          await screenshot(page, 'kill-and-heal-2-healed');
        } finally {
          await second.stop();
        }
      });
    } finally {
      await first.stop();
    }
  });

  it('CMD-3: refuses to start on a port that is taken, and says which one and what to do', async () => {
    const first = await startServer('--demo', '--port', '0', '--data', data.path);
    const other = createTempDir('data');
    try {
      const second = startCli('serve', '--demo', '--port', String(first.port), '--data', other.path);
      await second.exited;
      expect(second.exitCode()).toBe(1);
      expect(second.stderr()).toContain(String(first.port));
      expect(second.stderr()).toMatch(/in use|taken/);
      expect(second.stderr()).not.toMatch(/^\s+at /m);
    } finally {
      other.remove();
      await first.stop();
    }
  });
});
