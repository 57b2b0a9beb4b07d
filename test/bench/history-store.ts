import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Histogram } from '../../shared/histogram.ts';
import { addCount, addDestination, merge, Window } from '../../shared/window.ts';
import { decodeWindow, encodeWindow } from '../../server/history/codec.ts';
import { Dictionary } from '../../server/history/sql/dictionary.ts';
import { Numbers } from '../../server/history/sql/numbers.ts';
import { openHistoryDatabase } from '../../server/history/sql/open.ts';
import { groupOf, slotAt, TABLES } from '../../server/history/sql/tables.ts';
import { createSyncWriter } from '../../server/history/sql/writer.ts';
import {
  type Batch,
  DEFAULT_RETENTION,
  PLATFORM,
  type Tier,
  type WindowDelta,
} from '../../server/history/store.ts';
import { createRandom, pick } from '../support/random.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { table } from './child.ts';

export const START_MS = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
const POOL = 400;
const DESTINATIONS = ['gmail.com', 'outlook.com', 'yahoo.com', 'gmx.de', 'web.de', 'orange.fr', 'icloud.com'];

export interface HistoryStoreBench {
  readonly tenants: number;
  /** Simulated seconds of full activity. */
  readonly seconds: number;
}
export interface HistoryStoreFigures {
  readonly msPerSecond: number;
  readonly commitP99Ms: number;
  readonly bytesPerTenantDay: number;
}

/** What writing costs: every tenant each second, with a commit. CPU of the thread that writes. */
export async function benchHistoryStore(bench: HistoryStoreBench): Promise<HistoryStoreFigures> {
  const dir = createTempDir('bench-store');
  try {
    const figures = await benchWriting(join(dir.path, 'write.db'), bench);
    const { msPerSecond, commitP99Ms, bytesPerTenantDay } = figures;
    console.log(
      table([
        [
          `writing ${bench.tenants} active tenants each second, of one core`,
          `${(msPerSecond / 10).toFixed(1)} %`,
        ],
        ['  target', '<= 10 %'],
        ['commit, p99', `${commitP99Ms.toFixed(0)} ms`],
        ['disk per tenant-day at full activity', `${(bytesPerTenantDay / 1e6).toFixed(1)} MB`],
      ]),
    );
    return figures;
  } finally {
    dir.remove();
  }
}

async function benchWriting(path: string, { tenants, seconds }: HistoryStoreBench) {
  const db = await openHistoryDatabase(path, START_MS);
  const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
  const random = createRandom(1);
  const pool = Array.from({ length: POOL }, (_, i) => encodeWindow(activity(random, i % 2 === 0 ? 12 : 8)));
  const platform = Array.from({ length: 20 }, () => encodeWindow(activity(random, 6_000)));
  const gauges = Array.from({ length: 20 }, () => encodeWindow(gauge(random, START_MS)));
  const commits: number[] = [];
  const begun = cpuMs();
  let madeMs = 0;
  for (let second = 0; second < seconds; second++) {
    const making = cpuMs();
    const batch = batchOf(random, { tenants, second, pool, platform, gauges });
    madeMs += cpuMs() - making;
    const writing = performance.now();
    writer.write(batch);
    commits.push(performance.now() - writing);
    for (let step = 0; step < 4 && writer.care(batch.atMs); step++);
  }
  const tookMs = cpuMs() - begun - madeMs;
  const bytes = sizes(db, seconds);
  writer.close();
  return {
    msPerSecond: tookMs / seconds,
    commitP99Ms: quantile(commits, 0.99),
    bytesPerTenantDay: bytes / tenants,
  };
}

/** Bytes of a day of all tenants: rows of each tier as they weigh now, times those of a day. */
function sizes(db: DatabaseSync, seconds: number): number {
  const of = db.prepare('SELECT sum(pgsize) AS bytes FROM dbstat WHERE name = ? AND aggregate = TRUE');
  const [fine, minutes] = ['windows_10s', 'windows_1m'].map((name) => Number(of.get(name)?.['bytes'] ?? 0));
  const minutesMade = Math.max(1, Math.floor((seconds - 90) / 60));
  const perMinute = (minutes ?? 0) / minutesMade;
  return ((fine ?? 0) / seconds) * 86_400 + perMinute * 1_440 + perMinute * 2 * 24;
}

interface Activity {
  readonly tenants: number;
  readonly second: number;
  readonly pool: readonly Uint8Array[];
  readonly platform: readonly Uint8Array[];
  readonly gauges: readonly Uint8Array[];
}

function batchOf(random: () => number, { tenants, second, pool, platform, gauges }: Activity): Batch {
  const atMs = START_MS + second * 1000;
  const slotMs = Math.floor(atMs / 10_000) * 10_000;
  const windows: WindowDelta[] = [];
  const put = (scope: string, from: readonly Uint8Array[]) => {
    for (const direction of [0, 1] as const)
      windows.push({ scope, direction, slotMs, bytes: pick(random, from) });
  };
  for (let tenant = 0; tenant < tenants; tenant++) {
    put(`tenant-${tenant}`, pool);
    if (second % 10 === 9) put(`tenant-${tenant}`, gauges);
  }
  put(PLATFORM, platform);
  return {
    atMs,
    windows,
    coverage: [],
    records: [],
    lines: [],
    pictures: [],
    ledger: { alive: [], gone: [] },
    checkpoints: [{ sourceId: 'log', takenAtMs: atMs, position: { offset: second } }],
    state: {},
  };
}

