import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../server/base/errors.ts';
import { migrate } from '../../../../server/base/store/sql/migrate.ts';
import { MIGRATIONS } from '../../../../server/base/store/sql/migrations.ts';
import { driverOf } from '../../../../server/history/sql/migration-driver.ts';
import { openHistoryDatabase, openHistoryReader } from '../../../../server/history/sql/open.ts';
import { createSqlWindowReader } from '../../../../server/history/sql/reader.ts';
import { createSyncWriter } from '../../../../server/history/sql/writer.ts';
import { DEFAULT_RETENTION } from '../../../../server/history/store.ts';
import { createTempDir, type TempDir } from '../../../support/temp-dir.ts';
import { randomWindow } from '../../../support/random-window.ts';
import { batchOf, delivered, deltaOf, T } from '../store-contract.ts';

let dir: TempDir;
let path: string;
beforeEach(() => {
  dir = createTempDir('open');
  path = join(dir.path, 'store.db');
});
afterEach(() => dir.remove());

async function faultOf(work: () => Promise<unknown>): Promise<AppError> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

async function fill(): Promise<void> {
  const db = await openHistoryDatabase(path, T);
  const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
  for (let n = 0; n < 40; n++)
    writer.write(batchOf(T, { windows: [deltaOf('a', T + n * 10_000, randomWindow(n + 1))] }));
  writer.close();
}

describe('opening the store', () => {
  it('STO-2: a store of version 1 keeps its positions', async () => {
    const driver = driverOf(new DatabaseSync(path));
    await migrate(driver, MIGRATIONS.slice(0, 1), T);
    await driver.run('INSERT INTO checkpoints VALUES (?, ?, ?)', ['log', T, '{"offset":7}']);
    await driver.close();
    const db = await openHistoryDatabase(path, T);
    const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
    expect(writer.resume().checkpoints).toEqual([{ sourceId: 'log', takenAtMs: T, position: { offset: 7 } }]);
    expect(db.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
    writer.close();
  });

  it('a committed batch is on the disk, and freed pages can be given back', async () => {
    const db = await openHistoryDatabase(path, T);
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(db.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 });
    db.close();
  });

  it('HIS-30: a store of a newer program is refused and not touched', async () => {
    await fill();
    const other = new DatabaseSync(path);
    other.exec(
      `INSERT INTO schema_versions VALUES (${MIGRATIONS.length + 1}, 'tomorrow', 1); PRAGMA journal_mode = DELETE`,
    );
    other.close();
    const before = readFileSync(path);
    const { message } = await faultOf(() => openHistoryDatabase(path, T));
    expect(message).toContain(
      '("tomorrow"), which this program does not know; start the program that wrote it',
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('HIS-30: what is not a store of ours is refused and not touched', async () => {
    writeFileSync(path, 'Nov 20 12:00:00 mx1 postfix/smtpd[1]: connect from unknown\n'.repeat(200));
    const text = readFileSync(path);
    expect((await faultOf(() => openHistoryDatabase(path, T))).message).toContain(
      'name another file with --data',
    );
    expect(readFileSync(path).equals(text)).toBe(true);
    writeFileSync(path, '');
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE customers (name TEXT)');
    other.close();
    const foreign = readFileSync(path);
    expect((await faultOf(() => openHistoryDatabase(path, T))).message).toContain(
      'a database of another program',
    );
    expect(readFileSync(path).equals(foreign)).toBe(true);
  });

  it('HIS-30: a damaged file is refused and not touched', async () => {
    await fill();
    const bytes = readFileSync(path);
    // A page of each tree, but not the first one, which says what the file is.
    for (let at = 4_096; at < bytes.length; at += 4_096) bytes.fill(0xee, at, at + 100);
    writeFileSync(path, bytes);
    const { message } = await faultOf(() => openHistoryDatabase(path, T));
    expect(message).toMatch(/damaged.*restore a backup/);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('a directory that cannot be made is told of', async () => {
    writeFileSync(join(dir.path, 'file'), '');
    const { message } = await faultOf(() => openHistoryDatabase(join(dir.path, 'file/store.db'), T));
    expect(message).toContain('name another one with --data');
  });
});

describe('a disk that takes no more', () => {
  const counts = () => {
    const file = openHistoryReader(path);
    const rows = createSqlWindowReader(file).range(10, 'a', 0, T * 2, {});
    file.close();
    return rows.map(({ parts }) => parts[0]?.counts.delivered);
  };
  const many = (n: number) =>
    Array.from({ length: 400 }, (_, i) => deltaOf(`s${n}-${i}`, T, randomWindow(i + 1)));

  it('HIS-29: a full disk is told of, harms nothing that is stored, and the batch is written when there is room', async () => {
    const db = await openHistoryDatabase(path, T);
    const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
    writer.write(batchOf(T, { windows: [deltaOf('a', T, delivered(1))] }));
    const pages = Number(db.prepare('PRAGMA page_count').get()!['page_count']);
    db.exec(`PRAGMA max_page_count = ${pages + 2}`);
    const batch = batchOf(T + 1, { windows: [deltaOf('a', T, delivered(10)), ...many(1)] });
    for (let n = 0; n < 3; n++) expect(() => writer.write(batch)).toThrow(/the disk is full.*make room/);
    expect(counts()).toEqual([1]);
    db.exec('PRAGMA max_page_count = 1000000');
    writer.write(batch);
    expect(counts()).toEqual([11]);
    expect(writer.resume().committedAtMs).toBe(T + 1);
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    writer.close();
  });

  it('HIS-29: a disk that has become read-only is told of, and the batch is written when it is not', async () => {
    const db = await openHistoryDatabase(path, T);
    const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION });
    db.exec('PRAGMA query_only = 1');
    const batch = batchOf(T, { windows: [deltaOf('a', T, delivered(3))] });
    expect(() => writer.write(batch)).toThrow(/the store is read-only.*writable/);
    db.exec('PRAGMA query_only = 0');
    writer.write(batch);
    expect(counts()).toEqual([3]);
    writer.close();
  });

  it('texts beyond the size of the dictionary are counted as other', async () => {
    const db = await openHistoryDatabase(path, T);
    const writer = createSyncWriter({ db, retention: DEFAULT_RETENTION, maxTexts: 10 });
    const window = delivered(1);
    window.bounces = new Map(Array.from({ length: 20 }, (_, i) => [`5.0.${i}`, 1]));
    writer.write(batchOf(T, { windows: [deltaOf('a', T, window)] }));
    const [row] = createSqlWindowReader(db).range(10, 'a', T, T + 1, { tables: true });
    const { bounces } = row!.parts[0]!;
    expect(bounces!.get('5.0.0')).toBe(1);
    expect(bounces!.get('other')).toBe(10);
    writer.close();
  });
});
