/** What is asked of the past, and answered: forms of `/api/v1` that both sides know. Times epoch ms, delays ms, sizes bytes. */
import type { Feed, WallSnapshot } from './protocol.ts';

/** A tenant, a cluster, or the whole platform. */
export type ScopeRef =
  | { readonly kind: 'tenant'; readonly id: string }
  | { readonly kind: 'cluster'; readonly id: string }
  | { readonly kind: 'platform' };

export type DirectionName = 'in' | 'out';

/** A mark on a chart: what people or the watch did or saw then. */
export interface ChartMark {
  readonly atMs: number;
  readonly toMs?: number;
  readonly kind: 'change' | 'alarm' | 'note';
  readonly text: string;
  readonly href?: string;
}

/** One value per step, oldest first, aligned; null is no data. Step `i` begins at `fromMs + i * stepMs`. */
export interface SeriesAnswer {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
  /** Share of the expected source reports that came, 0 to 1, per step; null where nothing is known of the step. */
  readonly coverage: readonly (number | null)[];
  /** Length of the stored windows it was made from, seconds. 1: from memory. */
  readonly tierSeconds: number;
  /** Up to when what it was made from is complete; later mail may still come in. */
  readonly asOfMs: number | null;
  readonly marks: readonly ChartMark[];
  /** What was asked to be compared with: the same metrics, step by step beside them. */
  readonly compare?: readonly SeriesComparison[];
  /** What could not be done, in a sentence each: why a comparison is missing, what was not kept. */
  readonly notes?: readonly string[];
}

/** `yesterday`, `lastWeek`: the same hours before. `platformMedian`: of the tenants, per step. */
export const COMPARE_KINDS = ['yesterday', 'lastWeek', 'platformMedian'] as const;
export type CompareKind = (typeof COMPARE_KINDS)[number];
export interface SeriesComparison {
  readonly kind: CompareKind;
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface TopRow {
  readonly id: string;
  readonly value: number;
}
/** The tenants with the highest (or lowest) value of a metric over a range, most first. */
export interface TopAnswer {
  readonly metric: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly TopRow[];
  /** Tenants left out because nothing is known of them. */
  readonly unknown: number;
}

/** Tables behind a range of time of one scope. */
export interface TablesAnswer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly destinations: readonly DestinationTotals[];
  readonly providers: readonly (DestinationTotals & { readonly destinations: number })[];
  /** Deferrals by destination and reason, most first. */
  readonly causes: readonly {
    readonly destination: string;
    readonly reason: string;
    readonly count: number;
  }[];
  /** Final failures by enhanced status code (RFC 3463), with the class in words. */
  readonly bounces: readonly { readonly dsn: string; readonly label: string; readonly count: number }[];
}
export interface DestinationTotals {
  readonly destination: string;
  readonly delivered: number;
  readonly deferred: number;
  readonly bounced: number;
}

/** Upper ends of the age columns of the waiting matrix, minutes, as `qshape` has them; the last column is beyond. */
export const AGE_MINUTES = [5, 10, 20, 40, 80, 160, 320, 640, 1_280] as const;
/** Who waits, by destination and age, at `atMs`. Each row has AGE_MINUTES.length + 1 counts of recipients. */
export interface WaitingMatrix {
  readonly atMs: number;
  readonly rows: readonly {
    readonly destination: string;
    readonly total: number;
    readonly ages: readonly number[];
  }[];
  readonly total: readonly number[];
  /** Destinations summed up in the row `other`. */
  readonly otherDestinations: number;
}

/** The wall as it was; what was not kept of that time is null or empty, and says so in `missing`. */
export interface WallAt extends WallSnapshot {
  readonly atMs: number;
  /** Length of the stored windows it was made from, seconds; 1: from memory. */
  readonly tierSeconds: number;
  readonly missing: readonly string[];
}

/** What became of one recipient of one message, or of one attempt. */
export const RECORD_STATUSES = [
  'sent',
  'deferred',
  'bounced',
  'expired',
  'rejected',
  'held',
  'released',
  'deleted',
] as const;
export type RecordStatus = (typeof RECORD_STATUSES)[number];

