import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { seriesOf } from '../../server/history/query/series.ts';
import { openHistoryDatabase, openHistoryReader } from '../../server/history/sql/open.ts';
import { createPictureReader, createPictureWriter } from '../../server/history/sql/pictures.ts';
import { createSqlWindowReader } from '../../server/history/sql/reader.ts';
import { createSyncWriter } from '../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION, type WallPicture } from '../../server/history/store.ts';
import { createRandom } from '../support/random.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { percentile, table } from './child.ts';
import { fillHistory, START_MS } from './history-store.ts';

const HOUR_MS = 3_600_000;
/** Ranges of a tenant page, each ending at a random place of what is kept so finely. */
const RANGES: readonly (readonly [name: string, rangeMs: number, keptMs: number])[] = [
  ['15 min', HOUR_MS / 4, 3 * HOUR_MS],
  ['1 h', HOUR_MS, 3 * HOUR_MS],
  ['6 h', 6 * HOUR_MS, 24 * HOUR_MS],
  ['24 h', 24 * HOUR_MS, 24 * HOUR_MS],
  ['7 days', 168 * HOUR_MS, 2_160 * HOUR_MS],
  ['30 days', 720 * HOUR_MS, 2_160 * HOUR_MS],
  ['90 days', 2_160 * HOUR_MS, 2_160 * HOUR_MS],
];
const METRICS = ['queueDepth', 'spamPercent', 'lagP50Ms', 'lagP95Ms', 'delivered', 'deferred'];
/** Of each range: so many times before it is measured (a server that has run for weeks has its code compiled), and measured. */
const WARM_UPS = 50;
const ASKED = 500;
const PICTURES = 2_000;

/** Questions of a tenant page and of the wall's scrubber, with 90 days of many tenants stored. */
export async function benchPages(tenantCount: number): Promise<void> {
  const dir = createTempDir('bench-pages');
  try {
    const path = join(dir.path, 'pages.db');
    const db = await openHistoryDatabase(path, START_MS);
    fillHistory(db, tenantCount, 90);
    db.prepare('INSERT INTO coverage_runs VALUES (?, ?, ?, ?, ?, ?)').run(
      'log',
      'fresh',
      START_MS - 2_160 * HOUR_MS,
      START_MS,
      'flow queue filter access',
      '',
    );
    const pictureBytes = fillPictures(db, tenantCount);
    const digests = makeDigests(db);
    const file = openHistoryReader(path);
    const head = ['question', 'first ms', 'p50 ms', 'p99 ms', 'largest ms'];
    console.log(table([head, ...askPages(file, tenantCount), askWall(file)]));
    console.log(
      `target: p99 <= 20 ms each. A picture of ${tenantCount} tenants: ${(pictureBytes / 1000).toFixed(1)} kB`,
    );
    console.log(digests);
    file.close();
  } finally {
    dir.remove();
  }
}

/** As the server does while it has nothing else to do; closes the file. */
function makeDigests(db: DatabaseSync): string {
  const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION, digestSettleMs: 0 });
  const before = process.cpuUsage();
  while (writer.care(START_MS));
  const { user, system } = process.cpuUsage(before);
  const row = db.prepare('SELECT count(*) AS n, sum(length(bytes)) AS bytes FROM digests').get();
  writer.close();
  const [made, bytes] = [Number(row?.['n']), Number(row?.['bytes'])];
  return `${made} digests, ${(bytes / 1e6).toFixed(0)} MB, ${((user + system) / 1000 / made).toFixed(2)} ms of processor time each`;
}

function askPages(file: DatabaseSync, tenantCount: number): string[][] {
  const reader = createSqlWindowReader(file);
  const random = createRandom(2);
  const tenants = Array.from({ length: tenantCount }, (_, n) => ({ id: `tenant-${n}` }));
  return RANGES.map(([name, rangeMs, keptMs]) => {
    let points = 0;
    const ask = () => {
      const id = `tenant-${Math.floor(random() * tenantCount)}`;
      const toMs = START_MS - Math.floor(random() * (keptMs - rangeMs));
      const query = {
        scope: { kind: 'tenant', id },
        metrics: METRICS,
        fromMs: toMs - rangeMs,
        toMs,
        points: 1_000,
      } as const;
      points = seriesOf(reader, query, tenants, START_MS).coverage.length;
    };
    return row(`tenant page, ${name}, six metrics`, timed(ask), () => `${points} points`);
  });
}

function askWall(file: DatabaseSync): string[] {
  const picture = createPictureReader(file);
  const random = createRandom(3);
  const ask = () => {
    const found = picture(START_MS - Math.floor(random() * (PICTURES - 60) * 10_000));
    if (!found) throw new Error('no picture of that time');
    JSON.parse(found.text);
  };
  return row('wall at a past instant', timed(ask), () => '');
}

function fillPictures(db: DatabaseSync, tenantCount: number): number {
  const writer = createPictureWriter(db, DEFAULT_RETENTION);
  const random = createRandom(4);
  const tenants = Array.from({ length: tenantCount }, (_, n) => ({
    id: `tenant-${n}`,
    name: `Tenant number ${n}`,
    cluster: 'ABC'[n % 3],
    mailboxes: Math.floor(random() * 1e6),
  }));
  const picture = (n: number): WallPicture => {
    const depths = tenants.map(() => Math.floor(1_000 * random() ** 4));
    const rows = depths.map((queueDepth) => ({
      level: queueDepth > 800 ? 'high' : 'ok',
      signal: queueDepth > 800 ? 'queue' : 'none',
      sinceMs: START_MS - Math.floor(random() * 1e7),
      reason: queueDepth > 800 ? `queue ${queueDepth}` : '',
      queueDepth,
      spamPercent: Number((100 * random()).toPrecision(4)),
      spamN: Math.floor(random() * 5_000),
      lagP95Ms: Number((1e5 * random() ** 3).toPrecision(4)),
      isLagFloor: random() < 0.1,
      accessPercent: Number((100 - 5 * random() ** 5).toPrecision(4)),
      trend: 'flat',
    }));
    const text = JSON.stringify({ tenants, rows, platform: {}, coverage: {} });
    return { atMs: START_MS - n * 10_000, tenantsHash: 'a', depths, text };
  };
  db.exec('BEGIN');
  for (let n = 0; n < PICTURES; n++) writer.write([picture(n)]);
  db.exec('COMMIT');
  const bytes = db.prepare('SELECT avg(length(picture) + length(depths)) AS bytes FROM wall_pictures').get();
  return Number(bytes?.['bytes'] ?? 0);
}

interface Times {
  readonly firstMs: number;
  /** Of those that count. */
  readonly all: readonly number[];
}

function timed(ask: () => void): Times {
  const took = (): number => {
    const startedMs = performance.now();
    ask();
    return performance.now() - startedMs;
  };
  const [firstMs = 0] = Array.from({ length: WARM_UPS }, took);
  return { firstMs, all: Array.from({ length: ASKED }, took) };
}

function row(name: string, { firstMs, all }: Times, note: () => string): string[] {
  const text = note();
  return [
    text === '' ? name : `${name}, ${text}`,
    ...[firstMs, percentile(all, 0.5), percentile(all, 0.99), Math.max(...all)].map((ms) => ms.toFixed(1)),
  ];
}
