/** Questions about the past. All times epoch ms; ranges are [fromMs, toMs). Answers are plain data that may cross threads. */
import type { CompareKind, DirectionName, ScopeRef } from '../../../shared/history.ts';
import type { Coverage } from '../../../shared/protocol.ts';
import type { AccessGauge, Counts } from '../../../shared/window.ts';
import type { Tier } from '../store.ts';

/** A tenant as far as queries need to know. */
export interface TenantRef {
  readonly id: string;
  readonly cluster?: string | undefined;
}

export interface SeriesQuery {
  readonly scope: ScopeRef;
  /** Of `METRICS`. */
  readonly metrics: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** At most this many steps in the answer. */
  readonly points: number;
  /** Absent: both. */
  readonly direction?: DirectionName;
  readonly compare?: readonly CompareKind[];
}

export interface TopQuery {
  readonly metric: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly order: 'highest' | 'lowest';
  readonly limit: number;
  readonly direction?: DirectionName;
  /** Absent: of the whole platform. */
  readonly cluster?: string;
}

export interface TablesQuery {
  readonly scope: ScopeRef;
  readonly fromMs: number;
  readonly toMs: number;
  readonly direction?: DirectionName;
  /** Rows of each table. */
  readonly limit: number;
}

/** Recipients waiting at a moment, both directions. */
export interface PastQueue {
  readonly depth: number;
  /** Of them in incoming and active. */
  readonly ready: number;
  readonly hold: number;
  readonly oldestMs: number | null;
}

/** Effective lag of one direction over five minutes; null when nothing was delivered and nobody waited. */
export interface PastLag {
  readonly valueMs: number;
  readonly isFloor: boolean;
  /** Messages beyond each of the limits asked for, in their order. */
  readonly beyond: readonly number[];
}

/** What was kept of one scope at a moment: five-minute sums, by direction, and states. */
export interface PastScope {
  /** Those above zero. */
  readonly counts: readonly [Partial<Counts>, Partial<Counts>];
  readonly lag: readonly [PastLag | null, PastLag | null];
  /** Null: not known. */
  readonly queue: PastQueue | null;
  readonly access: AccessGauge | null;
  /** Recipients waiting five minutes before. Null: not covered then. */
  readonly depthBefore: number | null;
  /** Queue depth every SPARK_STEP_MS, oldest first; null is a gap. */
  readonly spark: readonly (number | null)[];
}

/** Everything kept of one moment, before it is judged. */
export interface PastMoment {
  /** The moment itself: the end of the last stored window at or before the one asked for. */
  readonly atMs: number;
  readonly tierSeconds: Tier;
  /** By tenant, in the order of the directory. */
  readonly tenants: readonly PastScope[];
  readonly platform: PastScope;
  readonly unattributed: PastScope;
  readonly coverage: Coverage;
  readonly sources: { readonly up: number; readonly expected: number };
  readonly milterSeen: boolean;
  readonly missing: readonly string[];
}

export interface MomentQuery {
  readonly atMs: number;
  /** Limits of lag whose excess is counted (`PastLag.beyond`). */
  readonly limitsMs: readonly number[];
}

/** Numbers of one scope as rules read them, at the end of every step. */
export interface SamplesQuery {
  readonly scope: ScopeRef;
  /** Of `BASIS_METRICS`, those against a limit with it (`limitedMetric`). */
  readonly metrics: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Length of the windows they are made from: ten seconds, a minute or an hour. */
  readonly stepMs: SampleStepMs;
}
export type SampleStepMs = 10_000 | 60_000 | 3_600_000;

/** One metric. NaN: null. */
export interface SampleColumn {
  readonly value: Float64Array;
  readonly n: Float64Array;
  readonly part: Float64Array;
  readonly isFloor: Uint8Array;
  /** Place in `reasons` of why it is not known; 0: it is, or there is nothing to measure. */
  readonly whyNot: Uint8Array;
}
export interface SamplesAnswer {
  /** Beginning of the first step; what is said of a step is as of its end. */
  readonly firstMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly columns: Readonly<Record<string, SampleColumn>>;
  /** Of the scope as a whole. */
  readonly whyNot: Uint8Array;
  readonly reasons: readonly string[];
}

/** First and last slot of each tier, as far as they reach. */
export interface KeptExtents {
  readonly oldestMs: Readonly<Record<Tier, number | null>>;
}
