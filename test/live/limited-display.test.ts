import { describe, expect, it, onTestFinished } from 'vitest';
import { createApp } from '../../server/app.ts';
import { Config } from '../../server/base/config.ts';
import { silentLog } from '../../server/base/log.ts';
import type { TenantEntry, TenantSnapshot, WallRow, WallSnapshot } from '../../shared/protocol.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { ask, pairOver } from './support/paired.ts';
import { connectScreen, followWall, type TestScreen } from './support/test-screen.ts';

const ALL_TIME = 'from=2008-01-01T00:00:00Z&to=2030-01-01T00:00:00Z';

/** The demo of 2008 at sixty times its pace: there is trouble at every cluster within seconds. */
async function startDemo(): Promise<string> {
  const dir = createTempDir('limited');
  const config = Config.parse({ port: 0, data: dir.path });
  const app = createApp({ config, demo: { scenario: 'backlog-2008', speed: 60, seed: 1 }, log: silentLog });
  const url = await app.start();
  onTestFinished(async () => {
    await app.stop();
    dir.remove();
  });
  return url;
}

async function tenantsOf(url: string): Promise<readonly TenantEntry[]> {
  const { body } = await ask<{ tenants: readonly TenantEntry[] }>(url, '/api/v1/tenants');
  return body.tenants.filter(({ id }) => !id.startsWith('_'));
}

/** A screen, and every byte that it is sent. */
async function tap(url: string, cookie: string): Promise<{ screen: TestScreen; bytes: string[] }> {
  const screen = await connectScreen(url, { extraHeaders: { cookie }, reconnection: false });
  onTestFinished(() => void screen.socket.disconnect());
  const bytes: string[] = [];
  screen.socket.io.engine.on('packet', ({ data }: { data?: unknown }) => {
    if (data !== undefined) bytes.push(String(data));
  });
  return { screen, bytes };
}

/** Names of tenants in a text, as whole words. */
function namesIn(text: string, tenants: readonly TenantEntry[]): string[] {
  const names = tenants.flatMap(({ id, name }) => [id, name]);
  const found = (name: string) => new RegExp(`(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`, 'iu').test(text);
  return names.filter(found);
}

