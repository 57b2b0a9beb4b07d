/** Takes pictures of the alarm strip and the page of rules: `node test/client/dev/look-strip.ts OUT [DIST] [only]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { Scene } from './fake-platform.ts';
import { startFakeServer } from './fake-server.ts';
import { answerRules, type RulesMood } from './fake-rules.ts';
import type { StripMood } from './fake-strip.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { wall: [1920, 1080], desk: [1440, 900], phone: [390, 844] } as const;
type SizeName = keyof typeof SIZES;

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

interface Look {
  readonly name: string;
  readonly sizes: readonly SizeName[];
  readonly scene?: Scene;
  readonly strip: StripMood;
  readonly path?: string;
  readonly rules?: RulesMood;
  readonly isWhole?: boolean;
  readonly act?: (page: Page) => Promise<unknown>;
}

async function look({
  name,
  sizes,
  scene = 'trouble',
  strip,
  path = '/',
  rules,
  isWhole,
  act,
}: Look): Promise<void> {
  if (!name.includes(only)) return;
  const server = await startFakeServer({
    port: 0,
    scene,
    dist,
    strip,
    isDemo: false,
    ...(rules && { answer: answerRules(rules) }),
  });
  for (const size of sizes) {
    const [width, height] = SIZES[size];
    const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'Europe/Berlin' });
    page.on('pageerror', (error) => console.error(name, 'PAGE ERROR', error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(name, message.text()));
    await page.goto(server.url + path);
    await page.waitForSelector('main');
    await page.waitForTimeout(1_800);
    await act?.(page);
    if (isWhole) {
      const high = await page.evaluate(() => document.querySelector('main')?.scrollHeight ?? 0);
      await page.setViewportSize({ width, height: Math.max(height, Math.min(6_000, high + 20)) });
      await page.waitForTimeout(400);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.error(name, size, `is ${wide} px too wide`);
    await page.screenshot({ path: join(out, `${name}-${size}.png`) });
    await page.close();
  }
  await server.stop();
}

const WALL: readonly SizeName[] = ['wall'];
await look({ name: 'strip-calm', sizes: ['wall', 'phone'], scene: 'calm', strip: 'calm' });
await look({ name: 'strip-none', sizes: WALL, scene: 'calm', strip: 'none' });
await look({ name: 'strip-few', sizes: ['wall', 'desk'], strip: 'few' });
await look({ name: 'strip-forty', sizes: ['wall', 'desk', 'phone'], strip: 'forty' });
await look({ name: 'strip-flood', sizes: ['wall', 'desk', 'phone'], strip: 'flood' });
await look({ name: 'strip-failing', sizes: WALL, strip: 'failing' });
await look({ name: 'strip-nobody', sizes: WALL, strip: 'nobody' });

const LAG = '/rules?rule=effective-lag';
const BOTH: readonly SizeName[] = ['desk', 'phone'];
const type = (text: string) => async (page: Page) => {
  const field = page.locator('textarea').first();
  await field.fill((await field.inputValue()).replace('above: 300000', text));
  await page.waitForTimeout(900);
};
const backTest = async (page: Page) => {
  await page.getByRole('button', { name: 'Back-test' }).click();
  await page.waitForTimeout(900);
};
const rulesLook = (look_: Omit<Look, 'strip' | 'scene'>) =>
  look({ strip: 'few', scene: 'trouble', ...look_ });
await rulesLook({ name: 'rules-list', sizes: BOTH, path: '/rules', rules: 'fine' });
await rulesLook({ name: 'rules-one', sizes: BOTH, path: LAG, rules: 'fine' });
await rulesLook({ name: 'rules-stock', sizes: ['desk'], path: '/rules?rule=held-mail', rules: 'fine' });
await rulesLook({ name: 'rules-off', sizes: ['desk'], path: '/rules?rule=spam-share', rules: 'fine' });
await rulesLook({
  name: 'rules-file',
  sizes: ['desk'],
  path: '/rules?file',
  rules: 'fine',
  act: type('above: 240000'),
  isWhole: true,
});
await rulesLook({ name: 'rules-faults', sizes: BOTH, path: LAG, rules: 'faults', act: type('above: -1') });
await rulesLook({
  name: 'rules-test',
  sizes: BOTH,
  path: LAG,
  rules: 'fine',
  act: async (page) => {
    await type('above: 240000')(page);
    await backTest(page);
  },
  isWhole: true,
});
await rulesLook({ name: 'rules-running', sizes: ['desk'], path: LAG, rules: 'running', act: backTest });
await rulesLook({
  name: 'rules-conflict',
  sizes: ['desk'],
  path: LAG,
  rules: 'conflict',
  act: async (page) => {
    await type('above: 600000')(page);
    await page.getByLabel('your name').fill('Ada');
    await page.getByLabel('why').fill('Aurora asked for it');
    await page.getByRole('button', { name: /Save/ }).click();
    await page.waitForTimeout(900);
  },
  isWhole: true,
});
await rulesLook({ name: 'rules-error', sizes: ['desk'], path: '/rules', rules: 'error' });
await rulesLook({ name: 'rules-broken', sizes: ['desk'], path: '/rules', rules: 'broken' });
await browser.close();
