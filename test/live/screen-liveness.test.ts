import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AlarmsSnapshot, AlarmView } from '../../shared/alarms.ts';
import type { PairingClaim, PairingStarted, ScreenRequest, ScreensAnswer } from '../../shared/screens.ts';
import { type App, createApp } from '../../server/app.ts';
import { Config } from '../../server/base/config.ts';
import { silentLog } from '../../server/base/log.ts';
import { localOperator, type Principal } from '../../server/base/permissions.ts';
import { tellOf } from '../support/displays.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { createFakePlatform } from './support/fake-platform.ts';
import { startPublisher } from './support/test-publisher.ts';
import { connectScreen, type TestScreen } from './support/test-screen.ts';

const KIM = { by: 'kim' };

async function post<T>(
  url: string,
  path: string,
  body: object,
): Promise<{ readonly data: T; readonly cookie: string }> {
  const response = await fetch(`${url}/api/v1/screens${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { data: (await response.json()) as T, cookie };
}
const get = async <T>(url: string, path: string): Promise<T> =>
  (await (await fetch(`${url}/api/v1/${path}`)).json()) as T;

/** A screen that has shown its code, was approved as this, and got its identity. */
async function pair(url: string, form: object): Promise<{ readonly id: string; readonly cookie: string }> {
  const { deviceCode, userCode } = (await post<PairingStarted>(url, '/pairings', {})).data;
  await post(url, '/approve', { userCode, ...form, ...KIM });
  const { data, cookie } = await until(
    async () => {
      const claimed = await post<PairingClaim>(url, '/pairings/claim', { deviceCode });
      return claimed.data.state === 'approved' ? claimed : undefined;
    },
    { what: 'the identity of the screen', everyMs: 1_000 },
  );
  if (data.state !== 'approved') throw new Error(data.state);
  return { id: data.display.id, cookie };
}

/** A wall that paints whatever it is sent until it is told not to. */
async function openWall(url: string, cookie: string): Promise<TestScreen & { isPainting: boolean }> {
  const screen = Object.assign(await connectScreen(url, { extraHeaders: { cookie } }), { isPainting: true });
  onTestFinished(() => void screen.socket.disconnect());
  screen.socket.on('room:frame', ({ room, seq }) => {
    if (screen.isPainting) screen.socket.emit('screen:painted', { room, seq });
  });
  expect(await screen.join('wall')).toMatchObject({ ok: true });
  expect(await screen.send('screen:tell', tellOf())).toEqual({ ok: true, data: null });
  return screen;
}

async function startApp(): Promise<string> {
  const dir = createTempDir('liveness');
  const config = Config.parse({ data: mkdtempSync(join(dir.path, 'data-')), port: 0 });
  const app: App = createApp({ config, demo: { scenario: 'calm', speed: 1, seed: 1 }, log: silentLog });
  const url = await app.start();
  onTestFinished(async () => {
    await app.stop();
    dir.remove();
  });
  return url;
}

const darkIn = async (url: string): Promise<AlarmView | undefined> =>
  (await get<AlarmsSnapshot>(url, 'alarms')).alarms.find(({ rule }) => rule === 'screen-dark');

describe('a paired display', () => {
  it('SCR-37, SCR-38: that stops painting is an alarm within 20 s, through a change of the demo, until it paints or is revoked', async () => {
    const url = await startApp();
    const { id, cookie } = await pair(url, { name: 'Night wall left', place: 'control room' });
    const wall = await openWall(url, cookie);
    const screens = () => get<ScreensAnswer>(url, 'screens');
    const stateOf = async () => (await screens()).displays.find((display) => display.id === id)!;
    await until(async () => (await stateOf()).paintedAtMs !== null, { what: 'the first painted frame' });
    expect(await stateOf()).toMatchObject({ state: 'painting', isConnected: true, told: tellOf() });
    expect((await screens()).others).toEqual([]);
    expect((await screens()).nextReloadAtMs).toBeGreaterThan(Date.now() - 3_600_000);
    expect(await darkIn(url)).toBeUndefined();

    wall.isPainting = false;
    const stoppedMs = performance.now();
    const alarm = await until(() => darkIn(url), { what: 'the alarm of a dark screen', timeoutMs: 20_000 });
    expect(performance.now() - stoppedMs).toBeGreaterThan(13_000);
    expect(alarm).toMatchObject({
      ...{ priority: 'high', state: 'unacknowledged', scope: { kind: 'screen', id } },
      scopeName: 'Night wall left (control room)',
      reason: expect.stringMatching(/^nothing painted for 1\d(\.\d)? s, over 15 s$/) as string,
    });
    expect(await stateOf()).toMatchObject({
      ...{ state: 'dark', isConnected: true },
      reason: expect.stringMatching(/^connected, nothing painted for \d+ s$/) as string,
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^mailvigil_displays_dark 1$/m);

    const operator = await connectScreen(url);
    onTestFinished(() => void operator.socket.disconnect());
    expect(await operator.send('demo:set', { scenario: 'backlog-2008', speed: 60 })).toMatchObject({
      ok: true,
    });
    await until(() => darkIn(url), { what: 'the alarm in the other demo', timeoutMs: 5_000 });

    wall.isPainting = true;
    expect(await wall.join('wall')).toMatchObject({ ok: true });
    await until(async () => (await darkIn(url))?.state === 'returned', { what: 'the return to normal' });
    wall.isPainting = false;
    await until(async () => (await darkIn(url))?.state === 'unacknowledged', {
      what: 'the alarm again',
      timeoutMs: 20_000,
    });
    await post(url, `/${id}/revoke`, { ...KIM, reason: 'lost' });
    await until(async () => (await darkIn(url)) === undefined, { what: 'the end of the alarm' });
    expect(await stateOf()).toMatchObject({ state: 'revoked', reason: 'revoked by kim: lost' });
  }, 120_000);
});

describe('what a screen tells', () => {
  it('SCR-44: is kept with it and replaced when it changes; what is not understood is refused', async () => {
    const server = await startPublisher();
    const screen = await server.connect();
    const told = () => server.hub.screens().map((report) => report.told);
    expect(told()).toEqual([null]);
    expect(await screen.send('screen:tell', tellOf())).toEqual({ ok: true, data: null });
    expect(told()).toEqual([tellOf()]);
    const blocked = tellOf({ sound: 'blocked', isVisible: false });
    await screen.send('screen:tell', blocked);
    expect(told()).toEqual([blocked]);
    for (const wrong of [{ ...blocked, sound: 'loud' }, { ...blocked, mail: 'a@b.example' }, null, 'x'])
      expect(await screen.send('screen:tell', wrong)).toMatchObject({
        ok: false,
        error: { code: 'bad-request' },
      });
    expect(told()).toEqual([blocked]);
  });

  it('SCR-44: needs the permission to report', async () => {
    const nobody: Principal = { ...localOperator, permissions: ['wall:view'] };
    const server = await startPublisher({ principalOf: () => nobody });
    const screen = await server.connect();
    expect(await screen.send('screen:tell', tellOf())).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    expect(server.hub.screens().map((report) => report.told)).toEqual([null]);
  });
});

describe('what the server tells a screen', () => {
  it('SCR-44: a request reaches the one screen it is for, and nobody who has left', async () => {
    const server = await startPublisher();
    const [one, other] = [await server.connect(), await server.connect()];
    const heard: [string, ScreenRequest][] = [];
    one.socket.on('screen:asked', (request) => void heard.push(['one', request]));
    other.socket.on('screen:asked', (request) => void heard.push(['other', request]));
    const request: ScreenRequest = { what: 'reload', reason: 'the planned reload of the night' };
    expect(server.hub.ask(one.socket.id!, request)).toBe(true);
    expect(server.hub.ask('nobody', request)).toBe(false);
    // Answers come in order: with this one all that was sent before it has come.
    await Promise.all([one.join('wall'), other.join('wall')]);
    expect(heard).toEqual([['one', request]]);
  });

  it('SCR-46: who joins learns the build of the page that is served now, or nothing when there is none', async () => {
    const platform = Object.assign(createFakePlatform(1), { build: undefined as string | undefined });
    const server = await startPublisher({}, platform);
    const screen = await server.connect();
    expect(await screen.join('wall')).not.toHaveProperty('data.build');
    platform.build = 'b7';
    expect(await screen.join('wall')).toMatchObject({ ok: true, data: { build: 'b7' } });
  });
});
