import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import type { AlarmsSnapshot } from '../../shared/alarms.ts';
import type { MessagePage } from '../../shared/history.ts';
import { withPage } from '../support/browser.ts';
import { axeFaults, speechFaults } from '../support/look/axe.ts';
import { walkByTab } from '../support/look/keyboard.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const TENANT = 'aurora';
const SOON = { timeout: 20_000 };

interface PageWish {
  readonly path: string;
  /** There when the page has its content. */
  readonly content: string;
}
const PAGES: Readonly<Record<string, PageWish>> = {
  'the wall at night': { path: '/?theme=night', content: '.board[data-layout]' },
  'the wall by day': { path: '/?theme=day', content: '.board[data-layout]' },
  'the wall from afar': { path: '/?theme=night&diagonal=55&distance=5', content: '.wall.fit .board' },
  'a past wall': { path: `/?theme=night&at=${'PAST'}`, content: '.replay' },
  'the desk': { path: '/desk', content: '.desk-page [data-tenant]' },
  'alarms, active': { path: '/alarms', content: '.alarm-row, [data-alarm], [role="option"], li' },
  'alarms, hidden': { path: '/alarms?tab=hidden', content: '.tabs' },
  'alarms, record': { path: '/alarms?tab=record', content: 'table, .tabs' },
  'alarms, shift': { path: '/alarms?tab=shift', content: '.tabs' },
  'alarms, on call': { path: '/alarms?tab=on-call', content: '.tabs' },
  rules: { path: '/rules', content: 'textarea, .rule, li' },
  messages: { path: '/messages', content: 'tr[data-record]' },
  'a message': { path: 'MESSAGE', content: '.lines code' },
  sources: { path: '/sources', content: 'table td' },
  'a tenant': { path: `/tenant/${TENANT}`, content: '.readout' },
  foresight: { path: '/foresight', content: '.card[data-scope="cluster A"]' },
  'foresight of the past': { path: `/foresight?at=${'PAST'}`, content: '.banner' },
  screens: { path: '/screens', content: 'main h1, main h2' },
  'a screen that wants to be paired': { path: '/pair', content: 'main' },
};

describe('every page (WCAG 2.2 AA)', () => {
  const data = createTempDir('wcag');
  let server: ServerProcess;
  let message = '';
  let past = '';
  const get = async <T>(path: string): Promise<T> => (await (await fetch(server.url + path)).json()) as T;
  beforeAll(async () => {
    server = await startServer('--demo', 'backlog-2008', '--speed', '60', '--port', '0', '--data', data.path);
    await until(async () => (await get<AlarmsSnapshot>('/api/v1/alarms')).alarms.length > 0, {
      what: 'an alarm',
      timeoutMs: 110_000,
      everyMs: 500,
    });
    const { records } = await get<MessagePage>('/api/v1/messages?limit=50');
    const record = records.find(({ queueId }) => queueId !== undefined);
    if (record?.queueId === undefined) throw new Error('no message with a queue id');
    message = `/messages/${encodeURIComponent(record.host)}/${encodeURIComponent(record.queueId)}`;
    past = new Date((await get<{ atMs: number }>('/api/v1/wall')).atMs - 120_000).toISOString();
  });
  afterAll(async () => {
    await server?.stop();
    data.remove();
  });

  const open = async (page: Page, { path, content }: PageWish): Promise<void> => {
    await page.setViewportSize({ width: 1_440, height: 900 });
    await page.goto(server.url + path.replace('MESSAGE', message).replace('PAST', past));
    await page.locator(content).first().waitFor(SOON);
    await page.evaluate(() => document.fonts.ready);
  };

  it.each(Object.entries(PAGES))(
    '%s: axe finds nothing, wide and on a phone (WAL-160)',
    async (name, wish) => {
      await withPage(`wcag-${name.replaceAll(/\W+/g, '-')}`, async (page) => {
        await open(page, wish);
        const wide = [...(await axeFaults(page)), ...(await speechFaults(page))];
        await page.setViewportSize({ width: 390, height: 844 });
        await page.locator(wish.content).first().waitFor(SOON);
        const narrow = (await axeFaults(page)).map((fault) => `phone: ${fault}`);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([...wide, ...narrow, ...(tooWide > 0 ? [`phone: ${tooWide} px too wide`] : [])]).toEqual([]);
      });
    },
  );

  it.each(Object.entries(PAGES))(
    '%s: every control is reached by Tab, is seen when it is, and nothing holds the focus (WAL-161)',
    async (name, wish) => {
      await withPage(`keys-${name.replaceAll(/\W+/g, '-')}`, async (page) => {
        await open(page, wish);
        // What had the focus may be over and gone in the middle of a walk, for the story goes on: then it is walked again.
        let walk = await walkByTab(page);
        for (let again = 0; again < 2 && walk.missed.length > 0; again += 1) {
          await open(page, wish);
          walk = await walkByTab(page);
        }
        const { isThrough, missed, unseen, first } = walk;
        expect({ isThrough, missed, unseen }).toEqual({ isThrough: true, missed: [], unseen: [] });
        if (wish.path !== '/pair') expect(first).toContain('Skip to the content');
      });
    },
  );

  it('the skip link leads past what leads through the pages (WAL-161)', async () => {
    await withPage('skip', async (page) => {
      await open(page, PAGES['sources'] ?? { path: '/', content: 'main' });
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const isPast = await page.evaluate(() => {
        const at = document.activeElement;
        const nav = document.querySelector('.app-nav');
        const follows = nav && at ? nav.compareDocumentPosition(at) & Node.DOCUMENT_POSITION_FOLLOWING : 0;
        return at !== document.body && follows !== 0 && !nav?.contains(at);
      });
      expect(isPast).toBe(true);
    });
  });
});
