import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../../errors.ts';
import type { Driver } from './driver.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations.ts';
import { createSqliteDriver } from './sqlite.ts';

/** Opens the embedded store at `path`, makes its directory if need be, and brings it to the newest version. */
export async function openSqliteStore(path: string, nowMs: number): Promise<Driver> {
  if (path !== ':memory:') makeDirectory(dirname(path));
  const driver = createSqliteDriver({ path });
  try {
    await migrate(driver, MIGRATIONS, nowMs);
    return driver;
  } catch (error) {
    await driver.close();
    throw error;
  }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = `the directory ${path} cannot be made: ${messageOf(error)}; make it, or name another one with --data`;
    throw new AppError('unavailable', reason, [], { cause: error });
  }
}
