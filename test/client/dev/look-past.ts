/** Takes pictures of time travel, message search, traces and storage: `node test/client/dev/look-past.ts OUT [DIST] [only]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { FakeMood } from './fake-history.ts';
import type { Scene } from './fake-platform.ts';
import { startFakeServer } from './fake-server.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { wall: [1920, 1080], desk: [1440, 900], phone: [390, 844] } as const;
type SizeName = keyof typeof SIZES;

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

interface Look {
  readonly name: string;
  readonly path: string;
  readonly sizes: readonly SizeName[];
  readonly scene?: Scene;
  readonly mood?: FakeMood;
  readonly isDemo?: boolean;
  readonly act?: (page: Page) => Promise<unknown>;
}

async function look({
  name,
  path,
  sizes,
  scene = 'trouble',
  mood = 'fine',
  isDemo = false,
  act,
}: Look): Promise<void> {
  if (!name.includes(only)) return;
  const server = await startFakeServer({ port: 0, scene, dist, mood, isDemo });
  for (const size of sizes) {
    const [width, height] = SIZES[size];
    const page = await browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: size === 'phone' ? 2 : 1,
    });
    page.on('pageerror', (error) => console.error(name, 'PAGE ERROR', error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(name, message.text()));
    await page.goto(server.url + path);
    await page.waitForSelector('main');
    await page.waitForTimeout(1_800);
    await act?.(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.error(name, size, `is ${wide} px too wide`);
    await page.screenshot({ path: join(out, `${name}-${size}.png`) });
    await page.close();
  }
  await server.stop();
}

const ago = (ms: number) =>
  new Date(Math.floor((Date.now() - ms) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
const BOTH: readonly SizeName[] = ['desk', 'phone'];
const HOUR = 3_600_000;

await look({ name: 'replay', path: `/?at=${ago(2 * HOUR)}`, sizes: ['wall', 'desk', 'phone'] });
await look({
  name: 'replay-play',
  path: `/?at=${ago(2 * HOUR)}&speed=60`,
  sizes: ['wall'],
  act: (page) => page.waitForTimeout(3_000),
});
await look({
  name: 'replay-old',
  path: `/?at=${ago(30 * 24 * HOUR)}`,
  sizes: ['wall'],
  act: async (page) => {
    await page.getByRole('button', { name: '90 d' }).click();
    await page.waitForTimeout(900);
  },
});
await look({ name: 'replay-demo', path: `/?at=${ago(HOUR / 2)}`, sizes: ['wall'], isDemo: true });
await look({ name: 'replay-error', path: `/?at=${ago(HOUR)}`, sizes: ['wall'], mood: 'error' });
await look({ name: 'replay-loading', path: `/?at=${ago(HOUR)}`, sizes: ['wall'], mood: 'never' });
await look({
  name: 'wall-scrubber',
  path: '/',
  sizes: ['wall', 'phone'],
  act: async (page) => {
    await page.keyboard.press('t');
    await page.waitForTimeout(900);
  },
});
await look({ name: 'wall-live', path: '/', sizes: ['wall', 'phone'] });
await look({
  name: 'messages',
  path: '/messages?q=maria%40gmail.com+451+%22try+later%22&status=deferred',
  sizes: BOTH,
  act: async (page) => {
    await page.locator('.box').evaluate((box: HTMLInputElement) => box.blur());
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
  },
});
await look({ name: 'messages-masked', path: '/messages?last=1h', sizes: BOTH, mood: 'masked' });
await look({ name: 'messages-incomplete', path: '/messages?q=timed+out', sizes: BOTH, mood: 'incomplete' });
await look({ name: 'messages-empty', path: '/messages?q=4.7.1', sizes: BOTH, mood: 'none' });
await look({ name: 'messages-error', path: '/messages?q=4.7.1', sizes: BOTH, mood: 'error' });
await look({ name: 'messages-loading', path: '/messages?q=4.7.1', sizes: ['desk'], mood: 'never' });
await look({ name: 'trace', path: '/messages/mx1/3F2A1B7', sizes: BOTH });
await look({ name: 'trace-missing', path: '/messages/mx1/3F2A1B7', sizes: ['desk'], mood: 'incomplete' });
await look({ name: 'trace-none', path: '/messages/mx1/3F2A1B7', sizes: ['desk'], mood: 'none' });
await look({ name: 'trace-error', path: '/messages/mx1/3F2A1B7', sizes: ['desk'], mood: 'error' });
await look({ name: 'storage', path: '/sources', sizes: BOTH });
await look({ name: 'storage-failing', path: '/sources', sizes: ['desk'], mood: 'incomplete' });
await browser.close();
