import type { AlarmStrip } from '../../../shared/alarms.ts';
import type { DemoState, Spark, WallDelta, WallSnapshot } from '../../../shared/protocol.ts';
import { agesOf, isSameButAges } from '../../../shared/wall-coverage.ts';
import { cellsBetween } from '../../../shared/wall-rows.ts';
import type { Live } from '../../detect/live-state.ts';

/** Whatever has tenants, their rows of this tick and of the one before, in the same order. */
type Shown = Pick<Live, 'entries' | 'state'>;

/** `alarms`: when they are watched. */
export function wallSnapshot(
  { entries, state }: Shown,
  demo: DemoState | null,
  alarms?: AlarmStrip,
): WallSnapshot {
  const { rows, platform, coverageShown: coverage } = state;
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
  { state }: Pick<Shown, 'state'>,
  demo: DemoState | null | undefined,
  alarms?: AlarmStrip,
): WallDelta {
  const { coverageShown: coverage, coverageBefore } = state;
  return {
    rows: cellsBetween(state.rowsBefore, state.rows),
    platform: state.platform,
    ...(isSameButAges(coverageBefore, coverage) ? { asOf: agesOf(coverage, state.atMs) } : { coverage }),
    spark: state.sparked ? 1 : 0,
    ...(demo === undefined ? {} : { demo }),
    ...(alarms && { alarms }),
  };
}

/** Sparklines of some tenants, in the order asked for; null: no such tenant. */
export function sparksOf({ entries, state }: Shown, ids: readonly string[]): readonly (Spark | null)[] {
  const places = new Map(entries.map(({ id }, place) => [id, place]));
  return ids.map((id) => state.sparks[places.get(id) ?? -1]?.slice() ?? null);
}
