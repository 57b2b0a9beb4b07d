import type { SeriesAnswer, SeriesComparison } from '../../../shared/history.ts';
import { wantedFor } from '../series.ts';
import type { WindowReader } from '../store.ts';
import { readColumns, type SeriesPlan } from './columns.ts';
import { compareWith } from './compare.ts';
import { directionsOf, extentsOf } from './steps.ts';
import { chooseTier } from './tier.ts';
import type { SeriesQuery, TenantRef } from './types.ts';

/** Aligned series of one scope out of the stored windows. */
export function seriesOf(
  reader: WindowReader,
  query: SeriesQuery,
  tenants: readonly TenantRef[],
  nowMs: number,
): SeriesAnswer {
  const extents = extentsOf(reader);
  const { tier, stepMs, firstMs, steps } = chooseTier(query, extents, nowMs);
  const plan: SeriesPlan = {
    tier,
    stepMs,
    firstMs,
    steps,
    metrics: query.metrics,
    directions: directionsOf(query.direction),
    wanted: wantedFor(query.metrics),
  };
  const columns = readColumns(reader, plan, query.scope, tenants);
  const compared = (query.compare ?? []).map((kind) =>
    compareWith(kind, { reader, plan, scope: query.scope, tenants, extents }),
  );
  const notes = compared.flatMap(({ note }) => note ?? []);
  const comparisons = compared.flatMap(({ comparison }): SeriesComparison[] =>
    comparison ? [comparison] : [],
  );
  return {
    fromMs: plan.firstMs,
    stepMs: plan.stepMs,
    metrics: columns.metrics,
    coverage: columns.coverage,
    tierSeconds: plan.tier,
    asOfMs: columns.asOfMs === null ? null : Math.min(columns.asOfMs, query.toMs),
    marks: [],
    ...(query.compare ? { compare: comparisons } : {}),
    ...(notes.length > 0 && { notes }),
  };
}
