/** Takes pictures of the foresight page in every mood: `node test/client/dev/look-foresight.ts OUT DIST [only]`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { answerForesight, FORESIGHT_MOODS, type ForesightMood } from './fake-foresight.ts';
import { startFakeServer } from './fake-server.ts';

const [out = 'test/artefacts/look', dist = 'dist', only = ''] = process.argv.slice(2);
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking';
const SIZES = { desk: [1440, 900], phone: [390, 844] } as const;

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') });

async function look(name: string, mood: ForesightMood, query: string): Promise<void> {
  if (!name.includes(only)) return;
  const scene = mood === 'calm' ? 'calm' : 'trouble';
  const server = await startFakeServer({ port: 0, scene, dist, answer: answerForesight(mood) });
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    const page = await browser.newPage({ viewport: { width, height }, timezoneId: 'Europe/Berlin' });
    page.on('pageerror', (error) => console.error('PAGE ERROR', error.message));
    await page.goto(`${server.url}/foresight${query}`);
    await page.waitForSelector('main');
    await page.waitForTimeout(2_000);
    await page.screenshot({ path: join(out, `foresight-${name}-${size}.png`) });
    await page.close();
  }
  await server.stop();
}

for (const mood of FORESIGHT_MOODS) await look(mood, mood, '');
await look('past', 'trouble', `?at=${Date.now() - 3_600_000}`);
await look('fault', 'calm', '?at=yesterday');
await browser.close();
