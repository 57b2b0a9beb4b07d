import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { AnomaliesView, ForesightSnapshot } from '../../shared/foresight.ts';
import { screenshot, withPage } from '../support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall } from '../support/wall-page.ts';

const SOON = { timeout: 120_000 };
/** Its largest tenant on the cluster that drowns. */
const TENANT = 'virgo';

describe('foresight in the night of 2008, in a real browser', () => {
  const data = createTempDir('foresight-e2e');
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer('--demo', 'backlog-2008', '--speed', '30', '--port', '0', '--data', data.path);
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    data.remove();
  });
  const get = async <T>(path: string): Promise<T> => (await (await fetch(server.url + path)).json()) as T;
  const snapshot = () => get<ForesightSnapshot>('/api/v1/foresight');

  it('FOR-42: the page names cluster A, what its queue does, how much is held and whether mail was lost; the past is marked', async () => {
    await withPage('foresight', async (page) => {
      await page.setViewportSize({ width: 1_440, height: 900 });
      await page.goto(`${server.url}/foresight`);
      const card = page.locator('.card[data-scope="cluster A"]');
      await card.locator('b', { hasText: /growing by|clear between/ }).waitFor(SOON);
      await card.locator('b', { hasText: /\d.* to \d.* legitimate mails held \(estimate\)/ }).waitFor(SOON);
      await card
        .locator('.affected b', { hasText: /seen, at most [\d,]+ of [\d,]+ mailboxes/ })
        .waitFor(SOON);
      await card
        .locator('.ledger b', { hasText: /No mail lost up to|no mail was lost cannot be said/i })
        .waitFor(SOON);
      await page
        .locator('h3', { hasText: /cluster A/ })
        .first()
        .waitFor(SOON);
      await screenshot(page, 'foresight-trouble');

      const { atMs } = await snapshot();
      await until(async () => (await fetch(`${server.url}/api/v1/foresight?at=${Math.round(atMs)}`)).ok, {
        what: 'a picture of that moment',
        timeoutMs: 30_000,
      });
      await page.goto(`${server.url}/foresight?at=${new Date(atMs).toISOString()}`);
      await page.locator('.banner strong', { hasText: 'PAST' }).waitFor(SOON);
      await page.locator('.card[data-scope="cluster A"]').waitFor(SOON);
      await screenshot(page, 'foresight-past');
      await page.getByRole('link', { name: 'Back to now' }).click();
      await page.locator('.banner').waitFor({ state: 'detached', ...SOON });
      await card.waitFor(SOON);
    });
  }, 300_000);

  it('FOR-42: the pin of the wall tells until when, how many mails and how many people', async () => {
    await withPage('foresight-pin', async (page) => {
      await openWall(page, server.url);
      const pin = page.locator('.pin-panel');
      await pin.waitFor(SOON);
      for (const [kind, text] of [
        ['drain', /^queue: (growing by|clear between|should have been)/],
        ['held', /legitimate mails held \(estimate\)/],
        ['affected', /mailboxes/],
      ] as const)
        await pin.locator(`[data-foresight="${kind}"]`, { hasText: text }).waitFor(SOON);
      await screenshot(page, 'foresight-pin');
    });
  }, 300_000);

  it('ANO-46: a tenant’s chart has a ribbon where its numbers were strange, which leads to what else moved', async () => {
    await until(
      async () => {
        const { atMs } = await snapshot();
        const range = `from=${Math.round(atMs) - 3_600_000}&to=${Math.round(atMs)}`;
        const { findings } = await get<AnomaliesView>(`/api/v1/tenants/${TENANT}/anomalies?${range}`);
        return findings.some(({ metric }) => metric === 'loginFault');
      },
      { what: 'strange sign-ins', timeoutMs: 200_000, everyMs: 500 },
    );
    await withPage('foresight-ribbon', async (page) => {
      await page.setViewportSize({ width: 1_440, height: 900 });
      await page.goto(`${server.url}/tenant/${TENANT}?range=1h`);
      const chart = page.locator('[data-panel="logins"]');
      await until(async () => /strange, worth a look/.test((await chart.getAttribute('aria-label')) ?? ''), {
        what: 'a chart that says it',
        timeoutMs: 30_000,
      });
      await chart.scrollIntoViewIfNeeded();
      await until(() => isRibbonPainted(page), { what: 'a ribbon on the canvas', timeoutMs: 20_000 });
      await screenshot(page, 'foresight-ribbon');
      await page.locator('.strange [data-odd="loginFault"] button').first().click();
      await page.locator('section.moved tr[data-what]').first().waitFor(SOON);
      expect(page.url()).toMatch(/look=loginFault\.\d+-\d+/);
      await page.locator('section.moved').scrollIntoViewIfNeeded();
      await screenshot(page, 'foresight-moved');
      await page.reload();
      await page.locator('section.moved tr[data-what]').first().waitFor(SOON);
    });
  }, 300_000);
});

/** Whether the strip under the axis of the logins chart has the colour of what is strange. */
function isRibbonPainted(page: Page): Promise<boolean> {
  return page.locator('[data-panel="logins"] canvas').evaluate((canvas: HTMLCanvasElement) => {
    const ratio = canvas.height / canvas.clientHeight;
    const rows = Math.round(28 * ratio);
    const context = canvas.getContext('2d');
    const { data } = context?.getImageData(0, canvas.height - rows, canvas.width, rows) ?? { data: [] };
    for (let i = 0; i + 2 < data.length; i += 4)
      if (data[i] === 0xcc && data[i + 1] === 0x79 && data[i + 2] === 0xa7) return true;
    return false;
  });
}
