import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openHistoryDatabase } from '../../server/history/sql/open.ts';
import { withPage } from '../support/browser.ts';
import { startServer } from '../support/server-process.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { median, table } from './child.ts';
import { fillHistory, START_MS } from './history-store.ts';

const TENANTS = 41;
const ROUNDS = 9;

/** First paint of the wall with and without a long history behind it, and of a tenant page after the click, in Chromium. */
export async function benchPaint(): Promise<void> {
  const dir = createTempDir('bench-paint');
  try {
    const tenants = Array.from({ length: TENANTS }, (_, n) => ({
      id: `tenant-${n}`,
      name: `Tenant ${n}`,
      domains: [`t${n}.example`],
    }));
    writeFileSync(join(dir.path, 'tenants.yaml'), JSON.stringify({ tenants }));
    // A wall without any source shows no tiles.
    const source = { id: 'mx', type: 'log', paths: [join(dir.path, 'mail.log')], initial: 'start' };
    writeFileSync(join(dir.path, 'mail.log'), '');
    const config = { tenants: 'tenants.yaml', sources: [source] };
    writeFileSync(join(dir.path, 'mailvigil.yaml'), JSON.stringify(config));
    const empty = await wallPaint(dir.path, join(dir.path, 'empty'));
    const long = join(dir.path, 'long');
    mkdirSync(long);
    const db = await openHistoryDatabase(join(long, 'mailvigil.db'), START_MS);
    fillHistory(db, TENANTS, 90);
    db.close();
    const full = await wallPaint(dir.path, long);
    const click = await tenantPaint(join(dir.path, 'demo'));
    const row = (name: string, times: readonly number[]) => [
      name,
      `${median(times).toFixed(0)} ms`,
      `${Math.max(...times).toFixed(0)} ms`,
    ];
    console.log(
      table([
        [`Chromium, ${ROUNDS} times`, 'median', 'slowest'],
        row('wall, from navigation to the first tile, nothing stored', empty),
        row('the same with 90 days stored', full),
        row('tenant page, from the click to a drawn chart, warm', click),
      ]),
    );
    console.log('targets: the wall does not depend on the length of the history; tenant page <= 300 ms');
  } finally {
    dir.remove();
  }
}

async function wallPaint(dir: string, data: string): Promise<number[]> {
  const server = await startServer('--config', join(dir, 'mailvigil.yaml'), '--data', data, '--port', '0');
  const times: number[] = [];
  try {
    await withPage('bench-wall-paint', async (page) => {
      for (let round = 0; round <= ROUNDS; round++) {
        await page.goto(server.url, { waitUntil: 'commit' });
        times.push(await page.evaluate(firstTile));
      }
    });
  } finally {
    await server.stop();
  }
  return times.slice(1);
}

/** Milliseconds from navigation until a tile has been painted. */
function firstTile(): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!document.querySelector('.tile[data-tenant]')) requestAnimationFrame(look);
      else requestAnimationFrame(() => resolve(performance.now()));
    };
    look();
  });
}

async function tenantPaint(data: string): Promise<number[]> {
  const server = await startServer('--demo', 'calm', '--data', data, '--port', '0');
  const times: number[] = [];
  try {
    await withPage('bench-tenant-paint', async (page) => {
      await page.goto(server.url);
      await page.waitForSelector('.tile[data-tenant]');
      for (let round = 0; round <= ROUNDS; round++) {
        times.push(await page.evaluate(drawnChart));
        await back(page);
      }
    });
  } finally {
    await server.stop();
  }
  return times.slice(1);
}

async function back(page: Page): Promise<void> {
  await page.goBack();
  await until(() => page.$('.tile[data-tenant]'), { what: 'the wall again' });
}

/** Milliseconds from the click on a tile until a chart has something on it. */
function drawnChart(): Promise<number> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    document.querySelector<HTMLElement>('.tile[data-tenant]')?.click();
    const isDrawn = (canvas: HTMLCanvasElement): boolean => {
      const { width, height } = canvas;
      const pixels = width > 0 ? canvas.getContext('2d')?.getImageData(0, 0, width, height).data : undefined;
      return pixels?.some((value) => value !== 0) ?? false;
    };
    const look = (): void => {
      if (
        ![...document.querySelectorAll<HTMLCanvasElement>('main canvas')].some(isDrawn) ||
        document.querySelector('.tile')
      )
        requestAnimationFrame(look);
      else requestAnimationFrame(() => resolve(performance.now() - startedMs));
    };
    look();
  });
}
