import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openCookie, signCookie } from '../../../../server/base/identity/cookie.ts';
import { readSecret } from '../../../../server/base/identity/secret.ts';
import { createTempDir } from '../../../support/temp-dir.ts';

const PARTS = { displayId: 'd1', token: 't0k3n' };

describe('the cookie of a display', () => {
  it('SCR-4: is opened with the key it was signed with, and with no other', () => {
    const cookie = signCookie(PARTS, 'key');
    expect(openCookie(cookie, 'key')).toEqual(PARTS);
    expect(openCookie(cookie, 'another')).toBeUndefined();
  });

  it.each([
    ['another display', (cookie: string) => cookie.replace('d1', 'd2')],
    ['another session', (cookie: string) => cookie.replace('t0k3n', 't0k3m')],
    ['a shorter signature', (cookie: string) => cookie.slice(0, -1)],
    ['no signature', (cookie: string) => cookie.slice(0, cookie.lastIndexOf('.'))],
    ['an empty one', () => ''],
    ['an endless one', (cookie: string) => cookie + 'x'.repeat(10_000)],
  ])('SCR-7: is not opened with %s', (_, forge) => {
    expect(openCookie(forge(signCookie(PARTS, 'key')), 'key')).toBeUndefined();
  });
});

describe('the key', () => {
  const folder = () => {
    const dir = createTempDir('secret');
    onTestFinished(dir.remove);
    return dir.path;
  };

  it('SCR-9: is made once, and nobody else on the machine can read it', () => {
    const path = join(folder(), 'deep', 'identity.key');
    const made = readSecret(path);
    expect(readSecret(path)).toBe(made);
    expect(readFileSync(path, 'utf8').trim()).toBe(made);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('SCR-9: is shut off again when others could read it', () => {
    const path = join(folder(), 'identity.key');
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `${'k'.repeat(43)}\n`, { mode: 0o644 });
    readSecret(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('SCR-9: that is too short to be one is refused, not used', () => {
    const path = join(folder(), 'identity.key');
    writeFileSync(path, 'short\n');
    expect(() => readSecret(path)).toThrow(/not a key of ours/);
  });
});
