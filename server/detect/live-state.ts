import type { Coverage, PlatformRow, SourceReport, TenantEntry, WallRow } from '../../shared/protocol.ts';
import type { RecentLines } from '../aggregate/recent-lines.ts';
import type { Scopes } from '../aggregate/scope.ts';
import type { Recent } from '../history/recent.ts';

/** What the last tick made of everything so far. Rows are in the order of the tenants; equal ones keep their identity. */
export interface LiveState {
  atMs: number;
  rows: readonly WallRow[];
  /** Rows of the tick before, to tell what changed. */
  rowsBefore: readonly WallRow[];
  platform: PlatformRow;
  /** Of this very moment. */
  coverage: Coverage;
  /** As of this tick and of the one before: what screens are told. */
  coverageShown: Coverage;
  coverageBefore: Coverage;
  reports: readonly SourceReport[];
  /** Queue depth of each row every SPARK_STEP_MS, oldest first. */
  readonly sparks: (number | null)[][];
  /** Whether this tick added a point to the sparklines. */
  sparked: boolean;
  /** The tick before this one. */
  atBeforeMs: number;
  /** Raw lines seen of each scope by this tick and by the one before: what a snapshot shows and what a frame adds. */
  lineTotals: readonly number[];
  lineTotalsBefore: readonly number[];
}

/** All that screens are made from. */
export interface Live {
  /** Tenants in the order of their rows; the unattributed are the last. */
  readonly entries: readonly TenantEntry[];
  readonly scopes: Scopes;
  readonly recent: Recent;
  readonly lines: RecentLines;
  readonly state: LiveState;
  isMilterSeen(): boolean;
}

/** Whether two rows show the same. */
export function sameRow(a: WallRow | undefined, b: WallRow): boolean {
  return a !== undefined && (Object.keys(b) as (keyof WallRow)[]).every((key) => a[key] === b[key]);
}
