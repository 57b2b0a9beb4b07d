/** What one row is judged by, wherever it comes from: the last minutes in memory, or the stored windows of a night long ago. */
import {
  type Feed,
  type FeedCoverage,
  type Level,
  LEVELS,
  type PlatformRow,
  type WallRow,
} from '../../shared/protocol.ts';
import type { AccessGauge, Counts } from '../../shared/window.ts';
import { ROLLING_MS } from '../aggregate/rolling.ts';
import type { Thresholds } from '../base/config.ts';
import { spamShare } from '../history/series.ts';
import { noDataReason } from './coverage.ts';
import { judge, type Judgement, type Vitals } from './signals.ts';

export type ClusterCoverage = Readonly<Record<Feed, FeedCoverage>>;

/** Effective lag of one direction, 95th percentile; null: nothing was delivered and nobody waits. */
export interface LagFacts {
  readonly lag: { readonly valueMs: number; readonly isFloor: boolean } | null;
  /** Messages delivered later, or waiting longer, than a limit. */
  readonly beyond: (limitMs: number) => number;
}

export interface RowFacts {
  /** Sums of five minutes, of what the tenant receives and of what it sends. */
  readonly inbound: Counts;
  readonly outbound: Counts;
  readonly lags: { readonly inbound: LagFacts; readonly outbound: LagFacts };
  /** Recipients waiting; null: not known. */
  readonly queueDepth: number | null;
  /** Of them in incoming and active, and those on hold, as far as known. */
  readonly ready: number;
  readonly hold: number;
  /** Queue depth five minutes before; null: not known. */
  readonly depthBefore: number | null;
  readonly access: AccessGauge | null;
  readonly coverage: ClusterCoverage | undefined;
  readonly milterSeen: boolean;
}

/** The row that follows from the facts. `before`: the row a moment ago, whose level may go on. */
export function rowOf(
  facts: RowFacts,
  limits: Thresholds,
  before: WallRow | undefined,
  nowMs: number,
): WallRow {
  const { inbound, outbound, access, queueDepth } = facts;
  const spam = spamShare(inbound, hasFilter(facts.coverage), facts.milterSeen);
  const lag = lagVitals(facts);
  const bounced = inbound.bounced + outbound.bounced;
  const delivered = inbound.delivered + outbound.delivered;
  const judgement = judge(
    {
      ...lag,
      noData: noDataReason(facts.coverage),
      access,
      ready: facts.ready,
      hold: facts.hold,
      deliveredPerMinute: perMinute(delivered),
      spamPercent: spam.percent,
      spamN: spam.n,
      bounced,
      finished: bounced + delivered,
    },
    limits,
  );
  return {
    ...judgement,
    sinceMs: since(before, judgement, nowMs),
    queueDepth,
    spamPercent: round(spam.percent),
    spamN: spam.n,
    lagP95Ms: round(lag.lagP95Ms),
    isLagFloor: lag.isLagFloor,
    accessPercent: accessPercent(access),
    trend: trendOf(queueDepth, facts.depthBefore),
  };
}

export interface PlatformFacts {
  readonly sums: Counts;
  readonly unattributed: Counts;
  readonly lag: LagFacts['lag'];
  readonly queueDepth: number | null;
  readonly oldestWaitingMs: number | null;
  readonly access: AccessGauge | null;
  readonly coverage: ClusterCoverage | undefined;
  readonly milterSeen: boolean;
  readonly rows: readonly WallRow[];
  readonly sourcesUp: number;
  readonly sourcesExpected: number;
}

/** The row of the whole platform. */
export function platformOf(facts: PlatformFacts): PlatformRow {
  const { sums, coverage, lag } = facts;
  const rate = (count: number) =>
    coverage && coverage.flow.asOfMs !== null ? round(perMinute(count)) : null;
  return {
    queueDepth: facts.queueDepth,
    spamPercent: round(spamShare(sums, hasFilter(coverage), facts.milterSeen).percent),
    lagP95Ms: round(lag?.valueMs ?? null),
    isLagFloor: lag?.isFloor ?? false,
    accessPercent: accessPercent(facts.access),
    acceptedPerMinute: rate(sums.accepted),
    deliveredPerMinute: rate(sums.delivered),
    oldestWaitingMs: round(facts.oldestWaitingMs),
    unattributedPercent: share(attempts(facts.unattributed), attempts(sums)),
    sourcesUp: facts.sourcesUp,
    sourcesExpected: facts.sourcesExpected,
    levels: countLevels(facts.rows),
  };
}

type LagVitals = Pick<
  Vitals,
  'lagP95Ms' | 'isLagFloor' | 'messagesBeyond' | 'outboundLagP95Ms' | 'outboundBeyond'
>;

/** The headline is what reaches the tenant's mailboxes; who only sends has the other. */
function lagVitals({ lags: { inbound, outbound } }: RowFacts): LagVitals {
  const shown = inbound.lag ? inbound : outbound;
  return {
    lagP95Ms: shown.lag?.valueMs ?? null,
    isLagFloor: shown.lag?.isFloor ?? false,
    messagesBeyond: shown.beyond,
    outboundLagP95Ms: outbound.lag?.valueMs ?? null,
    outboundBeyond: outbound.beyond,
  };
}

function hasFilter(coverage: ClusterCoverage | undefined): boolean {
  return coverage !== undefined && coverage.filter.expected > 0;
}

function accessPercent(gauge: AccessGauge | null): number | null {
  return gauge && round(100 * (1 - gauge.failing / gauge.users));
}

/** When the level began: it keeps its beginning while it stays the same. */
function since(before: WallRow | undefined, { level }: Judgement, nowMs: number): number {
  return before?.level === level ? before.sinceMs : nowMs;
}

function trendOf(now: number | null, before: number | null): WallRow['trend'] {
  if (now === null || before === null) return null;
  const step = Math.max(5, before * 0.1);
  return now > before + step ? 'up' : now < before - step ? 'down' : 'flat';
}

/** A count of five minutes as a rate. */
function perMinute(count: number): number {
  return count / (ROLLING_MS / 60_000);
}

function attempts(counts: Counts): number {
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
