import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { renderTone } from '../../client/sound/render.ts';
import { TONE_IDS, TONES, type ToneId } from '../../client/sound/tones.ts';
import type { AlarmsSnapshot } from '../../shared/alarms.ts';
import type { ScreensAnswer } from '../../shared/screens.ts';
import { screenshot, withPage } from '../support/browser.ts';
import { cutNotes, heardBursts, listenForNotes } from '../support/heard-notes.ts';
import { startServer, type ServerProcess } from '../support/server-process.ts';
import { ROOT } from '../support/source-tree.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWall } from '../support/wall-page.ts';

const FREE = ['--autoplay-policy=no-user-gesture-required'];
const pitchOf = (id: ToneId) => TONES[id].notes[0]!.frequencyHz;
const [CRITICAL, HIGH, MEDIUM, LOST] = [
  pitchOf('critical'),
  pitchOf('high'),
  pitchOf('medium'),
  pitchOf('lost'),
];

/** A demo in which nothing happens but what the test tells. */
async function withQuietDemo(use: (server: ServerProcess) => Promise<void>): Promise<void> {
  const data = createTempDir('sound');
  const server = await startServer('--demo', 'calm', '--port', '0', '--data', data.path);
  try {
    await use(server);
  } finally {
    await server.stop();
    data.remove();
  }
}

const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Another system tells of an alarm: it is raised at once. */
async function raise(
  server: ServerProcess,
  name: string,
  severity: string,
  instance = 'store1',
): Promise<void> {
  const fingerprint = Buffer.from(name + instance)
    .toString('hex')
    .slice(-32);
  const { status } = await post(`${server.url}/ingest/v1/alertmanager`, {
    version: '4',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        fingerprint,
        startsAt: '2020-01-01T00:00:00Z',
        labels: { alertname: name, severity, instance },
      },
    ],
  });
  expect(status).toBeLessThan(300);
}
/** Somebody takes it at a desk, and the wall has heard of it. */
async function acknowledge(server: ServerProcess, page: Page, name: string): Promise<void> {
  const { alarms } = (await (await fetch(`${server.url}/api/v1/alarms`)).json()) as AlarmsSnapshot;
  const ids = alarms.filter(({ title }) => title === name).map(({ id }) => id);
  expect((await post(`${server.url}/api/v1/alarms/acknowledge`, { ids, by: 'Kim' })).status).toBe(200);
  await page.locator('.alarm-card[data-owner="taken"]', { hasText: name }).waitFor();
}

/** Of the next page: this wall was switched on before. */
const switchOn = (page: Page) =>
  page.addInitScript(() => localStorage.setItem('mailvigil.sound.wall', JSON.stringify({ isOn: true })));

async function untilBursts(page: Page, wished: readonly number[]): Promise<void> {
  let last: readonly number[] = [];
  await until(
    async () => {
      last = await heardBursts(page);
      return last.length >= wished.length;
    },
    { what: `bursts ${wished.join(' ')}` },
  ).catch(() => undefined);
  expect(last).toEqual(wished);
}
/** Time goes on by so much at once, and the screen finds its server again. */
async function skip(page: Page, seconds: number): Promise<void> {
  await page.clock.fastForward(seconds * 1_000);
  await page.locator('.wall[data-phase="live"]').waitFor();
}
/** What the server has been told by its only screen. */
const toldOf = async (server: ServerProcess): Promise<string | undefined> => {
  const answer = (await (await fetch(`${server.url}/api/v1/screens`)).json()) as ScreensAnswer;
  return answer.others.find(({ told }) => told)?.told?.sound;
};
const untilTold = (server: ServerProcess, sound: string) =>
  until(async () => (await toldOf(server)) === sound, { what: `the server to know that sound is ${sound}` });