/** What a busy second (or longer) of a tenant looks like. */
export function activity(random: () => number, mails: number): Window {
  const window = new Window();
  const { counts } = window;
  const destinations = Array.from({ length: 5 }, () => pick(random, DESTINATIONS));
  for (let n = Math.ceil(mails * (0.5 + random())); n > 0; n--) {
    counts.accepted += 1;
    counts.queued += 1;
    counts.scanned += 1;
    counts.byRecipientDomain += 1;
    if (random() < 0.3) counts.spam += 1;
    if (random() < 0.05) {
      counts.deferred += 1;
      window.causes = addCount(window.causes, `${pick(random, destinations)}\tmailbox full`, 1);
      continue;
    }
    counts.delivered += 1;
    const lag = Math.round(2_000 * Math.exp(normal(random) * 1.2));
    window.lag.add(lag);
    window.effectiveLag.add(random() < 0.1 ? lag + Math.round(300_000 * random()) : lag);
    addDestination(window, pick(random, destinations), { delivered: 1, deferred: 0, bounced: 0 });
  }
  if (random() < 0.5) counts.loginOk += Math.ceil(random() * 10);
  return window;
}

export function gauge(random: () => number, atMs: number): Window {
  const window = new Window();
  const waiting = new Histogram();
  for (let n = random() * 20; n > 0; n--) waiting.add(Math.round(600_000 * random()));
  const deferred = Math.floor(random() * 40);
  window.queue = { atMs, incoming: 1, active: 5, deferred, hold: 0, corrupt: 0, oldestMs: 600_000, waiting };
  window.access = { atMs, access: 'mailbox', users: 50, failing: 1 };
  return window;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Mails of a window: one tenant in five is busy. */
const BUSY: Readonly<Record<Tier, number>> = { 10: 100, 60: 600, 3_600: 4_000 };
const CALM: Readonly<Record<Tier, number>> = { 10: 3, 60: 10, 3_600: 100 };

/** Hours of all days, minutes of the last one, and 10 s of the last three hours: as many rows as the questions can tell apart. */
export function fillHistory(db: DatabaseSync, tenants: number, days: number): void {
  const numbers = new Numbers(db);
  const scopes = new Dictionary(db, 'scopes', Infinity);
  const texts = new Dictionary(db, 'texts', 1e6);
  const random = createRandom(3);
  const spans: readonly (readonly [Tier, number])[] = [
    [3_600, days * DAY_MS],
    [60, DAY_MS],
    [10, 10_800_000],
  ];
  for (const [tier, spanMs] of spans) {
    const insert = db.prepare(`INSERT INTO ${TABLES[tier]} VALUES (?, ?, ?, ?, ?)`);
    const pool = Array.from({ length: 200 }, (_, i) => {
      const mails = i % 5 === 0 ? BUSY[tier] : CALM[tier];
      return encodeWindow(merge(activity(random, mails), gauge(random, START_MS)), texts);
    });
    const [from, to] = [slotAt(tier, START_MS - spanMs), slotAt(tier, START_MS)];
    numbers.set(`oldest${tier}`, from);
    numbers.set(`newest${tier}`, to - 1);
    numbers.set(`made${tier}`, to);
    db.exec('BEGIN');
    for (let group = groupOf(from); group <= groupOf(to - 1); group++)
      for (let tenant = 0; tenant < tenants; tenant++) {
        const scope = scopes.idOf(`tenant-${tenant}`);
        for (let slot = group * 10; slot < group * 10 + 10; slot++) {
          const one = pool[(tenant + Math.floor(random() * 40) * 5) % pool.length] ?? null;
          insert.run(group, scope, slot, one, one);
        }
      }
    numbers.flush();
    db.exec('COMMIT');
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

/** ns of encoding and decoding a typical window. */
export function benchCodec(): void {
  const random = createRandom(4);
  for (const mails of [5, 20, 200, 2_000]) {
    const windows = Array.from({ length: 200 }, () => activity(random, mails));
    const blobs = windows.map((window) => encodeWindow(window));
    const times = { encode: 0, again: 0, decode: 0, counts: 0, merge: 0 };
    const rounds = Math.ceil(20_000 / mails);
    for (let round = 0; round < rounds; round++) {
      let t = cpuMs();
      for (const window of windows) encodeWindow(window);
      times.encode += cpuMs() - t;
      t = cpuMs();
      const decoded = blobs.map((blob) => decodeWindow(blob));
      times.decode += cpuMs() - t;
      t = cpuMs();
      for (const window of decoded) encodeWindow(window);
      times.again += cpuMs() - t;
      t = cpuMs();
      for (const blob of blobs) decodeWindow(blob, {});
      times.counts += cpuMs() - t;
      t = cpuMs();
      for (let i = 0; i < 200; i += 6)
        decoded.slice(i, i + 6).reduce((sum, window) => merge(sum, window), new Window());
      times.merge += cpuMs() - t;
    }
    const us = (ms: number) => `${((ms * 1000) / rounds / windows.length).toFixed(2)} µs`;
    const size = blobs.reduce((sum, { length }) => sum + length, 0) / blobs.length;
    console.log(
      `${mails} mails: ${size.toFixed(0)} B, encode ${us(times.encode)} (again ${us(times.again)}), decode ${us(times.decode)}, counts only ${us(times.counts)}, merge ${us(times.merge)}`,
    );
  }
}

/** Time of this process on its core: the machine may be busy with other things. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
