import type { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createJournalReader, type JournalReader } from '../../../../server/history/journal/reader.ts';
import type { ScopeTenants } from '../../../../server/history/journal/query.ts';
import { createJournalWriter } from '../../../../server/history/journal/writer.ts';
import type { NewRecord } from '../../../../server/history/store.ts';
import type { MessageQuery, MessageRecord } from '../../../../shared/history.ts';
import { createRandom } from '../../../support/random.ts';
import {
  ask,
  asWritten,
  careAll,
  DAY,
  entry,
  inTransaction,
  isWanted,
  NOW,
  openDatabase,
  PROVIDERS,
  randomEntry,
  randomQuery,
  randomScope,
} from './support.ts';

const slow = { providers: PROVIDERS, searchMs: 60_000 };

function fill(db: DatabaseSync, random: () => number, count: number, maxSegments = 2_000): NewRecord[] {
  const writer = createJournalWriter(db, { segmentRecords: 60, maxSegments });
  const records: NewRecord[] = [];
  while (records.length < count) {
    const batch = Array.from({ length: 1 + Math.floor(random() * 40) }, () => randomEntry(random));
    inTransaction(db, () => writer.write(batch, []));
    records.push(...batch);
    if (random() < 0.1) careAll(db, writer, NOW, { journalDays: 1e6 });
  }
  return records;
}

/** All pages of a query, one after the other. */
function readAll(
  reader: JournalReader,
  query: MessageQuery,
  scope: ScopeTenants,
  pages = 5_000,
): MessageRecord[] {
  const found: MessageRecord[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pages; page += 1) {
    const answer = reader.search({ ...query, ...(cursor === undefined ? {} : { cursor }) }, scope);
    expect(answer.records.length).toBeLessThanOrEqual(query.limit);
    found.push(...answer.records);
    if (answer.cursor === undefined) return found;
    if (answer.isComplete) expect(answer.records).toHaveLength(query.limit);
    cursor = answer.cursor;
  }
  throw new Error('paging does not come to an end');
}

