import type { DestinationTotals, TablesAnswer } from '../../../shared/history.ts';
import { addCount, addDestination, Window } from '../../../shared/window.ts';
import type { WindowReader } from '../store.ts';
import { dsnLabel } from './dsn.ts';
import { directionsOf, extentsOf, readRange, scopeName } from './steps.ts';
import { snapRange } from './tier.ts';
import type { TablesQuery } from './types.ts';

/** The provider behind a destination domain: the one that runs its mailboxes. */
export type ProviderOf = (domain: string) => string;

/** Tables of one scope over a range that is moved out to whole windows; the answer says which. */
export function tablesOf(
  reader: WindowReader,
  query: TablesQuery,
  providerOf: ProviderOf,
  nowMs: number,
): TablesAnswer {
  const asked = snapRange(query.fromMs, Math.min(query.toMs, nowMs), extentsOf(reader));
  const { fromMs, toMs, tier } = asked;
  const of = { scope: scopeName(query.scope), tier, wanted: { tables: true } };
  const sum = new Window();
  for (const { parts } of readRange(reader, of, fromMs, toMs))
    for (const direction of directionsOf(query.direction)) addTables(sum, parts[direction]);
  const destinations = [...(sum.destinations ?? [])].map(([destination, counts]) => ({
    destination,
    ...counts,
  }));
  const first = <T>(rows: readonly T[], size: (row: T) => number) =>
    [...rows].sort((a, b) => size(b) - size(a)).slice(0, query.limit);
  return {
    fromMs,
    toMs,
    destinations: first(destinations, volume),
    providers: first(byProvider(destinations, providerOf), volume),
    causes: first(
      [...(sum.causes ?? [])].map(([key, count]) => ({ ...causeOf(key), count })),
      ({ count }) => count,
    ),
    bounces: first(
      [...(sum.bounces ?? [])].map(([dsn, count]) => ({ dsn, label: dsnLabel(dsn), count })),
      ({ count }) => count,
    ),
  };
}

function addTables(sum: Window, window: Window | null): void {
  if (!window) return;
  for (const [key, counts] of window.destinations ?? []) addDestination(sum, key, counts);
  for (const [key, count] of window.causes ?? []) sum.causes = addCount(sum.causes, key, count);
  for (const [key, count] of window.bounces ?? []) sum.bounces = addCount(sum.bounces, key, count);
}

function volume({ delivered, deferred, bounced }: DestinationTotals): number {
  return delivered + deferred + bounced;
}

/** Key of `Window.causes`. */
function causeOf(key: string): { destination: string; reason: string } {
  const tab = key.indexOf('\t');
  return { destination: key.slice(0, Math.max(0, tab)), reason: key.slice(tab + 1) };
}

function byProvider(
  rows: readonly DestinationTotals[],
  providerOf: ProviderOf,
): (DestinationTotals & { destinations: number })[] {
  const sums = new Map<
    string,
    { delivered: number; deferred: number; bounced: number; destinations: number }
  >();
  for (const { destination, delivered, deferred, bounced } of rows) {
    const provider = providerOf(destination);
    const before = sums.get(provider) ?? { delivered: 0, deferred: 0, bounced: 0, destinations: 0 };
    sums.set(provider, {
      delivered: before.delivered + delivered,
      deferred: before.deferred + deferred,
      bounced: before.bounced + bounced,
      destinations: before.destinations + 1,
    });
  }
  return [...sums].map(([destination, totals]) => ({ destination, ...totals }));
}
