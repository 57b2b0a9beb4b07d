import { inflateRawSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { ScreensAnswer } from '../../shared/screens.ts';
import { screenshot, withPage } from '../support/browser.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

/** All that a page asked for by its address, and all that came to it over its socket. */
function listenTo(page: Page) {
  const urls: string[] = [];
  const received: string[] = [];
  page.on('request', (request) => urls.push(request.url()));
  page.on('framenavigated', (frame) => urls.push(frame.url()));
  page.on('websocket', (socket) => {
    urls.push(socket.url());
    // Large snapshots come deflated.
    socket.on('framereceived', ({ payload }) =>
      received.push(typeof payload === 'string' ? payload : inflateRawSync(payload).toString()),
    );
  });
  return { urls, received };
}

async function codeOn(screen: Page): Promise<string> {
  const code = screen.locator('.code [aria-hidden]');
  await code.waitFor();
  return code.innerText();
}

const tenantsOn = (screen: Page) =>
  screen
    .locator('.tile[data-tenant]')
    .evaluateAll((tiles) => tiles.map((tile) => (tile as HTMLElement).dataset['tenant']));

/** At the desk: lets the screen in that shows this code, for one tenant. */
async function approve(desk: Page, code: string, tenantName: string): Promise<void> {
  await desk.locator(`[data-code="${code}"] [data-action="approve"]`).click();
  await desk.locator('input[name="name"]').fill('Night wall left');
  await desk.locator('input[name="place"]').fill('control room');
  await desk.locator('input[name="reach"][value="tenants"]').check();
  await desk.locator('input[name="sought"]').fill(tenantName);
  await desk.locator('input[name="tenant"]').first().check();
  await desk.locator('input[name="by"]').fill('Kim');
  await screenshot(desk, 'pairing-2-approve');
  await desk.locator('dialog button[type="submit"]').click();
}

/** What a page gets when it asks for the wall over HTTP. */
const askWall = (page: Page) => page.evaluate(async () => ({ status: (await fetch('/api/v1/wall')).status }));

async function twoPages(
  server: ServerProcess,
  use: (screen: Page, desk: Page) => Promise<void>,
): Promise<void> {
  await withPage('pairing-screen', (screen) =>
    withPage('pairing-desk', async (desk) => {
      await desk.setViewportSize({ width: 1440, height: 900 });
      await desk.goto(`${server.url}/screens`);
      await use(screen, desk);
    }),
  );
}

describe('pairing a screen', () => {
  it('SCR-54 SCR-63 SCR-67 SCR-69: a fresh screen shows a code, is approved and named at the desk, shows its tenants only, and is blank when revoked', async () => {
    const data = createTempDir('pairing');
    const server = await startServer('--demo', 'calm', '--port', '0', '--data', data.path);
    const list = async () => (await (await fetch(`${server.url}/api/v1/screens`)).json()) as ScreensAnswer;
    const tenants = (await (await fetch(`${server.url}/api/v1/tenants`)).json()) as {
      tenants: { id: string; name: string }[];
    };
    const [mine, ...others] = tenants.tenants.filter(({ id }) => !id.startsWith('_'));
    try {
      await twoPages(server, async (screen, desk) => {
        const heard = listenTo(screen);
        await screen.goto(`${server.url}/pair`);
        const code = await codeOn(screen);
        expect(code).toMatch(/^[A-Z]{4}-\d{4}$/);
        await screenshot(screen, 'pairing-1-code');
        expect(heard.received).toEqual([]);

        await approve(desk, code, mine!.name);
        await screen.locator('.pair[data-phase="approved"]').waitFor({ timeout: 20_000 });
        expect(await screen.locator('.pair .name').innerText()).toBe('Night wall left');
        await screenshot(screen, 'pairing-3-named');

        await screen.locator('.screen-name', { hasText: 'Night wall left' }).waitFor({ timeout: 20_000 });
        await screen.locator('.tile[data-tenant]').first().waitFor();
        await screenshot(screen, 'pairing-4-wall');
        expect(await tenantsOn(screen)).toEqual([mine!.id]);
        const later = heard.received.length + 3;
        await until(() => heard.received.length >= later || undefined, {
          what: 'some more frames',
          timeoutMs: 20_000,
        });
        // What is cut down to its tenants comes over the socket only: the whole wall is not its to ask for.
        expect((await askWall(screen)).status).toBe(403);
        expect(heard.received.some((text) => text.includes(`"${mine!.id}"`))).toBe(true);
        for (const { id, name } of others) {
          const names = [`"${id}"`, name];
          const leaks = heard.received.filter((text) => names.some((it) => text.includes(it)));
          expect(leaks.map((text) => text.slice(0, 200))).toEqual([]);
        }

        const [cookie, ...more] = await screen.context().cookies();
        expect(more).toEqual([]);
        expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
        const value = decodeURIComponent(cookie!.value);
        expect(heard.urls.length).toBeGreaterThan(3);
        expect(heard.urls.filter((url) => url.includes(cookie!.value) || url.includes(value))).toEqual([]);
        expect(await screen.evaluate(() => document.cookie)).toBe('');

        const shown = async () =>
          (await list()).displays.find(
            ({ name, state }) => name === 'Night wall left' && state === 'painting',
          );
        const display = await until(shown, { what: 'the screen in the list, painting', timeoutMs: 30_000 });
        expect(display).toMatchObject({ place: 'control room', pairedBy: 'Kim', told: { page: '/' } });

        const row = desk.locator(`[data-display="${display.id}"]`);
        await row.locator('[data-action="change"]').click();
        await desk.locator('input[name="reach"][value="all"]').check();
        await desk.locator('input[name="name"]').fill('Night wall');
        await desk.locator('input[name="diagonal"]').fill('55');
        await desk.locator('input[name="distance"]').fill('5');
        await desk.locator('dialog button[type="submit"]').click();
        await screen
          .locator('.screen-name', { hasText: /^Night wall\s*control room$/ })
          .waitFor({ timeout: 20_000 });
        const other = `"${others[0]!.id}"`;
        await until(() => heard.received.some((text) => text.includes(other)) || undefined, {
          what: 'the other tenants, once it may show all',
          timeoutMs: 20_000,
        });
        await screen.locator('.part').waitFor({ state: 'detached' });

        // What the desk has set is what the screen goes by, its own name included.
        const letters = await screen.locator('main.wall.fit').evaluate((wall) => ({
          least: parseFloat((wall as HTMLElement).style.getPropertyValue('--least')),
          name: parseFloat(getComputedStyle(wall.querySelector('.screen-name b') ?? wall).fontSize),
        }));
        expect(letters.least).toBeGreaterThan(20);
        expect(letters.name).toBeGreaterThanOrEqual(letters.least - 0.1);
        await screenshot(screen, 'pairing-4-wall-far');

        await row.locator('[data-action="revoke"]').click();
        await desk.locator('input[name="reason"]').fill('given away');
        await screenshot(desk, 'pairing-5-revoke');
        const revoked = desk.waitForResponse((response) => response.url().endsWith('/revoke'));
        await desk.locator('dialog button[type="submit"]').click();
        expect((await revoked).status()).toBe(200);
        await screen.locator('main.blank').waitFor({ timeout: 2_000 });
        expect(await screen.locator('.wall, .tile, .strip, .demo-bar, .clock').count()).toBe(0);
        await screen.locator('main.blank', { hasText: 'revoked by Kim' }).waitFor({ timeout: 10_000 });
        expect(await screen.locator('main.blank').innerText()).toContain('given away');
        await screenshot(screen, 'pairing-6-revoked');
        expect((await askWall(screen)).status).toBe(403);

        const before = heard.received.length;
        await screen.reload();
        await screen.locator('main.blank').waitFor({ timeout: 10_000 });
        expect(await screen.locator('.tile').count()).toBe(0);
        const sent = heard.received.slice(before).filter((text) => text.includes(`"${mine!.id}"`));
        expect(sent).toEqual([]);

        await screen.keyboard.press('Enter');
        expect(await codeOn(screen)).toMatch(/^[A-Z]{4}-\d{4}$/);
        expect(new URL(screen.url()).pathname).toBe('/pair');
        await desk.locator('.revoked-list summary').click();
        await desk.locator('.revoked-list', { hasText: 'by Kim: given away' }).waitFor();
        await screenshot(desk, 'pairing-7-list');
      });
    } finally {
      await server.stop();
      data.remove();
    }
  }, 180_000);

  it('SCR-30 SCR-37 SCR-38: a screen that goes dark is named on the wall and in the list, until it paints again', async () => {
    const data = createTempDir('dark');
    const server = await startServer('--demo', 'calm', '--port', '0', '--data', data.path);
    try {
      await twoPages(server, async (screen, desk) => {
        await screen.goto(`${server.url}/pair`);
        const [first] = (
          (await (await fetch(`${server.url}/api/v1/tenants`)).json()) as { tenants: { name: string }[] }
        ).tenants;
        await approve(desk, await codeOn(screen), first!.name);
        await screen.locator('.tile[data-tenant]').first().waitFor({ timeout: 30_000 });
        const row = (state: string) => desk.locator(`li[data-display][data-state="${state}"]`);
        await row('painting').waitFor({ timeout: 20_000 });

        await screen.goto('about:blank');
        await row('dark').waitFor({ timeout: 20_000 });
        expect(await row('dark').innerText()).toMatch(/Night wall left/);
        expect(await row('dark').innerText()).toMatch(/not connected/);
        await screenshot(desk, 'pairing-8-dark');
        await withPage('pairing-wall', async (wall) => {
          await wall.goto(server.url);
          const said = wall.locator('.worst', { hasText: 'Night wall left' });
          await said.waitFor({ timeout: 20_000 });
          await wall.locator('.pin-panel', { hasText: 'Night wall left' }).waitFor({ timeout: 20_000 });
          await screenshot(wall, 'pairing-9-dark-wall');
          await screen.goto(server.url);
          await row('painting').waitFor({ timeout: 20_000 });
          await said.filter({ hasText: 'OVER' }).waitFor({ timeout: 30_000 });
        });
      });
    } finally {
      await server.stop();
      data.remove();
    }
  }, 180_000);
});
