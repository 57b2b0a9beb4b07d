import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countOf, durationOf, percentOf, quantityText } from '../../client/format/number.ts';
import type { MessagePage, SeriesAnswer, WallAt } from '../../shared/history.ts';
import { screenshot, withPage } from '../support/browser.ts';
import { CORPUS, hasCorpus } from '../support/corpus.ts';
import { type ServerProcess, startCli, startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall, readTile } from '../support/wall-page.ts';

const RUN = join(CORPUS, 'run1');
const AT = '2026-11-21T17:30:00Z';
const HOUR = { from: '2026-11-21T17:00:00Z', to: '2026-11-21T18:00:00Z' } as const;
const TENANT = 't02';
const SOON = { timeoutMs: 30_000 };

async function importRun(data: string): Promise<void> {
  const logs = ['mail-iso.log.zst', 'rspamd.log.zst'].map((name) => join(RUN, name));
  const tenants = join(RUN, 'tenants.json');
  const child = startCli(
    ...['import', ...logs, '--tenants', tenants, '--data', data, '--timezone', 'UTC', '--json'],
  );
  await child.exited;
  if (child.exitCode() !== 0) throw new Error(`import ended with ${child.exitCode()}: ${child.stderr()}`);
}

async function ask<T>(server: ServerProcess, path: string): Promise<T> {
  const answer = await fetch(server.url + path);
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body as T;
}

const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.locator(selector).first().textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();

/** The shown time of a replay, seconds of the day; undefined while there is none. */
async function replaySecond(page: Page): Promise<number | undefined> {
  const match = /^(\d\d):(\d\d):(\d\d)$/.exec(await textOf(page, '.replay time.time'));
  return match ? Number(match[1]) * 3_600 + Number(match[2]) * 60 + Number(match[3]) : undefined;
}
const secondOfDay = (atMs: number) => Math.floor((atMs % 86_400_000) / 1_000);
const phaseOf = (page: Page) => page.locator('main').first().getAttribute('data-phase');

interface ShownStep {
  readonly fromMs: number;
  readonly toMs: number;
  /** By `panel.metric`, as written. */
  readonly values: Readonly<Record<string, string>>;
}

/** What stands beside the charts: the step, and its values. */
function readStep(page: Page): Promise<ShownStep> {
  return page.locator('.readout').evaluate((aside) => {
    const when = aside.querySelector<HTMLElement>('.when');
    const rows = [...aside.querySelectorAll<HTMLElement>('[data-row]')];
    const number = (row: Element) =>
      row.querySelector('.count')?.textContent.replaceAll(/\s+/g, ' ').trim() ?? '';
    return {
      fromMs: Number(when?.dataset['from']),
      toMs: Number(when?.dataset['to']),
      values: Object.fromEntries(rows.map((row) => [row.dataset['row'] ?? '', number(row)])),
    };
  });
}

/** Waits until the history has answered for what the page shows. */
async function openTenant(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.readout .when[data-from]').waitFor();
  await page.locator('[data-fact="step"]').waitFor();
}

const METRICS = ['queueDeferred', 'oldestWaitingMs', 'delivered', 'spamPercent'] as const;

/** What the series say of a step, as the page should write it. */
async function seriesAt(server: ServerProcess, { fromMs, toMs }: ShownStep) {
  const range = `from=${HOUR.from}&to=${HOUR.to}&points=361`;
  const path = `/api/v1/tenants/${TENANT}/series?metrics=${METRICS.join(',')}&${range}`;
  const series = await ask<SeriesAnswer>(server, path);
  expect(series.stepMs).toBe(toMs - fromMs);
  const at = (metric: (typeof METRICS)[number]) =>
    series.metrics[metric]?.[(fromMs - series.fromMs) / series.stepMs] ?? Number.NaN;
  const perMinute = (at('delivered') * 60_000) / series.stepMs;
  return {
    'queue.queueDeferred': quantityText(countOf(at('queueDeferred'))),
    'lag.oldestWaitingMs': quantityText(durationOf(at('oldestWaitingMs'))),
    'flow.delivered': `${quantityText(countOf(perMinute))} /min`,
    spam: quantityText(percentOf(at('spamPercent'))),
  };
}

