/** Takes pictures of what the wall says of its sound: `node test/client/dev/look-sound.ts OUT [DIST] [only]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startFakeServer } from './fake-server.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const FREE = '--autoplay-policy=no-user-gesture-required';

mkdirSync(out, { recursive: true });

interface Look {
  readonly name: string;
  readonly path?: string;
  readonly isFree?: boolean;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly size?: readonly [number, number];
  readonly act?: (page: Page) => Promise<unknown>;
}

async function look({
  name,
  path = '/',
  isFree = true,
  settings,
  size = [1920, 1080],
  act,
}: Look): Promise<void> {
  if (!name.includes(only)) return;
  const server = await startFakeServer({ port: 0, scene: 'trouble', dist, strip: 'few', isDemo: false });
  const args = [...FLAGS.split(' '), ...(isFree ? [FREE] : [])];
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  for (const theme of ['night', 'day'])
    for (const fit of [false, true]) {
      if (fit && size[0] < 1000) continue;
      const page = await browser.newPage({
        viewport: { width: size[0], height: size[1] },
        timezoneId: 'Europe/Berlin',
      });
      page.on('pageerror', (error) => console.error(name, 'PAGE ERROR', error.message));
      await page.addInitScript(
        (kept) => {
          for (const key of ['wall', 'desk']) if (kept) localStorage.setItem(`mailvigil.sound.${key}`, kept);
        },
        settings ? JSON.stringify(settings) : '',
      );
      const query = `theme=${theme}${fit ? '&diagonal=55&distance=5' : ''}`;
      await page.goto(`${server.url}${path}?${query}`);
      await page.waitForSelector('main');
      await page.waitForTimeout(3_500);
      await act?.(page);
      await page.screenshot({ path: join(out, `${name}-${theme}${fit ? '-fit' : ''}.png`) });
      await page.close();
    }
  await browser.close();
  await server.stop();
}

const tested = { isOn: true, volume: 1, test: { atMs: Date.now() - 3_600_000, isHeard: true } };
const press = (name: string) => async (page: Page) => {
  await page.mouse.move(400, 400);
  await page.locator('.sound-control').click();
  await page.locator(`.sound-panel [name="${name}"]`).click();
};
await look({ name: 'sound-off' });
await look({ name: 'sound-on', settings: tested });
await look({ name: 'sound-untested', settings: { isOn: true } });
await look({ name: 'sound-blocked', settings: tested, isFree: false });
await look({
  name: 'sound-silenced',
  settings: tested,
  act: async (page) => {
    await press('silence-15')(page);
    await page.locator('.sound-panel [name="close"]').click();
  },
});
await look({ name: 'sound-panel', settings: tested, act: press('silence-2') });
await look({
  name: 'sound-asking',
  settings: tested,
  act: async (page) => {
    await press('test')(page);
    await page.locator('.sound-question [name="heard"]').waitFor();
  },
});
await look({ name: 'sound-phone', settings: tested, isFree: false, size: [390, 844] });
