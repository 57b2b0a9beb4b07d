/**
 * What is kept for ever, or for as long as it is wanted: narrow interfaces, and one batch that is committed whole.
 * Implementations run where they may block (a thread of their own); callers see promises.
 */
import type { CoverageRun, StorageReport } from '../../shared/history.ts';
import type { Window } from '../../shared/window.ts';
import type { JournalEntry } from '../aggregate/journal.ts';
import type { Checkpoint, Position } from '../base/store/checkpoints.ts';

/** Lengths of stored windows, seconds: each is made from the one before by the one `merge`. */
export const TIERS = [10, 60, 3_600] as const;
export type Tier = (typeof TIERS)[number];
export const SLOT_MS = 10_000;

/** Scopes by names that outlive the process: a tenant's id, `_unattributed`, `_platform`, `cluster:<id>`. */
export const PLATFORM = '_platform';
export function clusterScope(cluster: string): string {
  return `cluster:${cluster}`;
}

/** What came to one 10 s slot of one scope since the last batch; to be merged into what is there. Encoded by `encodeWindow`. */
export interface WindowDelta {
  readonly scope: string;
  readonly direction: 0 | 1;
  /** Start of the slot. */
  readonly slotMs: number;
  readonly bytes: Uint8Array;
}

/** An entry to be written; the journal gives it its place. */
export type NewRecord = JournalEntry;

/** Log lines behind the numbers, as they were: whole lines, each ended by a newline. */
export interface LineBlock {
  readonly source: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: Uint8Array;
}

/** Messages of an import are kept apart from those of the live ledger: this stands before their host. */
export const IMPORTED = 'import/';

/** A message alive in the ledger, in the ledger's own form. */
export interface LedgerEntry {
  readonly host: string;
  readonly queueId: string;
  readonly state: string;
}

/** The wall as it was shown at a moment. */
export interface WallPicture {
  readonly atMs: number;
  /** Names the list of tenants: places in `depths` of equal ones mean the same tenant. */
  readonly tenantsHash: string;
  /** Queue depth by place in the list of tenants; null is no data. */
  readonly depths: readonly (number | null)[];
  /** JSON of a `WallSnapshot` without sparklines. */
  readonly text: string;
}

/** Everything since the last one. It is committed as a whole or not at all: counts, entries and positions always agree. */
export interface Batch {
  readonly atMs: number;
  readonly windows: readonly WindowDelta[];
  /** Runs that grew or began; a run with the same source, state and start takes the place of the one before. */
  readonly coverage: readonly CoverageRun[];
  readonly records: readonly NewRecord[];
  readonly lines: readonly LineBlock[];
  readonly pictures: readonly WallPicture[];
  readonly ledger: {
    readonly alive: readonly LedgerEntry[];
    readonly gone: readonly { readonly host: string; readonly queueId: string }[];
  };
  readonly checkpoints: readonly Checkpoint[];
  /** Small things to be found again, by name. */
  readonly state: Readonly<Record<string, Position>>;
}

/** What a new process needs to go on where the last one was. */
export interface Resumption {
  readonly checkpoints: readonly Checkpoint[];
  readonly ledger: readonly LedgerEntry[];
  readonly state: Readonly<Record<string, Position>>;
  readonly committedAtMs: number | null;
  /** Windows of the last RESUMED_MS before now, so that five-minute numbers do not begin at zero. */
  readonly recent?: readonly WindowDelta[];
}

export const RESUMED_MS = 300_000;

export interface HistoryWriter {
  resume(): Promise<Resumption>;
  /** Runs that touch [fromMs, toMs). */
  coverage(fromMs: number, toMs: number): Promise<readonly CoverageRun[]>;
  write(batch: Batch): Promise<void>;
  /** One bounded step of downsampling, deletion or tidying up; false when there is nothing to do. `nowMs` decides what is old. */
  care(nowMs: number): Promise<boolean>;
  /** One bounded step of downsampling alone: deletes nothing. */
  rollUp(nowMs: number): Promise<boolean>;
  report(): Promise<Pick<StorageReport, 'parts' | 'totalBytes'>>;
  close(): Promise<void>;
}

/** Which parts of a window are wanted: counts always; histograms and tables cost time to decode. */
export interface Wanted {
  readonly lag?: boolean;
  /** Of the two only effective lag, and no more of it than is asked for afterwards. */
  readonly effectiveLag?: boolean;
  readonly gauges?: boolean;
  readonly tables?: boolean;
}

export interface StoredWindow {
  readonly scope: string;
  readonly slotMs: number;
  /** By direction; null: nothing happened. */
  readonly parts: readonly [Window | null, Window | null];
}

/** Steps of one scope, wanted from the digests of a tier. */
export interface DigestQuestion {
  readonly tier: Tier;
  readonly stepMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of one block of slots; `readDigest` opens it. */
export interface StoredDigest {
  readonly fromMs: number;
  readonly bytes: Uint8Array;
}

export interface WindowReader {
  /** Digests of blocks that touch [fromMs, toMs), oldest first, where there are any with such steps. They say what the windows say. */
  digests?(scope: string, asked: DigestQuestion): readonly StoredDigest[];
  /** Windows of one scope whose slot begins in [fromMs, toMs), oldest first. */
  range(tier: Tier, scope: string, fromMs: number, toMs: number, wanted: Wanted): readonly StoredWindow[];
  /** Windows of all scopes whose slot begins in [fromMs, toMs). */
  instant(tier: Tier, fromMs: number, toMs: number, wanted: Wanted): readonly StoredWindow[];
  /** Runs that touch [fromMs, toMs), by source and time. */
  coverage(fromMs: number, toMs: number): readonly CoverageRun[];
  /** Start of the oldest slot of a tier, and of its newest; null when it is empty. */
  extent(tier: Tier): { readonly oldestMs: number; readonly newestMs: number } | null;
}

/** How long and how much is kept. */
export interface Retention {
  /** By tier, seconds → days. */
  readonly keepDays: Readonly<Record<Tier, number>>;
  readonly journalDays: number;
  readonly linesDays: number;
  readonly journalBytes: number;
  readonly linesBytes: number;
  /** Of the whole store. What is oldest and finest goes first. */
  readonly totalBytes: number;
}
export const DEFAULT_RETENTION: Retention = {
  keepDays: { 10: 7, 60: 90, 3_600: 1_095 },
  journalDays: 30,
  linesDays: 14,
  journalBytes: 20e9,
  linesBytes: 5e9,
  totalBytes: 50e9,
};