// Skipped where the recorded platform (../shared/corpus) is not beside the repository.
describe.skipIf(!hasCorpus)('an imported night in a real browser', () => {
  const dir = createTempDir('history');
  let server: ServerProcess;
  beforeAll(async () => {
    const data = join(dir.path, 'data');
    await importRun(data);
    const config = join(dir.path, 'mailvigil.yaml');
    writeFileSync(config, JSON.stringify({ tenants: join(RUN, 'tenants.json') }));
    server = await startServer('--config', config, '--data', data, '--port', '0');
  });
  afterAll(async () => {
    await server?.stop();
    dir.remove();
  });

  it('HIS-70: the wall at a past moment says REPLAY and when, shows what was kept of it, plays on, and Escape leads back to live', async () => {
    await withPage('history-replay', async (page) => {
      const wall = await ask<WallAt>(server, `/api/v1/wall?at=${AT}`);
      await openWall(page, `${server.url}/?at=${AT}`);
      await page.getByText('REPLAY', { exact: true }).waitFor();
      expect(await textOf(page, '.replay .date')).toBe('Sat 21 Nov 2026');
      expect(await textOf(page, '.replay time.time')).toBe('17:30:00');
      expect(await phaseOf(page)).toBe('replay');
      for (const [i, { id }] of wall.tenants.entries()) {
        const depth = wall.rows[i]?.queueDepth ?? null;
        const shown = depth === null ? '—' : quantityText(countOf(depth));
        expect({ id, depth: (await readTile(page, id))?.queueDepth }).toEqual({ id, depth: shown });
      }
      expect(wall.rows.filter(({ queueDepth }) => (queueDepth ?? 0) > 100).length).toBeGreaterThan(1);
      await screenshot(page, 'history-1-replay');

      const begun = (await replaySecond(page)) ?? NaN;
      await page.getByRole('button', { name: 'Play' }).click();
      await page.getByRole('button', { name: '60×' }).click();
      await until(async () => ((await replaySecond(page)) ?? 0) >= begun + 60, {
        what: 'a later moment',
        ...SOON,
      });
      await page.keyboard.press('Escape');
      await until(async () => (await phaseOf(page)) !== 'replay', { what: 'live', ...SOON });
      expect(await page.getByText('REPLAY', { exact: true }).count()).toBe(0);
      expect(new URL(page.url()).search).toBe('');
    });
  });

  it('HIS-71: the tenant page over an hour of it reads what the series say, its link shows the same, and a number leads to messages and their log lines', async () => {
    await withPage('history-tenant', async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await openTenant(page, `${server.url}/tenant/${TENANT}?from=${HOUR.from}&to=${HOUR.to}`);
      const newest = await readStep(page);
      for (let n = 0; n < 45; n++) await page.keyboard.press('ArrowLeft');
      const wantedMs = newest.fromMs - 45 * (newest.toMs - newest.fromMs);
      await until(async () => (await readStep(page)).fromMs === wantedMs, { what: 'the crosshair', ...SOON });
      const shown = await readStep(page);
      const { spam, ...told } = await seriesAt(server, shown);
      expect(shown.values).toMatchObject(told);
      expect(shown.values['spam.spamPercent']).toMatch(new RegExp(`^${spam} of \\d+ verdicts$`));
      expect(Number.parseFloat(told['queue.queueDeferred'])).toBeGreaterThan(1);
      await screenshot(page, 'history-2-tenant');

      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByText('is copied').waitFor();
      const other = await page.context().newPage();
      await openTenant(other, await page.evaluate(() => navigator.clipboard.readText()));
      await page.bringToFront();
      await page.keyboard.press('c');
      await until(async () => (await readStep(page)).fromMs === newest.fromMs, { what: 'the newest step' });
      expect(await readStep(other)).toEqual(await readStep(page));
      expect(await textOf(other, '.range .state')).toBe(await textOf(page, '.range .state'));

      const link = page.getByRole('region', { name: 'Bounces by class' }).locator('td.count a').first();
      const count = Number(await link.textContent());
      expect(count).toBeGreaterThan(0);
      await link.click();
      await page.waitForURL(/\/messages\?/);
      await until(async () => (await page.locator('tr[data-record]').count()) === count, {
        what: `${count} entries`,
        ...SOON,
      });
      const params = new URL(page.url()).searchParams;
      const found = await ask<MessagePage>(
        server,
        `/api/v1/messages?limit=500&tenant=${TENANT}&status=bounced,expired&code=${params.get('code')}` +
          `&fromMs=${params.get('from')}&toMs=${params.get('to')}`,
      );
      const ids = await page
        .locator('tr[data-record]')
        .evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset['record'])));
      expect(ids).toEqual(found.records.map(({ id }) => id));
      await screenshot(page, 'history-3-messages');

      await page.locator('tr[data-record] a').first().click();
      await page.waitForURL(/\/messages\/[^/]+\/[^/]+/);
      const queueId = found.records[0]?.queueId ?? '?';
      await page.locator('.lines code').first().waitFor();
      const lines = await page.locator('.lines code').allTextContents();
      expect(lines.length).toBeGreaterThan(2);
      expect(lines.filter((line) => !line.includes(queueId))).toEqual([]);
      await screenshot(page, 'history-4-trace');
    });
  });
});

