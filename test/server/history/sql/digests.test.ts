import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BLOCKS, DIGEST_TIERS } from '../../../../server/history/digest.ts';
import { seriesOf } from '../../../../server/history/query/series.ts';
import { METRICS } from '../../../../server/history/series.ts';
import { openHistoryDatabase, openHistoryReader } from '../../../../server/history/sql/open.ts';
import { createSqlWindowReader } from '../../../../server/history/sql/reader.ts';
import {
  createSyncWriter,
  type SyncWriter,
  type WriterOptions,
} from '../../../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION, type WindowReader } from '../../../../server/history/store.ts';
import { createRandom, pick } from '../../../support/random.ts';
import { randomWindow } from '../../../support/random-window.ts';
import { createTempDir } from '../../../support/temp-dir.ts';
import { batchOf, deltaOf } from '../store-contract.ts';

const [HOUR, DAY] = [3_600_000, 86_400_000] as const;
/** Start of a day. */
const START = Date.parse('2026-11-16T00:00:00Z');
const SCOPES = ['a', 'b', 'c'];
const NAMES = Object.keys(METRICS);

let dir: ReturnType<typeof createTempDir>;
let file: DatabaseSync;
let writer: SyncWriter;
beforeEach(async () => {
  dir = createTempDir('digests');
  await open();
});
afterEach(() => {
  close();
  dir.remove();
});

async function open(options: Partial<WriterOptions> = {}): Promise<void> {
  const path = join(dir.path, 'store.db');
  const db = await openHistoryDatabase(path, START);
  writer = createSyncWriter({ db, retention: DEFAULT_RETENTION, digestSettleMs: 0, ...options });
  file = openHistoryReader(path);
}
function close(): void {
  file.close();
  writer.close();
}

/** Windows of some slots in [fromMs, toMs), as they come. */
function write(random: () => number, fromMs: number, toMs: number, everyMs: number): void {
  for (let atMs = fromMs; atMs < toMs; atMs += everyMs) {
    const slotMs = Math.floor((atMs + random() * everyMs) / 10_000) * 10_000;
    const deltas = SCOPES.filter(() => random() < 0.8).map((scope) => {
      const window = randomWindow(Math.floor(random() * 1e6));
      if (window.queue) window.queue = { ...window.queue, atMs: slotMs + 9_000 };
      return deltaOf(scope, slotMs, window, pick(random, [0, 1] as const));
    });
    const run = { source: 'log', feeds: ['flow', 'filter'] as const, cluster: '', state: 'fresh' } as const;
    writer.write(batchOf(slotMs, { windows: deltas, coverage: [{ ...run, fromMs, toMs: atMs + everyMs }] }));
  }
}

function careAll(nowMs: number): void {
  while (writer.care(nowMs));
}

function digests(): number {
  return Number(file.prepare('SELECT count(*) AS n FROM digests').get()?.['n']);
}

/** Every metric over several ranges: with digests as without. Returns how many digests were read. */
function expectSameAnswers(nowMs: number): number {
  const whole = createSqlWindowReader(file);
  let read = 0;
  const counted: WindowReader = {
    ...whole,
    digests: (scope, asked) => {
      const found = whole.digests?.(scope, asked) ?? [];
      read += found.length;
      return found;
    },
  };
  const { range, instant, coverage, extent } = whole;
  const plain: WindowReader = { range, instant, coverage, extent };
  for (const id of SCOPES)
    for (const [fromMs, toMs, points] of [
      [nowMs - 5 * HOUR, nowMs, 400],
      [nowMs - 30 * HOUR + 123_456, nowMs - 2 * HOUR, 900],
      [START, nowMs, 60],
      [START, nowMs, 1_000],
      [START - DAY, nowMs - DAY, 9],
    ] as const) {
      const asked = { scope: { kind: 'tenant', id }, metrics: NAMES, fromMs, toMs, points } as const;
      expect(seriesOf(counted, asked, [{ id }], nowMs)).toEqual(seriesOf(plain, asked, [{ id }], nowMs));
    }
  return read;
}

