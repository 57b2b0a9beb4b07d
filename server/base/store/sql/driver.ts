/** What can be bound. Whole numbers arrive in the database as integers, see the SQLite driver. */
export type SqlValue = string | number | bigint | Uint8Array | null;
export type Row = Readonly<Record<string, SqlValue>>;

/** All that SQL above it may use, so that another database is one more file like `sqlite.ts`. Parameters are `?`, by position. */
export interface Driver {
  all(sql: string, params?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** Rows changed. */
  run(sql: string, params?: readonly SqlValue[]): Promise<number>;
  /**
   * Everything done through `tx` is committed together or not at all; others wait meanwhile.
   * Inside of a transaction it nests: a failed inner one takes back only its own part.
   */
  transaction<T>(work: (tx: Driver) => Promise<T>): Promise<T>;
  /** Waits for what was asked before. */
  close(): Promise<void>;
}
