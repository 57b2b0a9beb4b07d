/** What was foreseen, and what came of it, as it is kept: rows by kind, scope and time, and named texts. */

/** One thing that was said at a time: a picture of everything, an hour of the ledger, a forecast with its outcome. */
export interface ForesightRow {
  readonly kind: string;
  /** `''`: of everything. */
  readonly scope: string;
  readonly atMs: number;
  /** JSON, in the form of its kind. */
  readonly text: string;
}

/** Committed as a whole or not at all; a row of the same kind, scope and time takes the place of the one before. */
export interface ForesightBatch {
  readonly rows: readonly ForesightRow[];
  /** What parts must remember, by name. */
  readonly kept: Readonly<Record<string, string>>;
}

export interface ForesightQuery {
  readonly kind: string;
  /** Absent: of every scope. */
  readonly scope?: string;
  /** [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  /** The newest so many, oldest first. */
  readonly limit: number;
}

export interface ForesightStore {
  load(): Promise<Readonly<Record<string, string>>>;
  write(batch: ForesightBatch): Promise<void>;
  rows(query: ForesightQuery): Promise<readonly ForesightRow[]>;
}

/** Kept for so long. Pictures are large, all else is small. */
export const PICTURE = 'picture';
export const PICTURE_DAYS = 90;
export const ROW_DAYS = 400;
