import type { CompareKind, ScopeRef, SeriesComparison } from '../../../shared/history.ts';
import { columnsOf } from '../series.ts';
import type { WindowReader } from '../store.ts';
import { readCoverage, storedSteps } from './steps.ts';
import { contextOf, readColumns, type SeriesPlan } from './columns.ts';
import { type Extents, tierOfStep } from './tier.ts';
import type { TenantRef } from './types.ts';

/** Windows that may be read for a median over the tenants; more would keep other questions waiting. */
const MAX_MEDIAN_ROWS = 30_000;
const DAY_MS = 86_400_000;
const SHIFT_MS = { yesterday: DAY_MS, lastWeek: 7 * DAY_MS } as const;

export interface CompareInput {
  readonly reader: WindowReader;
  readonly plan: SeriesPlan;
  readonly scope: ScopeRef;
  readonly tenants: readonly TenantRef[];
  readonly extents: Extents;
}

/** The comparison, or why there is none. */
export interface Compared {
  readonly comparison?: SeriesComparison;
  readonly note?: string;
}

/** The same metrics of another day, or the median of the tenants, step by step. */
export function compareWith(kind: CompareKind, input: CompareInput): Compared {
  return kind === 'platformMedian' ? medianOf(input) : shifted(kind, SHIFT_MS[kind], input);
}

function shifted(
  kind: CompareKind,
  byMs: number,
  { reader, plan, scope, tenants, extents }: CompareInput,
): Compared {
  const firstMs = plan.firstMs - byMs;
  // What is no longer kept finely may still be kept in windows as long as the steps.
  const tier = tierOfStep(plan.stepMs);
  const oldestMs = extents[tier]?.oldestMs ?? Infinity;
  if (oldestMs >= firstMs + plan.steps * plan.stepMs)
    return { note: `${kind}: nothing as fine as these steps is kept of that time` };
  const { metrics } = readColumns(reader, { ...plan, tier, firstMs }, scope, tenants);
  return { comparison: { kind, metrics } };
}

function medianOf({ reader, plan, tenants }: CompareInput): Compared {
  const kind = 'platformMedian';
  const rows = tenants.length * Math.ceil((plan.steps * plan.stepMs) / (plan.tier * 1000));
  if (tenants.length === 0 || rows > MAX_MEDIAN_ROWS)
    return {
      note: `${kind}: would take ${rows} windows, ${MAX_MEDIAN_ROWS} are allowed; ask for a shorter range`,
    };
  const toMs = plan.firstMs + plan.steps * plan.stepMs;
  const context = contextOf(reader, plan.metrics, 0, toMs);
  const books = new Map<string, ReturnType<typeof readCoverage>>();
  const columns = tenants.map(({ id, cluster = '' }) => {
    const book = books.get(cluster) ?? readCoverage(reader, cluster, plan.firstMs, toMs);
    books.set(cluster, book);
    return columnsOf(plan.metrics, storedSteps(reader, { ...plan, scope: id }, book), 0, context);
  });
  const metrics = Object.fromEntries(
    plan.metrics.map((name) => [
      name,
      Array.from({ length: plan.steps }, (_, i) =>
        median(columns.map((column) => column[name]?.[i] ?? null)),
      ),
    ]),
  );
  return { comparison: { kind, metrics } };
}

/** Of what is known; null when nothing is. */
export function median(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (known.length === 0) return null;
  const middle = known.length >> 1;
  const upper = known[middle] ?? null;
  const lower = known[middle - 1];
  return known.length % 2 === 1 || lower === undefined || upper === null ? upper : (lower + upper) / 2;
}
