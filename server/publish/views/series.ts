import type { SeriesAnswer } from '../../../shared/history.ts';
import type { Coverage } from '../../../shared/protocol.ts';
import type { Live } from '../../detect/live-state.ts';
import { AppError } from '../../base/errors.ts';
import { stepFor } from '../../history/query/tier.ts';
import { directionsOf } from '../../history/query/steps.ts';
import type { SeriesQuery } from '../../history/query/types.ts';
import { columnsOf, METRICS } from '../../history/series.ts';
import { stepsOf } from '../../history/steps.ts';
import { scopeOf } from './tenant.ts';

export const SERIES_METRICS = Object.keys(METRICS);
/** Lag and spam share of a point look back this far, as on the tenant page. */
const TRAIL_MS = 60_000;

/** What memory has, and whether there is a store beside it. */
export interface Kept {
  /** Since when seconds are in memory without a break. */
  readonly memoryFromMs: number;
  readonly hasStore: boolean;
}

/** Where a series comes from, and why. Memory has no clusters and no other days. */
export function placeOfSeries(
  query: SeriesQuery,
  kept: Kept,
): { readonly place: 'memory' | 'store'; readonly reason: string } {
  if (!kept.hasStore) return { place: 'memory', reason: 'nothing is stored' };
  if (query.scope.kind === 'cluster') return { place: 'store', reason: 'memory has no sums of clusters' };
  if (query.compare?.length) return { place: 'store', reason: 'what it is compared with is stored' };
  if (query.fromMs - TRAIL_MS < kept.memoryFromMs)
    return { place: 'store', reason: 'begins before memory does' };
  return { place: 'memory', reason: 'lies within memory, which is fresher and finer than any window stored' };
}

/** Since when seconds are in memory: the oldest that the pipeline saw. */
export function memoryFromMs({ recent }: Live): number {
  const now = recent.nowSecond;
  for (let second = Math.max(0, now - recent.seconds + 1); second <= now; second++)
    if (recent.coverageAt(second)) return second * 1000;
  return Infinity;
}

/** A series of a tenant or of the platform out of the seconds in memory; undefined when there is no such scope. */
export function liveSeries(live: Live, query: SeriesQuery): SeriesAnswer | undefined {
  const scope = query.scope.kind === 'platform' ? live.scopes.platform : tenantScope(live, query);
  if (scope < 0) return undefined;
  const range = clip(live, query);
  const stepMs = stepFor(range.toMs - range.fromMs, query.points, 1_000);
  const firstMs = Math.floor(range.fromMs / stepMs) * stepMs;
  const count = Math.min(query.points, Math.max(0, Math.ceil((range.toMs - firstMs) / stepMs)));
  const lead = Math.ceil(TRAIL_MS / stepMs) - 1;
  const cluster = live.entries[scope]?.cluster ?? '';
  const steps = stepsOf(live.recent, {
    scope,
    directions: directionsOf(query.direction),
    cluster,
    fromMs: firstMs - lead * stepMs,
    stepMs,
    steps: count + lead,
  });
  return {
    fromMs: firstMs,
    stepMs,
    metrics: columnsOf(query.metrics, steps, lead, { milterSeen: live.isMilterSeen(), trail: lead + 1 }),
    coverage: steps.slice(lead).map((step) => step.coverage),
    tierSeconds: 1,
    asOfMs: asOf(live.state.coverage, cluster, range.toMs),
    marks: [],
    ...(query.compare ? { compare: [], notes: ['nothing is stored to compare with'] } : {}),
  };
}

function tenantScope(live: Live, { scope }: SeriesQuery): number {
  if (scope.kind !== 'tenant')
    throw new AppError('unavailable', 'series of clusters are made from the store, which is off');
  return scopeOf(live, scope.id);
}

function clip(live: Live, { fromMs, toMs }: SeriesQuery): { fromMs: number; toMs: number } {
  const keptFromMs = live.state.atMs - live.recent.seconds * 1000;
  if (toMs <= keptFromMs) {
    const message = `nothing is kept before ${new Date(keptFromMs).toISOString()}; ask for a later time`;
    throw new AppError('unavailable', message);
  }
  return { fromMs: Math.max(fromMs, keptFromMs), toMs: Math.min(toMs, live.state.atMs) };
}

/** The oldest word of the log; what a number is made from is complete up to there. */
function asOf(coverage: Coverage, cluster: string, toMs: number): number | null {
  const asOfMs = coverage[cluster]?.flow.asOfMs ?? null;
  return asOfMs === null ? null : Math.min(asOfMs, toMs);
}
