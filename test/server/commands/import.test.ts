import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { type ImportOptions, runImport } from '../../../server/commands/import.ts';
import { type ImportSummary, summaryText } from '../../../server/commands/import-summary.ts';
import { readStore } from '../../support/kept.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const dir = createTempDir('import');
afterAll(() => dir.remove());
const tenants = join(dir.path, 'tenants.yaml');
writeFileSync(tenants, 'tenants: [{ id: aurora, name: Aurora, domains: [aurora.example] }]\n');

const T = Date.parse('2026-11-17T00:00:00Z');
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

/** A delivery to aurora at each of these times. */
function log(name: string, times: readonly number[]): string {
  const path = join(dir.path, name);
  const lines = times.map((atMs, i) => {
    const queueId = (0x1_000_000 + i).toString(16).toUpperCase();
    const stamp = new Date(atMs).toISOString();
    return `${stamp} mx1 postfix/lmtp[9]: ${queueId}: to=<u@aurora.example>, relay=x[192.0.2.9]:24, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n`;
  });
  writeFileSync(path, lines.join(''));
  return path;
}

function every(stepMs: number, fromMs: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
}

async function run(data: string, files: readonly string[], options: Partial<ImportOptions> = {}) {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const io = { stdout, stderr: new PassThrough() };
  await runImport(
    files,
    { tenants, data: join(dir.path, data), timezone: 'UTC', json: true, ...options },
    io,
  );
  return JSON.parse(String(stdout.read())) as ImportSummary;
}

/** Deliveries to aurora by ten seconds of the store, and the journal's entries. */
function kept(data: string) {
  const { windows, records } = readStore(join(dir.path, data, 'mailvigil.db'));
  const slots = new Map<number, number>();
  for (const [key, { counts }] of windows) {
    const [scope, direction, slotMs] = key.split(' ');
    if (scope === 'aurora' && direction === '0' && counts.delivered > 0)
      slots.set(Number(slotMs), counts.delivered);
  }
  return { slots, delivered: [...slots.values()].reduce((a, b) => a + b, 0), records };
}

describe('mailvigil import', () => {
  it('CMD-4: deletes nothing that is there, however long ago it was', async () => {
    await run('old', [log('october.log', every(MINUTE, T - 47 * DAY, 100))]);
    await run('old', [log('november.log', every(MINUTE, T, 100))]);
    expect(kept('old')).toMatchObject({ delivered: 200, records: 200 });
  });

  it('CMD-4: a stamp that strays takes no other line with it, and counts at its own time', async () => {
    const times = every(10 * SECOND, T, 1_000);
    const astray = times.map((atMs, i) => (i === 300 ? atMs + HOUR : i === 600 ? atMs + 3_650 * DAY : atMs));
    const other = every(10 * SECOND, T + 4 * SECOND, 1_000);
    for (const [data, files] of Object.entries({
      ahead: [log('ahead.log', astray)],
      beside: [log('ahead.log', astray), log('beside.log', other)],
    })) {
      const summary = await run(data, files);
      expect(summaryText(summary)).toContain('2 with another time than those around them');
      const { strays, firstTime, lastTime } = summary;
      expect({ strays, firstTime, lastTime }).toEqual({
        strays: 2,
        firstTime: '2026-11-17T00:00:00.000Z',
        lastTime: '2026-11-17T02:46:40.000Z',
      });
      const expected = new Map<number, number>();
      for (const atMs of [...astray, ...(files.length > 1 ? other : [])]) {
        const slotMs = Math.floor(atMs / (10 * SECOND)) * 10 * SECOND;
        expected.set(slotMs, (expected.get(slotMs) ?? 0) + 1);
      }
      expect(kept(data).slots).toEqual(expected);
    }
  });

  it('CMD-4: a clock that is set back, or a day put before the one before it, loses no line', async () => {
    const times = [...every(SECOND, T, 300), ...every(SECOND, T - HOUR, 300), ...every(SECOND, T - DAY, 300)];
    expect(await run('disorder', [log('disorder.log', times)])).toMatchObject({
      firstTime: new Date(T - DAY).toISOString(),
    });
    expect(kept('disorder')).toMatchObject({ delivered: 900, records: 900 });
  });

  it('CMD-5: a file is not known by its name: a log that was imported at noon is refused in the evening', async () => {
    const noon = every(SECOND, T, 14_400);
    await run('twice', [log('mail.log', noon)]);
    const files = [
      log('mail.log.1', [...every(SECOND, T - DAY, 21_000), ...noon]),
      log('mail.log', every(SECOND, T + DAY / 2, 100)),
    ];
    await expect(run('twice', files)).rejects.toThrow('2026-11-17T00:00:00.000Z already');
    expect(kept('twice').slots.get(T)).toBe(10);
    expect(await run('twice', files, { overlap: true })).toMatchObject({ lines: 35_500 });
  });

  it('CMD-5: logs that follow one another are imported one after the other, in either order', async () => {
    const first = log('mail.log.2', every(SECOND, T + 3 * SECOND, 100));
    const second = log('mail.log.1', every(SECOND, T + 103 * SECOND, 100));
    for (const [data, files] of Object.entries({ forth: [first, second], back: [second, first] })) {
      for (const file of files) await run(data, [file]);
      expect(kept(data)).toMatchObject({ delivered: 200 });
      await expect(run(data, [log('copy.log', every(SECOND, T + 100 * SECOND, 9))])).rejects.toThrow(
        'already',
      );
    }
  });

  it('CMD-5: a file that is known does not stand in the way of the one after it', async () => {
    const times = every(SECOND, T, 200);
    const before = log('mail.log', times.slice(0, 105));
    await run('daily', [before]);
    const rotated = log('mail.log.1', times.slice(0, 105));
    const after = log('mail.log', times.slice(105));
    expect(await run('daily', [rotated, after])).toMatchObject({
      files: [{ state: 'known' }, { state: 'imported' }],
    });
    expect(kept('daily')).toMatchObject({ delivered: 200, records: 200 });
  });

  it('CMD-5: a log in which no mail stands makes no file unknown', async () => {
    const some = log('some.log', every(SECOND, T, 10));
    await run('empty', [some]);
    await run('empty', [log('empty.log', [])]);
    expect(await run('empty', [some])).toMatchObject({ files: [{ state: 'known' }], firstTime: null });
  });
});
