import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { AppError, messageOf } from '../../errors.ts';
import type { Driver, Row, SqlValue } from './driver.ts';

export interface SqliteOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** How long to wait for another process that holds the file (a backup, a shell). */
  readonly busyTimeoutMs?: number;
}

/** Prepared statements kept; the program has fewer. */
const STATEMENTS_KEPT = 200;

/**
 * The embedded database: write-ahead log, and a commit is on disk when it is acknowledged.
 * SQLite works synchronously; calls are queued, so that nobody's statement slips into another's transaction.
 */
export function createSqliteDriver({ path, busyTimeoutMs = 5_000 }: SqliteOptions): Driver {
  const database = open(path, busyTimeoutMs);
  const statement = createStatementCache(database);
  const inside = new AsyncLocalStorage<true>();
  let queue: Promise<unknown> = Promise.resolve();

  const direct: Pick<Driver, 'all' | 'run'> = {
    all: async (sql, params = []) =>
      statement(sql).all(...params.map(toBinding)) as unknown as readonly Row[],
    run: async (sql, params = []) => Number(statement(sql).run(...params.map(toBinding)).changes),
  };

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    // It would wait for itself for ever.
    if (inside.getStore()) throw new Error('inside of a transaction only its own driver may be used');
    const result = queue.then(work);
    queue = result.catch(() => undefined); // The caller gets the error; those behind it in the queue go on.
    return result;
  }

  function transaction<T>(work: (tx: Driver) => Promise<T>): Promise<T> {
    return inTurn(() => inside.run(true, () => enclose(direct, work, 0)));
  }

  return {
    all: async (sql, params) => inTurn(() => direct.all(sql, params)),
    run: async (sql, params) => inTurn(() => direct.run(sql, params)),
    transaction: async (work) => transaction(work),
    close: async () => inTurn(async () => database.close()),
  };
}

/** Depth 0 is the transaction, deeper ones are savepoints in it. */
async function enclose<T>(
  direct: Pick<Driver, 'all' | 'run'>,
  work: (tx: Driver) => Promise<T>,
  depth: number,
): Promise<T> {
  let isOver = false;
  const guard = (): void => {
    if (isOver) throw new Error('the transaction is over');
  };
  const tx: Driver = {
    all: async (sql, params) => (guard(), direct.all(sql, params)),
    run: async (sql, params) => (guard(), direct.run(sql, params)),
    transaction: async (inner) => (guard(), enclose(direct, inner, depth + 1)),
    close: async () => {
      throw new Error('a transaction cannot close the store');
    },
  };
  const [begin, commit, undo] = depth === 0 ? OUTER : inner(depth);
  await direct.run(begin);
  try {
    const result = await work(tx);
    isOver = true;
    await direct.run(commit);
    return result;
  } catch (error) {
    isOver = true;
    // SQLite takes some failures (disk full) back by itself, and then there is nothing left to undo: the first error counts.
    for (const sql of undo) await direct.run(sql).catch(() => undefined);
    throw error;
  }
}

type Brackets = readonly [begin: string, commit: string, undo: readonly string[]];
const OUTER: Brackets = ['BEGIN IMMEDIATE', 'COMMIT', ['ROLLBACK']];
const inner = (depth: number): Brackets => {
  const name = `depth_${depth}`;
  return [`SAVEPOINT ${name}`, `RELEASE ${name}`, [`ROLLBACK TO ${name}`, `RELEASE ${name}`]];
};

function open(path: string, busyTimeoutMs: number): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    return database;
  } catch (error) {
    const mend = 'check that the file is a database of this program and that its directory can be written';
    throw new AppError(
      'unavailable',
      `the store ${path} cannot be opened: ${messageOf(error)}; ${mend}`,
      [],
      { cause: error },
    );
  }
}

/** SQLite gets every JavaScript number as REAL, and `10 / 4` is then 2.5: whole numbers are bound as integers. */
function toBinding(value: SqlValue): SqlValue {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function createStatementCache(database: DatabaseSync): (sql: string) => StatementSync {
  const kept = new Map<string, StatementSync>();
  return (sql) => {
    const known = kept.get(sql);
    if (known) return known;
    if (kept.size >= STATEMENTS_KEPT) kept.clear();
    const fresh = database.prepare(sql);
    kept.set(sql, fresh);
    return fresh;
  };
}
