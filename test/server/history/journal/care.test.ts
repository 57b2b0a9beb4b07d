import { describe, expect, it } from 'vitest';
import { createJournalReader } from '../../../../server/history/journal/reader.ts';
import { createJournalWriter } from '../../../../server/history/journal/writer.ts';
import { DEFAULT_RETENTION as DEFAULTS } from '../../../../server/history/store.ts';
import { createRandom } from '../../../support/random.ts';
import {
  ask,
  careAll,
  DAY,
  entry,
  inTransaction,
  NOW,
  openDatabase,
  PROVIDERS,
  randomEntry,
} from './support.ts';

const slow = { providers: PROVIDERS, searchMs: 60_000, timezoneOf: () => 'UTC' };

function tables(db: ReturnType<typeof openDatabase>): string[] {
  return db
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'journal_*[0-9]' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));
}

describe('care for the journal', () => {
  it('JRN-7: entries older than they are kept go, whole segments at a time, and searches stay right at every step', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db, { segmentRecords: 1_000 });
    const reader = createJournalReader(db, slow);
    for (let day = 9; day >= 0; day -= 1) {
      const records = Array.from({ length: 30 }, (_, i) =>
        entry({ atMs: NOW - day * DAY + i, queueId: `day${day}` }),
      );
      inTransaction(db, () => writer.write(records, []));
    }
    const retention = { journalDays: 5 };
    let steps = 0;
    for (let isBusy = true; isBusy; steps += 1) {
      isBusy = careAllOnce();
      const found = reader.search(ask({ limit: 1_000 }), 'all');
      const days = new Set(found.records.map(({ queueId }) => queueId));
      // A day is there as a whole or not at all.
      expect(found.records).toHaveLength(days.size * 30);
      expect(found.keptFromMs).toBe(found.records.at(-1)?.atMs);
      for (let day = 0; day <= 4; day += 1) {
        expect(days).toContain(`day${day}`);
        expect(reader.search(ask({ queueId: `day${day}` }), 'all').records).toHaveLength(30);
      }
    }
    expect(steps).toBeGreaterThan(10);
    expect(reader.search(ask({ limit: 1_000 }), 'all').records).toHaveLength(6 * 30);
    expect(tables(db).filter((name) => /^journal_\d+$/.test(name))).toHaveLength(6);
    expect(writer.parts()[0]).toMatchObject({
      name: 'journal',
      rows: 180,
      keepDays: 5,
      oldestMs: NOW - 5 * DAY,
    });
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });

    function careAllOnce(): boolean {
      return inTransaction(db, () => writer.care(NOW, { ...DEFAULTS, ...retention }));
    }
  });

  it('JRN-8: the journal holds its budget by giving up the oldest, and what is left is all there', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const journalBytes = 400_000;
    const random = createRandom(3);
    careAll(db, writer, NOW, { journalBytes });
    for (let i = 0; i < 60; i += 1) {
      const records = Array.from({ length: 100 }, (_, k) => ({
        ...randomEntry(random),
        atMs: NOW + i * 1_000 + k,
      }));
      inTransaction(db, () => writer.write(records, []));
      careAll(db, writer, NOW, { journalBytes });
      const [part] = writer.parts();
      expect(part!.bytes).toBeLessThanOrEqual(journalBytes);
      expect(part!.budgetBytes).toBe(journalBytes);
    }
    const [part] = writer.parts();
    expect(part!.bytes).toBeGreaterThan(journalBytes * 0.8);
    const reader = createJournalReader(db, slow);
    const kept = reader.search(ask({ fromMs: part!.oldestMs!, limit: 1_000 }), 'all');
    expect(kept.records.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 1_000 }, (_, i) => NOW + (59 - Math.floor(i / 100)) * 1_000 + (99 - (i % 100))),
    );
  });

  it('JRN-9: a full segment gets one index tree in bounded steps, and nothing found before is lost by it', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db, { segmentRecords: 400 });
    const random = createRandom(4);
    for (let i = 0; i < 60; i += 1)
      inTransaction(db, () =>
        writer.write(
          Array.from({ length: 10 }, () => ({ ...randomEntry(random), atMs: NOW + i })),
          [],
        ),
      );
    const reader = createJournalReader(db, slow);
    const before = reader.search(ask({ queueId: 'C0FFEE', limit: 1_000 }), 'all');
    expect(before.records.length).toBeGreaterThan(50);
    careAll(db, writer, NOW);
    expect(reader.search(ask({ queueId: 'C0FFEE', limit: 1_000 }), 'all')).toEqual(before);
    const merged = db.prepare('SELECT is_merged, state FROM journal_segments ORDER BY n').all();
    expect(merged).toEqual([
      { is_merged: 1, state: 'full' },
      { is_merged: 0, state: 'open' },
    ]);
  });

  it('JRN-9: a day that was closed takes late entries into the segment it has, and is closed again when they end', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const states = () =>
      db.prepare('SELECT state, is_merged, records FROM journal_segments ORDER BY n').all();
    const late = () => inTransaction(db, () => writer.write([entry({ atMs: NOW - 3 * DAY })], []));
    late();
    inTransaction(db, () => writer.write([entry()], []));
    careAll(db, writer, NOW);
    expect(states()[0]).toEqual({ state: 'open', is_merged: 0, records: 1 });
    careAll(db, writer, NOW + 2 * 3_600_000);
    expect(states()[0]).toEqual({ state: 'full', is_merged: 1, records: 1 });
    late();
    expect(states()).toEqual([
      { state: 'open', is_merged: 0, records: 2 },
      { state: 'open', is_merged: 0, records: 1 },
    ]);
    expect(createJournalReader(db, slow).search(ask(), 'all').records).toHaveLength(3);
  });
});

