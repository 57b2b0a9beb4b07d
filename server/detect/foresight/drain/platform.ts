/** When the last cluster is through: what one can deliver is of no use to another's queue. */
import type { DrainForecast } from '../../../../shared/foresight.ts';

/** A cluster with a smaller part of what waits decides nothing. */
const LEAST_SHARE = 0.05;

export interface ClusterDrain {
  readonly name: string;
  readonly now: DrainForecast;
}

/** What is said of the platform. `own`: what would follow if all of it were one queue; so it is while no cluster is behind. */
export function platformDrain(own: DrainForecast, clusters: readonly ClusterDrain[]): DrainForecast {
  if (own.state === 'clear' || own.waiting === null) return own;
  const { waiting } = own;
  const behind = clusters.flatMap(({ name, now }) =>
    now.state === 'clear' || (now.waiting ?? 0) < LEAST_SHARE * waiting ? [] : [{ name, now }],
  );
  if (behind.length === 0) return own;
  const endless = ['growing', 'no-estimate'].flatMap((state) =>
    behind.filter(({ now }) => now.state === state),
  );
  const [worst] = endless;
  // It grows by what it grows as a whole, where it does.
  if (worst?.now.state === 'growing' && own.state === 'growing') return own;
  if (worst) return { ...worst.now, waiting, reason: `${worst.name}: ${worst.now.reason}` };
  // Tenants of no cluster are in the whole only.
  const inClusters = behind.reduce((sum, { now }) => sum + (now.waiting ?? 0), 0);
  if (inClusters >= (1 - LEAST_SHARE) * waiting) return lastOf(own, behind, waiting);
  return own.state === 'forecast' ? lastOf(own, [...behind, { name: 'all', now: own }], waiting) : own;
}

/** All are over with the last, and not before it. */
function lastOf(own: DrainForecast, behind: readonly ClusterDrain[], waiting: number): DrainForecast {
  const forecasts = behind.flatMap(({ name, now }) => (now.state === 'forecast' ? [{ name, now }] : []));
  const [last] = forecasts.sort((a, b) => b.now.toMs - a.now.toMs);
  if (!last) return own;
  const fromMs = Math.max(...forecasts.map(({ now }) => now.fromMs));
  return { ...last.now, fromMs, waiting, reason: `${last.name}: ${last.now.reason}` };
}
