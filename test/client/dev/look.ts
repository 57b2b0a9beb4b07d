/** Takes pictures of every page in every state: `node test/client/dev/look.ts OUT [DIST] [only]`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startFakeServer } from './fake-server.ts';
import type { Scene } from './fake-platform.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { wall: [1920, 1080], desk: [1440, 900], phone: [390, 844] } as const;
type SizeName = keyof typeof SIZES;

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

async function open(url: string, size: SizeName): Promise<Page> {
  const [width, height] = SIZES[size];
  const page = await browser.newPage({
    viewport: { width, height },
    deviceScaleFactor: size === 'phone' ? 2 : 1,
  });
  page.on('pageerror', (error) => console.error('PAGE ERROR', error.message));
  page.on('console', (message) => message.type() === 'error' && console.error('CONSOLE', message.text()));
  await page.goto(url);
  await page.waitForSelector('main');
  await page.waitForTimeout(2_500);
  return page;
}

async function look(name: string, scene: Scene, path: string, sizes: readonly SizeName[]): Promise<void> {
  if (!name.includes(only)) return;
  const server = await startFakeServer({ port: 0, scene, dist });
  for (const size of sizes) {
    const page = await open(server.url + path, size);
    await page.screenshot({ path: join(out, `${name}-${size}.png`) });
    await page.close();
  }
  await server.stop();
}

async function watchOutage(
  name: string,
  url: string,
  hurt: () => unknown,
  heal: () => unknown,
): Promise<void> {
  const page = await open(url, 'wall');
  const from = Date.now();
  await hurt();
  await page.waitForSelector('.banner', { timeout: 20_000 });
  console.log(`${name}: said so after ${Date.now() - from} ms`);
  await page.screenshot({ path: join(out, `${name}-wall.png`) });
  await page.waitForTimeout(15_000);
  await page.screenshot({ path: join(out, `${name}-later-wall.png`) });
  const back = Date.now();
  await heal();
  await page.waitForSelector('.banner', { state: 'detached', timeout: 20_000 });
  console.log(`${name}: healed after ${Date.now() - back} ms`);
  await page.close();
}

async function lookDown(): Promise<void> {
  if (!'down'.includes(only)) return;
  let server = await startFakeServer({ port: 0, scene: 'trouble', dist });
  const port = Number(new URL(server.url).port);
  await watchOutage('down', server.url, server.stop, async () => {
    server = await startFakeServer({ port, scene: 'calm', dist });
  });
  await server.stop();
}

/** A stopped process keeps its connections open and says nothing: only silence can tell. */
async function lookSilent(): Promise<void> {
  if (!'silent'.includes(only)) return;
  const script = join(import.meta.dirname, 'fake-server.ts');
  const child = spawn(process.execPath, [script, '0', 'trouble', dist], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  await watchOutage(
    'silent',
    line.toString().trim(),
    () => child.kill('SIGSTOP'),
    () => child.kill('SIGCONT'),
  );
  child.kill('SIGCONT');
  child.kill();
}

const ALL: readonly SizeName[] = ['wall', 'desk', 'phone'];
await look('calm', 'calm', '/', ALL);
await look('trouble', 'trouble', '/', ALL);
await look('stale', 'stale', '/', ALL);
await look('empty', 'empty', '/', ['wall', 'phone']);
await look('no-sources', 'no-sources', '/', ['wall']);
await look('sixty', 'sixty', '/', ['wall']);
await look('many', 'many', '/', ['wall', 'desk']);
await look('tenant', 'trouble', '/tenant/t0', ALL);
await look('sources', 'stale', '/sources', ALL);
await lookDown();
await lookSilent();
await browser.close();
