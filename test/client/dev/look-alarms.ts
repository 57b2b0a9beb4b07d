/** Takes pictures of the alarm page in every state: `node test/client/dev/look-alarms.ts OUT [DIST] [only]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createFakeAlarms, type AlarmScene } from './fake-alarms.ts';
import { startFakeServer } from './fake-server.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { desk: [1440, 900], phone: [390, 844] } as const;
type SizeName = keyof typeof SIZES;
const BOTH: readonly SizeName[] = ['desk', 'phone'];

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

interface Look {
  readonly name: string;
  readonly scene: AlarmScene;
  readonly mood?: 'fine' | 'refuse' | 'fail' | 'slow';
  readonly path?: string;
  readonly sizes?: readonly SizeName[];
  readonly by?: string;
  readonly act?: (page: Page, server: { stop(): Promise<void> }) => Promise<unknown>;
}

async function look({
  name,
  scene,
  mood = 'fine',
  path = '',
  sizes = BOTH,
  by = 'Ada',
  act,
}: Look): Promise<void> {
  if (!name.includes(only)) return;
  for (const size of sizes) {
    const server = await startFakeServer({
      port: 0,
      scene: 'trouble',
      dist,
      isDemo: false,
      alarmRoom: createFakeAlarms(scene, mood),
    });
    const [width, height] = SIZES[size];
    const page = await browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: size === 'phone' ? 2 : 1,
      hasTouch: size === 'phone',
    });
    page.on('pageerror', (error) => console.error(name, 'PAGE ERROR', error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(name, message.text()));
    await page.addInitScript((who) => localStorage.setItem('mailvigil.by', who), by);
    await page.goto(`${server.url}/alarms${path}`);
    await page.waitForSelector('main');
    await settled(page);
    await act?.(page, server);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.error(name, size, `is ${wide} px too wide`);
    await page.screenshot({ path: join(out, `alarms-${name}-${size}.png`) });
    await page.close();
    await server.stop();
  }
}

/** What was asked for has come, and is painted. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

const press = (key: string) => async (page: Page) => {
  await page.keyboard.press(key);
  await settled(page);
};

await look({ name: 'calm', scene: 'calm' });
await look({ name: 'one', scene: 'one' });
await look({ name: 'one-detail', scene: 'one', path: '/lag-0', sizes: ['phone'] });
await look({ name: 'forty', scene: 'forty' });
await look({ name: 'forty-detail', scene: 'forty', path: '/g1', sizes: ['phone'] });
await look({ name: 'flood', scene: 'flood' });
await look({ name: 'mixed', scene: 'mixed' });
await look({ name: 'mixed-blind', scene: 'mixed', path: '/blind', sizes: ['desk'] });
await look({ name: 'path', scene: 'path' });
await look({ name: 'not-kept', scene: 'not-kept', sizes: ['desk'] });
await look({ name: 'unknown', scene: 'unknown' });
await look({
  name: 'stale',
  scene: 'calm',
  act: async (page, server) => {
    await server.stop();
    await page.waitForSelector('.banner', { timeout: 20_000 });
    // The banner counts how old the numbers are.
    await page.locator('.banner', { hasText: /\b(?:[6-9]|\d\d)\s?s\b/ }).waitFor({ timeout: 30_000 });
  },
});
await look({ name: 'refused', scene: 'forty', mood: 'refuse', act: press('a') });
await look({ name: 'failed', scene: 'one', mood: 'fail', sizes: ['desk'], act: press('a') });
await look({ name: 'sending', scene: 'one', mood: 'slow', sizes: ['desk'], act: press('a') });
await look({ name: 'form-shelve', scene: 'one', path: '/lag-0', act: press('s') });
await look({ name: 'form-silence', scene: 'forty', path: '/g1', sizes: ['desk'], act: press('m') });
await look({ name: 'form-name', scene: 'one', path: '/lag-0', by: '', act: press('a') });
await look({ name: 'keys', scene: 'one', sizes: ['desk'], act: press('?') });
await look({ name: 'hidden', scene: 'mixed', path: '?tab=hidden' });
await look({ name: 'record', scene: 'mixed', path: '?tab=record' });
await look({ name: 'shift', scene: 'mixed', path: '?tab=shift' });
await look({ name: 'on-call', scene: 'mixed', path: '?tab=on-call' });
await look({
  name: 'form-maintenance',
  scene: 'mixed',
  path: '?tab=hidden',
  act: async (page) => {
    await page.getByRole('button', { name: 'Plan maintenance' }).click();
    await page.getByLabel('every week').check();
    await settled(page);
  },
});
await browser.close();
