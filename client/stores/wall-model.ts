import type { AlarmStrip } from '../../shared/alarms.ts';
import {
  SPARK_POINTS,
  type Coverage,
  type DemoState,
  type Frame,
  type Joined,
  type PlatformRow,
  type Spark,
  type SparksAnswer,
  type TenantEntry,
  type WallDelta,
  type WallRow,
  type WallSnapshot,
} from '../../shared/protocol.ts';
import { withAges } from '../../shared/wall-coverage.ts';
import { applyCells } from '../../shared/wall-rows.ts';

/** What the wall shows: places in `rows` and `sparks` are those in `tenants`. Replaced as a whole, never changed. */
export interface WallModel {
  readonly seq: number;
  readonly atMs: number;
  readonly tenants: readonly TenantEntry[];
  readonly rows: readonly WallRow[];
  /** Undefined: not asked for. */
  readonly sparks: readonly (Spark | undefined)[];
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

/** Appends each row's queue depth to the sparklines that are known; one never grows beyond its points. */
export function pushSparks(sparks: WallModel['sparks'], rows: readonly WallRow[]): WallModel['sparks'] {
  return sparks.map(
    (points, place) => points && [...points, rows[place]?.queueDepth ?? null].slice(-SPARK_POINTS),
  );
}

/** Those of some tenants whose sparklines are not known yet. */
export function sparksMissing(model: WallModel, ids: readonly string[]): readonly string[] {
  if (ids.length === 0) return ids;
  const places = new Map(model.tenants.map(({ id }, place) => [id, place]));
  return ids.filter((id) => {
    const place = places.get(id);
    return place !== undefined && model.sparks[place] === undefined;
  });
}

/** The sparklines of some tenants, as they were asked for; null when they are not of this very frame: they would have a hole. */
export function withSparks(
  model: WallModel,
  ids: readonly string[],
  { seq, sparks }: SparksAnswer,
): WallModel | null {
  if (seq !== model.seq) return null;
  const asked = new Map(ids.map((id, at) => [id, sparks[at] ?? []]));
  return { ...model, sparks: model.tenants.map(({ id }, place) => asked.get(id) ?? model.sparks[place]) };
}

/** Coverage after a frame; null when the frame is about other feeds than those. */
function coverageAfter({ coverage }: WallModel, delta: WallDelta): Coverage | null {
  if (delta.coverage) return delta.coverage;
  return delta.asOf ? withAges(coverage, delta.asOf) : coverage;
}

/** The wall after one more frame, or null when the frame does not belong to it. */
export function applyWallFrame(model: WallModel, frame: Frame<WallDelta>): WallModel | null {
  const { delta, seq, atMs } = frame;
  // What is laid on another frame than its own would be wrong and look new.
  if (seq !== model.seq + 1) return null;
  const rows = applyCells(model.rows, delta.rows);
  const coverage = coverageAfter(model, delta);
  if (!rows || !coverage) return null;
  return {
    seq,
    atMs,
    tenants: model.tenants,
    rows,
    sparks: delta.spark === 1 ? pushSparks(model.sparks, rows) : model.sparks,
    platform: delta.platform,
    coverage,
    demo: delta.demo === undefined ? model.demo : delta.demo,
    alarms: delta.alarms ?? model.alarms,
  };
}
