import {
  type Feed,
  type FeedCoverage,
  type Level,
  LEVELS,
  type PlatformRow,
  type WallRow,
} from '../../shared/protocol.ts';
import { bucketOf } from '../../shared/histogram.ts';
import { type AccessGauge, type QueueGauge, queueTotal } from '../../shared/window.ts';
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
  const { recent, scope, before, nowMs, coverage } = input;
  const inbound = recent.rolling(scope, IN).counts;
  const outbound = recent.rolling(scope, OUT).counts;
  const queues = [...queuesOf(recent, scope, IN), ...queuesOf(recent, scope, OUT)];
  const spam = spamShare(inbound, hasFilter(coverage), input.milterSeen);
  const access = recent.access(scope);
  const queueDepth = depthOf(queues, coverage);
  const lag = lagVitals(recent, scope);
  const bounced = inbound.bounced + outbound.bounced;
  const delivered = inbound.delivered + outbound.delivered;
  const vitals: Vitals = {
    ...lag,
    noData: noDataReason(coverage),
    access,
    ready: total(queues, (gauge) => gauge.incoming + gauge.active),
    hold: total(queues, (gauge) => gauge.hold),
    deliveredPerMinute: perMinute(delivered),
    spamPercent: spam.percent,
    spamN: spam.n,
    bounced,
    finished: bounced + delivered,
  };
  const judgement = judge(vitals, input.limits);
  return {
    ...judgement,
    sinceMs: since(before, judgement, nowMs),
    queueDepth,
    spamPercent: round(spam.percent),
    spamN: spam.n,
    lagP95Ms: round(lag.lagP95Ms),
    isLagFloor: lag.isLagFloor,
    accessPercent: accessPercent(access),
    trend: trendOf(queueDepth, recent.depthAgo(scope, TREND_SECONDS)),
  };
}

type LagVitals = Pick<
  Vitals,
  'lagP95Ms' | 'isLagFloor' | 'messagesBeyond' | 'outboundLagP95Ms' | 'outboundBeyond'
>;

/** The headline is what reaches the tenant's mailboxes; who only sends has the other. */
function lagVitals(recent: Recent, scope: number): LagVitals {
  const [inbound, outbound] = [IN, OUT].map((direction) => {
    const [rolling, queues] = [
      recent.rolling(scope, direction as Direction),
      queuesOf(recent, scope, direction as Direction),
    ];
    return { lag: lagOf(rolling, queues), beyond: (limitMs: number) => beyond(rolling, queues, limitMs) };
  });
  const shown = inbound?.lag ? inbound : outbound;
  return {
    lagP95Ms: shown?.lag?.valueMs ?? null,
    isLagFloor: shown?.lag?.isFloor ?? false,
    messagesBeyond: (limitMs) => shown?.beyond(limitMs) ?? 0,
    outboundLagP95Ms: outbound?.lag?.valueMs ?? null,
    outboundBeyond: (limitMs) => outbound?.beyond(limitMs) ?? 0,
  };
}

function hasFilter(coverage: ClusterCoverage | undefined): boolean {
  return coverage !== undefined && coverage.filter.expected > 0;
}

function accessPercent(gauge: AccessGauge | null): number | null {
  return gauge && round(100 * (1 - gauge.failing / gauge.users));
}

function total(queues: readonly QueueGauge[], read: (gauge: QueueGauge) => number): number {
  return queues.reduce((sum, gauge) => sum + read(gauge), 0);
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
  return total(queues, queueTotal);
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

/** A count of five minutes as a rate. */
function perMinute(count: number): number {
  return count / (ROLLING_MS / 60_000);
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
  const queues = queuesOf(recent, scopes.platform, IN);
  const lag = lagOf(sum, queues);
  const rate = (count: number) =>
    coverage && coverage.flow.asOfMs !== null ? round(perMinute(count)) : null;
  return {
    queueDepth: depthOf(queues, coverage),
    spamPercent: round(spamShare(sum.counts, hasFilter(coverage), input.milterSeen).percent),
    lagP95Ms: round(lag?.valueMs ?? null),
    isLagFloor: lag?.isFloor ?? false,
    accessPercent: accessPercent(recent.access(scopes.platform)),
    acceptedPerMinute: rate(sum.counts.accepted),
    deliveredPerMinute: rate(sum.counts.delivered),
    oldestWaitingMs: round(queues[0]?.oldestMs ?? null),
    unattributedPercent: share(attempts(recent.rolling(scopes.unattributed, IN)), attempts(sum)),
    sourcesUp: input.sourcesUp,
    sourcesExpected: input.sourcesExpected,
    levels: countLevels(rows),
  };
}

function attempts({ counts }: Rolling): number {
  return counts.delivered + counts.deferred + counts.bounced;
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? round((100 * part) / whole) : null;
}

function countLevels(rows: readonly WallRow[]): Record<Level, number> {
  const count = (level: Level) => rows.filter((row) => row.level === level).length;
  return Object.fromEntries(LEVELS.map((level) => [level, count(level)])) as Record<Level, number>;
}

/** What a tile shows: three significant figures are enough on the wire. */
function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
