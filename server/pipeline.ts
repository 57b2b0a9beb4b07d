/** The flow on one screen: events and listings → attribute and fold → seconds → rows. Publishing reads what stands here. */
import type { SourceReport, TenantEntry, WallRow } from '../shared/protocol.ts';
import { SPARK_POINTS, SPARK_STEP_MS } from '../shared/protocol.ts';
import { Books } from './aggregate/books.ts';
import { fold } from './aggregate/fold.ts';
import { Watermarks } from './aggregate/lateness.ts';
import { type Drift, foldListing } from './aggregate/listing.ts';
import { RecentLines, textOf } from './aggregate/recent-lines.ts';
import { isOwned } from './aggregate/scope.ts';
import { VerdictFilter } from './aggregate/verdict-filter.ts';
import type { Attribution, Instances } from './attribute/attribute.ts';
import { createDirectory, UNATTRIBUTED } from './attribute/directory.ts';
import type { Tenant } from './attribute/tenants-file.ts';
import type { Clock } from './base/clock.ts';
import type { Thresholds } from './base/config.ts';
import type { MailEvent, QueueListing } from './collect/event.ts';
import type { LineRef, Sink } from './collect/source.ts';
import { coverageOf } from './detect/coverage.ts';
import { platformRow, wallRow } from './detect/rows.ts';
import { type Live, type LiveState, sameRow } from './detect/live-state.ts';
import { Recent } from './history/recent.ts';

/** The long look through the ledger, of what was forgotten rather than ended. */
const SWEEP_MS = 60_000;

export interface PipelineOptions {
  readonly tenants: readonly Tenant[];
  readonly limits: Thresholds;
  readonly clock: Clock;
  readonly instances?: Instances;
  /** The filter's log and its exporter may both tell of one scan. */
  readonly hasTwoTellers?: boolean;
  /** What the sources say of themselves now. */
  readonly reports: () => readonly SourceReport[];
}

export interface Pipeline extends Sink, Live {
  readonly books: Books;
  /** Takes in what came since the last call. A demo's clock needs it more often than screens are told. */
  advance(nowMs: number): void;
  /** Advances, then makes the state of this moment: one tick, one frame. */
  tick(nowMs: number): void;
  counters(): Readonly<Record<string, number>>;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const { clock, limits, reports } = options;
  const directory = createDirectory(options.tenants);
  const books = new Books({
    directory,
    slotMs: 1_000,
    isLive: true,
    ...(options.instances ? { instances: options.instances } : {}),
  });
  const { scopes } = books;
  const recent = new Recent(books);
  const lines = new RecentLines(scopes.count);
  const watermarks = new Watermarks();
  const verdicts = options.hasTwoTellers ? new VerdictFilter() : null;
  const entries = entriesOf(options.tenants);
  const clusters = new Set(entries.flatMap(({ cluster }) => cluster ?? []));
  const drift = { listings: 0, listed: 0, added: 0, dropped: 0 };
  let milterSeen = false;
  let sweptAtMs = 0;
  const state = firstState(entries.length, recent, clock.now());

  return {
    event,
    listing,
    advance,
    tick,
    entries,
    scopes,
    books,
    recent,
    lines,
    state,
    counters,
    isMilterSeen: () => milterSeen,
  };

  function event(mail: MailEvent, line?: LineRef): void {
    const nowMs = clock.now();
    if (watermarks.isLate(mail.source, mail.atMs, nowMs)) {
      books.platformWindow(nowMs).counts.late += 1;
      return;
    }
    if (mail.kind === 'verdict' && verdicts?.isRepeated(mail)) return;
    if (mail.kind === 'rejected' && mail.milter && mail.stage === 'END-OF-MESSAGE') milterSeen = true;
    fold(books, mail);
    if (line) keepLine(mail, textOf(line));
  }

  function keepLine({ atMs, source }: MailEvent, text: string): void {
    const { receiver, sender } = books;
    const keep = (scope: number, { rule }: Attribution) =>
      lines.add(scope, { atMs, source, text, rule: rule ?? 'none' });
    if (isOwned(receiver.owner)) keep(receiver.owner, receiver);
    if (isOwned(sender.owner) && sender.owner !== receiver.owner) keep(sender.owner, sender);
    if (!isOwned(receiver.owner) && !isOwned(sender.owner)) keep(scopes.unattributed, receiver);
  }

