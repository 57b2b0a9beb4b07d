/** Takes pictures of a tenant's page in every state: `node test/client/dev/look-tenant.ts OUT DIST [only]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startFakeServer } from './fake-server.ts';
import { alarmRoom } from './fake-strip.ts';
import { answerTenant, type TenantMood } from './fake-tenant.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const SIZES = { desk: [1440, 900], phone: [390, 844], wall: [1920, 1080] } as const;
type SizeName = keyof typeof SIZES;

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

async function open(url: string, size: SizeName): Promise<Page> {
  const [width, height] = SIZES[size];
  const page = await browser.newPage({
    viewport: { width, height },
    acceptDownloads: true,
    timezoneId: 'Europe/Berlin',
  });
  page.on('pageerror', (error) => console.error('PAGE ERROR', error.message));
  page.on('console', (message) => message.type() === 'error' && console.error('CONSOLE', message.text()));
  await page.goto(url);
  await page.waitForSelector('main');
  await page.waitForTimeout(2_000);
  return page;
}

/** A page that scrolls inside itself is made as high as what is in it. */
async function whole(page: Page): Promise<void> {
  const height = await page.evaluate(() => {
    const main = document.querySelector('main');
    return (main?.scrollHeight ?? 0) + (document.querySelector('.demo-bar')?.clientHeight ?? 0) + 20;
  });
  const size = page.viewportSize();
  if (size)
    await page.setViewportSize({ width: size.width, height: Math.min(9_000, Math.max(size.height, height)) });
  await page.waitForTimeout(1_200);
}

interface Shot {
  readonly name: string;
  readonly mood: TenantMood;
  readonly query: string;
  readonly sizes?: readonly SizeName[];
  readonly act?: (page: Page) => Promise<unknown>;
  readonly isWhole?: boolean;
}

async function look(shot: Shot): Promise<void> {
  if (!shot.name.includes(only)) return;
  const server = await startFakeServer({
    port: 0,
    scene: 'trouble',
    dist,
    answer: answerTenant(shot.mood),
    alarmRoom,
  });
  for (const size of shot.sizes ?? ['desk']) {
    const page = await open(`${server.url}/tenant/t0${shot.query}`, size);
    await shot.act?.(page);
    if (shot.isWhole) await whole(page);
    await page.screenshot({ path: join(out, `${shot.name}-${size}.png`) });
    await page.close();
  }
  await server.stop();
}

const hover = (page: Page) =>
  page.locator('[data-panel="queue"] .plot').hover({ position: { x: 330, y: 60 } });
const scrollTo = (selector: string) => async (page: Page) => {
  await page.locator(selector).evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await page.waitForTimeout(600);
};
async function dragging(page: Page): Promise<void> {
  const box = await page.locator('[data-panel="lag"] .plot').boundingBox();
  if (!box) return;
  await page.mouse.move(box.x + 200, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 380, box.y + 70, { steps: 5 });
}
async function savedPicture(page: Page): Promise<void> {
  const waiting = page.waitForEvent('download');
  await page.getByRole('button', { name: 'PNG of all' }).click();
  const download = await waiting;
  console.log('saved', download.suggestedFilename());
  await download.saveAs(join(out, 'export-all.png'));
}

const SHOTS: readonly Shot[] = [
  { name: 'live-15m', mood: 'fine', query: '', sizes: ['desk', 'phone', 'wall'] },
  { name: 'whole-15m', mood: 'fine', query: '', sizes: ['desk', 'phone'], isWhole: true },
  { name: 'tables', mood: 'fine', query: '?range=24h', sizes: ['phone'], act: scrollTo('.causes') },
  { name: 'matrix', mood: 'fine', query: '?range=24h', sizes: ['phone'], act: scrollTo('.matrix') },
  { name: 'readout', mood: 'fine', query: '?range=24h', sizes: ['phone'], act: scrollTo('.readout') },
  { name: 'day', mood: 'fine', query: '?range=24h', sizes: ['desk'], act: hover },
  {
    name: 'compare',
    mood: 'fine',
    query: '?range=24h&compare=yesterday,platformMedian',
    isWhole: true,
    act: hover,
  },
  { name: 'quarter', mood: 'fine', query: '?range=90d', sizes: ['desk'] },
  { name: 'gap', mood: 'gap', query: '?range=6h', sizes: ['desk', 'phone'] },
  { name: 'burst', mood: 'burst', query: '?range=6h' },
  { name: 'empty', mood: 'empty', query: '?range=24h', isWhole: true },
  { name: 'loading', mood: 'slow', query: '?range=24h' },
  { name: 'error', mood: 'error', query: '?range=24h' },
  { name: 'error-live', mood: 'error', query: '' },
  { name: 'partial', mood: 'partial', query: '?range=24h&tz=utc&lag=linear' },
  { name: 'unkept', mood: 'unkept', query: '?range=90d' },
  { name: 'stale', mood: 'stale', query: '?range=1h' },
  { name: 'fault', mood: 'fine', query: '?from=yesterday&to=now&compare=tomorrow' },
  { name: 'odd', mood: 'fine', query: '?range=6h', sizes: ['desk', 'phone'], act: scrollTo('.strange') },
  {
    name: 'moved',
    mood: 'fine',
    query: '?range=6h&look=queueDepth.1700000000000-1700000060000',
    sizes: ['desk', 'phone'],
    isWhole: true,
  },
  {
    name: 'ribbon-tip',
    mood: 'fine',
    query: '?range=6h',
    act: (page) => page.locator('[data-panel="queue"] .plot').hover({ position: { x: 430, y: 60 } }),
  },
  { name: 'drag', mood: 'fine', query: '?range=24h', act: dragging },
  { name: 'help', mood: 'fine', query: '?range=24h', act: (page) => page.keyboard.press('?') },
  {
    name: 'copied',
    mood: 'fine',
    query: '?range=24h',
    act: (page) => page.getByRole('button', { name: 'Copy link' }).click(),
  },
  { name: 'export', mood: 'gap', query: '?range=6h&compare=yesterday', act: savedPicture },
];
for (const shot of SHOTS) await look(shot);
await browser.close();
