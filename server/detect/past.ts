import type { WallAt } from '../../shared/history.ts';
import type { TenantEntry, WallRow } from '../../shared/protocol.ts';
import { type Counts, emptyCounts } from '../../shared/window.ts';
import type { Thresholds } from '../base/config.ts';
import type { PastLag, PastMoment, PastScope } from '../history/query/types.ts';
import { type ClusterCoverage, type LagFacts, platformOf, rowOf } from './row-facts.ts';

/** Limits of lag that a judgement looks beyond, in the order in which a moment is gathered with them. */
export function lagLimits({ lagMediumMs, lagHighMs, lagCriticalMs }: Thresholds): readonly number[] {
  return [lagMediumMs, lagHighMs, lagCriticalMs];
}

/** The wall as the same judgement sees it in what was kept of a moment. `entries`: the tenants as they were gathered, then the unattributed. */
export function wallAtMoment(
  moment: PastMoment,
  entries: readonly TenantEntry[],
  limits: Thresholds,
): WallAt {
  const { atMs, coverage, platform, unattributed, sources } = moment;
  const scopes = entries.map((_, i) => moment.tenants[i] ?? unattributed);
  const rows = scopes.map((scope, i) => rowAt(scope, coverage[entries[i]?.cluster ?? ''], moment, limits));
  return {
    atMs,
    tierSeconds: moment.tierSeconds,
    missing: moment.missing,
    tenants: entries,
    rows,
    sparks: scopes.map(({ spark }) => spark),
    platform: platformOf({
      sums: countsOf(platform, 0),
      unattributed: countsOf(unattributed, 0),
      lag: platform.lag[0],
      queueDepth: platform.queue?.depth ?? null,
      oldestWaitingMs: platform.queue?.oldestMs ?? null,
      access: platform.access,
      coverage: coverage[''],
      milterSeen: moment.milterSeen,
      rows,
      sourcesUp: sources.up,
      sourcesExpected: sources.expected,
    }),
    coverage,
    demo: null,
  };
}

function rowAt(
  scope: PastScope,
  coverage: ClusterCoverage | undefined,
  { milterSeen, atMs }: PastMoment,
  limits: Thresholds,
): WallRow {
  const facts = {
    inbound: countsOf(scope, 0),
    outbound: countsOf(scope, 1),
    lags: { inbound: lagFacts(scope.lag[0], limits), outbound: lagFacts(scope.lag[1], limits) },
    queueDepth: scope.queue?.depth ?? null,
    ready: scope.queue?.ready ?? 0,
    hold: scope.queue?.hold ?? 0,
    depthBefore: scope.depthBefore,
    access: scope.access,
    coverage,
    milterSeen,
  };
  return rowOf(facts, limits, undefined, atMs);
}

function countsOf({ counts }: PastScope, direction: 0 | 1): Counts {
  return { ...emptyCounts(), ...counts[direction] };
}

function lagFacts(lag: PastLag | null, limits: Thresholds): LagFacts {
  return { lag, beyond: (limitMs) => lag?.beyond[lagLimits(limits).indexOf(limitMs)] ?? 0 };
}
