/** The wall and the desk of a large platform in a real browser: work a frame, first paint, code, and bytes on the wire. */
import { copyFileSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { PROTOCOL_VERSION } from '../../shared/protocol.ts';
import { withPage } from '../support/browser.ts';
import { ROOT } from '../support/source-tree.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { median, table } from './child.ts';
import { startWorker } from './live-worker.ts';
import { type FrameWork, frameWork } from './wall-frames.ts';
import type { WallServerApi } from './wall-server.ts';
import { weighWire } from './wall-wire.ts';

const TENANTS = Number(process.env['MAILVIGIL_BENCH_TENANTS'] ?? 1_000);
/** A hundred frames, so that a p99 is one of them and not the slowest alone. */
const SECONDS = Number(process.env['MAILVIGIL_BENCH_SECONDS'] ?? 100);
const PAINTS = 7;
const SETTLE_MS = 5_000;
const ORDINARY_PER_SECOND = 100;
/** Rows that so many messages change in a second: the wire of the same bench counts them. */
const ORDINARY_ROWS = 138;
const BUSY_PER_SECOND = 300;
const WEIGHED_SECONDS = 60;
const TARGETS = {
  medianMs: 16,
  p99Ms: 40,
  firstPaintMs: 1_500,
  codeKB: 150,
  snapshotKB: 25,
  frameKB: 4,
} as const;

const DIST = join(ROOT, 'dist');

export async function benchWall(): Promise<void> {
  if (!existsSync(join(DIST, 'index.html'))) {
    console.log('skipped: there is no built client; run `npm run build` first');
    return;
  }
  const dir = createTempDir('bench-wall');
  layOut(dir.path);
  try {
    await withStage(dir.path, ORDINARY_ROWS, async (url) => {
      reportFrames(
        `about ${ORDINARY_ROWS} rows change each second, as at ${ORDINARY_PER_SECOND} messages a second`,
        true,
        {
          bare: await workOf(url, '/bare.html', '#seq:not(:empty)'),
          wall: await workOf(url, '/', '.board canvas'),
          desk: await workOf(url, '/desk', '.desk-table tbody tr[data-tenant]'),
        },
      );
      reportFirst(await firstPaints(url));
    });
    await withStage(dir.path, TENANTS, async (url) => {
      reportFrames('every row changes each second', false, {
        bare: await workOf(url, '/bare.html', '#seq:not(:empty)'),
        wall: await workOf(url, '/', '.board canvas'),
        desk: await workOf(url, '/desk', '.desk-table tbody tr[data-tenant]'),
      });
    });
  } finally {
    dir.remove();
  }
  reportWire();
}

/** A server whose wall moves so many rows a second, for as long as it is used. */
async function withStage(
  distDir: string,
  moving: number,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = startWorker<WallServerApi>(join(import.meta.dirname, 'wall-server.ts'));
  try {
    const staging = { tenants: TENANTS, distDir, speed: 1, port: 0, isRunning: true, alarmTicks: 0, moving };
    await use(await server.ask('start', staging));
  } finally {
    await server.stop();
  }
}

/** One page for so many frames, in a browser of its own. */
async function workOf(url: string, path: string, ready: string): Promise<FrameWork> {
  let work: FrameWork | undefined;
  await withPage(`bench-wall${path.replace('/', '-')}`, async (page) => {
    await page.goto(`${url}${path}`);
    await page.waitForSelector(ready, { state: 'attached' });
    await page.waitForTimeout(SETTLE_MS);
    work = await frameWork(page, SECONDS);
  });
  if (!work) throw new Error('nothing was measured');
  return work;
}

/**
 * The built client, and beside it the yardstick: a page that joins the same room with the same library, parses every
 * frame, and draws nothing.
 */
function layOut(dir: string): void {
  symlinkSync(join(DIST, 'assets'), join(dir, 'assets'));
  copyFileSync(join(DIST, 'index.html'), join(dir, 'index.html'));
  const client = join(ROOT, 'node_modules', 'socket.io-client', 'dist', 'socket.io.min.js');
  copyFileSync(client, join(dir, 'bare-io.js'));
  const request = { room: 'wall', protocol: PROTOCOL_VERSION };
  writeFileSync(
    join(dir, 'bare.js'),
    `const socket = io({ transports: ['websocket'] });
     socket.on('room:frame', ({ seq }) => { document.querySelector('#seq').textContent ||= seq; });
     socket.on('connect', () => socket.emit('room:join', ${JSON.stringify(request)}, () => undefined));`,
  );
  const page =
    '<!doctype html><p id="seq"></p><script src="/bare-io.js"></script><script src="/bare.js"></script>';
  writeFileSync(join(dir, 'bare.html'), page);
}

interface First {
  /** From navigation until a cell of the wall is on the screen, ms, nothing in the cache. */
  readonly wallMs: readonly number[];
  /** First contentful paint as the browser counts it. */
  readonly contentMs: readonly number[];
  /** Scripts and styles that the wall has asked for by then, after gzip. */
  readonly codeBytes: number;
}

async function firstPaints(url: string): Promise<First> {
  const [wallMs, contentMs]: [number[], number[]] = [[], []];
  let codeBytes = 0;
  for (let round = 0; round <= PAINTS; round += 1) {
    await withPage('bench-wall-first', async (page) => {
      const bodies: Promise<Buffer>[] = [];
      const onResponse = (response: Response): void => {
        if (/\.(js|css)$/.test(new URL(response.url()).pathname)) bodies.push(response.body());
      };
      page.on('response', onResponse);
      await page.goto(url, { waitUntil: 'commit' });
      wallMs.push(await page.evaluate(wallPainted));
      page.off('response', onResponse);
      contentMs.push(
        await page.evaluate(
          () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
        ),
      );
      codeBytes = (await Promise.all(bodies)).reduce((sum, body) => sum + gzipSync(body).length, 0);
    });
  }
  // The first one also fills the caches of the file system.
  return { wallMs: wallMs.slice(1), contentMs: contentMs.slice(1), codeBytes };
}

/** Milliseconds from navigation until the canvas of cells has something on it and was painted. */
function wallPainted(): Promise<number> {
  return new Promise((resolve) => {
    const isDrawn = (): boolean => {
      const canvas = document.querySelector<HTMLCanvasElement>('.board canvas');
      if (!canvas || canvas.width === 0) return false;
      const { data } = canvas
        .getContext('2d')!
        .getImageData(0, 0, canvas.width, Math.min(400, canvas.height));
      return data.some((value) => value !== 0);
    };
    const look = (): void => {
      if (!isDrawn()) requestAnimationFrame(look);
      else requestAnimationFrame(() => resolve(performance.now()));
    };
    look();
  });
}

interface Works {
  readonly bare: FrameWork;
  readonly wall: FrameWork;
  readonly desk: FrameWork;
}

function reportFrames(what: string, isGoal: boolean, { bare, wall, desk }: Works): void {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const row = (name: string, work: FrameWork): string[] => [
    name,
    ms(work.median),
    ms(work.p99),
    ms(work.median - bare.median),
  ];
  console.log(`${TENANTS} tenants, ${what}, ${SECONDS} frames each, 1920x1080`);
  console.log(
    table([
      ['main thread for each frame', 'median', 'p99', 'median above the baseline'],
      row('baseline: frames parsed, nothing drawn', bare),
      row('wall', wall),
      row('desk', desk),
    ]),
  );
  if (!isGoal) return;
  for (const [name, work] of [
    ['wall', wall],
    ['desk', desk],
  ] as const) {
    console.log(target(`${name}, median`, work.median, TARGETS.medianMs, 'ms'));
    console.log(target(`${name}, p99`, work.p99, TARGETS.p99Ms, 'ms'));
  }
}

function reportFirst({ wallMs, contentMs, codeBytes }: First): void {
  const row = (name: string, times: readonly number[]) => [
    name,
    `${median(times).toFixed(0)} ms`,
    `${Math.max(...times).toFixed(0)} ms`,
  ];
  console.log(
    table([
      [`Chromium, ${PAINTS} times, empty cache`, 'median', 'slowest'],
      row('first contentful paint', contentMs),
      row(`navigation to ${TENANTS} cells on the screen`, wallMs),
    ]),
  );
  console.log(target('cells on the screen', median(wallMs), TARGETS.firstPaintMs, 'ms'));
  console.log(target('code of the wall, gzip', codeBytes / 1_000, TARGETS.codeKB, 'kB'));
}

function reportWire(): void {
  const [ordinary, busy] = [ORDINARY_PER_SECOND, BUSY_PER_SECOND].map((rate) =>
    weighWire(TENANTS, rate, WEIGHED_SECONDS),
  );
  if (!ordinary || !busy) return;
  const kB = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;
  const columns = [ordinary, busy];
  console.log(
    table([
      [
        `${TENANTS} tenants, ${WEIGHED_SECONDS} s simulated`,
        ...columns.map((one) => `${one.messagesPerSecond} messages/s`),
      ],
      ['rows changed in a second, median', ...columns.map((one) => String(one.changedRows))],
      ['snapshot', ...columns.map((one) => kB(one.snapshotBytes))],
      ['  baseline: the same as JSON', ...columns.map((one) => kB(one.plainBytes))],
      ['frame, median', ...columns.map((one) => kB(one.frameBytes.median))],
      ['frame, p99', ...columns.map((one) => kB(one.frameBytes.p99))],
      ['  baseline: changed rows as JSON, median', ...columns.map((one) => kB(one.rowsBytes))],
    ]),
  );
  console.log(target('snapshot', ordinary.snapshotBytes / 1_000, TARGETS.snapshotKB, 'kB'));
  console.log(
    target('frame of an ordinary second, p99', ordinary.frameBytes.p99 / 1_000, TARGETS.frameKB, 'kB'),
  );
}

function target(what: string, is: number, limit: number, unit: string): string {
  return `${what}: ${is.toFixed(1)} ${unit}, target <= ${limit} ${unit}: ${is <= limit ? 'met' : 'NOT met'}`;
}
