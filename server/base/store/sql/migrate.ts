import { AppError } from '../../errors.ts';
import type { Driver } from './driver.ts';

/** One step forward. Never changed once released: a later one mends it. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: readonly string[];
}

export interface MigrationResult {
  readonly from: number;
  readonly to: number;
}

const VERSIONS = `CREATE TABLE IF NOT EXISTS schema_versions (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)`;

/** Brings the store to the newest version, each step in a transaction of its own; refuses a store it does not know. */
export async function migrate(
  driver: Driver,
  migrations: readonly Migration[],
  nowMs: number,
): Promise<MigrationResult> {
  await driver.run(VERSIONS);
  const applied = await driver.all('SELECT version, name FROM schema_versions ORDER BY version');
  const from = applied.length;
  applied.forEach(({ version, name }, i) => mustKnow(Number(version), String(name), migrations[i]));
  for (const migration of migrations.slice(from)) {
    await driver.transaction(async (tx) => {
      for (const sql of migration.sql) await tx.run(sql);
      const values = [migration.version, migration.name, nowMs];
      await tx.run('INSERT INTO schema_versions (version, name, applied_at_ms) VALUES (?, ?, ?)', values);
    });
  }
  return { from, to: migrations.length };
}

function mustKnow(version: number, name: string, known: Migration | undefined): void {
  if (known?.version === version && known.name === name) return;
  const what = known
    ? `version ${version} of the store is "${name}", this program calls it "${known.name}"`
    : `the store is of version ${version} ("${name}"), which is newer than this program`;
  throw new AppError(
    'unavailable',
    `${what}; start the program that wrote it, or restore the backup made before the upgrade`,
  );
}