/** One entry of the message journal. Addresses are masked for those who may not see them. */
export interface MessageRecord {
  /** Place in the journal: later entries have higher ones. */
  readonly id: number;
  readonly atMs: number;
  readonly source: string;
  readonly host: string;
  /** Absent: refused before it had one. */
  readonly queueId?: string;
  readonly messageId?: string;
  readonly status: RecordStatus;
  readonly from: string;
  readonly to: string;
  readonly origTo?: string;
  /** Tenants: of the recipient, of the sender. */
  readonly receiver?: string;
  readonly sender?: string;
  readonly relay?: string;
  readonly provider?: string;
  readonly delayMs?: number;
  /** Before the queue manager, in the queue, connecting, transmitting. */
  readonly delaysMs?: readonly [number, number, number, number];
  readonly dsn?: string;
  readonly replyCode?: number;
  readonly reason: string;
  readonly sizeBytes?: number;
  readonly clientIp?: string;
  readonly login?: string;
  readonly remoteQueueId?: string;
  /** The last word on this recipient. */
  readonly isFinal: boolean;
}

/** All that is given must hold. Words are of the reason. */
export interface MessageQuery {
  readonly scope: ScopeRef;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Whole address, local part and all, of sender or recipient. */
  readonly address?: string;
  readonly from?: string;
  readonly to?: string;
  /** Domain of sender or recipient. */
  readonly domain?: string;
  readonly toDomain?: string;
  readonly provider?: string;
  readonly queueId?: string;
  readonly messageId?: string;
  /** Host or IP of the relay. */
  readonly relay?: string;
  /** SMTP code (`451`) or enhanced code (`4.7.1`). */
  readonly code?: string;
  readonly status?: readonly RecordStatus[];
  readonly words?: string;
  /** Longer than this between arrival and this entry. */
  readonly minDelayMs?: number;
  readonly limit: number;
  /** Of the answer before: older entries than that. */
  readonly cursor?: string;
}

export interface MessagePage {
  readonly records: readonly MessageRecord[];
  /** Absent: there is nothing older. */
  readonly cursor?: string;
  /** How far back the search got; the page may be short because it ran out of time rather than of entries. */
  readonly searchedBackToMs: number | null;
  readonly isComplete: boolean;
  /** From when on the journal is kept; null: it is empty. */
  readonly keptFromMs: number | null;
}

/** The whole life of one queue id, and the log lines that tell it. */
export interface MessageTrace {
  readonly host: string;
  readonly queueId: string;
  readonly records: readonly MessageRecord[];
  readonly lines: readonly { readonly source: string; readonly atMs: number; readonly text: string }[];
  /** Other queue ids of the same message on this platform: before and after a filter, notices. */
  readonly related: readonly { readonly host: string; readonly queueId: string; readonly how: string }[];
  /** Why lines are missing, when they are. */
  readonly missing: readonly string[];
}

export interface StoragePart {
  /** `10s`, `1m`, `1h`, `journal`, `lines`, `coverage`, `other`. */
  readonly name: string;
  readonly bytes: number;
  readonly rows: number | null;
  readonly budgetBytes: number | null;
  readonly keepDays: number | null;
  readonly oldestMs: number | null;
}
export type StorageState = 'ok' | 'behind' | 'failing' | 'off';
/** State of the store, for the sources panel. */
export interface StorageReport {
  readonly state: StorageState;
  /** Fault and mend, when not `ok`. */
  readonly reason?: string;
  readonly path: string;
  readonly committedAtMs: number | null;
  /** Median and 99th percentile of the last commits, ms. */
  readonly commitP50Ms: number | null;
  readonly commitP99Ms: number | null;
  /** Batches waiting for the disk, and what they would lose if the process ended now, ms of log. */
  readonly waitingBatches: number;
  readonly parts: readonly StoragePart[];
  readonly totalBytes: number;
  readonly budgetBytes: number;
  readonly freeBytes: number | null;
  /** Of the file system that the store is on. */
  readonly diskBytes?: number | null;
}

/** Runs of time in which a source of a feed was known, by state. */
export const COVERAGE_STATES = ['fresh', 'silent', 'late', 'imported'] as const;
/** `fresh`: reported in time. `silent`: should have and did not. `late`: read afterwards from where it had stopped. `imported`: read from an archive. */
export type CoverageState = (typeof COVERAGE_STATES)[number];
export interface CoverageRun {
  readonly source: string;
  readonly feeds: readonly Feed[];
  /** `''`: covers every cluster. */
  readonly cluster: string;
  readonly state: CoverageState;
  readonly fromMs: number;
  readonly toMs: number;
}