const byText = (records: readonly NewRecord[]) =>
  records.map((record) => JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();

describe('message search', () => {
  it.each([1, 2, 3, 4])(
    'JRN-1: what a search finds is what a plain look at every entry finds, newest first, for any conditions and page size (seed %i)',
    (seed) => {
      const random = createRandom(seed);
      const db = openDatabase();
      const records = fill(db, random, 500, seed === 4 ? 6 : 2_000);
      const reader = createJournalReader(db, slow);
      let hits = 0;
      for (let i = 0; i < 80; i += 1) {
        const query = { ...randomQuery(random), limit: 1 + Math.floor(random() * 90) };
        const scope = randomScope(random);
        const found = readAll(reader, query, scope);
        const wanted = records.filter((record) => isWanted(record, query, scope));
        expect(byText(found.map(asWritten)), JSON.stringify({ query, scope })).toEqual(byText(wanted));
        const ids = found.map(({ id }) => id);
        expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
        hits += found.length;
      }
      expect(hits).toBeGreaterThan(500);
    },
  );

  it('JRN-1: entries come in order of their time to the second, also when older ones were written later', () => {
    const db = openDatabase();
    const random = createRandom(9);
    fill(db, random, 500);
    const times = readAll(createJournalReader(db, slow), ask({ limit: 77 }), 'all')
      .map(({ atMs }) => Math.floor(atMs / 1000))
      .filter((second) => second > NOW / 1000 - 7 * DAY && second <= NOW / 1000);
    expect(times.length).toBeGreaterThan(400);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it('JRN-2: a search that runs out of time says so and how far it got, and its cursor goes on without loss or repeat', () => {
    const random = createRandom(5);
    const db = openDatabase();
    const records = fill(db, random, 600);
    let nowMs = 0;
    const reader = createJournalReader(db, {
      providers: PROVIDERS,
      searchMs: 3,
      monotonicMs: () => (nowMs += 1),
    });
    const first = reader.search(ask({ limit: 500 }), 'all');
    expect(first).toMatchObject({ isComplete: false });
    expect(first.cursor).toBeDefined();
    expect(first.searchedBackToMs).toBeLessThanOrEqual(first.records.at(-1)!.atMs);
    for (const query of [
      ask({ limit: 40 }),
      ask({ queueId: 'absent' }),
      ask({ words: 'greylisted', status: ['bounced'] }),
    ]) {
      const wanted = records.filter((record) => isWanted(record, query, 'all'));
      expect(byText(readAll(reader, query, 'all').map(asWritten))).toEqual(byText(wanted));
    }
  });

  it('JRN-3: paging neither loses nor repeats an entry while new ones come in, live or late', () => {
    const random = createRandom(11);
    const db = openDatabase();
    const writer = createJournalWriter(db, { segmentRecords: 40 });
    const before = Array.from({ length: 300 }, () => randomEntry(random));
    inTransaction(db, () => writer.write(before, []));
    const reader = createJournalReader(db, slow);
    const found: MessageRecord[] = [];
    let cursor: string | undefined;
    do {
      const page = reader.search(ask({ limit: 7, ...(cursor === undefined ? {} : { cursor }) }), 'all');
      found.push(...page.records);
      cursor = page.cursor;
      const live = [
        entry({ atMs: NOW + found.length, queueId: 'NEW' }),
        entry({ atMs: NOW - DAY, queueId: 'NEW' }),
      ];
      if (found.length < 400) inTransaction(db, () => writer.write(live, []));
    } while (cursor !== undefined);
    const ids = found.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(byText(found.filter(({ queueId }) => queueId !== 'NEW').map(asWritten))).toEqual(byText(before));
  });

  it('JRN-3: a cursor nobody gave is refused', () => {
    const reader = createJournalReader(openDatabase(), slow);
    expect(() => reader.search(ask({ cursor: "1' OR 1" }), 'all')).toThrow('cursor');
  });

  it('JRN-4: an empty journal says that nothing is kept, one that is filled since when', () => {
    const db = openDatabase();
    const reader = createJournalReader(db, slow);
    const empty = { records: [], searchedBackToMs: null, keptFromMs: null, isComplete: true };
    expect(reader.search(ask(), 'all')).toEqual(empty);
    const writer = createJournalWriter(db);
    inTransaction(db, () => writer.write([entry({ atMs: NOW - 5_000 }), entry()], []));
    expect(reader.search(ask({ queueId: 'none' }), 'all')).toEqual({
      ...empty,
      searchedBackToMs: NOW - 5_000,
      keptFromMs: NOW - 5_000,
    });
  });

  it.each([
    ['quotes', `"a" OR b*@x" NEAR(`],
    ['spaces and tabs', 'a b\tc@d e'],
    ['NUL and separators', 'a\u0000b\u001fc\u007f@d'],
    ['UTF-8', 'жук+日本語🦊@почта.example'],
    ['a lone surrogate', 'a\ud800b@x'],
    ['ten kilobytes', `${'x'.repeat(10_000)}@y.example`],
    ['ten kilobytes of labels', `u@${'a.'.repeat(5_000)}example`],
    ['ten thousand words', 'word '.repeat(2_000)],
    ['nothing', ''],
    ['an operator', 'AND'],
    ['SQL', `'; DROP TABLE journal_1; --`],
    ['a bracket', '[[]][::1%eth0]'],
  ])('JRN-5: no text can break a search, and hostile ones are found as any other: %s', (_name, text) => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const hostile = entry({
      queueId: text,
      messageId: text,
      from: text,
      to: text,
      origTo: text,
      receiver: text,
      sender: text,
      relay: text,
      dsn: text,
      login: text,
      reason: `x ${text}`,
      status: 'bounced',
      source: text,
      host: text,
    });
    inTransaction(db, () => writer.write([entry(), hostile, entry()], []));
    const reader = createJournalReader(db, slow);
    const queries = [
      { queueId: text },
      { messageId: text },
      { from: text },
      { code: text },
      { words: `x ${text}` },
    ];
    for (const query of queries) {
      const found = reader.search(ask({ ...query, status: ['bounced'] }), [text]).records;
      expect(
        found.map(({ status }) => status),
        JSON.stringify(query),
      ).toEqual(['bounced']);
    }
    const others = [
      { address: text },
      { to: text },
      { domain: text },
      { toDomain: text },
      { relay: text },
      { provider: text },
    ];
    for (const query of others) expect(() => reader.search(ask(query), 'all')).not.toThrow();
    expect(reader.search(ask(), 'all').records).toHaveLength(3);
    expect(() => reader.trace(text, text)).not.toThrow();
  });

  it('JRN-6: after a transaction that failed, writing goes on as if it had not been', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db, { segmentRecords: 5 });
    const write = (host: string, isFailing: boolean) =>
      inTransaction(db, () => {
        writer.write(
          Array.from({ length: 7 }, (_, i) => entry({ host, atMs: NOW + i, reason: `for ${host}` })),
          [{ source: host, fromMs: NOW, toMs: NOW, bytes: Buffer.from('x\n') }],
        );
        if (isFailing) throw new Error('disk full');
      });
    write('kept-1', false);
    expect(() => write('lost', true)).toThrow('disk full');
    write('kept-2', false);
    const found = createJournalReader(db, slow).search(ask(), 'all').records;
    expect(found.map(({ host, reason }) => `${host} ${reason}`).sort()).toEqual([
      ...Array<string>(7).fill('kept-1 for kept-1'),
      ...Array<string>(7).fill('kept-2 for kept-2'),
    ]);
    expect(writer.parts().map(({ rows }) => rows)).toEqual([14, 2]);
  });

  it('JRN-6: more entries of one second than a second has places are all kept and found by time', () => {
    const db = openDatabase();
    const writer = createJournalWriter(db);
    const count = 66_000;
    const records = Array.from({ length: count }, (_, i) =>
      entry({ atMs: NOW + (i % 1_000), from: '', queueId: 'Q' }),
    );
    inTransaction(db, () => writer.write(records.slice(0, 60_000), []));
    inTransaction(db, () => writer.write(records.slice(60_000), []));
    inTransaction(db, () => writer.write([entry({ atMs: NOW + 1_000, queueId: 'NEXT' })], []));
    const reader = createJournalReader(db, slow);
    const query = ask({ fromMs: NOW, toMs: NOW + 1_000, limit: 1_000 });
    expect(readAll(reader, query, 'all')).toHaveLength(count);
    const next = reader.search(ask({ fromMs: NOW + 1_000, toMs: NOW + 1_001 }), 'all').records;
    expect(next.map(({ queueId }) => queueId)).toEqual(['NEXT']);
  });
});
