import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/base/config.ts';
import { runCheckConfig } from '../../../server/commands/check-config.ts';

const dir = mkdtempSync(join(tmpdir(), 'mailvigil-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function check(config: string, tenants?: string): Promise<{ code: number; out: string; err: string }> {
  writeFileSync(join(dir, 'mailvigil.yaml'), config);
  if (tenants !== undefined) writeFileSync(join(dir, 'tenants.yaml'), tenants);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = runCheckConfig(join(dir, 'mailvigil.yaml'), { stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

describe('config file', () => {
  it('an empty file is all defaults: loopback, port 8025, nothing to collect', () => {
    const result = parseConfig('', 'c.yaml');
    expect(result).toMatchObject({
      ok: true,
      config: { host: '127.0.0.1', port: 8025, data: './data', sources: [] },
    });
  });

  it('paths are relative to the file that names them', () => {
    const result = parseConfig(
      'tenants: t.yaml\nsources:\n  - {id: a, type: log, paths: [maillog, /var/log/mail.log]}\n',
      '/etc/mailvigil/c.yaml',
    );
    expect(result).toMatchObject({
      ok: true,
      config: {
        tenants: '/etc/mailvigil/t.yaml',
        sources: [{ paths: ['/etc/mailvigil/maillog', '/var/log/mail.log'] }],
      },
    });
  });

  it('DRN-13: pauses between tries are those that Postfix comes with unless they are written down', () => {
    const usual = { minimalBackoffSeconds: 300, maximalBackoffSeconds: 4_000, queueRunDelaySeconds: 300 };
    expect(parseConfig('', 'c.yaml')).toMatchObject({ config: { retries: usual } });
    expect(parseConfig('retries: {queueRunDelaySeconds: 45}\n', 'c.yaml')).toMatchObject({
      config: { retries: { ...usual, queueRunDelaySeconds: 45 } },
    });
    expect(parseConfig('retries: {queueRunDelaySeconds: 0}\n', 'c.yaml').ok).toBe(false);
  });

  it('ATT-2: every fault is named with its line', () => {
    const text = `port: 99999
sources:
  - id: a
    type: log
    paths: []
  - id: b
    type: nosuch
colour: blue
`;
    const result = parseConfig(text, 'c.yaml');
    const faults = result.ok ? '' : result.faults.join('\n');
    expect(faults).toContain('c.yaml:1: port');
    expect(faults).toMatch(/c\.yaml:5: sources\.0\.paths/);
    expect(faults).toMatch(/c\.yaml:\d: sources\.1/);
    expect(faults).toContain('colour');
  });

  it('two sources of one id are a fault', () => {
    const result = parseConfig(
      'sources:\n  - {id: a, type: rspamd-push}\n  - {id: a, type: rspamd-push}\n',
      'c.yaml',
    );
    const faults = result.ok ? [] : result.faults;
    expect(faults[0]).toBe("c.yaml: two sources have the id 'a'; give each its own");
  });

  it.each([
    ['{type: rspamd-push}', "two sources of type 'rspamd-push'"],
    ['{type: postqueue}', 'postmulti, -x, postqueue, -j'],
    ['{type: postqueue, host: mx1}', "list the queue of 'mx1'"],
  ])('CMD-3: two sources %s would tell wrong numbers: a fault, with its mend', (source, words) => {
    const two = ['a', 'b'].map((id) => `  - ${source.replace('{', `{id: ${id}, `)}\n`).join('');
    const result = parseConfig(`sources:\n${two}`, 'c.yaml');
    const faults = result.ok ? [] : result.faults;
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(words);
    const one = `sources:\n  - ${source.replace('{', '{id: a, ')}\n  - {id: b, type: postqueue, host: elsewhere}\n`;
    expect(parseConfig(one, 'c.yaml').ok).toBe(true);
  });
});

describe('check-config', () => {
  const TENANTS = 'tenants:\n  - {id: a, name: A, domains: [a.example]}\n';

  it('CMD-3: says what a good file holds, and 0', async () => {
    const { code, out } = await check(
      'tenants: tenants.yaml\nsources:\n  - {id: a, type: rspamd-push}\n',
      TENANTS,
    );
    expect(code).toBe(0);
    expect(out).toContain('1 source(s), 1 tenant(s)');
  });

  it('CMD-3: names the faults of the tenants file too, and 1', async () => {
    const { code, err } = await check(
      'tenants: tenants.yaml\n',
      `${TENANTS}  - {id: b, name: B, domains: [a.example]}\n`,
    );
    expect(code).toBe(1);
    expect(err).toMatch(
      /tenants\.yaml:3: domain 'a\.example' of tenant 'b' is claimed by tenant 'a' already/,
    );
  });

  it('CMD-3: a file that is not there is named', async () => {
    expect((await check('tenants: missing.yaml\n')).err).toMatch(/missing\.yaml can't be read/);
  });
});
