import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openIdentity } from '../../../../server/base/identity/identity.ts';
import type { DisplayForm, Identity } from '../../../../server/base/identity/types.ts';
import { createLog, silentLog } from '../../../../server/base/log.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

const FORM: DisplayForm = {
  name: 'Night wall left',
  place: 'control room',
  scope: { cluster: 'a', tenants: null },
  settings: { diagonalInches: 55, distanceM: 5, theme: 'night' },
};
const START = Date.parse('2026-11-01T03:00:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;

// The library reads the clock by itself.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: START }));
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => void vi.setSystemTime(Date.now() + ms);

function folder(): string {
  const dir = createTempDir('identity');
  onTestFinished(dir.remove);
  return dir.path;
}

async function open(dir = folder(), log = silentLog): Promise<Identity> {
  const identity = await openIdentity({ dir, log });
  onTestFinished(() => identity.close().catch(() => undefined));
  return identity;
}

async function pair(identity: Identity, form = FORM): Promise<{ id: string; cookie: string }> {
  const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
  const { id } = await identity.approve(userCode, form, 'kim');
  const { cookie = '' } = await identity.claim(deviceCode, '10.0.0.1');
  return { id, cookie };
}

describe('pairing', () => {
  it('SCR-3: goes from a code on the screen over an approval to an identity', async () => {
    const identity = await open();
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    expect(await identity.pairings()).toEqual([
      { userCode, askedAtMs: START, expiresAtMs: START + 15 * MINUTE, address: '10.0.0.1' },
    ]);
    expect(await identity.claim(deviceCode, '10.0.0.1')).toEqual({ claim: { state: 'pending' } });
    const display = await identity.approve(userCode.toLowerCase(), FORM, 'kim');
    expect(display).toMatchObject({ ...FORM, pairedBy: 'kim', pairedAtMs: START, lastSeenAtMs: null });
    expect(await identity.pairings()).toEqual([]);
    pass(5_000);
    const { claim, cookie } = await identity.claim(deviceCode, '10.0.0.9');
    expect(claim).toMatchObject({ state: 'approved', display: { id: display.id, lastAddress: '10.0.0.9' } });
    expect(identity.identify(cookie)).toMatchObject({ kind: 'display', display: { name: FORM.name } });
    expect(JSON.stringify(claim)).not.toContain(cookie);
  });

  it('SCR-2: tells a screen that asks too often to slow down, and goes on when it does', async () => {
    const identity = await open();
    const { deviceCode, intervalSeconds } = await identity.startPairing('10.0.0.1');
    expect((await identity.claim(deviceCode, '')).claim.state).toBe('pending');
    pass(1_000);
    expect((await identity.claim(deviceCode, '')).claim.state).toBe('slow-down');
    // A clock that is half a second fast does no harm.
    pass(intervalSeconds * 1000 - 1_500);
    expect((await identity.claim(deviceCode, '')).claim.state).toBe('pending');
  });

  it('SCR-2: ends after 15 minutes, for the screen and for who types the code', async () => {
    const identity = await open();
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    pass(15 * MINUTE + 1);
    await expect(identity.approve(userCode, FORM, 'kim')).rejects.toThrow(/no screen waits with/);
    expect(await identity.pairings()).toEqual([]);
    expect((await identity.claim(deviceCode, '')).claim.state).toBe('expired');
    expect(identity.displays()).toEqual([]);
  });

  it('SCR-2: is over when it is denied', async () => {
    const identity = await open();
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    await identity.deny(userCode, 'kim');
    await expect(identity.approve(userCode, FORM, 'kim')).rejects.toThrow(/answered already/);
    expect(await identity.claim(deviceCode, '')).toEqual({ claim: { state: 'denied' } });
  });

  it.each(['', 'BCDF-234', 'hello', "' OR 1=1 --"])('SCR-2: is not approved with %j', async (typed) => {
    const identity = await open();
    await identity.startPairing('10.0.0.1');
    await expect(identity.approve(typed, FORM, 'kim')).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('SCR-2: is not approved with the code of another screen', async () => {
    const identity = await open();
    const { userCode } = await identity.startPairing('10.0.0.1');
    const other = userCode === 'BCDF-2345' ? 'BCDF-2346' : 'BCDF-2345';
    await expect(identity.approve(other, FORM, 'kim')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('SCR-3: of two who approve at once, one is told that the other was first', async () => {
    const identity = await open();
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    const answers = await Promise.allSettled(
      ['left', 'right'].map((name) => identity.approve(userCode, { ...FORM, name }, name)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(identity.displays()).toHaveLength(1);
    const { claim } = await identity.claim(deviceCode, '');
    expect(claim).toMatchObject({ state: 'approved', display: { id: identity.displays()[0]!.id } });
  });

  it('SCR-3: hands the identity out once, however many hold the device code', async () => {
    const identity = await open();
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    await identity.approve(userCode, FORM, 'kim');
    const claims = await Promise.all([identity.claim(deviceCode, 'a'), identity.claim(deviceCode, 'b')]);
    expect(claims.filter(({ cookie }) => cookie !== undefined)).toHaveLength(1);
    pass(5_000);
    expect(await identity.claim(deviceCode, 'thief')).toEqual({ claim: { state: 'expired' } });
  });

  it('SCR-5: lets no more than fifty screens wait', async () => {
    const identity = await open();
    for (let i = 0; i < 50; i++) await identity.startPairing(`10.0.0.${i}`);
    await expect(identity.startPairing('10.0.1.1')).rejects.toThrow(/50 screens wait/);
    const [first] = await identity.pairings();
    await identity.deny(first!.userCode, 'kim');
    await expect(identity.startPairing('10.0.1.1')).resolves.toBeDefined();
  });

  it('SCR-5: gives one address thirty codes in ten minutes, and others theirs', async () => {
    const identity = await open();
    for (let i = 0; i < 30; i++) await identity.startPairing('10.0.0.1');
    await expect(identity.startPairing('10.0.0.1')).rejects.toThrow(/too many codes/);
    await expect(identity.startPairing('10.0.0.2')).resolves.toBeDefined();
    pass(10 * MINUTE);
    await expect(identity.startPairing('10.0.0.1')).resolves.toBeDefined();
  });
});

describe('a display', () => {
  it('SCR-9: is the same after a restart, and so is what was set for it', async () => {
    const dir = folder();
    const before = await open(dir);
    const { id, cookie } = await pair(before);
    await before.change(
      id,
      { ...FORM, name: 'Day wall', settings: { ...FORM.settings, theme: 'day' } },
      'lee',
    );
    before.seen(id, '10.0.0.7');
    await before.close();
    const after = await open(dir);
    expect(after.identify(cookie)).toMatchObject({
      kind: 'display',
      display: {
        id,
        name: 'Day wall',
        scope: FORM.scope,
        settings: { theme: 'day' },
        lastAddress: '10.0.0.7',
      },
    });
  });

  it('SCR-9: is kept where only the server reads, and cannot be made of the database alone', async () => {
    const dir = folder();
    const identity = await open(dir);
    const { cookie } = await pair(identity);
    for (const name of ['identity.db', 'identity.key'])
      expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    const database = new DatabaseSync(join(dir, 'identity.db'), { readOnly: true });
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all();
    const rows = tables.flatMap(({ name }) => database.prepare(`SELECT * FROM "${name}"`).all());
    database.close();
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(rows)).not.toContain(cookie.split('.').at(-1));
  });

  it('SCR-7: that is revoked is known no more, at once and after a restart, and stays listed', async () => {
    const dir = folder();
    const identity = await open(dir);
    const { id, cookie } = await pair(identity);
    const revoking = identity.revoke(id, 'kim', 'lost');
    // Before anything is written.
    expect(identity.identify(cookie)).toMatchObject({ kind: 'revoked', display: { id } });
    await revoking;
    await identity.close();
    const after = await open(dir);
    expect(after.identify(cookie)).toMatchObject({
      kind: 'revoked',
      display: { revoked: { by: 'kim', reason: 'lost' } },
    });
    expect(after.displays()).toMatchObject([{ id, revoked: { atMs: START } }]);
    await expect(after.change(id, FORM, 'kim')).rejects.toThrow(/is revoked/);
  });

  it('SCR-7: that is revoked before it takes its identity never gets one', async () => {
    const identity = await open();
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    const { id } = await identity.approve(userCode, FORM, 'kim');
    await identity.revoke(id, 'kim', 'wrong screen');
    expect((await identity.claim(deviceCode, '')).cookie).toBeUndefined();
  });

  it('SCR-7: with a cookie that we never made is nobody', async () => {
    const [identity, other] = [await open(), await open()];
    const { cookie } = await pair(other);
    for (const forged of [cookie, '', 'x', 'a.b.c'])
      expect(identity.identify(forged)).toEqual({ kind: 'revoked', display: null });
    expect(identity.identify(undefined)).toEqual({ kind: 'none' });
  });

  it('SCR-9: holds for a year without a word from it, and as long as it is used', async () => {
    const identity = await open();
    const { cookie } = await pair(identity);
    expect(await identity.renew(cookie)).toBe(false);
    pass(300 * DAY);
    expect(await identity.renew(cookie)).toBe(true);
    pass(300 * DAY);
    expect(identity.identify(cookie).kind).toBe('display');
    pass(66 * DAY);
    expect(identity.identify(cookie).kind).toBe('revoked');
    expect(await identity.renew(cookie)).toBe(false);
  });

  it('SCR-14: that never takes its identity is revoked when its code has ended', async () => {
    const dir = folder();
    const identity = await open(dir);
    const { userCode } = await identity.startPairing('10.0.0.1');
    await identity.approve(userCode, FORM, 'kim');
    await identity.close();
    pass(16 * MINUTE);
    const after = await open(dir);
    expect(after.displays()).toMatchObject([{ revoked: { reason: expect.stringMatching(/never took/) } }]);
  });

  it('SCR-16: has a name that no other has, until that one is revoked', async () => {
    const identity = await open();
    const { id } = await pair(identity);
    const { userCode } = await identity.startPairing('10.0.0.1');
    const same = { ...FORM, name: 'night WALL left' };
    await expect(identity.approve(userCode, same, 'kim')).rejects.toThrow(/named Night wall left already/);
    await identity.revoke(id, 'kim', 'moved');
    await expect(identity.approve(userCode, same, 'kim')).resolves.toMatchObject({ name: 'night WALL left' });
  });

  it('SCR-16: of two that are approved at once under one name, one needs another', async () => {
    const identity = await open();
    const codes = [await identity.startPairing('a'), await identity.startPairing('b')];
    const answers = await Promise.allSettled(
      codes.map(({ userCode }) => identity.approve(userCode, FORM, 'kim')),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('SCR-8: tells its listener in the turn in which it is revoked or changed', async () => {
    const identity = await open();
    const { id } = await pair(identity);
    const told: string[] = [];
    identity.listen({
      changed: ({ name }) => void told.push(`changed ${name}`),
      revoked: ({ revoked }) => void told.push(`revoked ${revoked?.reason}`),
    });
    const changing = identity.change(id, { ...FORM, name: 'b' }, 'kim');
    expect(told).toEqual(['changed b']);
    const revoking = identity.revoke(id, 'kim', 'lost');
    expect(told).toEqual(['changed b', 'revoked lost']);
    await Promise.all([changing, revoking]);
  });

  it('SCR-8: that could not be written is blank all the same, and who revokes is told so', async () => {
    const identity = await open();
    const { id, cookie } = await pair(identity);
    await identity.close();
    await expect(identity.revoke(id, 'kim', 'lost')).rejects.toMatchObject({ code: 'unavailable' });
    expect(identity.identify(cookie).kind).toBe('revoked');
  });

  it('SCR-4: is never told to the log with its code, its token or its cookie', async () => {
    const lines: string[] = [];
    const log = createLog('t', { level: 'debug', write: (line) => void lines.push(line) });
    const identity = await open(folder(), log);
    const { deviceCode, userCode } = await identity.startPairing('10.0.0.1');
    await identity.approve(userCode, FORM, 'kim');
    const { cookie = '' } = await identity.claim(deviceCode, '10.0.0.1');
    const text = lines.join('');
    expect(text).toContain('display_paired');
    for (const secret of [deviceCode, cookie, cookie.split('.')[1]!]) expect(text).not.toContain(secret);
  });
});
