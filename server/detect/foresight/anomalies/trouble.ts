/** Which scopes are in trouble: what is measured there says nothing of what is usual. */
import type { ForesightFacts, ScopeInfo } from '../types.ts';
import { keyOf } from '../types.ts';

/** From this share of its tenants on a cluster, or the platform, is in trouble with them. */
const SHARE = 0.25;

/** Keys of the scopes that have an alarm up: their own, their cluster's, or those of a good part of their tenants. */
export function inTrouble(
  scopes: readonly ScopeInfo[],
  alarms: ForesightFacts['alarms'],
): ReadonlySet<string> {
  const tenants = new Set<string>();
  const clusters = new Set<string>();
  for (const { scope } of alarms)
    if (scope.kind === 'tenant') tenants.add(scope.id);
    else if (scope.kind === 'cluster') clusters.add(scope.id);
  const owned = scopes.filter(({ kind }) => kind === 'tenant');
  for (const { id, cluster } of owned) if (cluster !== null && clusters.has(cluster)) tenants.add(id);
  const isMuch = (of: readonly ScopeInfo[]) =>
    of.length > 0 && of.filter(({ id }) => tenants.has(id)).length >= SHARE * of.length;
  const isHit = (scope: ScopeInfo): boolean => {
    if (scope.kind === 'tenant') return tenants.has(scope.id);
    // Alarms of the platform itself are mostly of those who watch it, and say nothing of its mail.
    if (scope.kind === 'platform') return clusters.size > 0 || isMuch(owned);
    return clusters.has(scope.id) || isMuch(owned.filter(({ cluster }) => cluster === scope.id));
  };
  return new Set(scopes.filter(isHit).map(keyOf));
}