describe('digests in the store', () => {
  it('are made of every block that is over, and say what the windows say', () => {
    const random = createRandom(1);
    const nowMs = START + 2 * DAY + 5.5 * HOUR;
    write(random, START, nowMs, 240_000);
    careAll(nowMs + HOUR);
    // The last 48 hours and two days, for three scopes; the last hour and the third day are not over.
    expect(digests()).toBe((48 + 2) * SCOPES.length);
    expect(expectSameAnswers(nowMs)).toBeGreaterThan(100);
  });

  it('are void as soon as a window of theirs changes, and are made again later', () => {
    const random = createRandom(2);
    const nowMs = START + 2 * DAY + 5.5 * HOUR;
    write(random, START, nowMs, 600_000);
    careAll(nowMs + HOUR);
    const before = digests();
    write(random, START + 20 * HOUR, START + 21 * HOUR, 600_000);
    // The coarser windows are made again, step by step, and with each the digest goes.
    let least = before;
    while (writer.care(nowMs + HOUR)) {
      least = Math.min(least, digests());
      if (random() < 0.02) expectSameAnswers(nowMs);
    }
    expect(least).toBeLessThan(before);
    expect(digests()).toBe(before);
    expect(expectSameAnswers(nowMs)).toBeGreaterThan(100);
  });

  it('that are made go on where they were after a restart, and late windows in between leave none that is wrong', async () => {
    const random = createRandom(3);
    const nowMs = START + 2 * DAY + 5.5 * HOUR;
    write(random, START, nowMs, 900_000);
    for (let round = 0; round < 12; round++) {
      for (let step = Math.floor(random() * 120); step > 0; step--) writer.care(nowMs + HOUR);
      const lateMs = START + Math.floor(random() * 50) * HOUR;
      write(random, lateMs, lateMs + 600_000, 300_000);
      close();
      await open({ stepMs: 0 });
      if (round % 4 === 3) expectSameAnswers(nowMs);
    }
    careAll(nowMs + HOUR);
    expectSameAnswers(nowMs);
    expect(digests()).toBeGreaterThanOrEqual((48 + 2) * SCOPES.length);
  });

  it('go with the windows that they are of, and their bytes are told with them', async () => {
    close();
    const keepDays = { 10: 1, 60: 2, 3_600: 4 };
    await open({ retention: { ...DEFAULT_RETENTION, keepDays } });
    const random = createRandom(4);
    for (let day = 0; day < 7; day++) {
      write(random, START + day * DAY, START + (day + 1) * DAY, 1_800_000);
      careAll(START + (day + 1) * DAY + HOUR);
    }
    const nowMs = START + 7 * DAY;
    expectSameAnswers(nowMs);
    const oldest = DIGEST_TIERS.map((tier, i) => {
      const row = file
        .prepare('SELECT min(id % 4194304) AS block FROM digests WHERE id / 8796093022208 = ?')
        .get(i);
      return Number(row?.['block']) * BLOCKS[tier].slots * tier * 1000;
    });
    expect(oldest.map((atMs) => (nowMs - atMs) / DAY)).toEqual([expect.closeTo(2, 0), expect.closeTo(4, 0)]);
    const [minutes] = writer.report().parts.filter(({ name }) => name === '1m');
    const stored = file
      .prepare('SELECT sum(ifnull(length(w_in), 0) + ifnull(length(w_out), 0)) AS bytes FROM windows_1m')
      .get()?.['bytes'];
    const kept = file
      .prepare('SELECT sum(length(bytes)) AS bytes FROM digests WHERE id / 8796093022208 = 0')
      .get()?.['bytes'];
    expect(minutes?.bytes).toBe(
      Math.round((Number(stored) + Number(kept) + (minutes?.rows ?? 0) * 16) / 0.75),
    );
  });

  it('are not made while a process has just begun, nor again and again', async () => {
    close();
    await open({ digestSettleMs: 600_000 });
    const random = createRandom(5);
    const nowMs = START + 5.5 * HOUR;
    write(random, START, nowMs, 600_000);
    careAll(nowMs);
    careAll(nowMs + 599_000);
    expect(digests()).toBe(0);
    careAll(nowMs + 600_000);
    const made = digests();
    expect(made).toBeGreaterThan(0);
    write(random, START + HOUR, START + 2 * HOUR, 600_000);
    careAll(nowMs + 700_000);
    expect(digests()).toBeLessThan(made);
    expectSameAnswers(nowMs);
    careAll(nowMs + 1_200_000);
    expect(digests()).toBe(made);
  });

  it('are made although the clock was set back a year', async () => {
    close();
    await open({ digestSettleMs: 600_000 });
    write(createRandom(6), START, START + 3.5 * HOUR, 600_000);
    writer.care(START + 365 * DAY);
    careAll(START + 4 * HOUR);
    careAll(START + 4 * HOUR + 600_000);
    // Not of the hour in which the store began.
    expect(digests()).toBe(2 * SCOPES.length);
  });
});
