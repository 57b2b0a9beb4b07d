import { afterEach, describe, expect, it } from 'vitest';
import { type CheckpointStore, createMemoryCheckpoints } from '../../../../server/base/store/checkpoints.ts';
import { createSqlCheckpoints } from '../../../../server/base/store/sql/checkpoints.ts';
import type { Driver } from '../../../../server/base/store/sql/driver.ts';
import { openSqliteStore } from '../../../../server/base/store/sql/open.ts';

const NOW = Date.UTC(2026, 10, 21, 17);
const drivers: Driver[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.close();
});

async function inMemorySqlite(): Promise<Driver> {
  const driver = await openSqliteStore(':memory:', NOW);
  drivers.push(driver);
  return driver;
}

const stores: Readonly<Record<string, () => Promise<CheckpointStore>>> = {
  memory: async () => createMemoryCheckpoints(),
  sqlite: async () => createSqlCheckpoints(await inMemorySqlite()),
};

describe.each(Object.keys(stores))('the checkpoint store in %s', (name) => {
  const create = stores[name]!;

  it('knows nothing of a source that never wrote', async () => {
    const store = await create();
    expect(await store.read('mx1')).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });

  it('STO-1: gives back what was written, whatever its form', async () => {
    const store = await create();
    const position = {
      files: { '/var/log/mail.log': [{ offset: 9_007_199_254_740_991, tail: 'ä\n"', isDrained: false }] },
      n: null,
    };
    await store.write([{ sourceId: 'mx1', takenAtMs: NOW, position }]);
    expect(await store.read('mx1')).toEqual({ sourceId: 'mx1', takenAtMs: NOW, position });
  });

  it('keeps the last position of each source', async () => {
    const store = await create();
    await store.write([
      { sourceId: 'mx2', takenAtMs: NOW, position: 1 },
      { sourceId: 'mx1', takenAtMs: NOW, position: 1 },
      { sourceId: 'mx1', takenAtMs: NOW + 1, position: 2 },
    ]);
    await store.write([{ sourceId: 'mx2', takenAtMs: NOW + 2, position: 3 }]);
    expect(await store.list()).toEqual([
      { sourceId: 'mx1', takenAtMs: NOW + 1, position: 2 },
      { sourceId: 'mx2', takenAtMs: NOW + 2, position: 3 },
    ]);
  });

  it('writes all positions or none', async () => {
    const store = await create();
    const broken = { sourceId: 'mx2', takenAtMs: NOW, position: (() => 1) as unknown as number };
    await expect(store.write([{ sourceId: 'mx1', takenAtMs: NOW, position: 1 }, broken])).rejects.toThrow();
    expect(await store.list()).toEqual([]);
  });

  it('forgets a source that was removed, and only that one', async () => {
    const store = await create();
    await store.write([
      { sourceId: 'mx1', takenAtMs: NOW, position: 1 },
      { sourceId: 'mx2', takenAtMs: NOW, position: 1 },
    ]);
    await store.remove('mx1');
    await store.remove('mx9');
    expect((await store.list()).map(({ sourceId }) => sourceId)).toEqual(['mx2']);
  });

  it('is not changed through what it was given or gave', async () => {
    const store = await create();
    const position = { offset: 1 };
    await store.write([{ sourceId: 'mx1', takenAtMs: NOW, position }]);
    position.offset = 2;
    const read = (await store.read('mx1'))?.position as { offset: number };
    read.offset = 3;
    expect((await store.read('mx1'))?.position).toEqual({ offset: 1 });
  });
});

describe('checkpoints in a transaction', () => {
  it('are taken back together with the rows they belong to', async () => {
    const driver = await inMemorySqlite();
    await driver.run('CREATE TABLE windows (n INTEGER)');
    const failing = driver.transaction(async (tx) => {
      await tx.run('INSERT INTO windows VALUES (?)', [1]);
      await createSqlCheckpoints(tx).write([{ sourceId: 'mx1', takenAtMs: NOW, position: 1 }]);
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    expect(await createSqlCheckpoints(driver).list()).toEqual([]);
    expect(await driver.all('SELECT * FROM windows')).toEqual([]);
  });

  it('say which source is damaged when a position cannot be read', async () => {
    const driver = await inMemorySqlite();
    await driver.run('INSERT INTO checkpoints VALUES (?, ?, ?)', ['mx1', NOW, '{"offs']);
    await expect(createSqlCheckpoints(driver).read('mx1')).rejects.toThrow(
      /position of source mx1 .* is damaged/,
    );
  });
});
