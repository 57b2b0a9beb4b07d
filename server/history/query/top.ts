import type { TopAnswer, TopRow } from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import { columnsOf, wantedFor } from '../series.ts';
import type { StoredWindow, Tier, Wanted, WindowReader } from '../store.ts';
import { contextOf } from './columns.ts';
import type { CoverageBook } from './coverage.ts';
import {
  directionsOf,
  extentsOf,
  finerThan,
  makeStep,
  readCoverage,
  rolledUpTo,
  storedParts,
} from './steps.ts';
import { snapRange } from './tier.ts';
import type { TenantRef, TopQuery } from './types.ts';

/** Windows that are read for fine ends of the range, and at most. */
const FINE_ROWS = 40_000;
const MAX_ROWS = 250_000;

/** The tenants with the highest (or lowest) value over the whole range, each made from merged windows. */
export function topOf(
  reader: WindowReader,
  query: TopQuery,
  tenants: readonly TenantRef[],
  nowMs: number,
): TopAnswer {
  const wantedTenants = tenants.filter(
    ({ cluster }) => query.cluster === undefined || cluster === query.cluster,
  );
  const many = Math.max(1, tenants.length);
  const { fromMs, toMs, tier } = snapRange(
    query.fromMs,
    Math.min(query.toMs, nowMs),
    extentsOf(reader),
    FINE_ROWS / many,
  );
  const rows = Math.ceil((many * (toMs - fromMs)) / (tier * 1000));
  if (rows > MAX_ROWS)
    throw new AppError(
      'too-large',
      `would take ${rows} windows, ${MAX_ROWS} are allowed; ask for a shorter range`,
    );
  const byScope = groupByScope(readInstant(reader, tier, { fromMs, toMs }, wantedFor([query.metric])));
  const context = contextOf(reader, [query.metric], 0, toMs);
  const books = new Map<string, CoverageBook>();
  const valueOf = ({ id, cluster = '' }: TenantRef): number | null => {
    const book = books.get(cluster) ?? readCoverage(reader, cluster, fromMs, toMs);
    books.set(cluster, book);
    const range = { beginMs: fromMs, endMs: toMs };
    const parts = storedParts(byScope.get(id) ?? [], directionsOf(query.direction));
    const step = makeStep(parts, range, book);
    return columnsOf([query.metric], [step], 0, context)[query.metric]?.[0] ?? null;
  };
  const known = wantedTenants.flatMap((tenant): TopRow[] => {
    const value = valueOf(tenant);
    return value === null ? [] : [{ id: tenant.id, value }];
  });
  const sign = query.order === 'highest' ? -1 : 1;
  return {
    metric: query.metric,
    fromMs,
    toMs,
    rows: known.sort((a, b) => sign * (a.value - b.value) || (a.id < b.id ? -1 : 1)).slice(0, query.limit),
    unknown: wantedTenants.length - known.length,
  };
}

/** Windows of all scopes in a range; what a coarser tier does not hold yet comes from the finer one. */
export function readInstant(
  reader: WindowReader,
  tier: Tier,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  wanted: Wanted,
): readonly StoredWindow[] {
  const finer = finerThan(tier);
  if (finer === undefined) return reader.instant(tier, fromMs, toMs, wanted);
  const restMs = Math.max(fromMs, rolledUpTo(reader, tier));
  const read = fromMs < restMs ? reader.instant(tier, fromMs, Math.min(restMs, toMs), wanted) : [];
  return restMs >= toMs ? read : [...read, ...readInstant(reader, finer, { fromMs: restMs, toMs }, wanted)];
}

/** Stored windows by their scope. */
export function groupByScope(all: readonly StoredWindow[]): ReadonlyMap<string, readonly StoredWindow[]> {
  const byScope = new Map<string, StoredWindow[]>();
  for (const stored of all) {
    const others = byScope.get(stored.scope);
    if (others) others.push(stored);
    else byScope.set(stored.scope, [stored]);
  }
  return byScope;
}
