/** Takes pictures of the wall with something pinned: `node test/client/dev/look-pin.ts OUT [only]`; builds into a folder of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { answerPin, type PinMood } from './fake-pin.ts';
import type { Scene } from './fake-platform.ts';
import { startFakeServer } from './fake-server.ts';
import type { StripMood } from './fake-strip.ts';

const [out = 'test/artefacts/look', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = {
  hd: [1920, 1080],
  desk: [1440, 900],
  uhd: [3840, 2160],
  portrait: [1080, 1920],
  phone: [390, 844],
} as const;
type SizeName = keyof typeof SIZES;
const FAR = 'diagonal=55&distance=5';

mkdirSync(out, { recursive: true });
const dist = join(out, 'dist');
if (!process.env['KEEP_BUILD'])
  execFileSync('npx', ['vite', 'build', '--outDir', resolve(dist), '--emptyOutDir', '--logLevel', 'error'], {
    stdio: 'inherit',
  });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

/** Text of the panel that is smaller than the law allows. */
async function tooSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const panel = document.querySelector<HTMLElement>('.pin-panel.fit');
    const least = parseFloat(panel?.style.getPropertyValue('--pin-least') ?? '0');
    if (!panel) return [];
    return [...panel.querySelectorAll<HTMLElement>('*')].flatMap((element) => {
      const text = [...element.childNodes]
        .filter(({ nodeType }) => nodeType === 3)
        .map((n) => n.textContent?.trim());
      const size = parseFloat(getComputedStyle(element).fontSize);
      const isSeen = element.getBoundingClientRect().width > 0 && text.join('') !== '';
      return isSeen && size < least - 0.5 && !element.closest('svg') ? [`${size} ${text.join(' ')}`] : [];
    });
  });
}

/** Parts of the panel that have no room. */
async function cut(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const panel = document.querySelector<HTMLElement>('.pin-panel')?.getBoundingClientRect();
    if (!panel) return [];
    return [...document.querySelectorAll<HTMLElement>('.pin-panel > *, .pin-curve .place')].flatMap(
      (element) => {
        const { bottom, right, height, width } = element.getBoundingClientRect();
        const isOut = bottom > panel.bottom + 1 || right > panel.right + 1;
        const isFlat = element.className === 'place' && height < 40;
        return isOut || isFlat ? [`${element.className} ${Math.round(width)}x${Math.round(height)}`] : [];
      },
    );
  });
}

interface Look {
  readonly name: string;
  readonly sizes: readonly SizeName[];
  readonly scene?: Scene;
  readonly strip: StripMood;
  readonly pin?: PinMood;
  readonly query?: string;
  readonly act?: (page: Page, stop: () => Promise<void>) => Promise<unknown>;
}

async function look({
  name,
  sizes,
  scene = 'trouble-40',
  strip,
  pin = 'fine',
  query = 'theme=night',
  act,
}: Look) {
  for (const size of sizes) {
    const full = `pin-${name}-${size}`;
    if (!full.includes(only)) continue;
    const server = await startFakeServer({
      port: 0,
      scene,
      dist,
      strip,
      isDemo: false,
      answer: answerPin(pin),
    });
    const [width, height] = SIZES[size];
    const page = await browser.newPage({
      viewport: { width, height },
      screen: { width, height },
      timezoneId: 'Europe/Berlin',
    });
    page.on('pageerror', (error) => console.error(full, 'PAGE ERROR', error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(full, message.text()));
    await page.goto(`${server.url}/?${query}`);
    await page.waitForSelector('main');
    await page.waitForTimeout(2_200);
    let isStopped = false;
    await act?.(page, async () => {
      isStopped = true;
      await server.stop();
    });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.error(full, `is ${wide} px too wide`);
    for (const fault of await tooSmall(page)) console.error(full, 'TOO SMALL', fault);
    for (const fault of await cut(page)) console.error(full, 'NO ROOM', fault);
    const said = await page
      .locator('.pin-panel')
      .first()
      .getAttribute('aria-label', { timeout: 500 })
      .catch(() => null);
    console.log(full, '|', await page.getAttribute('.board', 'data-reason').catch(() => ''), '|', said);
    await page.screenshot({ path: join(out, `${full}.png`) });
    await page.close();
    if (!isStopped) await server.stop();
  }
}

const ALL: readonly SizeName[] = ['hd', 'desk', 'uhd', 'portrait', 'phone'];
const HD: readonly SizeName[] = ['hd'];
const BIG: readonly SizeName[] = ['hd', 'desk', 'uhd', 'portrait'];
const far = (query = 'theme=night') => `${query}&${FAR}`;
const byHand = async (page: Page) => {
  await page.locator('a[data-tenant="t9"]').first().focus();
  await page.keyboard.press('p');
  await page.waitForTimeout(1_200);
};

await look({ name: 'calm', sizes: HD, scene: 'calm-40', strip: 'calm' });
await look({ name: 'critical', sizes: ALL, strip: 'critical' });
await look({ name: 'critical-far', sizes: BIG, strip: 'critical', query: far() });
await look({ name: 'critical-day', sizes: HD, strip: 'critical', query: far('theme=day') });
await look({ name: 'taken', sizes: HD, strip: 'taken', query: far() });
await look({ name: 'two', sizes: ['hd', 'phone'], strip: 'two' });
await look({ name: 'two-far', sizes: HD, strip: 'two', query: far() });
await look({ name: 'forty', sizes: ALL, strip: 'forty' });
await look({ name: 'forty-far', sizes: HD, strip: 'forty', query: far() });
await look({ name: 'flood', sizes: ['hd', 'phone'], strip: 'flood' });
await look({ name: 'flood-far', sizes: HD, strip: 'flood', query: far() });
await look({ name: 'source', sizes: HD, strip: 'source' });
await look({ name: 'gap', sizes: HD, strip: 'critical', pin: 'gap' });
await look({ name: 'none', sizes: HD, strip: 'critical', pin: 'none', query: far() });
await look({ name: 'refused', sizes: HD, strip: 'critical', pin: 'refused' });
await look({ name: 'failing', sizes: HD, strip: 'critical', pin: 'failing', query: far() });
await look({ name: 'hand', sizes: ['hd', 'portrait'], strip: 'critical', act: byHand });
await look({ name: 'hand-far', sizes: HD, strip: 'two', query: far(), act: byHand });
for (const count of [12, 300, 1_000] as const) {
  await look({ name: `n${count}`, sizes: ['hd', 'portrait'], scene: `trouble-${count}`, strip: 'critical' });
  await look({
    name: `n${count}-far`,
    sizes: HD,
    scene: `trouble-${count}`,
    strip: 'critical',
    query: far(),
  });
}
await look({
  name: 'stale',
  sizes: HD,
  strip: 'critical',
  act: async (page, stop) => {
    await stop();
    await page.waitForSelector('.banner', { timeout: 20_000 });
    await page.waitForTimeout(6_000);
  },
});
await look({
  name: 'replay',
  sizes: HD,
  strip: 'critical',
  act: async (page) => {
    await page.keyboard.press('t');
    await page.waitForTimeout(500);
    await page.keyboard.press('ArrowLeft');
    await page.waitForTimeout(1_500);
  },
});
await browser.close();