  function listing(queue: QueueListing): void {
    addDrift(drift, foldListing(books, queue));
  }

  function advance(nowMs: number): void {
    books.ledger.expireEnded(nowMs);
    if (Math.abs(nowMs - sweptAtMs) > SWEEP_MS) {
      sweptAtMs = nowMs;
      books.ledger.sweep(nowMs);
    }
    state.reports = reports();
    state.coverage = coverageOf(state.reports, clusters);
    recent.advance(nowMs, state.coverage);
  }

  function tick(nowMs: number): void {
    advance(nowMs);
    state.rowsBefore = state.rows;
    state.rows = entries.map((entry, scope) => rowOf(entry, scope, nowMs));
    const { rows, coverage, reports: sources } = state;
    state.platform = platformRow({
      recent,
      scopes,
      milterSeen,
      rows,
      coverage: coverage[''],
      ...countUp(sources),
    });
    spark(state, nowMs);
    state.lineTotalsBefore = state.lineTotals;
    state.lineTotals = entries.map((_, scope) => lines.total(scope));
    state.atBeforeMs = state.atMs;
    state.atMs = nowMs;
  }

  function rowOf({ cluster = '' }: TenantEntry, scope: number, nowMs: number): WallRow {
    const before = state.rows[scope];
    const coverage = state.coverage[cluster];
    const row = wallRow({ recent, scope, coverage, limits, milterSeen, before, nowMs });
    return before && sameRow(before, row) ? before : row;
  }

  function counters(): Record<string, number> {
    const { evicted, expired, reused } = books.ledger.counters;
    return {
      messagesRemembered: books.ledger.size,
      messagesEvicted: evicted,
      messagesForgotten: expired,
      queueIdsReused: reused,
      verdictsRepeated: verdicts?.repeated ?? 0,
      windowsPlaced: recent.counters.placed,
      windowsOutOfRing: recent.counters.outOfRing,
      clockJumps: recent.counters.clockJumps,
      queueListings: drift.listings,
      queueDriftAdded: drift.added,
      queueDriftDropped: drift.dropped,
    };
  }
}

function entriesOf(tenants: readonly Tenant[]): TenantEntry[] {
  const entries: TenantEntry[] = tenants.map(({ id, name, cluster, mailboxes }) => ({
    id,
    name,
    ...(cluster === undefined ? {} : { cluster }),
    ...(mailboxes === undefined ? {} : { mailboxes }),
  }));
  return [...entries, { id: UNATTRIBUTED, name: 'Unattributed' }];
}

function firstState(rowCount: number, recent: Recent, atMs: number): LiveState {
  const sparks = Array.from({ length: rowCount }, () => new Array<number | null>(SPARK_POINTS).fill(null));
  const scopes = { count: rowCount + 1, unattributed: rowCount - 1, platform: rowCount };
  const empty = { rows: [], coverage: undefined, milterSeen: false, sourcesUp: 0, sourcesExpected: 0 };
  const platform = platformRow({ recent, scopes, ...empty });
  return {
    atMs,
    rows: [],
    rowsBefore: [],
    platform,
    coverage: {},
    reports: [],
    sparks,
    sparked: false,
    atBeforeMs: atMs,
    lineTotals: [],
    lineTotalsBefore: [],
  };
}

function countUp(reports: readonly SourceReport[]): { sourcesUp: number; sourcesExpected: number } {
  return { sourcesUp: reports.filter(({ state }) => state === 'ok').length, sourcesExpected: reports.length };
}

function spark(state: LiveState, nowMs: number): void {
  state.sparked = Math.floor(nowMs / SPARK_STEP_MS) !== Math.floor(state.atMs / SPARK_STEP_MS);
  if (!state.sparked) return;
  state.sparks.forEach((points, i) => {
    points.shift();
    points.push(state.rows[i]?.queueDepth ?? null);
  });
}

function addDrift(
  sum: { listings: number; listed: number; added: number; dropped: number },
  drift: Drift,
): void {
  sum.listings += 1;
  sum.listed += drift.listed;
  sum.added += drift.added;
  sum.dropped += drift.dropped;
}
