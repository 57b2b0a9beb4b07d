import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeWindow, encodeWindow } from '../../server/history/codec.ts';
import { openHistoryDatabase } from '../../server/history/sql/open.ts';
import { createSyncWriter } from '../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION, SLOT_MS } from '../../server/history/store.ts';
import { merge, type Window } from '../../shared/window.ts';
import { freePort } from '../support/free-port.ts';
import { createRandom } from '../support/random.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { table } from './child.ts';
import { activity, gauge, START_MS } from './history-store.ts';

const SLOTS = 8_640;
const POOL = 300;
/** What a monitoring system would be given to answer the same questions: counters, queue states, and lag in buckets. */
const COUNTERS = [
  'accepted',
  'queued',
  'delivered',
  'deferred',
  'bounced',
  'rejected',
  'scanned',
  'spam',
  'loginOk',
  'loginFailed',
] as const;
const QUEUES = ['incoming', 'active', 'deferred', 'hold'] as const;
const LAG_SECONDS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];

/** Bytes of a day of fully active tenants: ours with exact-to-a-percent histograms and tables, VictoriaMetrics with plain series. */
export async function benchDisk(tenants: number): Promise<void> {
  const dir = createTempDir('bench-disk');
  try {
    const random = createRandom(5);
    const pool = Array.from({ length: POOL }, () => merge(activity(random, 150), gauge(random, START_MS)));
    /** Without a period that a compressor could find. */
    const choice = (tenant: number, slot: number) =>
      (Math.imul(tenant * SLOTS + slot + 1, 2_654_435_761) >>> 9) % POOL;
    const ours = await writeOurs(join(dir.path, 'day.db'), pool, { tenants, choice });
    const theirs = await writeTheirs(join(dir.path, 'vm'), pool, { tenants, choice });
    const series = COUNTERS.length + QUEUES.length + LAG_SECONDS.length + 1;
    const mb = (bytes: number | undefined) =>
      bytes === undefined ? 'not installed' : `${(bytes / tenants / 1e6).toFixed(2)} MB`;
    console.log(
      table([
        [`a day of ${tenants} fully active tenants, one direction`, 'per tenant-day'],
        ['ours: windows of 10 s, minutes and hours, histograms within 0.5 %, tables', mb(ours)],
        [`VictoriaMetrics, ${series} plain series a tenant every 10 s`, mb(theirs)],
      ]),
    );
  } finally {
    dir.remove();
  }
}

interface Choice {
  readonly tenants: number;
  readonly choice: (tenant: number, slot: number) => number;
}

async function writeOurs(
  path: string,
  pool: readonly Window[],
  { tenants, choice }: Choice,
): Promise<number> {
  const db = await openHistoryDatabase(path, START_MS);
  const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
  const encoded = pool.map((window) => encodeWindow(window));
  for (let slot = 0; slot < SLOTS; slot++) {
    const slotMs = START_MS + slot * SLOT_MS;
    const windows = Array.from({ length: tenants }, (_, tenant) => ({
      scope: `tenant-${tenant}`,
      direction: 0 as const,
      slotMs,
      bytes: encoded[choice(tenant, slot)] ?? new Uint8Array(),
    }));
    const nothing = { coverage: [], records: [], lines: [], pictures: [], checkpoints: [], state: {} };
    writer.write({ atMs: slotMs + SLOT_MS, windows, ledger: { alive: [], gone: [] }, ...nothing });
  }
  while (writer.care(START_MS + SLOTS * SLOT_MS + 1_000_000));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  writer.close();
  return statSync(path).size;
}

/** Undefined where VictoriaMetrics is not installed. */
async function writeTheirs(
  path: string,
  pool: readonly Window[],
  { tenants, choice }: Choice,
): Promise<number | undefined> {
  if (spawnSync('which', ['victoria-metrics']).status !== 0) return undefined;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [`-storageDataPath=${path}`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=10y'];
  const child = spawn('victoria-metrics', flags, { stdio: 'ignore' });
  try {
    await until(async () => (await fetch(`${url}/health`)).ok, { what: 'VictoriaMetrics' });
    const plain = pool.map((window) => readingsOf(decodeWindow(encodeWindow(window))));
    const timestamps = Array.from({ length: SLOTS }, (_, slot) => START_MS + slot * SLOT_MS);
    for (let tenant = 0; tenant < tenants; tenant++) {
      const lines = Object.keys(plain[0] ?? {}).map((name) => {
        let sum = 0;
        const isGauge = name.startsWith('queue_');
        const values = timestamps.map((_, slot) => {
          const value = plain[choice(tenant, slot)]?.[name] ?? 0;
          return isGauge ? value : (sum += value);
        });
        const metric = { __name__: `mail_${name}`, tenant: `tenant-${tenant}` };
        return JSON.stringify({ metric, values, timestamps });
      });
      const answer = await fetch(`${url}/api/v1/import`, { method: 'POST', body: lines.join('\n') });
      if (!answer.ok) throw new Error(`VictoriaMetrics refused: ${await answer.text()}`);
    }
    await fetch(`${url}/internal/force_flush`);
    await fetch(`${url}/internal/force_merge`);
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  return Number(spawnSync('du', ['-sb', path]).stdout.toString().split('\t')[0]);
}

function readingsOf(window: Window): Record<string, number> {
  const readings: Record<string, number> = {};
  for (const name of COUNTERS) readings[name] = window.counts[name];
  for (const name of QUEUES) readings[`queue_${name}`] = window.queue?.[name] ?? 0;
  for (const seconds of LAG_SECONDS) readings[`lag_le_${seconds}`] = countUpTo(window, seconds * 1000);
  readings['lag_le_inf'] = window.lag.count;
  return readings;
}

function countUpTo(window: Window, ms: number): number {
  let count = 0;
  for (let q = 1; q <= window.lag.count; q++) {
    if ((window.lag.quantile(q / window.lag.count) ?? 0) > ms) break;
    count += 1;
  }
  return count;
}
