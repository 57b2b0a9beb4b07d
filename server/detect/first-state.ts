import { SPARK_POINTS, SPARK_STEP_MS } from '../../shared/protocol.ts';
import type { Recent } from '../history/recent.ts';
import type { LiveState } from './live-state.ts';
import { platformRow } from './rows.ts';

/** Before the first tick: nothing is known. */
export function firstState(rowCount: number, recent: Recent, atMs: number): LiveState {
  const sparks = Array.from({ length: rowCount }, () => new Array<number | null>(SPARK_POINTS).fill(null));
  const scopes = { count: rowCount + 1, unattributed: rowCount - 1, platform: rowCount };
  const empty = { rows: [], coverage: undefined, milterSeen: false, sourcesUp: 0, sourcesExpected: 0 };
  const platform = platformRow({ recent, scopes, ...empty });
  return {
    atMs,
    rows: [],
    rowsBefore: [],
    platform,
    coverage: {},
    coverageShown: {},
    coverageBefore: {},
    reports: [],
    sparks,
    sparked: false,
    atBeforeMs: atMs,
    lineTotals: [],
    lineTotalsBefore: [],
  };
}

/** Every SPARK_STEP_MS each tenant's sparkline gets a point. */
export function noteSparks(state: LiveState, nowMs: number): void {
  state.sparked = Math.floor(nowMs / SPARK_STEP_MS) !== Math.floor(state.atMs / SPARK_STEP_MS);
  if (!state.sparked) return;
  state.sparks.forEach((points, i) => {
    points.shift();
    points.push(state.rows[i]?.queueDepth ?? null);
  });
}
