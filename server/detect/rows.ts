import {
  type Feed,
  type FeedCoverage,
  type Level,
  LEVELS,
  type PlatformRow,
  type WallRow,
} from '../../shared/protocol.ts';
import { bucketOf } from '../../shared/histogram.ts';
import { type QueueGauge, queueTotal } from '../../shared/window.ts';
import { type CensoredQuantile, effectiveQuantile, type Rolling, ROLLING_MS } from '../aggregate/rolling.ts';
import { type Direction, IN, OUT, type Scopes } from '../aggregate/scope.ts';
import type { Thresholds } from '../base/config.ts';
import type { Recent } from '../history/recent.ts';
import { spamShare } from '../history/series.ts';
import { noDataReason } from './coverage.ts';
import { judge, type Judgement, type Vitals } from './signals.ts';

/** The trend compares with this long ago. */
const TREND_SECONDS = 300;

type ClusterCoverage = Readonly<Record<Feed, FeedCoverage>>;

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
  const { recent, scope, before, nowMs } = input;
  const inbound = recent.rolling(scope, IN);
  const outbound = recent.rolling(scope, OUT);
  const [queueIn, queueOut] = [queuesOf(recent, scope, IN), queuesOf(recent, scope, OUT)];
  const queues = [...queueIn, ...queueOut];
  const inboundLag = lagOf(inbound, queueIn);
  const outboundLag = lagOf(outbound, queueOut);
  // The headline is what reaches the tenant's mailboxes; who only sends has the other.
  const lag = inboundLag ?? outboundLag;
  const spam = spamShare(inbound.counts, (input.coverage?.filter.expected ?? 0) > 0, input.milterSeen);
  const access = recent.access(scope);
  const queueDepth = depthOf(queues, input.coverage);
  const vitals: Vitals = {
    noData: noDataReason(input.coverage),
    lagP95Ms: lag?.valueMs ?? null,
    isLagFloor: lag?.isFloor ?? false,
    messagesBeyond: (limitMs) =>
      beyond(inboundLag ? inbound : outbound, inboundLag ? queueIn : queueOut, limitMs),
    outboundLagP95Ms: outboundLag?.valueMs ?? null,
    outboundBeyond: (limitMs) => beyond(outbound, queueOut, limitMs),
    users: access?.users ?? 0,
    failingUsers: access?.failing ?? 0,
    queueNow: queueDepth,
    ready: queues.reduce((sum, gauge) => sum + gauge.incoming + gauge.active, 0),
    hold: queues.reduce((sum, gauge) => sum + gauge.hold, 0),
    deliveredPerMinute: perMinute(inbound, 'delivered') + perMinute(outbound, 'delivered'),
    spamPercent: spam.percent,
    spamN: spam.n,
    bounced: inbound.counts.bounced + outbound.counts.bounced,
    finished:
      inbound.counts.bounced + outbound.counts.bounced + inbound.counts.delivered + outbound.counts.delivered,
  };
  const judgement = judge(vitals, input.limits);
  return {
    ...judgement,
    sinceMs: since(before, judgement, nowMs),
    queueDepth,
    spamPercent: round(spam.percent),
    spamN: spam.n,
    lagP95Ms: round(lag?.valueMs ?? null),
    isLagFloor: lag?.isFloor ?? false,
    accessPercent: access ? round(100 * (1 - access.failing / access.users)) : null,
    trend: trendOf(queueDepth, recent.depthAgo(scope, TREND_SECONDS)),
  };
}

/** When the level began: it keeps its beginning while it stays the same. */
function since(before: WallRow | undefined, { level }: Judgement, nowMs: number): number {
  return before?.level === level ? before.sinceMs : nowMs;
}

/** With a listing expected but none yet, the depth is not known: what the log alone tells is less than the truth. */
function depthOf(queues: readonly QueueGauge[], coverage: ClusterCoverage | undefined): number | null {
  if (!coverage) return null;
  const feed = coverage.queue.expected > 0 ? coverage.queue : coverage.flow;
  if (feed.asOfMs === null) return null;
  return queues.reduce((sum, gauge) => sum + queueTotal(gauge), 0);
}

function trendOf(now: number | null, before: number | null): WallRow['trend'] {
  if (now === null || before === null) return null;
  const step = Math.max(5, before * 0.1);
  return now > before + step ? 'up' : now < before - step ? 'down' : 'flat';
}

function queuesOf(recent: Recent, scope: number, direction: Direction): readonly QueueGauge[] {
  const gauge = recent.queue(scope, direction);
  return gauge ? [gauge] : [];
}

function lagOf(rolling: Rolling, queues: readonly QueueGauge[]): CensoredQuantile | undefined {
  return effectiveQuantile(
    [rolling.effectiveLag],
    queues.map(({ waiting }) => waiting),
    0.95,
  );
}

/** Messages delivered later, or waiting longer, than the limit. */
function beyond(rolling: Rolling, queues: readonly QueueGauge[], limitMs: number): number {
  const limit = bucketOf(limitMs);
  let count = 0;
  for (const histogram of [rolling.effectiveLag, ...queues.map(({ waiting }) => waiting)]) {
    for (const [bucket, n] of histogram.entries()) if (bucket > limit) count += n;
  }
  return count;
}

function perMinute({ counts }: Rolling, name: 'accepted' | 'delivered'): number {
  return counts[name] / (ROLLING_MS / 60_000);
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
  const { recent, scopes, coverage, rows } = input;
  const sum = recent.rolling(scopes.platform, IN);
  const lost = recent.rolling(scopes.unattributed, IN);
  const gauge = recent.queue(scopes.platform, IN);
  const queues = gauge ? [gauge] : [];
  const lag = effectiveQuantile(
    [sum.effectiveLag],
    queues.map(({ waiting }) => waiting),
    0.95,
  );
  const spam = spamShare(sum.counts, (coverage?.filter.expected ?? 0) > 0, input.milterSeen);
  const access = recent.access(scopes.platform);
  const hasFlow = coverage?.flow.asOfMs != null;
  const attempts = ({ counts }: Rolling) => counts.delivered + counts.deferred + counts.bounced;
  return {
    queueDepth: depthOf(queues, coverage),
    spamPercent: round(spam.percent),
    lagP95Ms: round(lag?.valueMs ?? null),
    isLagFloor: lag?.isFloor ?? false,
    accessPercent: access ? round(100 * (1 - access.failing / access.users)) : null,
    acceptedPerMinute: hasFlow ? round(perMinute(sum, 'accepted')) : null,
    deliveredPerMinute: hasFlow ? round(perMinute(sum, 'delivered')) : null,
    oldestWaitingMs: round(gauge?.oldestMs ?? null),
    unattributedPercent: attempts(sum) > 0 ? round((100 * attempts(lost)) / attempts(sum)) : null,
    sourcesUp: input.sourcesUp,
    sourcesExpected: input.sourcesExpected,
    levels: Object.fromEntries(
      LEVELS.map((level) => [level, rows.filter((row) => row.level === level).length]),
    ) as Record<Level, number>,
  };
}

/** What a tile shows: three significant figures are enough on the wire. */
function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
