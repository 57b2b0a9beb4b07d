import type { Frame, Joined, RawLine, TenantDelta, TenantSnapshot } from '../../shared/protocol.ts';
import { mergeSeries } from './series.ts';

/** What a tenant's page shows. Replaced as a whole, never changed. */
export interface TenantModel extends Omit<TenantSnapshot, 'demo'> {
  readonly seq: number;
  readonly atMs: number;
}

/** Length of the charts. */
export const CHART_SPAN_MS = 15 * 60_000;
/** Raw lines kept, newest last. */
export const MAX_LINES = 60;

const newest = (lines: readonly RawLine[]) => lines.slice(-MAX_LINES);

/** The page as a join brings it. */
export function tenantOf(joined: Joined<TenantSnapshot>): TenantModel {
  const { tenant, row, series, destinations, reasons, lines, coverage, rules } = joined.snapshot;
  const { seq, atMs } = joined;
  return { seq, atMs, tenant, row, series, destinations, reasons, lines: newest(lines), coverage, rules };
}

/** The page after one more frame. */
export function applyTenantFrame(model: TenantModel, frame: Frame<TenantDelta>): TenantModel {
  const { delta, seq, atMs } = frame;
  return {
    seq,
    atMs,
    tenant: model.tenant,
    row: delta.row,
    series: mergeSeries(model.series, delta.series, CHART_SPAN_MS),
    destinations: delta.destinations ?? model.destinations,
    reasons: delta.reasons ?? model.reasons,
    lines: delta.lines && delta.lines.length > 0 ? newest([...model.lines, ...delta.lines]) : model.lines,
    coverage: delta.coverage,
    rules: delta.rules ?? model.rules,
  };
}
