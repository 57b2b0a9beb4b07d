import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseTenantsFile } from '../../../server/attribute/tenants-file.ts';
import { createDemoClock } from '../../../server/base/clock.ts';
import { createLog } from '../../../server/base/log.ts';
import { createLogFile, createLogWriter } from '../../../server/demo/files.ts';
import { createDemoPlatform, SCENARIOS } from '../../../server/demo/platform.ts';
import type { DemoPlatform } from '../../../server/demo/platform.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import { linesOf, NOON_MS, timeOf } from './run.ts';

const dir = createTempDir('demo');
const running: DemoPlatform[] = [];
afterEach(async () => {
  for (const platform of running.splice(0)) await platform.stop();
});

let monotonicMs = 0;
function start(scenario: (typeof SCENARIOS)[number]['id'], startMs: number, volume = 0.1): DemoPlatform {
  monotonicMs = 0;
  const clock = createDemoClock(startMs, 60, () => monotonicMs);
  const platform = createDemoPlatform({ scenario, seed: 1, dir: join(dir.path, scenario), clock, volume });
  running.push(platform);
  return platform;
}

const textOf = (path: string) => readFileSync(path, 'utf8');

describe('the demo platform with files', () => {
  test('offers four scenarios with a title and a summary each', () => {
    expect(SCENARIOS.map((scenario) => scenario.id)).toEqual([
      'calm',
      'leak-2007',
      'backlog-2008',
      'relapse-2021',
    ]);
    expect(SCENARIOS.every(({ title, summary }) => title.length > 5 && summary.length > 40)).toBe(true);
  });

  test('has a tenants file that is accepted without a fault, with about 40 tenants from 300 to 400,000 mailboxes', () => {
    const { tenants } = start('calm', NOON_MS);
    const parsed = parseTenantsFile(JSON.stringify(tenants));
    expect(parsed.ok ? [] : parsed.faults).toEqual([]);
    const sizes = tenants.tenants.map((tenant) => tenant.mailboxes);
    expect(sizes.length).toBeGreaterThanOrEqual(38);
    expect(Math.min(...sizes)).toBe(300);
    expect(Math.max(...sizes)).toBe(400_000);
    const virgo = tenants.tenants.find((tenant) => tenant.id === 'virgo');
    expect(virgo?.services?.map(({ id, cluster }) => [id, cluster])).toEqual([
      ['dsl', 'A'],
      ['cable', 'B'],
    ]);
    expect(
      tenants.tenants.flatMap((tenant) => tenant.domains).every((domain) => domain.endsWith('.example')),
    ).toBe(true);
  });

  test('writes the minutes before its start at once, then follows its clock', async () => {
    const platform = start('calm', NOON_MS);
    await platform.start();
    const [log] = platform.logs;
    const before = linesOf(textOf(log?.path ?? ''));
    expect(timeOf(before[0] ?? '')).toBeLessThan(NOON_MS - 300_000);
    expect(timeOf(before.at(-1) ?? '')).toBeLessThanOrEqual(NOON_MS);
    monotonicMs = 2_000;
    await until(() => timeOf(linesOf(textOf(log?.path ?? '')).at(-1) ?? '') > NOON_MS + 100_000, {
      what: 'lines of the two minutes that have passed',
    });
    expect(timeOf(linesOf(textOf(log?.path ?? '')).at(-1) ?? '')).toBeLessThanOrEqual(NOON_MS + 120_000);
    expect(platform.lostBytes()).toBe(0);
  });

  test('writes one mail log and one filter log per cluster, and lists one queue for each', async () => {
    const platform = start('calm', NOON_MS);
    await platform.start();
    expect(platform.logs.map(({ id, format, cluster }) => [id, format, cluster])).toEqual([
      ['mail-a', 'syslog', 'A'],
      ['rspamd-a', 'rspamd', 'A'],
      ['mail-b', 'syslog', 'B'],
      ['rspamd-b', 'rspamd', 'B'],
      ['mail-c', 'syslog', 'C'],
      ['rspamd-c', 'rspamd', 'C'],
    ]);
    for (const { path } of platform.logs) expect(statSync(path).size).toBeGreaterThan(10_000);
    for (const { host, list } of platform.queues) {
      expect(linesOf(textOf(join(dir.path, 'calm', `${host}.log`)))[0]).toContain(` ${host} `);
      for (const line of linesOf(list())) expect(JSON.parse(line)).toHaveProperty('queue_id');
    }
  });

  test('replaces what an earlier demo left in its directory', async () => {
    const first = start('calm', NOON_MS);
    await first.start();
    await first.stop();
    const text = textOf(first.logs[0]?.path ?? '');
    const second = start('calm', NOON_MS);
    await second.start();
    expect(textOf(second.logs[0]?.path ?? '')).toBe(text);
  });

  test('writes nothing more once it has been stopped', async () => {
    const platform = start('calm', NOON_MS);
    await platform.start();
    await platform.stop();
    const size = statSync(platform.logs[0]?.path ?? '').size;
    monotonicMs = 60_000;
    platform.step(NOON_MS + 600_000);
    expect(statSync(platform.logs[0]?.path ?? '').size).toBe(size);
  });
});

describe('log files', () => {
  test('are renamed before they outgrow their limit, and one old file is kept', async () => {
    const path = join(dir.path, 'rotated.log');
    const file = createLogFile(path, 100);
    await file.open();
    for (const letter of ['a', 'b', 'c']) await file.append(`${letter.repeat(59)}\n`);
    await file.close();
    expect(textOf(path)).toBe(`${'c'.repeat(59)}\n`);
    expect(textOf(`${path}.1`)).toBe(`${'b'.repeat(59)}\n`);
    expect(existsSync(`${path}.2`)).toBe(false);
  });

  test('that cannot be written lose their text, counted and said, instead of filling the memory', async () => {
    const path = join(dir.path, 'gone', 'mail.log');
    const said: string[] = [];
    const writer = createLogWriter([path], createLog('demo', { write: (line) => void said.push(line) }));
    await writer.write([[path, 'a line\n']]);
    expect(writer.lostBytes()).toBe(7);
    expect(said.join('')).toContain('demo_write_failed');
  });
});
