/** What the numbers that rules name are made of, wherever it comes from: the last minutes in memory, or stored windows. */
import type { Histogram } from '../../shared/histogram.ts';
import type { Feed } from '../../shared/protocol.ts';
import type { AccessGauge, Counts, QueueGauge } from '../../shared/window.ts';
import { type CensoredQuantile, countBeyond, effectiveQuantile } from '../aggregate/rolling.ts';

/** One number of one scope; `part` of `n` for shares. */
export interface Reading {
  readonly value: number | null;
  readonly n: number | null;
  readonly part?: number;
  readonly isFloor?: boolean;
  /** Why the value is null: no data; absent when there is simply nothing to measure (no mail, no logins). */
  readonly noData?: string;
}

/** Effective lag of one direction: of what was delivered in the five minutes and of what waits now. */
export interface LagBasis {
  /** Undefined: nothing was delivered and nobody waits. */
  quantile(q: number): CensoredQuantile | undefined;
  /** Messages delivered later, or waiting longer. */
  beyond(limitMs: number): number;
  /** Messages behind it. */
  count(): number;
}

/** `lost`: a source should tell, and less than half of them do. `none`: no source of it is configured. */
export type FeedState = 'fresh' | 'lost' | 'none';

/** Who waits, of one direction. */
export type QueueState = Pick<
  QueueGauge,
  'incoming' | 'active' | 'deferred' | 'hold' | 'corrupt' | 'oldestMs'
>;

/** One scope at one moment: sums of five minutes and states. A scope without directions (the platform) has all in `inbound`. */
export interface MetricBasis {
  readonly inbound: Readonly<Counts>;
  readonly outbound: Readonly<Counts>;
  /** Of either direction, of those in which somebody waits. */
  readonly queues: readonly QueueState[];
  readonly access: AccessGauge | null;
  readonly lag: { readonly inbound: LagBasis; readonly outbound: LagBasis };
  readonly feeds: Readonly<Record<Feed, FeedState>>;
  /** Spam is known from the refusals of a milter, as there has been one. */
  readonly milterSeen: boolean;
  /** Final failures with an enhanced status 5.7.x; null: not known. */
  readonly policyRefused: number | null;
}

/** Whether and how a feed of which so many sources are expected and so many fresh can be relied on (coverage < 0.5 → no data). */
export function feedState({
  expected,
  fresh,
}: {
  readonly expected: number;
  readonly fresh: number;
}): FeedState {
  if (expected === 0) return 'none';
  return fresh / expected >= 0.5 ? 'fresh' : 'lost';
}

/** Lag out of histograms; each quantile is made once. */
export function lagBasis(delivered: readonly Histogram[], waiting: readonly Histogram[]): LagBasis {
  const made = new Map<number, CensoredQuantile | undefined>();
  const all = [...delivered, ...waiting];
  return {
    quantile(q) {
      if (!made.has(q)) made.set(q, effectiveQuantile(delivered, waiting, q));
      return made.get(q);
    },
    beyond: (limitMs) => countBeyond(all, limitMs),
    count: () => all.reduce((sum, { count }) => sum + count, 0),
  };
}

/** Final failures by policy (RFC 3463: subject 7), out of those by enhanced status. */
export function policyRefusedOf(bounces: ReadonlyMap<string, number> | null): number {
  let sum = 0;
  for (const [dsn, count] of bounces ?? []) if (dsn.startsWith('5.7.')) sum += count;
  return sum;
}