describe('the sound of a wall in a real browser', () => {
  it('SND-18: where the browser holds audio back the wall says so large, and one click mends it', async () => {
    await withQuietDemo(async (server) => {
      await withPage('sound-blocked', async (page) => {
        await listenForNotes(page);
        await switchOn(page);
        await openWall(page, server.url);
        const banner = page.locator('.sound-banner', { hasText: 'SOUND BLOCKED' });
        await banner.waitFor();
        await untilTold(server, 'blocked');
        await raise(server, 'DiskFull', 'critical');
        await page.locator('.alarm-card', { hasText: 'DiskFull' }).waitFor();
        expect(await heardBursts(page)).toEqual([]);
        expect(await banner.isVisible()).toBe(true);
        await screenshot(page, 'sound-1-blocked');

        await page.mouse.click(4, 4);
        await banner.waitFor({ state: 'detached' });
        await untilBursts(page, [CRITICAL]);
        await untilTold(server, 'on');
      });
    });
  });

  it('SND-19: a burst once for a group, repeated, ended by whoever takes it; silence that ends by itself; a server that is lost', async () => {
    await withQuietDemo(async (server) => {
      await withPage(
        'sound',
        async (page) => {
          await page.clock.install();
          await listenForNotes(page);
          await openWall(page, server.url);
          await page.locator('.sound-mark', { hasText: 'sound off' }).waitFor();
          await page.locator('.sound-control').click();
          await page.locator('[name="sound-on"]').check();
          await untilTold(server, 'on');
          expect(await page.locator('.sound-banner').count()).toBe(0);

          // Two alarms of one kind are one group.
          await raise(server, 'DiskFull', 'critical', 'store1');
          await untilBursts(page, [CRITICAL]);
          await raise(server, 'DiskFull', 'critical', 'store2');
          await page.locator('.alarm-card', { hasText: '2 alerts' }).waitFor();
          await skip(page, 20);
          expect(await heardBursts(page)).toEqual([CRITICAL]);
          await skip(page, 11);
          await untilBursts(page, [CRITICAL, CRITICAL]);
          const cut = await cutNotes(page);
          await acknowledge(server, page, 'DiskFull');
          await until(async () => (await cutNotes(page)) > cut, { what: 'the burst to be cut off' });
          await skip(page, 300);
          expect(await heardBursts(page)).toEqual([CRITICAL, CRITICAL]);

          // Silence: shown, known to the server, and over by itself.
          await raise(server, 'QueueHigh', 'high');
          await untilBursts(page, [CRITICAL, CRITICAL, HIGH]);
          await page.locator('[name="silence-15"]').click();
          await untilTold(server, 'silenced');
          await page.locator('.sound-panel [name="close"]').click();
          const mark = page.locator('.sound-mark', { hasText: 'SILENCED' });
          expect(await mark.innerText()).toContain('15 min');
          await screenshot(page, 'sound-2-silenced');
          await skip(page, 10 * 60);
          await page.locator('.sound-mark', { hasText: /SILENCED\s*[45] min/ }).waitFor();
          expect(await heardBursts(page)).toEqual([CRITICAL, CRITICAL, HIGH]);
          await raise(server, 'PowerLost', 'critical');
          await untilBursts(page, [CRITICAL, CRITICAL, HIGH, CRITICAL]);
          await acknowledge(server, page, 'PowerLost');
          await skip(page, 5 * 60);
          await mark.waitFor({ state: 'detached' });
          await untilBursts(page, [CRITICAL, CRITICAL, HIGH, CRITICAL, HIGH]);
          await acknowledge(server, page, 'QueueHigh');

          // A reload does not sound again for what has sounded, and does for what is new.
          await raise(server, 'CertificateOld', 'warning');
          await untilBursts(page, [CRITICAL, CRITICAL, HIGH, CRITICAL, HIGH, MEDIUM]);
          await page.reload();
          await untilTold(server, 'on');
          await skip(page, 20);
          expect(await heardBursts(page)).toEqual([]);
          await raise(server, 'FanStopped', 'error');
          await untilBursts(page, [HIGH]);

          // Tested at the beginning of a shift.
          await page.locator('.sound-control').click();
          await page.locator('.sound-panel [name="test"]').click();
          await page.locator('.sound-question', { hasText: 'listen' }).waitFor();
          await skip(page, 8);
          await screenshot(page, 'sound-3-asking');
          await page.locator('[name="heard"]').click();
          await page.locator('.sound-mark', { hasText: /tested \d\d:\d\d/ }).waitFor();
          await acknowledge(server, page, 'FanStopped');
          await acknowledge(server, page, 'CertificateOld');

          const before = await heardBursts(page);
          await server.kill();
          await page.locator('.wall:not([data-phase="live"])').waitFor();
          for (let i = 0; i < 4; i += 1) await page.clock.fastForward(20_000);
          await untilBursts(page, [...before, LOST]);
          for (let i = 0; i < 40; i += 1) await page.clock.fastForward(20_000);
          // Told again every five minutes while it stays lost.
          await untilBursts(page, [...before, LOST, LOST, LOST]);
        },
        FREE,
      );
    });
  });
});

