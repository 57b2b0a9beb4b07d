/**
 * The unit of aggregation: what happened in one slot of time to one (scope, direction).
 * `merge` is associative and commutative, the empty window is its identity; every coarser tier comes from it.
 */
import { Histogram } from './histogram.ts';

/** Names of contract.md (`replay --json`), then those that only we need. */
export const COUNTERS = [
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
  /** Logins that failed by our fault. */
  'loginFault',
  /** Messages that reached the queue. */
  'queued',
  /** Messages that a milter refused for good at the end of the message: spam as far as Postfix' log alone can tell. */
  'milterSpam',
  /** `status=sent` to a content filter on the same host: not a delivery. */
  'filterHops',
  /** Lines more than a minute behind their source: counted here and nowhere else. */
  'late',
  'troubles',
  /** Attribution rules that matched (formats.md 3.1), one count for each window an event went to. */
  'byInstance',
  'byLogin',
  'byRecipientDomain',
  'byRelay',
  'bySenderDomain',
] as const;
export type Counter = (typeof COUNTERS)[number];
export type Counts = Record<Counter, number>;

/** Written out, as `addCounts` is: objects of one shape, and no look-up by name, where every line of a log comes past. */
export function emptyCounts(): Counts {
  return {
    accepted: 0,
    delivered: 0,
    deferred: 0,
    deferredRecipients: 0,
    bounced: 0,
    expired: 0,
    rejected: 0,
    rejectedTemporary: 0,
    rejectedPermanent: 0,
    held: 0,
    released: 0,
    deleted: 0,
    scanned: 0,
    spam: 0,
    softRejected: 0,
    loginOk: 0,
    loginFailed: 0,
    loginFault: 0,
    queued: 0,
    milterSpam: 0,
    filterHops: 0,
    late: 0,
    troubles: 0,
    byInstance: 0,
    byLogin: 0,
    byRecipientDomain: 0,
    byRelay: 0,
    bySenderDomain: 0,
  };
}

export function addCounts(into: Counts, from: Readonly<Counts>): void {
  into.accepted += from.accepted;
  into.delivered += from.delivered;
  into.deferred += from.deferred;
  into.deferredRecipients += from.deferredRecipients;
  into.bounced += from.bounced;
  into.expired += from.expired;
  into.rejected += from.rejected;
  into.rejectedTemporary += from.rejectedTemporary;
  into.rejectedPermanent += from.rejectedPermanent;
  into.held += from.held;
  into.released += from.released;
  into.deleted += from.deleted;
  into.scanned += from.scanned;
  into.spam += from.spam;
  into.softRejected += from.softRejected;
  into.loginOk += from.loginOk;
  into.loginFailed += from.loginFailed;
  into.loginFault += from.loginFault;
  into.queued += from.queued;
  into.milterSpam += from.milterSpam;
  into.filterHops += from.filterHops;
  into.late += from.late;
  into.troubles += from.troubles;
  into.byInstance += from.byInstance;
  into.byLogin += from.byLogin;
  into.byRecipientDomain += from.byRecipientDomain;
  into.byRelay += from.byRelay;
  into.bySenderDomain += from.bySenderDomain;
}

export interface DestinationCounts {
  delivered: number;
  deferred: number;
  bounced: number;
}

/** Recipients waiting, by queue, at `atMs`; `waitingMs` holds the ages of those that count for effective lag. */
export interface QueueGauge {
  readonly atMs: number;
  readonly incoming: number;
  readonly active: number;
  readonly deferred: number;
  readonly hold: number;
  readonly corrupt: number;
  /** Age of the oldest deliverable recipient, ms; null when none waits. */
  readonly oldestMs: number | null;
  readonly waiting: Histogram;
}

/** The most recipients that waited at once (`queueTotal`), and the highest age of the oldest, ms: not always at one moment. */
export interface QueuePeak {
  readonly depth: number;
  readonly oldestMs: number | null;
}

/** What a login is for: reading a mailbox (IMAP, POP) or sending mail. One may be out while the other works. */
export type Access = 'mailbox' | 'submission';

