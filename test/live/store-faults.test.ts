import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StorageReport, WallAt } from '../../shared/history.ts';
import { countsOf, readStore } from '../support/kept.ts';
import { type ServerProcess, startCli, startServer } from '../support/server-process.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { ask, pairOver } from './support/paired.ts';

let dir: TempDir;
let data: string;
let store: string;
let server: ServerProcess | undefined;
let serial = 0;

beforeEach(() => {
  serial = 0;
  dir = createTempDir('store');
  data = join(dir.path, 'data');
  store = join(data, 'mailvigil.db');
  const source = { id: 'mx', type: 'log', paths: [join(dir.path, 'mail.log')], initial: 'start' };
  const tenants = [{ id: 'aurora', name: 'Aurora', domains: ['aurora.example'] }];
  writeFileSync(join(dir.path, 'tenants.yaml'), JSON.stringify({ tenants }));
  writeFileSync(
    join(dir.path, 'mailvigil.yaml'),
    JSON.stringify({ tenants: 'tenants.yaml', sources: [source] }),
  );
  writeFileSync(join(dir.path, 'mail.log'), '');
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  dir.remove();
});

const serve = async (): Promise<ServerProcess> =>
  (server = await startServer('--config', join(dir.path, 'mailvigil.yaml'), '--data', data, '--port', '0'));

/** So many messages delivered now. */
function deliver(count: number): void {
  const lines: string[] = [];
  for (let n = 0; n < count; n++) {
    const id = `4${(serial++)
      .toString(36)
      .toUpperCase()
      .replace(/[AEIOU]/g, 'Z')
      .padStart(10, '0')}z1`;
    const head = `${new Date().toISOString()} mx1 postfix`;
    lines.push(
      `${head}/smtpd[1]: ${id}: client=far.example[198.51.100.1]`,
      `${head}/qmgr[1]: ${id}: from=<a${n}@far.example>, size=100, nrcpt=1 (queue active)`,
      `${head}/lmtp[1]: ${id}: to=<u${n}@aurora.example>, relay=box[192.0.2.1]:24, delay=0.1, delays=0.1/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 ${'x'.repeat(100)})`,
      `${head}/qmgr[1]: ${id}: removed`,
    );
  }
  appendFileSync(join(dir.path, 'mail.log'), `${lines.join('\n')}\n`);
}

const get = async <T>(path: string): Promise<T> => (await (await fetch(server!.url + path)).json()) as T;
const storage = () => get<StorageReport>('/api/v1/storage');

/** What the wall shows out of memory, of the last five minutes. */
async function deliveredLive(): Promise<number> {
  return 5 * ((await get<WallAt>('/api/v1/wall')).platform.deliveredPerMinute ?? 0);
}

/** What the store holds. */
function deliveredKept(path = store): number {
  const sum = [...readStore(path).windows].filter(([key]) => key.startsWith('aurora 0 '));
  return sum.reduce((total, [, { counts }]) => total + counts.delivered, 0);
}

describe('a store that cannot be used', () => {
  it.each([
    ['HIS-9: a damaged store', () => writeFileSync(store, Buffer.alloc(40_000, 'not a database '))],
    [
      'HIS-9: a store of a newer program',
      () => {
        const db = new DatabaseSync(store);
        db.exec(`CREATE TABLE schema_versions (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at_ms BIGINT);
          INSERT INTO schema_versions VALUES (1, 'checkpoints', 0), (2, 'from the future', 0)`);
        db.close();
      },
    ],
  ])('%s is left as it is and said; the live view goes on', async (_, spoil) => {
    execFileSync('mkdir', ['-p', data]);
    spoil();
    const before = readFileSync(store);
    await serve();
    const report = await storage();
    expect(report.state).toBe('off');
    expect(report.reason).toMatch(/mailvigil\.db/);
    deliver(5);
    await until(async () => Math.round(await deliveredLive()) === 5, {
      what: 'five deliveries in the live view',
    });
    await server!.stop();
    expect(readFileSync(store).equals(before)).toBe(true);
  });

  it('HIS-9: a folder that cannot be written is said; the live view goes on', async () => {
    writeFileSync(data, 'a file where the folder should be');
    await serve();
    expect(await storage()).toMatchObject({ state: 'off' });
    deliver(5);
    await until(async () => Math.round(await deliveredLive()) === 5, { what: 'five deliveries' });
  });

  it('HIS-10: a disk that fills up is said, nothing stored is damaged, and once there is room everything is stored', async () => {
    await serve();
    deliver(20);
    await until(async () => (await storage()).committedAtMs !== null && deliveredKept() === 20, {
      what: 'the first commit',
    });
    const limit = (bytes: string) => {
      const pids = execFileSync('pgrep', ['-f', join(dir.path, 'mailvigil.yaml')])
        .toString()
        .trim()
        .split('\n');
      for (const pid of pids) execFileSync('prlimit', [`--fsize=${bytes}:unlimited`, '--pid', pid]);
    };
    limit('100000');
    await until(
      async () => {
        deliver(50);
        return (await storage()).state === 'failing';
      },
      { what: 'the fault on the sources panel' },
    );
    const sent = serial;
    expect((await storage()).reason).toMatch(/kept in memory/);
    await until(async () => Math.round(await deliveredLive()) >= 0.99 * sent, {
      what: 'the live view going on',
    });
    limit('unlimited');
    await until(async () => (await storage()).state === 'ok' && deliveredKept() === sent, {
      what: 'everything in the store',
    });
    await server!.stop();
    const db = new DatabaseSync(store);
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    db.close();
  });

  it('CMD-7: a second server is refused the store of the first', async () => {
    await serve();
    const child = startCli(
      'serve',
      '--config',
      join(dir.path, 'mailvigil.yaml'),
      '--data',
      data,
      '--port',
      '0',
    );
    await child.exited;
    expect(child.exitCode()).toBe(1);
    expect(child.stderr()).toContain('in use by another');
  });
});

