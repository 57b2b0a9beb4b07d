import type { Live } from '../../detect/live-state.ts';
import { DIRECTIONS, IN, OUT } from '../../aggregate/scope.ts';
import { AppError } from '../../base/errors.ts';
import { METRICS, stepsOf } from '../../history/series.ts';
import type { SeriesAnswer, SeriesQuery } from '../port.ts';
import { scopeOf, seriesContext } from './tenant.ts';

export const SERIES_METRICS = Object.keys(METRICS);
/** Step lengths a series may have, seconds. */
const STEPS_SECONDS = [1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400];
/** Lag and spam share of a point look back this far, as on the tenant page. */
const TRAIL_MS = 60_000;

/** A tenant's series out of the seconds in memory; undefined when there is no such tenant. */
export function tenantSeries(live: Live, query: SeriesQuery): SeriesAnswer | undefined {
  const scope = scopeOf(live, query.tenantId);
  const entry = live.entries[scope];
  if (!entry) return undefined;
  const keptFromMs = live.state.atMs - live.recent.seconds * 1000;
  if (query.toMs <= keptFromMs) {
    throw new AppError(
      'unavailable',
      `nothing is kept before ${new Date(keptFromMs).toISOString()}; ask for a later time`,
    );
  }
  const fromMs = Math.max(query.fromMs, keptFromMs);
  const toMs = Math.min(query.toMs, live.state.atMs);
  const stepMs = stepFor(toMs - fromMs, query.points);
  const firstMs = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.min(query.points, Math.max(0, Math.ceil((toMs - firstMs) / stepMs)));
  const lead = Math.ceil(TRAIL_MS / stepMs) - 1;
  const directions = query.direction === undefined ? DIRECTIONS : [query.direction === 'in' ? IN : OUT];
  const frame = {
    scope,
    directions,
    cluster: entry.cluster ?? '',
    fromMs: firstMs - lead * stepMs,
    stepMs,
    steps: count + lead,
  };
  const steps = stepsOf(live.recent, frame);
  const context = seriesContext(live, scope, lead + 1);
  const column = (name: string) =>
    steps.slice(lead).map((_, i) => METRICS[name]?.(steps, i + lead, context) ?? null);
  return {
    fromMs: firstMs,
    stepMs,
    metrics: Object.fromEntries(query.metrics.map((name) => [name, column(name)])),
    coverage: steps.slice(lead).map((step) => step.coverage),
  };
}

/** The shortest round step that keeps the answer within `points`; one point of room for a range that begins within a step. */
export function stepFor(rangeMs: number, points: number): number {
  const enough = STEPS_SECONDS.find((seconds) => Math.ceil(rangeMs / (seconds * 1000)) + 1 <= points);
  return (enough ?? Math.ceil(rangeMs / 1000 / Math.max(1, points - 1))) * 1000;
}