describe('care for lines', () => {
  const block = (atMs: number, text: string, source = 'mx1') => ({
    source,
    fromMs: atMs,
    toMs: atMs + 900,
    bytes: Buffer.from(text),
  });
  const blocksOf = (db: ReturnType<typeof openDatabase>) =>
    db.prepare('SELECT from_ms, to_ms, raw_bytes FROM line_blocks ORDER BY source_id, to_ms').all();

  it('JRN-10: small neighbours of one source are joined once they are old, in their order, and none is lost', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const line = (i: number) =>
      `2026-11-21T12:00:${String(i).padStart(2, '0')}+00:00 mx1 postfix/qmgr[1]: QID${i}: removed\n`;
    for (let i = 0; i < 40; i += 1)
      inTransaction(db, () =>
        writer.write([], [block(NOW + i * 1_000, line(i)), block(NOW + i * 1_000, line(i), 'mx2')]),
      );
    careAll(db, writer, NOW + 60_000);
    expect(blocksOf(db)).toHaveLength(80);
    const before = writer.parts()[1]!.bytes;
    careAll(db, writer, NOW + 3_600_000);
    const size = Array.from({ length: 40 }, (_, i) => line(i).length).reduce((a, b) => a + b);
    const joined = { from_ms: NOW, to_ms: NOW + 39_900, raw_bytes: size };
    expect(blocksOf(db)).toEqual([joined, joined]);
    expect(writer.parts()[1]).toMatchObject({ name: 'lines', rows: 2, oldestMs: NOW + 39_900 });
    expect(writer.parts()[1]!.bytes).toBeLessThan(before / 4);
    const trace = createJournalReader(db, slow).trace('mx1', 'QID7', NOW + 7_000);
    expect(trace.lines).toEqual([
      { source: 'mx1', atMs: NOW + 7_000, text: line(7).trimEnd() },
      { source: 'mx2', atMs: NOW + 7_000, text: line(7).trimEnd() },
    ]);
  });

  it('JRN-10: lines of distant times are not joined', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    inTransaction(db, () => writer.write([], [block(NOW, 'a\n'), block(NOW + DAY / 4, 'b\n')]));
    careAll(db, writer, NOW + DAY);
    expect(blocksOf(db).map(({ from_ms }) => from_ms)).toEqual([NOW, NOW + DAY / 4]);
  });

  it('JRN-11: lines go by age and by budget, oldest first, and the count of bytes stays true', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const random = createRandom(8);
    const noise = () => Array.from({ length: 3_000 }, () => Math.floor(random() * 36).toString(36)).join('');
    for (let i = 0; i < 20; i += 1)
      inTransaction(db, () => writer.write([], [block(NOW - i * DAY, `${noise()}\n`)]));
    careAll(db, writer, NOW, { linesDays: 10 });
    expect(blocksOf(db)[0]!['from_ms']).toBeGreaterThanOrEqual(NOW - 11 * DAY);
    expect(blocksOf(db)).toHaveLength(11);
    const linesBytes = 12_000;
    careAll(db, writer, NOW, { linesDays: 10, linesBytes });
    const { bytes, rows } = writer.parts()[1]!;
    expect(bytes).toBeLessThanOrEqual(linesBytes);
    expect(bytes).toBeGreaterThan(linesBytes / 2);
    const stored = db.prepare('SELECT sum(length(bytes)) AS bytes, count(*) AS n FROM line_blocks').get();
    expect(stored).toEqual({ bytes, n: rows });
    expect(blocksOf(db).at(-1)!['from_ms']).toBe(NOW);
  });
});
