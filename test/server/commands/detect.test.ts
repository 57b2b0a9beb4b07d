import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { type DetectOptions, runDetect } from '../../../server/commands/detect.ts';
import { createRandom } from '../../support/random.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const dir = createTempDir('detect');
afterAll(() => dir.remove());

function file(name: string, bytes: string | Buffer): string {
  const path = join(dir.path, name);
  writeFileSync(path, bytes);
  return path;
}

async function detect(path: string, options: DetectOptions = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const printed = text(stdout);
  const status = await runDetect(path, options, { stdout, stderr }).finally(() => stdout.end());
  return { status, rows: (await printed).trimEnd().split('\n') };
}

const random = createRandom(1);
const stamp = (row: number) => new Date(row * 300_000).toISOString().slice(0, 19).replace('T', ' ');
const ROWS = Array.from({ length: 400 }, (_, row) => [stamp(row), row === 300 ? '50' : random().toFixed(3)]);
const CSV = ['timestamp,value', ...ROWS.map((row) => row.join(',')), ''].join('\n');

describe('mailvigil detect', () => {
  it('ANO-16: prints each row as it came with a score from 0 to 1, under a header', async () => {
    const { status, rows } = await detect(file('a.csv', CSV));
    expect([status, rows[0], rows.length]).toEqual([0, 'timestamp,value,anomaly_score', 401]);
    const cells = rows.slice(1).map((row) => row.split(','));
    expect(cells.map(([time, value]) => [time, value])).toEqual(ROWS);
    const scores = cells.map(([, , score]) => Number(score));
    expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
    expect(scores.indexOf(Math.max(...scores))).toBe(300);
  });

  it.each([
    ['line feeds of other systems', CSV.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${CSV}`],
    ['no line feed at the end', CSV.trimEnd()],
    ['compression', gzipSync(CSV)],
    ['RFC 3339 times', CSV.replace(/^([\d-]+) ([\d:]+)/gm, '$1T$2Z')],
    ['another order of columns', CSV.replace(/^([^,\n]+),(.+)$/gm, '$2,x,$1')],
    ['quoted cells', CSV.replace(/^([^,\n]+),(.+)$/gm, '"$1","$2"')],
  ])('ANO-16: gives the same scores with %s', async (_, bytes) => {
    const scores = async (path: string) => (await detect(path)).rows.slice(1).map((row) => row.split(',')[2]);
    expect(await scores(file('b.csv', bytes))).toEqual(await scores(file('a.csv', CSV)));
  });

  it('ANO-16: reads the column it is told', async () => {
    const { rows } = await detect(file('c.csv', 'timestamp,a,b\n2026-01-01 00:00:00,1,2\n'), { column: 'b' });
    expect(rows[1]).toBe('2026-01-01 00:00:00,2,0.000000');
  });

  it('ANO-16: takes an empty value for a missing one, not for zero', async () => {
    const gaps = [
      'timestamp,value',
      ...ROWS.map(([time, value], row) => `${time},${row > 350 ? '' : value}`),
    ];
    const { rows } = await detect(file('d.csv', gaps.join('\n')));
    expect(rows.slice(352, 356)).toEqual([
      `${stamp(351)},,0.000000`,
      `${stamp(352)},,0.000000`,
      `${stamp(353)},,0.500000`,
      `${stamp(354)},,0.000000`,
    ]);
  });

  it.each([
    ['a missing column', 'time,value\n', 'line 1: there is no column timestamp in the header (time, value)'],
    [
      'a bad number',
      'timestamp,value\n2026-01-01 00:00:00,1\n2026-01-01 00:05:00,1,5x\n2026-01-01 00:10:00,5x\n',
      'line 4: "5x" is no number',
    ],
    ['a bad time', 'timestamp,value\nyesterday,1\n', 'line 2: "yesterday" is no time'],
    [
      'an impossible time',
      'timestamp,value\n2026-13-01 00:00:00,1\n',
      'line 2: "2026-13-01 00:00:00" is no time',
    ],
    ['nothing at all', '', 'is empty: a header is needed'],
    ['a line without end', `timestamp,value\n${'1'.repeat(70_000)}\n`, 'line 2: the line is too long'],
  ])('ANO-17: names the fault and its line: %s', async (_, bytes, message) => {
    await expect(detect(file('e.csv', bytes))).rejects.toThrow(message);
  });

  it('ANO-18: ends with 0 done, 1 failed, 2 wrong usage, and takes standard input', () => {
    const run = (args: readonly string[], input = '') =>
      spawnSync(process.execPath, ['server/cli.ts', 'detect', ...args], { input, encoding: 'utf8' });
    const done = run(['-'], CSV);
    expect([done.status, done.stdout.split('\n').length]).toEqual([0, 402]);
    const failed = run(['-'], 'timestamp,value\nx,1\n');
    expect([failed.status, failed.stdout]).toEqual([1, 'timestamp,value,anomaly_score\n']);
    expect(failed.stderr).toContain('standard input, line 2');
    expect(run([]).status).toBe(2);
    expect(run(['--help']).stdout).toContain('--column');
  });
});
