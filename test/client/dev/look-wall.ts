/** Takes pictures of the wall in every form, and measures its frames: `node test/client/dev/look-wall.ts OUT [only]`; builds into a folder of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import type { Scene } from './fake-platform.ts';
import { startFakeServer } from './fake-server.ts';
import type { StripMood } from './fake-strip.ts';

const [out = 'test/artefacts/look', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const SIZES = { hd: [1920, 1080], uhd: [3840, 2160], portrait: [1080, 1920], wide: [3440, 1440] } as const;
type SizeName = keyof typeof SIZES;
const FAR = 'diagonal=55&distance=5';

mkdirSync(out, { recursive: true });
const dist = join(out, 'dist');
if (!process.env['KEEP_BUILD'])
  execFileSync('npx', ['vite', 'build', '--outDir', resolve(dist), '--emptyOutDir', '--logLevel', 'error'], {
    stdio: 'inherit',
  });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

async function openWall(url: string, size: SizeName, name: string): Promise<Page> {
  const [width, height] = SIZES[size];
  const page = await browser.newPage({ viewport: { width, height }, screen: { width, height } });
  page.on('pageerror', (error) => console.error(name, 'PAGE ERROR', error.message));
  page.on('console', (message) => message.type() === 'error' && console.error(name, message.text()));
  await page.goto(url);
  await page.waitForSelector('.board[data-layout]');
  await page.waitForTimeout(1_600);
  return page;
}

/** Text that can be seen and is smaller than the law allows. */
async function tooSmall(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const wall = document.querySelector<HTMLElement>('main.wall.fit');
    const least = parseFloat(wall?.style.getPropertyValue('--least') ?? '0');
    if (!wall || least === 0) return [];
    const found: string[] = [];
    const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const parent = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent?.trim();
      if (!parent || !text || parent.closest('svg, .abnormal')) continue;
      const box = parent.getBoundingClientRect();
      const size = parseFloat(getComputedStyle(parent).fontSize);
      if (box.width > 0 && size < least - 0.5)
        found.push(`${parent.className || parent.tagName} ${size} ${text}`);
    }
    return found;
  });
}

/** Text that is cut off where a number or a word stands. */
async function cut(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.main, .cell, .state')].flatMap((element) => {
      const own = element.closest('.tile')?.getBoundingClientRect();
      const last = element.lastElementChild?.getBoundingClientRect();
      const isCut = element.scrollWidth > element.clientWidth + 1 || (own && last && last.right > own.right);
      return isCut && element.clientWidth > 0
        ? [`${element.className}: ${element.textContent?.trim() ?? ''}`]
        : [];
    }),
  );
}

interface Look {
  readonly count: number;
  readonly mood: 'calm' | 'trouble' | 'stale';
  readonly strip: StripMood;
  readonly size: SizeName;
  readonly query: string;
  readonly tag: string;
}

async function look({ count, mood, strip, size, query, tag }: Look): Promise<void> {
  const name = `wall-${count}-${mood}-${size}-${tag}`;
  if (!name.includes(only)) return;
  const scene: Scene = `${mood}-${count}`;
  const server = await startFakeServer({ port: 0, scene, dist, strip, isDemo: false });
  const page = await openWall(`${server.url}/?${query}`, size, name);
  const over = await page.evaluate(() => ({
    x: document.documentElement.scrollWidth - innerWidth,
    y: document.documentElement.scrollHeight - innerHeight,
  }));
  if (over.x > 0 || over.y > 0) console.error(name, 'is too large', over);
  for (const fault of await tooSmall(page)) console.error(name, 'TOO SMALL', fault);
  for (const fault of (await cut(page)).slice(0, 4)) console.error(name, 'CUT', fault);
  const layout = await page.getAttribute('.board', 'data-reason');
  console.log(name, '|', layout);
  await page.screenshot({ path: join(out, `${name}.png`) });
  await page.close();
  await server.stop();
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** Of the processor, which on a busy machine is less than what went by. */
  readonly tdur?: number;
  readonly tid: number;
  readonly pid: number;
  readonly args: { readonly name?: string };
}

/** Work of the main thread in each second, ms. */
async function measure(count: number, mood: 'calm' | 'trouble', seconds: number): Promise<void> {
  const name = `frames-${count}-${mood}`;
  if (!name.includes(only)) return;
  const server = await startFakeServer({
    port: 0,
    scene: `${mood}-${count}`,
    dist,
    strip: 'few',
    isDemo: false,
  });
  const page = await openWall(`${server.url}/?theme=night`, 'hd', name);
  const cdp = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await page.waitForTimeout(4_000);
  await cdp.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] },
  });
  await page.waitForTimeout(seconds * 1_000);
  const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
  await cdp.send('Tracing.end');
  await done;
  const main = events.find((e) => e.name === 'thread_name' && e.args.name === 'CrRendererMain');
  const tasks = events.filter(
    (e) => e.name === 'RunTask' && e.pid === main?.pid && e.tid === main.tid && e.dur,
  );
  const first = Math.min(...tasks.map(({ ts }) => ts));
  const buckets = Array.from({ length: seconds }, () => 0);
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    const at = Math.floor((ts - first) / 1e6);
    if (at < seconds) buckets[at]! += tdur / 1_000;
  }
  const sorted = buckets.slice(0, -1).sort((a, b) => a - b);
  const of = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]?.toFixed(1);
  console.log(
    name,
    'main thread ms a second: median',
    of(0.5),
    'p90',
    of(0.9),
    'most',
    sorted.at(-1)?.toFixed(1),
  );
  await page.close();
  await server.stop();
}

const MOODS = [
  ['calm', 'calm'],
  ['trouble', 'few'],
  ['stale', 'nobody'],
] as const;
for (const count of [12, 40, 300, 1_000])
  for (const [mood, strip] of MOODS)
    for (const theme of ['night', 'day'] as const) {
      const query = `theme=${theme}`;
      await look({ count, mood, strip, size: 'hd', query, tag: theme });
      await look({ count, mood, strip, size: 'hd', query: `${query}&${FAR}`, tag: `far-${theme}` });
    }
for (const size of ['uhd', 'portrait', 'wide'] as const)
  for (const count of [12, 40, 300, 1_000]) {
    await look({ count, mood: 'trouble', strip: 'few', size, query: 'theme=night', tag: 'night' });
    await look({ count, mood: 'trouble', strip: 'few', size, query: `theme=night&${FAR}`, tag: 'far-night' });
  }
await look({
  count: 1_000,
  mood: 'trouble',
  strip: 'few',
  size: 'hd',
  query: 'theme=night&cluster=B',
  tag: 'part-night',
});
await measure(40, 'trouble', 20);
await measure(1_000, 'calm', 30);
await measure(1_000, 'trouble', 30);
await browser.close();