describe('the demo in a real browser, looked back on', () => {
  const dir = createTempDir('history-demo');
  let server: ServerProcess;
  beforeAll(async () => {
    const flags = ['--demo', 'backlog-2008', '--speed', '60', '--port', '0', '--data', dir.path];
    server = await startServer(...flags);
  });
  afterAll(async () => {
    await server?.stop();
    dir.remove();
  });

  it('HIS-72: ranges are chosen by a click and go on living', async () => {
    await withPage('history-ranges', async (page) => {
      await openWall(page, server.url);
      await page.locator('.tile[data-tenant]').first().click();
      for (const range of ['1h', '24h', '15m']) {
        const button = page.getByRole('button', { name: range, exact: true });
        await button.click();
        await until(async () => (await button.getAttribute('aria-pressed')) === 'true', { what: range });
        await page.locator('.state[data-live="true"]').waitFor();
        await until(async () => (await readStep(page).catch(() => undefined))?.toMs, {
          what: `the newest step of ${range}`,
          ...SOON,
        });
        const { toMs } = await readStep(page);
        await until(async () => (await readStep(page)).toMs > toMs, {
          what: `a newer step of ${range}`,
          timeoutMs: 60_000,
        });
      }
      await screenshot(page, 'history-5-ranges');
    });
  });

  it('HIS-72: the wall goes two minutes back, and returns', async () => {
    await withPage('history-back', async (page) => {
      await openWall(page, server.url);
      await page.keyboard.press('t');
      const back = page.getByRole('button', { name: '−1 min' });
      const askedMs = () => Date.parse(new URL(page.url()).searchParams.get('at') ?? '');
      await back.click();
      await until(() => !Number.isNaN(askedMs()), { what: 'a moment in the address' });
      const firstMs = askedMs();
      await back.click();
      await until(() => askedMs() === firstMs - 60_000, { what: 'a minute before it' });
      await until(async () => ((await replaySecond(page)) ?? Infinity) <= secondOfDay(firstMs - 60_000), {
        what: 'the wall of then',
        ...SOON,
      });
      expect(await phaseOf(page)).toBe('replay');
      await page.getByText('NOT NOW').waitFor();
      await screenshot(page, 'history-6-back');
      await page.keyboard.press('Escape');
      await until(async () => (await phaseOf(page)) === 'live', { what: 'live', ...SOON });
      expect(new URL(page.url()).search).toBe('');
    });
  });
});
