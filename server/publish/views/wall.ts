import type { AlarmStrip } from '../../../shared/alarms.ts';
import {
  type DemoState,
  LEVELS,
  SIGNALS,
  type WallColumns,
  type WallDelta,
  type WallRow,
  type WallSnapshot,
} from '../../../shared/protocol.ts';
import type { Live } from '../../detect/live-state.ts';

/** `alarms`: when they are watched. */
export function wallSnapshot(
  { entries, state }: Live,
  demo: DemoState | null,
  alarms?: AlarmStrip,
): WallSnapshot {
  const { rows, platform, coverage } = state;
  return {
    tenants: entries,
    rows,
    sparks: state.sparks.map((points) => [...points]),
    platform,
    coverage,
    demo,
    ...(alarms && { alarms }),
  };
}

/** `demo` and `alarms` only when they have changed. */
export function wallDelta(
  { state }: Live,
  demo: DemoState | null | undefined,
  alarms?: AlarmStrip,
): WallDelta {
  const changed = state.rows.flatMap((row, i) => (row === state.rowsBefore[i] ? [] : [i]));
  return {
    rows: changed.length > 0 ? columns(state.rows, changed) : null,
    platform: state.platform,
    coverage: state.coverage,
    spark: state.sparked ? 1 : 0,
    ...(demo === undefined ? {} : { demo }),
    ...(alarms && { alarms }),
  };
}

const TREND = { up: 1, flat: 0, down: -1 } as const;

function columns(rows: readonly WallRow[], places: readonly number[]): WallColumns {
  const chosen = places.flatMap((i) => rows[i] ?? []);
  return {
    i: places,
    level: chosen.map((row) => LEVELS.indexOf(row.level)),
    signal: chosen.map((row) => SIGNALS.indexOf(row.signal)),
    sinceMs: chosen.map((row) => row.sinceMs),
    reason: chosen.map((row) => row.reason),
    queueDepth: chosen.map((row) => row.queueDepth),
    spamPercent: chosen.map((row) => row.spamPercent),
    spamN: chosen.map((row) => row.spamN),
    lagP95Ms: chosen.map((row) => row.lagP95Ms),
    isLagFloor: chosen.map((row) => (row.isLagFloor ? 1 : 0)),
    accessPercent: chosen.map((row) => row.accessPercent),
    trend: chosen.map((row) => (row.trend === null ? null : TREND[row.trend])),
  };
}
