/** The flow on one screen: events and listings → attribute and fold → seconds → rows. Publishing reads what stands here. */
import type { SourceReport, TenantEntry, WallRow } from '../shared/protocol.ts';
import { Books } from './aggregate/books.ts';
import { fold, foldLate } from './aggregate/fold.ts';
import { Watermarks } from './aggregate/lateness.ts';
import { addDrift, foldListing } from './aggregate/listing.ts';
import { RecentLines, textOf } from './aggregate/recent-lines.ts';
import { isOwned, type Scopes } from './aggregate/scope.ts';
import { restoreMessage } from './aggregate/saved-message.ts';
import { VerdictFilter } from './aggregate/verdict-filter.ts';
import type { Attribution, Instances } from './attribute/attribute.ts';
import { createDirectory, UNATTRIBUTED } from './attribute/directory.ts';
import type { Tenant } from './attribute/tenants-file.ts';
import type { Clock } from './base/clock.ts';
import type { Thresholds } from './base/config.ts';
import type { Checkpoint } from './base/store/checkpoints.ts';
import type { MailEvent, QueueListing } from './collect/event.ts';
import type { LineRef, Sink } from './collect/source.ts';
import { coverageOf } from './detect/coverage.ts';
import { platformRow, wallRow } from './detect/rows.ts';
import { firstState, noteSparks } from './detect/first-state.ts';
import { type Live, type LiveState, sameRow } from './detect/live-state.ts';
import { decodeWindow, encodeWindow } from './history/codec.ts';
import { type LiveSums, liveSumsOf } from './history/live-sums.ts';
import { Recent, RECENT_SECONDS } from './history/recent.ts';
import { Recorder } from './history/recorder.ts';
import { type Batch, type LedgerEntry, type Resumption, SLOT_MS, type WindowDelta } from './history/store.ts';

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
  /** Length of the windows that events are counted in; a second when absent, so that screens show each. */
  readonly slotMs?: number;
  /** Nobody looks at it: the latest lines of each tenant are not kept at hand. */
  readonly isUnseen?: boolean;
  /** What a run before has left, when what happens is to be kept. */
  readonly kept?: Pick<Resumption, 'ledger' | 'state' | 'recent'>;
  /** Rules watch it: sources and destinations are added up too. Who runs the mailboxes of a domain; undefined: nobody known. */
  readonly providerOf?: (domain: string) => string | undefined;
  /** Hears each event after it is in the books; of those that came too late it hears nothing. */
  readonly tap?: (event: MailEvent, nowMs: number) => void;
}

export interface Pipeline extends Sink, Live {
  readonly books: Books;
  readonly recorder: Recorder | null;
  /** What only rules ask for; null when nobody has asked for it. */
  readonly sums: LiveSums | null;
  /** Takes in what came since the last call. A demo's clock needs it more often than screens are told. */
  advance(nowMs: number): void;
  /** Everything to be kept since the last call. Asked for in the turn in which `checkpoints` were taken. */
  batch(checkpoints: readonly Checkpoint[]): Batch;
  /** What had to be let go because the disk took nothing. */
  dropped(): Readonly<Record<string, number>>;
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
  readonly recorder: Recorder | null;
  readonly sums: LiveSums | null;
  readonly #options: PipelineOptions;
  readonly #clusters: ReadonlySet<string>;
  readonly #watermarks = new Watermarks();
  readonly #verdicts: VerdictFilter | null;
  readonly #drift = { listings: 0, listed: 0, added: 0, dropped: 0 };
  readonly #tap: (event: MailEvent, nowMs: number) => void;
  #isMilterSeen = false;
  #unreadable = 0;
  #sweptAtMs = 0;

