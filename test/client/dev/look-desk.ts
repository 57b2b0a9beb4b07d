/** Takes pictures of the desk, measures its frames and asks axe about it: `node test/client/dev/look-desk.ts OUT DIST [only]`. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { createFakeAlarms, type AlarmScene } from './fake-alarms.ts';
import type { Scene } from './fake-platform.ts';
import { startFakeServer } from './fake-server.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { desk: [1440, 900], phone: [390, 844] } as const;
type SizeName = keyof typeof SIZES;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

interface Look {
  readonly name: string;
  readonly path?: string;
  readonly scene?: Scene;
  readonly alarms?: AlarmScene;
  readonly sizes?: readonly SizeName[];
  readonly by?: string;
  /** Frames to measure. */
  readonly frames?: number;
  readonly act?: (page: Page, server: { stop(): Promise<void> }) => Promise<unknown>;
}

interface AxeFault {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}

/** What axe finds against WCAG 2.2 AA. */
async function askAxe(page: Page, name: string): Promise<void> {
  await page.evaluate(AXE);
  const faults = await page.evaluate(async (values): Promise<AxeFault[]> => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document, options: object): Promise<{ violations: AxeFault[] }> };
    };
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values } });
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary: failureSummary ?? '' })),
    }));
  }, RULES);
  for (const { id, help, nodes } of faults) {
    console.error(`${name} AXE ${id} (${nodes.length}): ${help}`);
    for (const { target, failureSummary } of nodes.slice(0, 3))
      console.error('   ', target.join(' '), (failureSummary ?? '').replace(/\s+/g, ' ').slice(0, 220));
  }
  if (faults.length === 0) console.log(`${name} axe: nothing`);
}

/** Main-thread work of each frame: scripts, style and layout together, ms. */
async function measure(page: Page, frames: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  };
  const costs: number[] = [];
  for (let i = 0; i < frames; i += 1) {
    const before = await read();
    await page.waitForTimeout(1_000);
    costs.push((await read()) - before);
  }
  const sorted = costs.toSorted((a, b) => a - b).map((s) => s * 1_000);
  const of = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]?.toFixed(1);
  console.log(`main thread a second: median ${of(0.5)} ms, most ${of(1)} ms over ${frames} s`);
}

async function look(one: Look): Promise<void> {
  const { name, path = '/desk', scene = 'trouble', alarms = 'forty', by = 'Ada' } = one;
  if (!name.includes(only)) return;
  for (const size of one.sizes ?? (['desk', 'phone'] as const)) {
    const server = await startFakeServer({
      port: 0,
      scene,
      dist,
      isDemo: false,
      strip: alarms === 'calm' ? 'calm' : 'few',
      alarmRoom: createFakeAlarms(alarms),
    });
    const [width, height] = SIZES[size];
    const page = await browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: size === 'phone' ? 2 : 1,
      hasTouch: size === 'phone',
    });
    const label = `${name}-${size}`;
    page.on('pageerror', (error) => console.error(label, 'PAGE ERROR', error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(label, message.text()));
    await page.addInitScript((who) => localStorage.setItem('mailvigil.by', who), by);
    await page.goto(`${server.url}${path}`);
    await page.waitForSelector('main');
    await page.waitForTimeout(1_500);
    await one.act?.(page, server);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.error(label, `is ${wide} px too wide`);
    await page.screenshot({ path: join(out, `desk-${label}.png`) });
    if (one.frames && size === 'desk') await measure(page, one.frames);
    await askAxe(page, label);
    await page.close();
    await server.stop();
  }
}

const keys =
  (...names: readonly string[]) =>
  async (page: Page) => {
    for (const name of names) await page.keyboard.press(name);
    await page.waitForTimeout(700);
  };

await look({ name: 'calm', scene: 'calm', alarms: 'calm' });
await look({ name: 'trouble', act: keys('j', 'j') });
await look({ name: 'stale', scene: 'stale', alarms: 'mixed' });
await look({ name: 'thousand', scene: 'thousand', frames: 20 });
await look({ name: 'grouped', path: '/desk?group=cluster&sort=-queue&fold=A' });
await look({ name: 'filtered', path: '/desk?level=medium&sort=-lag&cluster=A&q=net&nonsense=1' });
await look({ name: 'fault', path: '/desk?sort=height&level=high,loud', sizes: ['desk'] });
await look({ name: 'palette', sizes: ['desk'], act: keys('Control+k', 'b', 'o') });
await look({ name: 'keys', sizes: ['desk'], act: keys('?') });
await look({ name: 'flood', alarms: 'flood' });
await look({ name: 'unknown', alarms: 'unknown' });
await look({ name: 'empty', scene: 'empty', alarms: 'calm' });
await look({
  name: 'lost',
  act: async (page, server) => {
    await server.stop();
    await page.waitForSelector('.banner', { timeout: 20_000 });
    await page.waitForTimeout(3_000);
  },
});
await look({ name: 'page-alarms', path: '/alarms', alarms: 'mixed' });
await look({ name: 'page-alarm', path: '/alarms/lag-0', alarms: 'one' });
await look({ name: 'page-hidden', path: '/alarms?tab=hidden', alarms: 'mixed', sizes: ['desk'] });
await look({ name: 'page-record', path: '/alarms?tab=record', alarms: 'mixed', sizes: ['desk'] });
await look({ name: 'page-shift', path: '/alarms?tab=shift', alarms: 'mixed', sizes: ['desk'] });
await look({ name: 'page-on-call', path: '/alarms?tab=on-call', alarms: 'mixed', sizes: ['desk'] });
await look({ name: 'page-tenant', path: '/tenant/t0' });
await look({ name: 'page-messages', path: '/messages' });
await look({ name: 'page-sources', path: '/sources' });
await browser.close();
