/** What the parts look at, put together from the pipeline. */
import type { PlatformEvent } from '../../../shared/foresight.ts';
import type { TenantEntry } from '../../../shared/protocol.ts';
import type { Books } from '../../aggregate/books.ts';
import type { Live } from '../live-state.ts';
import type { Season } from './season.ts';
import type { ForesightFacts, ScopeInfo } from './types.ts';

export interface FactsSources {
  readonly live: Live & { readonly books: Books };
  readonly speed: number;
  readonly season: Season;
  readonly events: (nowMs: number) => readonly PlatformEvent[];
  readonly alarms: () => ForesightFacts['alarms'];
}

/** Facts of a moment; the scopes are worked out once. */
export function createForesightFacts(sources: FactsSources): (nowMs: number) => ForesightFacts {
  const { live, speed, season, events, alarms } = sources;
  const scopes = scopeInfos(live.entries);
  return (atMs) => ({
    ...{ atMs, speed, live, scopes, season },
    books: live.books,
    events: events(atMs),
    alarms: alarms(),
  });
}

/** Tenants in their order (the unattributed are none), clusters by name, the platform. */
export function scopeInfos(entries: readonly TenantEntry[]): readonly ScopeInfo[] {
  const owned = entries.slice(0, -1);
  const tenants = owned.map(({ id, name, cluster, mailboxes }, place): ScopeInfo => ({
    ...{ kind: 'tenant', id, name, places: [place] },
    cluster: cluster ?? null,
    mailboxes: mailboxes ?? null,
  }));
  const names = [...new Set(owned.flatMap(({ cluster }) => cluster ?? []))].sort();
  const clusters = names.map((cluster): ScopeInfo => {
    const places = owned.flatMap((entry, place) => (entry.cluster === cluster ? [place] : []));
    const mailboxes = sumOf(places.map((place) => owned[place]?.mailboxes));
    return { kind: 'cluster', id: cluster, name: `cluster ${cluster}`, cluster, mailboxes, places };
  });
  const platform: ScopeInfo = {
    ...{ kind: 'platform', id: '', name: 'the platform', cluster: null },
    mailboxes: sumOf(owned.map(({ mailboxes }) => mailboxes)),
    places: owned.map((_, place) => place),
  };
  return [...tenants, ...clusters, platform];
}

/** Null as soon as one of them is not known. */
function sumOf(numbers: readonly (number | undefined)[]): number | null {
  let sum = 0;
  for (const n of numbers) {
    if (n === undefined) return null;
    sum += n;
  }
  return sum;
}