describe('a display of one cluster', () => {
  it(
    'SCR-11: never receives a byte of other tenants, whatever it joins and asks',
    { timeout: 60_000 },
    async () => {
      const url = await startDemo();
      const tenants = await tenantsOf(url);
      const own = tenants.filter(({ cluster }) => cluster === 'A');
      const foreign = tenants.filter(({ cluster }) => cluster !== 'A');
      expect(Math.min(own.length, foreign.length)).toBeGreaterThan(5);
      const { cookie } = await pairOver(url, { scope: { cluster: 'A' } });
      const { screen, bytes } = await tap(url, cookie);
      const first = own[0]!.id;
      for (const room of ['wall', 'alarms', `tenant:${first}`] as const) {
        const joined = await screen.join(room);
        expect(joined).toMatchObject({ ok: true });
        bytes.push(JSON.stringify(joined));
      }
      expect(await screen.join(`tenant:${foreign[0]!.id}`)).toMatchObject({ error: { code: 'forbidden' } });
      await screen.send('room:leave', { room: 'wall' });
      const wall = await followWall(screen, () => undefined);
      await until(() => wall.rows.some(({ level }) => level === 'critical' || level === 'high'), {
        ...{ what: 'trouble on the wall', timeoutMs: 40_000 },
      });
      await screen.framesOf('alarms', 5);
      const page = `/api/v1/tenants/${first}`;
      const answers = await Promise.all(
        [
          ...['/api/v1/tenants', '/api/v1/alarms', '/api/v1/alarms/record', '/api/v1/alarms/record.csv'],
          ...[`${page}/tables?${ALL_TIME}`, `${page}/matrix`, '/api/v1/screens/me', '/api/v1/wall'],
          ...[
            '/api/v1/top?metric=spamPercent',
            '/api/v1/platform/matrix',
            `/api/v1/clusters/B/tables?${ALL_TIME}`,
          ],
        ].map(async (path) => {
          const response = await fetch(url + path, { headers: { cookie } });
          return { path, status: response.status, text: await response.text() };
        }),
      );
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(5);
      const text = [...bytes, ...answers.map((answer) => answer.text)].join('\n');
      expect(namesIn(text, own)).toEqual(own.flatMap(({ id, name }) => [id, name]));
      expect(namesIn(text, foreign)).toEqual([]);
      // Nor was anybody else's wall cut down for it.
      const local = await connectScreen(url);
      onTestFinished(() => void local.socket.disconnect());
      const whole = await local.join('wall');
      const seen = whole.ok ? (whole.data.snapshot as WallSnapshot).tenants.map(({ id }) => id) : [];
      expect(seen).toEqual(expect.arrayContaining(tenants.map(({ id }) => id)));
    },
  );

  it(
    'SCR-11: shows of its own tenants what everybody else is shown of them',
    { timeout: 60_000 },
    async () => {
      const url = await startDemo();
      const { cookie } = await pairOver(url, { scope: { tenants: ['bluefin', 'virgo'] } });
      const [limited, local] = [await tap(url, cookie), await connectScreen(url)];
      onTestFinished(() => void local.socket.disconnect());
      const all = await local.join('wall');
      const tenants = all.ok ? (all.data.snapshot as WallSnapshot).tenants : [];
      const places = ['bluefin', 'virgo'].map((id) => tenants.findIndex((tenant) => tenant.id === id));
      const own = tenants.flatMap(({ id }, place) => (places.includes(place) ? [[id, place] as const] : []));
      const shown = new Map<number, string>();
      const whole = new Map<number, string>();
      // A large snapshot is rounded, a small one is not.
      const told = (rows: readonly (WallRow | undefined)[]) =>
        JSON.stringify(
          rows.map((row) => row && [row.level, row.signal, row.sinceMs, row.reason, row.queueDepth]),
        );
      await followWall(limited.screen, (seq, rows) => void shown.set(seq, told(rows)));
      await followWall(local, (seq, rows) => {
        whole.set(seq, told(own.map(([, place]) => rows[place])));
      });
      const both = await until(
        () => {
          const seqs = [...shown.keys()].filter((seq) => whole.has(seq));
          return seqs.length >= 5 ? seqs : undefined;
        },
        { what: 'five frames of both' },
      );
      for (const seq of both) expect([seq, shown.get(seq)]).toEqual([seq, whole.get(seq)]);
    },
  );
});

describe('a display of all tenants', () => {
  it('SCR-6: sees lines of the log without whom they are about', { timeout: 60_000 }, async () => {
    const url = await startDemo();
    const { cookie } = await pairOver(url);
    const { screen } = await tap(url, cookie);
    const local = await connectScreen(url);
    onTestFinished(() => void local.socket.disconnect());
    // A small one: of a large one the lines of a tick are gone at this pace before it ends.
    const room = 'tenant:juniper';
    const lines = async (who: TestScreen) => {
      const joined = await who.join(room);
      return joined.ok ? (joined.data.snapshot as TenantSnapshot).lines.map(({ text }) => text) : [];
    };
    // Ids of messages look like addresses, and stay.
    const isAddress = (text: string) => /(?:to|from)=<[\w.+-]{2,}@/.test(text);
    await until(async () => (await lines(local)).find(isAddress), { what: 'a line with an address' });
    const masked = await until(
      async () => (await lines(screen)).find((text) => /[\w]•••@[\w-]+\.example/.test(text)),
      { what: 'a line without it' },
    );
    expect(isAddress(masked)).toBe(false);
    const frames = await screen.framesOf(room, 3);
    expect(frames.map(({ delta }) => JSON.stringify(delta)).filter(isAddress)).toEqual([]);
  });
});
