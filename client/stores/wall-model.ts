import type { AlarmStrip } from '../../shared/alarms.ts';
import {
  LEVELS,
  SIGNALS,
  SPARK_POINTS,
  type Coverage,
  type DemoState,
  type Frame,
  type Joined,
  type PlatformRow,
  type TenantEntry,
  type WallColumns,
  type WallDelta,
  type WallRow,
  type WallSnapshot,
} from '../../shared/protocol.ts';

/** What the wall shows: places in `rows` and `sparks` are those in `tenants`. Replaced as a whole, never changed. */
export interface WallModel {
  readonly seq: number;
  readonly atMs: number;
  readonly tenants: readonly TenantEntry[];
  readonly rows: readonly WallRow[];
  readonly sparks: readonly (readonly (number | null)[])[];
  readonly platform: PlatformRow;
  readonly coverage: Coverage;
  readonly demo: DemoState | null;
  /** Null: nothing is told of alarms (a past moment). */
  readonly alarms: AlarmStrip | null;
}

/** The wall as a join brings it. */
export function wallOf(joined: Joined<WallSnapshot>): WallModel {
  const { seq, atMs, snapshot } = joined;
  return { seq, atMs, ...snapshot, alarms: snapshot.alarms ?? null };
}

const TRENDS = { '-1': 'down', '0': 'flat', '1': 'up' } as const;

function trendOf(n: number | null | undefined): WallRow['trend'] {
  return n === 1 || n === 0 || n === -1 ? TRENDS[`${n}`] : null;
}

function rowOf(columns: WallColumns, at: number): WallRow {
  return {
    level: LEVELS[columns.level[at] ?? -1] ?? 'no-data',
    signal: SIGNALS[columns.signal[at] ?? -1] ?? 'data',
    sinceMs: columns.sinceMs[at] ?? 0,
    reason: columns.reason[at] ?? '',
    queueDepth: columns.queueDepth[at] ?? null,
    spamPercent: columns.spamPercent[at] ?? null,
    spamN: columns.spamN[at] ?? 0,
    lagP95Ms: columns.lagP95Ms[at] ?? null,
    isLagFloor: columns.isLagFloor[at] === 1,
    accessPercent: columns.accessPercent[at] ?? null,
    trend: trendOf(columns.trend[at]),
  };
}

/** Puts changed rows in their places; the others stay the same objects. Null when a place does not exist: not our list. */
export function mergeColumns(
  rows: readonly WallRow[],
  columns: WallColumns | null,
): readonly WallRow[] | null {
  if (!columns || columns.i.length === 0) return rows;
  if (columns.i.some((place) => rows[place] === undefined)) return null;
  const merged = [...rows];
  columns.i.forEach((place, at) => {
    merged[place] = rowOf(columns, at);
  });
  return merged;
}

/** Appends each row's queue depth; a sparkline never grows beyond its points. */
export function pushSparks(sparks: WallModel['sparks'], rows: readonly WallRow[]): WallModel['sparks'] {
  return rows.map((row, place) => [...(sparks[place] ?? []), row.queueDepth].slice(-SPARK_POINTS));
}

/** The wall after one more frame, or null when the frame does not belong to it. */
export function applyWallFrame(model: WallModel, frame: Frame<WallDelta>): WallModel | null {
  const { delta, seq, atMs } = frame;
  const rows = mergeColumns(model.rows, delta.rows);
  if (!rows) return null;
  return {
    seq,
    atMs,
    tenants: model.tenants,
    rows,
    sparks: delta.spark === 1 ? pushSparks(model.sparks, rows) : model.sparks,
    platform: delta.platform,
    coverage: delta.coverage,
    demo: delta.demo === undefined ? model.demo : delta.demo,
    alarms: delta.alarms ?? model.alarms,
  };
}