  constructor(options: PipelineOptions) {
    const { tenants, instances, clock } = options;
    const directory = createDirectory(tenants);
    this.#options = options;
    this.#tap = options.tap ?? (() => undefined);
    this.entries = entriesOf(tenants);
    const isKept = options.kept !== undefined;
    this.books = new Books({
      directory,
      slotMs: options.slotMs ?? 1_000,
      isLive: true,
      isKept,
      ...(instances ? { instances } : {}),
    });
    this.recorder = options.kept
      ? new Recorder({
          books: this.books,
          entries: this.entries,
          encode: encodeWindow,
          speed: clock.speed,
          state: options.kept.state,
        })
      : null;
    this.sums = options.providerOf ? liveSumsOf(this.books, options.providerOf) : null;
    this.recent = new Recent(this.books, RECENT_SECONDS, this.recorder?.slots, this.sums);
    for (const saved of options.kept?.ledger ?? []) this.#restore(saved);
    this.#takeUp(options.kept?.recent ?? [], clock.now());
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
    this.books.heard(mail, nowMs);
    if (this.#watermarks.isLate(line?.stream ?? mail.source, mail.host, mail.atMs, nowMs)) {
      this.books.platformWindow(nowMs).counts.late += 1;
      return foldLate(this.books, mail);
    }
    if (mail.kind === 'verdict' && this.#verdicts?.isRepeated(mail)) return;
    if (mail.kind === 'rejected' && mail.milter && mail.stage === 'END-OF-MESSAGE') this.#isMilterSeen = true;
    fold(this.books, mail);
    this.sums?.event(mail, nowMs);
    this.#tap(mail, nowMs);
    if (line) this.#noteLine(mail, line);
  }

  #noteLine(mail: MailEvent, line: LineRef): void {
    if (!this.#options.isUnseen) this.#keepLine(mail, textOf(line));
    if ('queueId' in mail && mail.queueId !== undefined)
      this.recorder?.lines.add(mail.source, mail.atMs, line);
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
    books.proof.read(state.reports, nowMs);
    this.recent.advance(nowMs, state.coverage);
  }

  tick(nowMs: number): void {
    this.advance(nowMs);
    const { state, recent, scopes } = this;
    state.rowsBefore = state.rows;
    state.rows = this.entries.map((entry, scope) => this.#rowOf(entry, scope, nowMs));
    const { rows, reports, coverage } = state;
    state.coverageBefore = state.coverageShown;
    state.coverageShown = coverage;
    state.platform = platformRow({
      recent,
      scopes,
      rows,
      milterSeen: this.#isMilterSeen,
      coverage: coverage[''],
      ...countUp(reports),
    });
    noteSparks(state, nowMs);
    state.lineTotalsBefore = state.lineTotals;
    state.lineTotals = this.entries.map((_, scope) => this.lines.total(scope));
    state.atBeforeMs = state.atMs;
    state.atMs = nowMs;
    const { platform } = state;
    const { speed } = this.#options.clock;
    this.recorder?.pictures.note(nowMs, {
      tenants: this.entries,
      rows: state.rows,
      platform,
      coverage,
      speed,
    });
  }

  batch(checkpoints: readonly Checkpoint[]): Batch {
    if (!this.recorder) throw new Error('nothing of this pipeline is kept');
    this.recent.place();
    const nowMs = this.#options.clock.now();
    return this.recorder.batch({ nowMs, reports: this.#options.reports(), checkpoints });
  }

  dropped(): Readonly<Record<string, number>> {
    return this.recorder?.dropped() ?? {};
  }

  counters(): Record<string, number> {
    const { evicted, expired, reused } = this.books.ledger.counters;
    const { placed, outOfRing, clockJumps } = this.recent.counters;
    return {
      messagesRemembered: this.books.ledger.size,
      messagesEvicted: evicted,
      messagesForgotten: expired,
      messagesUnreadable: this.#unreadable,
      queueIdsReused: reused,
      messagesVanishedForgotten: this.books.conservation?.forgotten ?? 0,
      verdictsRepeated: this.#verdicts?.repeated ?? 0,
      windowsPlaced: placed,
      windowsOutOfRing: outOfRing,
      clockJumps,
      queueListings: this.#drift.listings,
      queueDriftAdded: this.#drift.added,
      queueDriftDropped: this.#drift.dropped,
    };
  }

  /** A window of ten seconds stands at the last of them. */
  #takeUp(recent: readonly WindowDelta[], nowMs: number): void {
    if (recent.length === 0 || !this.recorder) return;
    const { slots } = this.recorder;
    const placed = recent.flatMap(({ scope: name, direction, slotMs, bytes }) => {
      const scope = slots.scopeOf(name);
      const slot = (slotMs + SLOT_MS) / 1000 - 1;
      return scope === undefined ? [] : [{ scope, direction, slot, window: decodeWindow(bytes) }];
    });
    this.recent.takeUp(placed, nowMs);
  }

  #restore(saved: LedgerEntry): void {
    const message = restoreMessage(saved, this.books.directory);
    if (!message) {
      this.#unreadable += 1;
      return;
    }
    this.books.ledger.restore(message);
    this.books.conservation?.adopt(message);
    this.books.waiting?.deposit(message);
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

function countUp(reports: readonly SourceReport[]): { sourcesUp: number; sourcesExpected: number } {
  return { sourcesUp: reports.filter(({ state }) => state === 'ok').length, sourcesExpected: reports.length };
}