const RATE = 16_000;
type WithSound = typeof globalThis & {
  sound: { readonly TONES: typeof TONES; readonly renderTone: typeof renderTone };
};
/** Our own modules, with their types taken off. */
const PAGE = `<!doctype html><title>sound</title><script type="module">
  import { TONES } from './tones.ts';
  import { renderTone } from './render.ts';
  globalThis.sound = { TONES, renderTone };
</script>`;

/** The samples of a tone as the browser renders them, by our own code. */
async function renderIn(page: Page, id: ToneId): Promise<Float32Array> {
  const samples = await page.evaluate(
    async ({ name, rate }) => {
      const { TONES: tones, renderTone } = (globalThis as WithSound).sound;
      const tone = tones[name];
      const context = new OfflineAudioContext(1, Math.ceil((tone.lengthMs / 1_000 + 0.2) * rate), rate);
      renderTone(context, tone, { startS: 0.1, volume: 1 });
      return Array.from((await context.startRendering()).getChannelData(0));
    },
    { name: id, rate: RATE },
  );
  return Float32Array.from(samples);
}
/** Our modules at an address of their own. */
async function serveModules(page: Page): Promise<void> {
  await page.route('http://sound.test/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: PAGE });
    const source = readFileSync(join(ROOT, 'client', 'sound', name), 'utf8');
    return route.fulfill({ contentType: 'text/javascript', body: stripTypeScriptTypes(source) });
  });
  await page.goto('http://sound.test/');
  await page.waitForFunction(() => 'sound' in globalThis);
}

/** Strength of one frequency in samples (Goertzel). */
function strengthAt(samples: Float32Array, hz: number): number {
  const w = 2 * Math.cos((2 * Math.PI * hz) / RATE);
  let [a, b] = [0, 0];
  for (const sample of samples) [a, b] = [sample + w * a - b, a];
  return Math.sqrt(Math.max(0, a * a + b * b - w * a * b)) / samples.length;
}
const peakOf = (samples: Float32Array) =>
  samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const at = (samples: Float32Array, fromMs: number, toMs: number) =>
  samples.subarray(Math.round(((fromMs + 100) / 1_000) * RATE), Math.round(((toMs + 100) / 1_000) * RATE));

describe('the tones as a real browser renders them', () => {
  it('SND-15: are audible, differ in pulses and pitch, are still between their pulses, and neither click nor clip', async () => {
    await withPage('sound-tones', async (page) => {
      await serveModules(page);
      for (const id of TONE_IDS) {
        const samples = await renderIn(page, id);
        const { notes } = TONES[id];
        const peak = peakOf(samples);
        expect(peak, id).toBeGreaterThan(0.3);
        expect(peak, id).toBeLessThanOrEqual(1.01);
        expect(peakOf(at(samples, -100, 0)), id).toBe(0);
        for (const [i, { atMs, durationMs, frequencyHz, toFrequencyHz }] of notes.entries()) {
          const middle = at(samples, atMs + durationMs * 0.3, atMs + durationMs * 0.7);
          expect(peakOf(middle), `${id} ${i}`).toBeGreaterThan(peak * 0.6);
          // It begins and ends in stillness: the first and the last millisecond are soft.
          expect(peakOf(at(samples, atMs, atMs + 1)), `${id} ${i}`).toBeLessThan(peak * 0.06);
          expect(peakOf(at(samples, atMs + durationMs - 1, atMs + durationMs)), `${id} ${i}`).toBeLessThan(
            peak * 0.06,
          );
          const next = notes[i + 1];
          if (next) expect(peakOf(at(samples, atMs + durationMs + 1, next.atMs - 1)), `${id} ${i}`).toBe(0);
          if (frequencyHz !== toFrequencyHz) continue;
          const others = TONE_IDS.filter((other) => other !== id).map((other) => pitchOf(other));
          const own = strengthAt(middle, frequencyHz);
          expect(own, `${id} ${i}`).toBeGreaterThan(0.05 * peak);
          // It is a sound of many parts.
          for (const part of [2, 3, 4])
            expect(strengthAt(middle, part * frequencyHz), `${id} ${i}`).toBeGreaterThan(own * 0.18);
          for (const other of others)
            if (Math.abs(other - frequencyHz) > 60)
              expect(strengthAt(middle, other), `${id} ${i}`).toBeLessThan(own / 2);
        }
      }
    });
  });
});
