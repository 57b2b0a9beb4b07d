/** The flow on one screen: events and listings → attribute and fold → seconds → rows. Publishing reads what stands here. */
import type { SourceReport, TenantEntry, WallRow } from '../shared/protocol.ts';
import { SPARK_POINTS, SPARK_STEP_MS } from '../shared/protocol.ts';
import { Books } from './aggregate/books.ts';
import { fold } from './aggregate/fold.ts';
import { Watermarks } from './aggregate/lateness.ts';
import { type Drift, foldListing } from './aggregate/listing.ts';
import { RecentLines, textOf } from './aggregate/recent-lines.ts';
import { isOwned, type Scopes } from './aggregate/scope.ts';
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
  return new Flow(options);
}

class Flow implements Pipeline {
  readonly entries: readonly TenantEntry[];
  readonly books: Books;
  readonly recent: Recent;
  readonly lines: RecentLines;
  readonly state: LiveState;
  readonly #options: PipelineOptions;
  readonly #clusters: ReadonlySet<string>;
  readonly #watermarks = new Watermarks();
  readonly #verdicts: VerdictFilter | null;
  readonly #drift = { listings: 0, listed: 0, added: 0, dropped: 0 };
  #isMilterSeen = false;
  #sweptAtMs = 0;

  constructor(options: PipelineOptions) {
    const { tenants, instances, clock } = options;
    const directory = createDirectory(tenants);
    this.#options = options;
    this.entries = entriesOf(tenants);
    this.books = new Books({ directory, slotMs: 1_000, isLive: true, ...(instances ? { instances } : {}) });
    this.recent = new Recent(this.books);
    this.lines = new RecentLines(this.scopes.count);
    this.state = firstState(this.entries.length, this.recent, clock.now());
    this.#clusters = new Set(this.entries.flatMap(({ cluster }) => cluster ?? []));
    this.#verdicts = options.hasTwoTellers ? new VerdictFilter() : null;
  }

  get scopes(): Scopes {
    return this.books.scopes;
  }

  isMilterSeen(): boolean {
    return this.#isMilterSeen;
  }

  event(mail: MailEvent, line?: LineRef): void {
    const nowMs = this.#options.clock.now();
    if (this.#watermarks.isLate(mail.source, mail.atMs, nowMs)) {
      this.books.platformWindow(nowMs).counts.late += 1;
      return;
    }
    if (mail.kind === 'verdict' && this.#verdicts?.isRepeated(mail)) return;
    if (mail.kind === 'rejected' && mail.milter && mail.stage === 'END-OF-MESSAGE') this.#isMilterSeen = true;
    fold(this.books, mail);
    if (line) this.#keepLine(mail, textOf(line));
  }

  listing(queue: QueueListing): void {
    addDrift(this.#drift, foldListing(this.books, queue));
  }

  advance(nowMs: number): void {
    const { books, state } = this;
    books.ledger.expireEnded(nowMs);
    if (Math.abs(nowMs - this.#sweptAtMs) > SWEEP_MS) {
      this.#sweptAtMs = nowMs;
      books.ledger.sweep(nowMs);
    }
    state.reports = this.#options.reports();
    state.coverage = coverageOf(state.reports, this.#clusters);
    this.recent.advance(nowMs, state.coverage);
  }

  tick(nowMs: number): void {
    this.advance(nowMs);
    const { state, recent, scopes } = this;
    state.rowsBefore = state.rows;
    state.rows = this.entries.map((entry, scope) => this.#rowOf(entry, scope, nowMs));
    const { rows, reports, coverage } = state;
    state.platform = platformRow({
      recent,
      scopes,
      rows,
      milterSeen: this.#isMilterSeen,
      coverage: coverage[''],
      ...countUp(reports),
    });
    spark(state, nowMs);
    state.lineTotalsBefore = state.lineTotals;
    state.lineTotals = this.entries.map((_, scope) => this.lines.total(scope));
    state.atBeforeMs = state.atMs;
    state.atMs = nowMs;
  }

  counters(): Record<string, number> {
    const { evicted, expired, reused } = this.books.ledger.counters;
    const { placed, outOfRing, clockJumps } = this.recent.counters;
    return {
      messagesRemembered: this.books.ledger.size,
      messagesEvicted: evicted,
      messagesForgotten: expired,
      queueIdsReused: reused,
      verdictsRepeated: this.#verdicts?.repeated ?? 0,
      windowsPlaced: placed,
      windowsOutOfRing: outOfRing,
      clockJumps,
      queueListings: this.#drift.listings,
      queueDriftAdded: this.#drift.added,
      queueDriftDropped: this.#drift.dropped,
    };
  }

  #rowOf({ cluster = '' }: TenantEntry, scope: number, nowMs: number): WallRow {
    const { recent, state } = this;
    const before = state.rows[scope];
    const coverage = state.coverage[cluster];
    const milterSeen = this.#isMilterSeen;
    const row = wallRow({ recent, scope, coverage, limits: this.#options.limits, milterSeen, before, nowMs });
    return before && sameRow(before, row) ? before : row;
  }

  #keepLine({ atMs, source }: MailEvent, text: string): void {
    const { receiver, sender } = this.books;
    const keep = (scope: number, { rule }: Attribution) =>
      this.lines.add(scope, { atMs, source, text, rule: rule ?? 'none' });
    if (isOwned(receiver.owner)) keep(receiver.owner, receiver);
    if (isOwned(sender.owner) && sender.owner !== receiver.owner) keep(sender.owner, sender);
    if (!isOwned(receiver.owner) && !isOwned(sender.owner)) keep(this.scopes.unattributed, receiver);
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
