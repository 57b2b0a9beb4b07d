import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../../../server/base/store/sql/migrations.ts';
import { silentLog } from '../../../../server/base/log.ts';
import { ForesightKeeper } from '../../../../server/history/foresight/keeper.ts';
import { createMemoryForesight } from '../../../../server/history/foresight/memory-foresight.ts';
import { createSyncForesight, readForesight } from '../../../../server/history/foresight/sql-foresight.ts';
import {
  type ForesightStore,
  PICTURE,
  PICTURE_DAYS,
  ROW_DAYS,
} from '../../../../server/history/foresight-store.ts';

const DAY = 86_400_000;
const long = 'x'.repeat(5_000);
const row = (kind: string, scope: string, atMs: number, text = 'said') => ({ kind, scope, atMs, text });

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
  for (const { sql } of MIGRATIONS) for (const statement of sql) db.exec(statement);
});
afterEach(() => db.close());

const sqlStore = (): ForesightStore => {
  const store = createSyncForesight(db);
  return {
    load: async () => store.load(),
    write: async (batch) => store.write(batch),
    rows: async (query) => readForesight(db, query),
  };
};

describe.each([
  ['in SQLite', sqlStore],
  ['in memory', createMemoryForesight],
])('what was foreseen, kept %s', (_, make) => {
  it('FOR-9: is found again by kind, scope and time, the newest when there are too many', async () => {
    const store = make();
    await store.write({
      rows: [
        row('ledger', 'a', 10),
        row('ledger', 'a', 20, long),
        row('ledger', 'b', 15),
        row(PICTURE, '', 20),
      ],
      kept: { salt: 'pepper' },
    });
    const all = { kind: 'ledger', fromMs: 0, toMs: 100, limit: 10 };
    expect((await store.rows({ ...all, scope: 'a' })).map(({ atMs, text }) => [atMs, text.length])).toEqual([
      [10, 4],
      [20, 5_000],
    ]);
    expect((await store.rows(all)).map(({ scope }) => scope)).toEqual(['a', 'b', 'a']);
    expect((await store.rows({ ...all, limit: 1 })).map(({ atMs }) => atMs)).toEqual([20]);
    expect(await store.rows({ ...all, toMs: 10 })).toEqual([]);
    expect(await store.load()).toEqual({ salt: 'pepper' });
  });

  it('FOR-9: a later word on the same hour takes the place of the earlier', async () => {
    const store = make();
    await store.write({ rows: [row('ledger', 'a', 10, 'early')], kept: {} });
    await store.write({ rows: [row('ledger', 'a', 10, 'late')], kept: {} });
    const found = await store.rows({ kind: 'ledger', scope: 'a', fromMs: 0, toMs: 100, limit: 9 });
    expect(found.map(({ text }) => text)).toEqual(['late']);
  });
});

describe('care for it', () => {
  it('FOR-10: pictures are kept for a quarter of a year, rows for longer, and deletion goes in small steps', () => {
    const store = createSyncForesight(db);
    const now = 2_000 * DAY;
    const old = Array.from({ length: 450 }, (_, i) => row(PICTURE, '', now - (PICTURE_DAYS + 1) * DAY - i));
    const rows = [
      ...old,
      row(PICTURE, '', now),
      row('ledger', 'a', now - 100 * DAY),
      row('ledger', 'a', now - (ROW_DAYS + 1) * DAY),
    ];
    store.write({ rows, kept: {} });
    let steps = 0;
    while (store.care(now)) steps += 1;
    expect(steps).toBe(4);
    const left = (kind: string) => readForesight(db, { kind, fromMs: 0, toMs: Infinity, limit: 999 }).length;
    expect([left(PICTURE), left('ledger')]).toEqual([1, 1]);
  });

  it('FOR-11: what the disk does not take is tried again with what comes, and said', async () => {
    const store = createMemoryForesight();
    let isFull = true;
    const keeper = new ForesightKeeper(
      { ...store, write: (batch) => (isFull ? Promise.reject(new Error('disk full')) : store.write(batch)) },
      silentLog,
    );
    keeper.put({ rows: [row('ledger', 'a', 10)], kept: { salt: 'old' } });
    await keeper.close();
    expect(keeper.notKept).toBe('disk full');
    isFull = false;
    keeper.put({ rows: [row('ledger', 'a', 20)], kept: { salt: 'new' } });
    await keeper.close();
    expect(keeper.notKept).toBeNull();
    expect(await store.rows({ kind: 'ledger', scope: 'a', fromMs: 0, toMs: 99, limit: 9 })).toHaveLength(2);
    expect(await store.load()).toEqual({ salt: 'new' });
  });
});
