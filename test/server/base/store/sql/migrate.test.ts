import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../../server/base/errors.ts';
import type { Driver } from '../../../../../server/base/store/sql/driver.ts';
import { migrate, type Migration } from '../../../../../server/base/store/sql/migrate.ts';
import { MIGRATIONS } from '../../../../../server/base/store/sql/migrations.ts';
import { driverOf } from '../../../../../server/history/sql/migration-driver.ts';
import { createTempDir, type TempDir } from '../../../../support/temp-dir.ts';

const NOW = 1_795_281_600_000;
const CHAIN: readonly Migration[] = [
  { version: 1, name: 'notes', sql: ['CREATE TABLE notes (text TEXT)'] },
  {
    version: 2,
    name: 'authors',
    sql: ["ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'"],
  },
  { version: 3, name: 'index', sql: ['CREATE INDEX by_author ON notes (author)', 'ANALYZE'] },
];

let dir: TempDir;
let driver: Driver;
beforeEach(() => {
  dir = createTempDir('migrate');
  driver = driverOf(new DatabaseSync(join(dir.path, 'store.db')));
});
afterEach(async () => {
  await driver.close().catch(() => undefined);
  dir.remove();
});

const schema = (of: Driver) =>
  of.all("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name");

describe('the released migrations', () => {
  it('are numbered from 1 without a gap', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  it.each(MIGRATIONS.map((_, version) => version))(
    'lead from version %i to the same store as from nothing',
    async (version) => {
      const fresh = driverOf(new DatabaseSync(':memory:'));
      await migrate(fresh, MIGRATIONS, NOW);
      await migrate(driver, MIGRATIONS.slice(0, version), NOW);
      expect(await migrate(driver, MIGRATIONS, NOW)).toEqual({ from: version, to: MIGRATIONS.length });
      expect(await schema(driver)).toEqual(await schema(fresh));
      await fresh.close();
    },
  );
});

describe('migrating', () => {
  it('STO-2: keeps the data of each earlier version', async () => {
    for (const version of [1, 2, 3]) {
      await migrate(driver, CHAIN.slice(0, version), NOW);
      await driver.run('INSERT INTO notes (text) VALUES (?)', [`from ${version}`]);
    }
    const rows = await driver.all('SELECT text, author FROM notes ORDER BY text');
    expect(rows).toEqual([1, 2, 3].map((version) => ({ text: `from ${version}`, author: 'nobody' })));
  });

  it('does nothing to a store that is up to date', async () => {
    await migrate(driver, CHAIN, NOW);
    expect(await migrate(driver, CHAIN, NOW + 1)).toEqual({ from: 3, to: 3 });
    expect(await driver.all('SELECT DISTINCT applied_at_ms AS at FROM schema_versions')).toEqual([
      { at: NOW },
    ]);
  });

  it('leaves the version before a step that failed', async () => {
    const broken = {
      version: 2,
      name: 'broken',
      sql: ['CREATE TABLE half (n INTEGER)', 'INSERT INTO nowhere VALUES (1)'],
    };
    await expect(migrate(driver, [CHAIN[0]!, broken], NOW)).rejects.toThrow('no such table');
    expect((await schema(driver)).map(({ name }) => name)).toEqual(['notes', 'schema_versions']);
    expect(await migrate(driver, CHAIN, NOW)).toEqual({ from: 1, to: 3 });
  });

  it('STO-2: refuses a store that a newer program wrote, and says what to do', async () => {
    await migrate(driver, CHAIN, NOW);
    const older = migrate(driver, CHAIN.slice(0, 2), NOW);
    await expect(older).rejects.toThrow(AppError);
    await expect(older).rejects.toThrow(
      /version 3 \("index"\), which is newer than this program; start the program that wrote it/,
    );
  });

  it('refuses a store whose history is another one', async () => {
    await migrate(driver, [{ ...CHAIN[0]!, name: 'letters' }], NOW);
    await expect(migrate(driver, CHAIN, NOW)).rejects.toThrow(
      'version 1 of the store is "letters", this program calls it "notes"',
    );
  });
});
