import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { type ImportOptions, runImport } from '../../../server/commands/import.ts';
import type { ImportSummary } from '../../../server/commands/import-summary.ts';
import { readStore } from '../../support/kept.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const dir = createTempDir('import');
afterAll(() => dir.remove());
const tenants = join(dir.path, 'tenants.yaml');
writeFileSync(tenants, 'tenants: [{ id: aurora, name: Aurora, domains: [aurora.example] }]\n');

const T = Date.parse('2026-11-17T00:00:00Z');
const [MINUTE, DAY] = [60_000, 86_400_000] as const;

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
});
