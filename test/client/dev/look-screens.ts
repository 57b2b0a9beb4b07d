/** Takes pictures of pairing, of the list of screens and of a paired wall, and asks axe about them: `node test/client/dev/look-screens.ts OUT DIST [only]`. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { Scene } from './fake-platform.ts';
import { createFakeScreens, fakeDisplay, type FakeScreens } from './fake-screens.ts';
import { startFakeServer } from './fake-server.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { wall: [1920, 1080], portrait: [1080, 1920], desk: [1440, 900], phone: [390, 844] } as const;
type SizeName = keyof typeof SIZES;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

interface AxeFault {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}
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
      nodes: nodes.map(({ target }) => ({ target })),
    }));
  }, RULES);
  for (const { id, help, nodes } of faults)
    console.error(
      `${name} AXE ${id}: ${help}: ${nodes
        .map(({ target }) => target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
    );
  if (faults.length === 0) console.log(`${name} axe: nothing`);
}

interface Look {
  readonly name: string;
  readonly path: string;
  readonly screens: () => FakeScreens;
  readonly sizes: readonly SizeName[];
  readonly scene?: Scene;
  readonly act?: (page: Page, screens: FakeScreens, server: { stop(): Promise<void> }) => Promise<unknown>;
}

async function look({ name, path, screens: make, sizes, scene = 'trouble', act }: Look): Promise<void> {
  for (const size of sizes) {
    const label = `${name}-${size}`;
    if (!label.includes(only)) continue;
    const screens = make();
    const server = await startFakeServer({ port: 0, scene, dist, isDemo: false, strip: 'few', screens });
    const [width, height] = SIZES[size];
    const page = await browser.newPage({ viewport: { width, height }, screen: { width, height } });
    page.on('pageerror', (error) => console.error(label, 'PAGE ERROR', error.message));
    page.on('console', (said) => said.type() === 'error' && console.error(label, said.text()));
    await page.addInitScript(() => localStorage.setItem('mailvigil.by', 'Ada'));
    await page.goto(`${server.url}${path}`);
    await page.waitForSelector('main');
    await page.waitForTimeout(1_800);
    await act?.(page, screens, server);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) console.error(label, `is ${wide} px too wide`);
    await page.screenshot({ path: join(out, `screens-${label}.png`) });
    await askAxe(page, label);
    await page.close();
    await server.stop().catch(() => undefined);
  }
}

const FAR: readonly SizeName[] = ['wall', 'portrait', 'phone'];
const NEAR: readonly SizeName[] = ['desk', 'phone'];
const click = (selector: string) => async (page: Page) => {
  await page.click(selector);
  await page.waitForTimeout(300);
};

await look({ name: 'pair-waiting', path: '/pair', screens: () => createFakeScreens('empty'), sizes: FAR });
for (const pair of ['denied', 'approved', 'refused', 'away'] as const)
  await look({
    name: `pair-${pair}`,
    path: '/pair',
    screens: () => createFakeScreens('empty', { pair }),
    sizes: ['wall'],
  });
await look({ name: 'list-empty', path: '/screens', screens: () => createFakeScreens('empty'), sizes: NEAR });
await look({
  name: 'list-calm',
  path: '/screens',
  screens: () => createFakeScreens('calm'),
  sizes: ['desk'],
});
await look({
  name: 'list-trouble',
  path: '/screens',
  screens: () => createFakeScreens('trouble'),
  sizes: NEAR,
});
await look({
  name: 'list-failing',
  path: '/screens',
  screens: () => createFakeScreens('failing'),
  sizes: ['desk'],
});
await look({
  name: 'list-old',
  path: '/screens',
  screens: () => createFakeScreens('trouble'),
  sizes: ['desk'],
  act: async (page, _, server) => {
    await server.stop();
    await page.waitForSelector('.screens[data-phase="stale"]', { timeout: 30_000 });
    await page.waitForTimeout(500);
  },
});
await look({
  name: 'approve',
  path: '/screens',
  screens: () => createFakeScreens('trouble'),
  sizes: NEAR,
  act: async (page) => {
    await page.click('[data-action="approve"]');
    await page.check('input[name="reach"][value="tenants"]');
    await page.waitForTimeout(300);
  },
});
await look({
  name: 'revoke',
  path: '/screens',
  screens: () => createFakeScreens('trouble'),
  sizes: ['desk'],
  act: click('[data-display="d1"] [data-action="revoke"]'),
});

const display = fakeDisplay();
const paired = () => createFakeScreens('calm', { identity: { kind: 'display', display } });
const far = fakeDisplay({ settings: { diagonalInches: 55, distanceM: 5, theme: 'night' } });
await look({ name: 'wall-paired', path: '/', screens: paired, sizes: ['wall', 'phone'] });
await look({
  name: 'wall-paired-far',
  path: '/',
  screens: () => createFakeScreens('calm', { identity: { kind: 'display', display: far } }),
  sizes: ['wall'],
});
await look({
  name: 'wall-panel',
  path: '/',
  screens: () => createFakeScreens('calm'),
  sizes: ['wall'],
  act: async (page) => {
    await page.getByRole('button', { name: 'This screen' }).click();
    await page.waitForTimeout(500);
  },
});
const revoked = { atMs: Date.now() - 60_000, by: 'Kim', reason: 'the panel goes to the other site' };
await look({
  name: 'wall-revoked',
  path: '/',
  screens: paired,
  sizes: ['wall', 'phone'],
  act: async (page, screens) => {
    screens.setIdentity({ kind: 'revoked', display: { ...display, revoked } });
    screens.askAll({ what: 'blank', reason: revoked.reason });
    await page.waitForSelector('main.blank');
    await page.waitForFunction(() => document.body.textContent.includes('Kim'), null, { timeout: 10_000 });
  },
});
await look({ name: 'sources', path: '/sources', screens: paired, sizes: ['desk'] });
await browser.close();
