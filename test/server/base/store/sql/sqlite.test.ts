import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../../../server/base/errors.ts';
import type { Driver } from '../../../../../server/base/store/sql/driver.ts';
import { openSqliteStore } from '../../../../../server/base/store/sql/open.ts';
import { createSqliteDriver } from '../../../../../server/base/store/sql/sqlite.ts';
import { createTempDir, type TempDir } from '../../../../support/temp-dir.ts';

let dir: TempDir;
let driver: Driver;
beforeEach(async () => {
  dir = createTempDir('sqlite');
  driver = createSqliteDriver({ path: join(dir.path, 'store.db') });
  await driver.run('CREATE TABLE t (n, label TEXT)');
});
afterEach(async () => {
  await driver.close().catch(() => undefined);
  dir.remove();
});

describe('the SQLite driver', () => {
  it('binds whole numbers as integers and others as reals', async () => {
    const [row] = await driver.all(
      'SELECT typeof(?) AS whole, typeof(?) AS real, ? / 4 AS quotient',
      [10, 2.5, 10],
    );
    expect(row).toEqual({ whole: 'integer', real: 'real', quotient: 2 });
  });

  it('writes ahead and flushes each commit', async () => {
    expect(await driver.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await driver.all('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  });

  it('says how many rows a statement changed', async () => {
    expect(await driver.run('INSERT INTO t VALUES (?, ?), (?, ?)', [1, 'a', 2, 'b'])).toBe(2);
  });

  it('takes everything back when the work of a transaction fails', async () => {
    const failing = driver.transaction(async (tx) => {
      await tx.run('INSERT INTO t VALUES (1, NULL)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await driver.all('SELECT * FROM t')).toEqual([]);
  });

  it('lets a failed inner transaction take back only its own part', async () => {
    await driver.transaction(async (tx) => {
      await tx.run('INSERT INTO t VALUES (1, NULL)');
      const inner = tx.transaction(async (nested) => {
        await nested.run('INSERT INTO t VALUES (2, NULL)');
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
      await tx.transaction(async (nested) => nested.run('INSERT INTO t VALUES (3, NULL)'));
    });
    expect(await driver.all('SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('keeps statements of others out of an open transaction', async () => {
    const opened = Promise.withResolvers<undefined>();
    const failing = driver.transaction(async (tx) => {
      await tx.run("INSERT INTO t VALUES (1, 'inside')");
      await opened.promise;
      throw new Error('undone');
    });
    const outside = driver.run("INSERT INTO t VALUES (2, 'outside')");
    opened.resolve(undefined);
    await expect(failing).rejects.toThrow('undone');
    await outside;
    expect(await driver.all('SELECT label FROM t')).toEqual([{ label: 'outside' }]);
  });

  it('refuses the outer driver inside of a transaction instead of waiting for itself', async () => {
    const misuse = driver.transaction(async () => driver.run('INSERT INTO t VALUES (1, NULL)'));
    await expect(misuse).rejects.toThrow('only its own driver');
  });

  it('refuses the driver of a transaction that is over', async () => {
    let leaked: Driver | undefined;
    await driver.transaction(async (tx) => {
      leaked = tx;
    });
    await expect(leaked!.run('INSERT INTO t VALUES (1, NULL)')).rejects.toThrow('is over');
  });

  it('goes on after a statement that failed', async () => {
    await expect(driver.run('INSERT INTO nowhere VALUES (1)')).rejects.toThrow('no such table');
    expect(await driver.run('INSERT INTO t VALUES (1, NULL)')).toBe(1);
  });

  it('finishes what was asked before it closes', async () => {
    const asked = driver.run('INSERT INTO t VALUES (1, NULL)');
    await driver.close();
    expect(await asked).toBe(1);
  });

  it('names file and mend when the file is not a database', async () => {
    const path = join(dir.path, 'letter.txt');
    writeFileSync(path, 'Dear sirs, '.repeat(100));
    await expect(openSqliteStore(path, 0)).rejects.toThrow(AppError);
    await expect(openSqliteStore(path, 0)).rejects.toThrow(/letter\.txt cannot be opened: .*; check that/);
  });

  it('keeps every acknowledged transaction whole when the process is killed', async () => {
    const path = join(dir.path, 'killed.db');
    const script = `
      const { createSqliteDriver } = await import(${JSON.stringify(join(import.meta.dirname, '../../../../../server/base/store/sql/sqlite.ts'))});
      const driver = createSqliteDriver({ path: ${JSON.stringify(path)} });
      await driver.run('CREATE TABLE t (n INTEGER)');
      for (let n = 0; ; n += 2) {
        await driver.transaction(async (tx) => {
          await tx.run('INSERT INTO t VALUES (?)', [n]);
          await tx.run('INSERT INTO t VALUES (?)', [n + 1]);
        });
        process.stdout.write(n + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.split('\n').length > 200) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const acknowledged = Number(
      said
        .trimEnd()
        .split('\n')
        .at(said.endsWith('\n') ? -1 : -2),
    );
    const reopened = createSqliteDriver({ path });
    const [row] = await reopened.all('SELECT count(*) AS rows, max(n) AS last FROM t');
    await reopened.close();
    expect(acknowledged).toBeGreaterThan(0);
    expect(row?.['last']).toBeGreaterThanOrEqual(acknowledged + 1);
    expect(row?.['rows']).toBe(Number(row?.['last']) + 1);
  });
});