/** Distinct users of the last five minutes at `atMs`, and those whose last login failed by our fault; of the access with more of these. */
export interface AccessGauge {
  readonly atMs: number;
  readonly access: Access;
  readonly users: number;
  readonly failing: number;
}

export class Window {
  readonly counts: Counts = emptyCounts();
  /** Delay of each `status=sent`, ms. */
  readonly lag = new Histogram();
  /** Age at delivery since the platform first had the message, ms, without what the remote side held up (metrics 8.3). */
  readonly effectiveLag = new Histogram();
  /** Destination domain → counts, and deferral reason → count; made when first needed. */
  destinations: Map<string, DestinationCounts> | null = null;
  reasons: Map<string, number> | null = null;
  /** Deferrals by `destination\treason`, and final failures by enhanced status code. */
  causes: Map<string, number> | null = null;
  bounces: Map<string, number> | null = null;
  queue: QueueGauge | null = null;
  /** Null while at most one gauge came: then that one is the peak. */
  queuePeak: QueuePeak | null = null;
  access: AccessGauge | null = null;

  get isEmpty(): boolean {
    return !this.queue && !this.access && COUNTERS.every((name) => this.counts[name] === 0);
  }
}

/** Adds `from` to `into`. Counters and histograms add; of two gauges the later stays (the larger one, when of one time), and their peak. */
export function merge(into: Window, from: Window): Window {
  mergeNumbers(into, from);
  into.lag.merge(from.lag);
  into.effectiveLag.merge(from.effectiveLag);
  for (const [key, counts] of from.destinations ?? []) addDestination(into, key, counts);
  into.reasons = addTable(into.reasons, from.reasons);
  into.causes = addTable(into.causes, from.causes);
  into.bounces = addTable(into.bounces, from.bounces);
  return into;
}

/** The part of `merge` that costs little: counters and gauges, without histograms and tables. */
export function mergeNumbers(into: Window, from: Window): void {
  addCounts(into.counts, from.counts);
  into.queuePeak = higher(into, from);
  into.queue = later(into.queue, from.queue, queueTotal);
  into.access = later(into.access, from.access, (gauge) => gauge.users * 1e6 + gauge.failing);
}

/** The highest queue inside a window; null when nothing is known of it. */
export function peakOf({ queue, queuePeak }: Window): QueuePeak | null {
  return queuePeak ?? (queue && { depth: queueTotal(queue), oldestMs: queue.oldestMs });
}

function higher(a: Window, b: Window): QueuePeak | null {
  if (!b.queue) return a.queuePeak;
  if (!a.queue) return b.queuePeak;
  const [p, q] = [peakOf(a), peakOf(b)];
  if (!p || !q) return p ?? q;
  const oldestMs = p.oldestMs === null ? q.oldestMs : Math.max(p.oldestMs, q.oldestMs ?? 0);
  return { depth: Math.max(p.depth, q.depth), oldestMs };
}

/** Recipients that Postfix still works on (hold and corrupt are shown apart). */
export function queueTotal(gauge: QueueGauge): number {
  return gauge.incoming + gauge.active + gauge.deferred;
}

export function addDestination(window: Window, key: string, add: Readonly<DestinationCounts>): void {
  window.destinations ??= new Map();
  const counts = window.destinations.get(key);
  if (!counts) {
    window.destinations.set(key, { ...add });
    return;
  }
  counts.delivered += add.delivered;
  counts.deferred += add.deferred;
  counts.bounced += add.bounced;
}

export function addCount(map: Map<string, number> | null, key: string, times: number): Map<string, number> {
  const counts = map ?? new Map<string, number>();
  return counts.set(key, (counts.get(key) ?? 0) + times);
}

function addTable(
  into: Map<string, number> | null,
  from: ReadonlyMap<string, number> | null,
): Map<string, number> | null {
  let sum = into;
  for (const [key, times] of from ?? []) sum = addCount(sum, key, times);
  return sum;
}

function later<G extends { readonly atMs: number }>(
  a: G | null,
  b: G | null,
  size: (gauge: G) => number,
): G | null {
  if (!a || !b) return a ?? b;
  if (a.atMs !== b.atMs) return a.atMs > b.atMs ? a : b;
  return size(a) >= size(b) ? a : b;
}
