import type { Histogram } from '../../shared/histogram.ts';
import { type Counts, merge, Window } from '../../shared/window.ts';
import type { Books } from '../aggregate/books.ts';
import { type Direction, IN, OUT } from '../aggregate/scope.ts';

/** Counts of `replay --json` (contract.md); zero ones are left out. Lag in seconds, of `status=sent` lines. */
export type Totals = Partial<Record<(typeof REPORTED)[number], number>> & { lag?: LagReport };
export interface LagReport {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}
export interface ScopeReport {
  readonly total: Totals;
  readonly buckets: Readonly<Record<string, Totals>>;
}
export interface ReplayReport {
  readonly lines: number;
  readonly unparsed: number;
  readonly foreign: number;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  readonly bucketSeconds: number;
  readonly tenants: Readonly<Record<string, { readonly in: ScopeReport; readonly out: ScopeReport }>>;
  readonly platform: ScopeReport;
  readonly unattributed: ScopeReport;
}

const REPORTED = [
  'accepted',
  'delivered',
  'deferred',
  'deferredRecipients',
  'bounced',
  'expired',
  'rejected',
  'rejectedTemporary',
  'rejectedPermanent',
  'held',
  'released',
  'deleted',
  'scanned',
  'spam',
  'softRejected',
  'loginOk',
  'loginFailed',
] as const;

export interface ReadCounts {
  readonly lines: number;
  readonly unparsed: number;
  readonly foreign: number;
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** What the books hold after a replay, in the form of the contract. */
export function replayReport(books: Books, read: ReadCounts): ReplayReport {
  const hasVerdicts = hasScanned(books);
  const report = (scope: number, direction: Direction) => scopeReport(books, scope, direction, hasVerdicts);
  const tenants = books.directory.tenants.map(
    ({ id }, scope) => [id, { in: report(scope, IN), out: report(scope, OUT) }] as const,
  );
  return {
    lines: read.lines,
    unparsed: read.unparsed,
    foreign: read.foreign,
    firstTime: isoTime(read.firstMs),
    lastTime: isoTime(read.lastMs),
    bucketSeconds: books.windows.slotMs / 1000,
    tenants: Object.fromEntries(tenants),
    platform: report(books.scopes.platform, IN),
    unattributed: report(books.scopes.unattributed, IN),
  };
}

function hasScanned({ windows, scopes }: Books): boolean {
  for (const { counts } of windows.slots(scopes.platform, IN).values()) if (counts.scanned > 0) return true;
  return false;
}

function scopeReport(books: Books, scope: number, direction: Direction, hasVerdicts: boolean): ScopeReport {
  const { slotMs } = books.windows;
  const slots = [...books.windows.slots(scope, direction)].sort(([a], [b]) => a - b);
  const key = (slot: number) => new Date(slot * slotMs).toISOString().replace('.000Z', 'Z');
  return {
    total: totals(sumOf(books, scope, direction), hasVerdicts),
    buckets: Object.fromEntries(slots.map(([slot, window]) => [key(slot), totals(window, hasVerdicts)])),
  };
}

function sumOf(books: Books, scope: number, direction: Direction): Window {
  const sum = new Window();
  for (const window of books.windows.slots(scope, direction).values()) merge(sum, window);
  return sum;
}

function totals({ counts, lag }: Window, hasVerdicts: boolean): Totals {
  const all = hasVerdicts ? counts : withMilterVerdicts(counts);
  const found: Totals = {};
  for (const name of REPORTED) if (all[name] > 0) found[name] = all[name];
  return lag.count > 0 ? { ...found, lag: lagReport(lag) } : found;
}

/** Without the filter's own word, what reached the queue was let pass and what the milter refused for good was spam. */
function withMilterVerdicts(counts: Counts): Counts {
  if (counts.milterSpam === 0) return counts;
  return { ...counts, scanned: counts.queued + counts.milterSpam, spam: counts.milterSpam };
}

function lagReport(lag: Histogram): LagReport {
  const [p50, p95, p99] = lag.quantiles([0.5, 0.95, 0.99]) ?? [0, 0, 0];
  return { n: lag.count, p50: seconds(p50), p95: seconds(p95), p99: seconds(p99), max: seconds(lag.max) };
}

function seconds(ms: number): number {
  return Number((ms / 1000).toPrecision(6));
}

function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