describe('backup and restore', () => {
  const run = async (...args: string[]) => {
    const child = startCli(...args);
    await child.exited;
    return { code: child.exitCode(), stderr: child.stderr() };
  };

  it('CMD-8: a backup of a running server is one moment of it; restored elsewhere it goes on from there', async () => {
    await serve();
    deliver(30);
    await until(() => deliveredKept() === 30, { what: 'thirty deliveries in the store' });
    const backup = join(dir.path, 'backup');
    expect(await run('backup', backup, '--data', data)).toMatchObject({ code: 0 });
    deliver(7);
    await until(() => deliveredKept() === 37, { what: 'seven more' });
    await server!.stop();
    const whole = countsOf(readStore(store).windows);

    data = join(dir.path, 'elsewhere');
    expect(await run('restore', backup, '--data', data)).toMatchObject({ code: 0 });
    expect(deliveredKept(join(data, 'mailvigil.db'))).toBe(30);
    // The log is still there from where the backup had read it.
    await serve();
    await until(() => deliveredKept(join(data, 'mailvigil.db')) === 37, { what: 'the log read on' });
    await server!.stop();
    expect(countsOf(readStore(join(data, 'mailvigil.db')).windows)).toEqual(whole);
  });

  it('CMD-9: a backup that was changed, or is not whole, is refused; a store that is there is moved aside', async () => {
    await serve();
    deliver(3);
    await until(() => deliveredKept() === 3, { what: 'three deliveries in the store' });
    const backup = join(dir.path, 'backup');
    await run('backup', backup, '--data', data);
    expect((await run('restore', backup, '--data', data)).stderr).toContain('in use by another');
    await server!.stop();
    server = undefined;
    const again = await run('restore', backup, '--data', data);
    expect(again).toMatchObject({ code: 0 });
    expect(again.stderr).toContain('before-restore');
    const key = join(backup, 'identity.key');
    const keyBytes = readFileSync(key);
    appendFileSync(key, 'x');
    expect((await run('restore', backup, '--data', data)).stderr).toContain('identity.key is not what was');
    rmSync(key);
    expect((await run('restore', backup, '--data', data)).stderr).toContain('it is missing');
    writeFileSync(key, keyBytes);
    appendFileSync(join(backup, 'mailvigil.db'), 'x');
    expect((await run('restore', backup, '--data', data)).stderr).toContain('changed or damaged');
    writeFileSync(join(backup, 'manifest.json'), '{}');
    expect((await run('restore', backup, '--data', data)).stderr).toContain('not a whole backup');
    expect(deliveredKept()).toBe(3);
  });

  it(
    'CMD-10: holds the paired screens; put where there are some it takes no revoking back',
    {
      timeout: 90_000,
    },
    async () => {
      const first = await serve();
      await until(() => existsSync(store), { what: 'a store' });
      const paired = await pairOver(first.url);
      const backup = join(dir.path, 'backup');
      expect(await run('backup', backup, '--data', data)).toMatchObject({ code: 0 });
      for (const name of ['identity.db', 'identity.key'])
        expect(statSync(join(backup, name)).mode & 0o777, name).toBe(0o600);
      const revoke = { body: { by: 'kim', reason: 'lost' } };
      await ask(first.url, `/api/v1/screens/${paired.display.id}/revoke`, revoke);
      await first.stop();
      const kindOn = async (folder: string) => {
        data = folder;
        const { code, stderr } = await run('restore', backup, '--data', data);
        const { url, stop } = await serve();
        const { body } = await ask<{ kind: string }>(url, '/api/v1/screens/me', { cookie: paired.cookie });
        await stop();
        return { code, isSaid: stderr.includes('as they were here'), kind: body.kind };
      };
      expect(await kindOn(data)).toEqual({ code: 0, isSaid: true, kind: 'revoked' });
      expect(await kindOn(join(dir.path, 'elsewhere'))).toEqual({ code: 0, isSaid: false, kind: 'display' });
    },
  );
});
