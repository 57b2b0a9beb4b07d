import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Statements by their text, prepared once. Segments come and go, so only the last few hundred are kept. */
export type Statements = (sql: string) => StatementSync;

const KEPT = 300;

/** A bounded store of prepared statements; the one that was not used for longest goes first. */
export function createStatements(db: DatabaseSync): Statements {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const known = kept.get(sql);
    const statement = known ?? db.prepare(sql);
    kept.delete(sql);
    kept.set(sql, statement);
    if (kept.size > KEPT) {
      const oldest = kept.keys().next();
      if (!oldest.done) kept.delete(oldest.value);
    }
    return statement;
  };
}

/** Runs `work` on one state of the database, whatever is written meanwhile. */
export function onSnapshot<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work();
  db.exec('BEGIN');
  try {
    return work();
  } finally {
    db.exec('COMMIT');
  }
}
