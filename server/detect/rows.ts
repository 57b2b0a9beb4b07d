import type { PlatformRow, WallRow } from '../../shared/protocol.ts';
import { type QueueGauge, queueTotal } from '../../shared/window.ts';
import { countBeyond } from '../aggregate/rolling.ts';
import { type Direction, IN, OUT, type Scopes } from '../aggregate/scope.ts';
import type { Thresholds } from '../base/config.ts';
import type { Recent } from '../history/recent.ts';
import { type ClusterCoverage, type LagFacts, platformOf, rowOf } from './row-facts.ts';

/** The trend compares with this long ago. */
const TREND_SECONDS = 300;

/** Everything one row is made of. */
export interface RowInput {
  readonly recent: Recent;
  readonly scope: number;
  readonly coverage: ClusterCoverage | undefined;
  readonly limits: Thresholds;
  readonly milterSeen: boolean;
  readonly before: WallRow | undefined;
  readonly nowMs: number;
}

/** The row of one tenant (or of the unattributed). */
export function wallRow(input: RowInput): WallRow {
  const { recent, scope, coverage, milterSeen } = input;
  const queues = [...queuesOf(recent, scope, IN), ...queuesOf(recent, scope, OUT)];
  const facts = {
    inbound: recent.rolling(scope, IN).counts,
    outbound: recent.rolling(scope, OUT).counts,
    lags: { inbound: lagOf(recent, scope, IN), outbound: lagOf(recent, scope, OUT) },
    queueDepth: depthOf(queues, coverage),
    ready: total(queues, (gauge) => gauge.incoming + gauge.active),
    hold: total(queues, (gauge) => gauge.hold),
    depthBefore: recent.depthAgo(scope, TREND_SECONDS),
    access: recent.access(scope),
    coverage,
    milterSeen,
  };
  return rowOf(facts, input.limits, input.before, input.nowMs);
}

export interface PlatformInput {
  readonly recent: Recent;
  readonly scopes: Scopes;
  readonly coverage: ClusterCoverage | undefined;
  readonly milterSeen: boolean;
  readonly rows: readonly WallRow[];
  readonly sourcesUp: number;
  readonly sourcesExpected: number;
}

export function platformRow(input: PlatformInput): PlatformRow {
  const { recent, scopes, coverage } = input;
  const queues = queuesOf(recent, scopes.platform, IN);
  return platformOf({
    ...input,
    sums: recent.rolling(scopes.platform, IN).counts,
    unattributed: recent.rolling(scopes.unattributed, IN).counts,
    lag: lagOf(recent, scopes.platform, IN).lag,
    queueDepth: depthOf(queues, coverage),
    oldestWaitingMs: queues[0]?.oldestMs ?? null,
    access: recent.access(scopes.platform),
  });
}

function total(queues: readonly QueueGauge[], read: (gauge: QueueGauge) => number): number {
  return queues.reduce((sum, gauge) => sum + read(gauge), 0);
}

/** With a listing expected but none yet, the depth is not known: what the log alone tells is less than the truth. */
function depthOf(queues: readonly QueueGauge[], coverage: ClusterCoverage | undefined): number | null {
  if (!coverage) return null;
  const feed = coverage.queue.expected > 0 ? coverage.queue : coverage.flow;
  if (feed.asOfMs === null) return null;
  return total(queues, queueTotal);
}

function queuesOf(recent: Recent, scope: number, direction: Direction): readonly QueueGauge[] {
  const gauge = recent.queue(scope, direction);
  return gauge ? [gauge] : [];
}

function lagOf(recent: Recent, scope: number, direction: Direction): LagFacts {
  return {
    lag: recent.lagP95(scope, direction),
    beyond: (limitMs) => {
      const { effectiveLag } = recent.rolling(scope, direction);
      const waiting = queuesOf(recent, scope, direction).map((gauge) => gauge.waiting);
      return countBeyond([effectiveLag, ...waiting], limitMs);
    },
  };
}
