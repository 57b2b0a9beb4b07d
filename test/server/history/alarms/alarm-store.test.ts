import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryAlarms } from '../../../../server/history/alarms/memory-alarms.ts';
import { createSyncAlarms, RECORD_DAYS } from '../../../../server/history/alarms/sql-alarms.ts';
import { openHistoryDatabase } from '../../../../server/history/sql/open.ts';
import { openHistory } from '../../../../server/history/thread/open.ts';
import { DEFAULT_RETENTION } from '../../../../server/history/store.ts';
import { createTempDir, type TempDir } from '../../../support/temp-dir.ts';
import { batchOf, describeAlarmStore, recordOf, T } from './alarm-store-contract.ts';

let dir: TempDir | undefined;
const path = () => join((dir ??= createTempDir('alarms')).path, 'store.db');
const clear = () => {
  dir?.remove();
  dir = undefined;
};
const DAY = 86_400_000;
const { keepDays, ...keep } = DEFAULT_RETENTION;
const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };

describeAlarmStore({
  name: 'in the store of history, in its thread',
  isLasting: true,
  async open() {
    const history = await openHistory({
      path: path(),
      tenants: [],
      keep: { ...keep, tenSecondsDays: keepDays[10], minutesDays: keepDays[60], hoursDays: keepDays[3_600] },
      log: log as never,
    });
    return { store: history.alarms, close: () => history.close() };
  },
  clear,
});

describeAlarmStore({
  name: 'in memory',
  isLasting: false,
  open: async () => ({ store: createMemoryAlarms(), close: async () => undefined }),
  clear,
});

describe('the alarm store on a disk', () => {
  let db: DatabaseSync;
  beforeEach(async () => {
    db = await openHistoryDatabase(path(), T);
  });
  afterEach(() => {
    db.close();
    clear();
  });
  const lines = () => Number(db.prepare('SELECT count(*) AS n FROM alarm_record').get()!['n']);

  it('ALM-21: a batch is committed whole or not at all, and a full disk is told of with its mend', () => {
    const alarms = createSyncAlarms(db);
    alarms.write(batchOf({ records: [recordOf(1)], points: { a: 'one' } }));
    const pages = Number(db.prepare('PRAGMA page_count').get()!['page_count']);
    db.exec(`PRAGMA max_page_count = ${pages + 1}`);
    const batch = batchOf({
      records: [recordOf(2)],
      points: { a: 'two', b: 'x'.repeat(100_000) },
      outbox: { put: [{ id: 'm', channel: 'c', createdAtMs: T, text: 't' }], done: [] },
    });
    for (let n = 0; n < 2; n++)
      expect(() => alarms.write(batch)).toThrow(/alarms cannot be written: the disk is full.*make room/);
    expect(alarms.load(0)).toMatchObject({ points: { a: 'one' }, outbox: [] });
    expect(lines()).toBe(1);
    db.exec('PRAGMA max_page_count = 1000000');
    alarms.write(batch);
    expect(alarms.load(0)).toMatchObject({ points: { a: 'two' }, outbox: [{ id: 'm' }] });
    expect(lines()).toBe(2);
  });

  it('ALM-22: a line of the record cannot be changed', () => {
    const alarms = createSyncAlarms(db);
    alarms.write(batchOf({ records: [recordOf(1)] }));
    expect(() => db.exec("UPDATE alarm_record SET by = 'somebody else'")).toThrow('only added to');
  });

  it('ALM-22: the record is kept for three years, goes in bounded steps, and its numbers are never given again', () => {
    const alarms = createSyncAlarms(db);
    const many = Array.from({ length: 1_200 }, (_, n) => recordOf(n));
    alarms.write(batchOf({ records: [...many, recordOf(10 * DAY)] }));
    expect(alarms.care(T + 3 * 365 * DAY)).toBe(false);
    const later = T + RECORD_DAYS * DAY + 5 * DAY;
    expect(alarms.care(later)).toBe(true);
    expect(lines()).toBe(701);
    while (alarms.care(later));
    expect(lines()).toBe(1);
    while (alarms.care(later + 10 * DAY));
    expect(lines()).toBe(0);
    alarms.write(batchOf({ records: [recordOf(1)] }));
    expect(alarms.record({ limit: 1 }).records[0]?.seq).toBe(1_202);
  });
});
