import type { DatabaseSync } from 'node:sqlite';
import type { Driver, Row, SqlValue } from '../../base/store/sql/driver.ts';

/** A connection as migrations see it, while nobody else uses it. */
export function driverOf(db: DatabaseSync): Driver {
  const driver: Driver = {
    all: async (sql, params = []) => db.prepare(sql).all(...params.map(whole)) as unknown as readonly Row[],
    run: async (sql, params = []) => Number(db.prepare(sql).run(...params.map(whole)).changes),
    transaction: async (work) => {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = await work(driver);
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    },
    close: async () => db.close(),
  };
  return driver;
}

/** JavaScript numbers arrive as REAL otherwise. */
function whole(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}
