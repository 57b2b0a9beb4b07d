import { describe, expect, it } from 'vitest';
import type { AlarmsSnapshot, GroupView } from '../../shared/alarms.ts';
import { screenshot, withPage } from '../support/browser.ts';
import { startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall } from '../support/wall-page.ts';

const isUrgent = ({ priority, isHidden }: GroupView) =>
  (priority === 'critical' || priority === 'high') && !isHidden;

describe('a wall that goes to the trouble by itself, in a real browser', () => {
  it('WAL-109: pins the alarm of the demo with its curve, follows who has it, and comes back when nothing is up', async () => {
    const data = createTempDir('pin');
    const flags = ['--demo', 'backlog-2008', '--speed', '30', '--port', '0', '--data', data.path];
    const server = await startServer(...flags);
    const alarms = async () => (await (await fetch(`${server.url}/api/v1/alarms`)).json()) as AlarmsSnapshot;
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/api/v1/alarms/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(200);
    };
    try {
      await withPage('pin', async (page) => {
        await openWall(page, server.url);
        const tenants = () =>
          page.locator('.tile[data-tenant]').evaluateAll((all) => all.map((tile) => tile.dataset['tenant']));
        const places = await tenants();
        const panel = page.locator('.pin-panel');

        // The moment the server has raised it, the wall has gone to it.
        await until(async () => (await alarms()).groups.some(isUrgent), {
          what: 'an urgent alarm of the demo',
          timeoutMs: 180_000,
        });
        await panel.waitFor({ timeout: 10_000 });
        expect(await panel.getAttribute('data-kind')).toBe('auto');
        expect(await panel.getAttribute('aria-label')).toMatch(/^Pinned: .+/);
        await panel.locator('.owner', { hasText: 'NOBODY HAS IT' }).waitFor();
        expect(await panel.locator('.since').textContent()).toMatch(/since .*\d\d:\d\d · \d/);
        expect(await panel.locator('.action').textContent()).toMatch(/First: \w+/);
        // Its tiles are where they were.
        expect(await tenants()).toEqual(places);

        // The curve is drawn, and its age is told.
        await panel.locator('.axis .age', { hasText: /curve .*\d+s old/ }).waitFor();
        const isDrawn = () =>
          panel
            .locator('.pin-curve canvas')
            .first()
            .evaluate((canvas: HTMLCanvasElement) => {
              const { width, height } = canvas;
              const pixels = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
              return pixels.filter((value, i) => i % 4 === 3 && value > 0).length > width;
            });
        await until(isDrawn, { what: 'a curve on the canvas' });
        await panel
          .locator('.pin-curve .scale', { hasText: /^\d.* to \d/ })
          .first()
          .waitFor();
        await screenshot(page, 'pin-1-pinned');

        // Somebody takes it.
        const groupId = await panel.getAttribute('data-group');
        const { alarms: all } = await alarms();
        const ids = all.filter((alarm) => alarm.groupId === groupId).map(({ id }) => id);
        await post('acknowledge', { ids, by: 'Kim', note: '' });
        // Lag that becomes critical meanwhile is nobody's again, and then it is told whose it was.
        const card = page.locator(`.alarm-card[data-group="${groupId}"] .owner`, { hasText: /Kim ha[sd]/ });
        const owner = page.locator(`.pin-panel[data-group="${groupId}"] .owner`, { hasText: /Kim ha[sd]/ });
        await card.or(owner).first().waitFor({ timeout: 20_000 });
        await screenshot(page, 'pin-2-taken');

        // A hand on a tile wins, and lets go again.
        const tile = page.locator('.tile[data-tenant]').first();
        await tile.hover();
        await page.keyboard.press('p');
        await page.locator('.pin-panel[data-kind="manual"]').waitFor();
        await page.reload();
        await page.locator('.pin-panel[data-kind="manual"]').waitFor();
        await screenshot(page, 'pin-3-by-hand');
        await page.keyboard.press('Escape');
        await page.locator('.pin-panel[data-kind="manual"]').waitFor({ state: 'detached' });

        // What is put on the shelf is not annunciated: the plain wall comes back.
        const isPlain = async () => {
          const { alarms: now, groups } = await alarms();
          const urgent = new Set(groups.filter(isUrgent).map(({ id }) => id));
          const open = now.filter((alarm) => urgent.has(alarm.groupId) && alarm.hidden === null);
          const raised = open.filter(({ raisedAtMs }) => raisedAtMs !== null).map(({ id }) => id);
          const { atMs } = (await (await fetch(`${server.url}/api/v1/wall`)).json()) as { atMs: number };
          const why = { by: 'Kim', reason: 'end of the test', untilMs: atMs + 7 * 3_600_000 };
          if (raised.length > 0) await post('shelve', { ids: raised, ...why });
          return (await panel.count()) === 0;
        };
        await until(isPlain, { what: 'the plain wall', timeoutMs: 60_000, everyMs: 500 });
        expect(await page.locator('.stage').getAttribute('data-pin')).toBe('none');
        await screenshot(page, 'pin-4-plain');
      });
    } finally {
      await server.stop();
      data.remove();
    }
  }, 400_000);
});
