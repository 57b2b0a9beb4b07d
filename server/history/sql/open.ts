import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError, messageOf } from '../../base/errors.ts';
import { MIGRATIONS } from '../../base/store/sql/migrations.ts';
import { migrate } from '../../base/store/sql/migrate.ts';
import { toStoreFault } from './faults.ts';
import { driverOf } from './migration-driver.ts';

const BUSY_MS = 5_000;
/** Of pages; what is written each second changes the same pages again and again, so they are copied to their place seldom. */
const CHECKPOINT_PAGES = 8_000;
const WAL_KEPT_BYTES = 64 * 1024 ** 2;
const CACHE_KIB = 32 * 1024;
const READER_CACHE_KIB = 32 * 1024;
/** A small file is looked through at opening; for a large one that takes too long, and damage shows when it is met. */
const CHECKED_PAGES = 16_384;
const INCREMENTAL = 2;

/** Opens the store to write, brings it to the newest version; refuses what it does not know without changing it. */
export async function openHistoryDatabase(path: string, nowMs: number): Promise<DatabaseSync> {
  const doing = `the store ${path} cannot be opened`;
  if (path !== ':memory:') makeDirectory(dirname(path));
  const db = tryTo(doing, () => new DatabaseSync(path, { timeout: BUSY_MS }));
  try {
    mustBeOurs(db, path);
    prepareFile(db);
    await migrate(driverOf(db), MIGRATIONS, nowMs);
    return db;
  } catch (error) {
    db.close();
    throw toStoreFault(error, doing);
  }
}

/** Opens the store to read beside the one who writes. */
export function openHistoryReader(path: string): DatabaseSync {
  return tryTo(`the store ${path} cannot be read`, () => {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}`);
    return db;
  });
}

/** Before anything is changed. */
function mustBeOurs(db: DatabaseSync, path: string): void {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  if (tables.length === 0) return;
  const mend = 'name another file with --data, or move this one away';
  if (!tables.some(({ name }) => name === 'schema_versions'))
    throw new AppError('unavailable', `${path} is a database of another program; ${mend}`);
  const applied = db.prepare('SELECT version, name FROM schema_versions ORDER BY version').all();
  const newer = applied.find(({ name }, i) => MIGRATIONS[i]?.name !== name);
  if (newer) {
    const reason = `the store ${path} is of version ${newer['version']} ("${newer['name']}"), which this program does not know`;
    throw new AppError(
      'unavailable',
      `${reason}; start the program that wrote it, or restore the backup made before the upgrade`,
    );
  }
  if (pragma(db, 'page_count') <= CHECKED_PAGES) mustBeWhole(db, path);
}

function mustBeWhole(db: DatabaseSync, path: string): void {
  const [row] = db.prepare('PRAGMA quick_check(1)').all();
  const found = String(Object.values(row ?? {})[0]);
  if (found === 'ok') return;
  throw new AppError(
    'unavailable',
    `the store ${path} is damaged (${found}); restore a backup, or move the file away to start afresh`,
  );
}

function prepareFile(db: DatabaseSync): void {
  if (pragma(db, 'auto_vacuum') !== INCREMENTAL) {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL');
    // Takes effect when the file is new or written anew; that is quick while it is small.
    if (pragma(db, 'page_count') > 0 && pragma(db, 'page_count') <= CHECKED_PAGES) db.exec('VACUUM');
  }
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA journal_size_limit = ${WAL_KEPT_BYTES};`);
}

/** A setting or measure of the file that is one number. */
export function pragma(
  db: DatabaseSync,
  name: 'page_count' | 'page_size' | 'freelist_count' | 'auto_vacuum',
): number {
  return Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0);
}

function tryTo<T>(doing: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw toStoreFault(error, doing);
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
