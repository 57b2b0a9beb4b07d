import type { DatabaseSync } from 'node:sqlite';
import type { StoragePart } from '../../../shared/history.ts';
import { type Retention, type Tier, TIERS } from '../store.ts';
import type { Numbers } from './numbers.ts';
import { startOf, TIER_NAMES } from './tables.ts';

/** What a row takes besides its windows, and how full pages are: measured, see docs. Exact figures would read the whole file. */
const ROW_BYTES = 16;
const PAGE_FILL = 0.75;
const RUN_BYTES = 120;

export interface Sizes {
  readonly numbers: Numbers;
  readonly retention: Retention;
  /** Parts that tell their own sizes. */
  readonly others: readonly StoragePart[];
  readonly totalBytes: number;
}

/** The parts of the store: windows and coverage as estimated from what was written, the rest as `other`. */
export function partsOf(db: DatabaseSync, { numbers, retention, others, totalBytes }: Sizes): StoragePart[] {
  const parts = [...TIERS.map((tier) => tierPart(numbers, retention, tier)), coveragePart(db), ...others];
  const known = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const rest = { name: 'other', rows: null, budgetBytes: null, keepDays: null, oldestMs: null };
  return [...parts, { ...rest, bytes: Math.max(0, totalBytes - known) }];
}

function tierPart(numbers: Numbers, retention: Retention, tier: Tier): StoragePart {
  const rows = numbers.get(`rows${tier}`) ?? 0;
  const oldest = Math.max(numbers.get(`oldest${tier}`) ?? 0, numbers.get(`floor${tier}`) ?? 0);
  return {
    name: TIER_NAMES[tier],
    bytes: Math.round(((numbers.get(`bytes${tier}`) ?? 0) + rows * ROW_BYTES) / PAGE_FILL),
    rows,
    budgetBytes: null,
    keepDays: retention.keepDays[tier],
    oldestMs: rows > 0 ? startOf(tier, oldest) : null,
  };
}

function coveragePart(db: DatabaseSync): StoragePart {
  const row = db.prepare('SELECT count(*) AS runs, min(from_ms) AS oldest FROM coverage_runs').get();
  const rows = Number(row?.['runs'] ?? 0);
  const oldest = row?.['oldest'];
  return {
    name: 'coverage',
    bytes: rows * RUN_BYTES,
    rows,
    budgetBytes: null,
    keepDays: null,
    oldestMs: typeof oldest === 'number' ? oldest : null,
  };
}
