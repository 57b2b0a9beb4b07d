/** Foresight of one run: its parts, what they look at, and what is kept of it. */
import { createHash, randomBytes } from 'node:crypto';
import type {
  AnomaliesView,
  ForesightSnapshot,
  LedgerHour,
  LedgerView,
  MovedView,
  PlatformEvent,
  ScopeForesight,
} from '../shared/foresight.ts';
import { ownJsonOf } from './base/json.ts';
import type { Clock } from './base/clock.ts';
import { messageOf } from './base/errors.ts';
import type { Log } from './base/log.ts';
import { type ArfEvents, eventsOfArf } from './collect/arf/events.ts';
import { parseArf } from './collect/arf/parse.ts';
import type { MailEvent } from './collect/event.ts';
import {
  createForesight,
  type ForesightEngine,
  type ForesightParts,
  KEPT_PREFIX,
} from './detect/foresight/engine.ts';
import type { AnomaliesPart } from './detect/foresight/anomalies/part.ts';
import type { Stretch } from './detect/foresight/anomalies/watch.ts';
import { EVENT_ROW, EventBook, type EventRefusal, EVENTS_MS } from './detect/foresight/event-book.ts';
import { createForesightFacts } from './detect/foresight/facts.ts';
import { LEDGER_ROW, type LedgerPart } from './detect/foresight/ledger/part.ts';
import type { HourOfWeek } from './detect/foresight/season.ts';
import { SeasonBook } from './detect/foresight/season-book.ts';
import { type ForesightFacts, keyOf, type ScopeInfo } from './detect/foresight/types.ts';
import {
  anomaliesOf,
  type LookDeps,
  movedBeside,
  type MovedQuery,
} from './detect/foresight/anomalies/look.ts';
import { ForesightKeeper } from './history/foresight/keeper.ts';
import { PICTURE } from './history/foresight-store.ts';
import type { History } from './history/thread/open.ts';
import type { Pipeline } from './pipeline.ts';

export interface ForesightDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly history: History;
  readonly pipeline: Pipeline;
  readonly hourOfWeek: HourOfWeek;
  readonly alarms: () => ForesightFacts['alarms'];
  /** What a demo would push. */
  readonly takeEvents?: () => readonly PlatformEvent[];
  /** Makes the parts out of what they kept. */
  readonly parts: (
    kept: (part: string) => string | undefined,
    salt: string,
  ) => ForesightParts & { readonly ledger: LedgerPart; readonly anomalies?: AnomaliesPart };
}

export interface Foresight {
  event(event: MailEvent, nowMs: number): void;
  /** After each tick, in its turn; whether something was worked out anew. */
  tick(nowMs: number): boolean;
  snapshot(): ForesightSnapshot | null;
  /** Of one scope as of now; undefined: there is no such scope, or nothing has been worked out yet. */
  told(ref: ScopeName): ScopeForesight | undefined;
  /** The picture of a past moment, or the last one before it within an hour; null: none is kept. */
  at(atMs: number): Promise<ForesightSnapshot | null>;
  ledger(scope: ScopeInfo, fromMs: number, toMs: number): Promise<LedgerView>;
  /** Undefined: there is no such scope. */
  scope(ref: ScopeName): ScopeInfo | undefined;
  anomalies(scope: ScopeInfo, range: Stretch): Promise<AnomaliesView>;
  moved(scope: ScopeInfo, query: MovedQuery): Promise<MovedView>;
  accept(event: PlatformEvent): EventRefusal | null;
  /** A report of abuse as mail; the reason stands by what is not taken. */
  acceptReport(mail: Uint8Array): ArfTaken;
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

type ArfTaken = { readonly accepted: number } & Pick<ArfEvents, 'refused'>;
export type ScopeName = Pick<ScopeInfo, 'kind' | 'id'>;

const HOUR_MS = 3_600_000;
/** Under this name it is kept. */
const SALT = 'salt';
const MAX_HOURS = 24 * 92;

/** Takes up what an earlier run kept. */
export async function createForesightRun(deps: ForesightDeps): Promise<Foresight> {
  const { history, log, clock, pipeline } = deps;
  const nowMs = clock.now();
  const kept = await history.foresight.load().catch((error: unknown) => {
    log.error('foresight_not_read', { reason: messageOf(error) });
    return {};
  });
  const told = await history.foresight
    .rows({ kind: EVENT_ROW, fromMs: nowMs - EVENTS_MS, toMs: Infinity, limit: 5_000 })
    .catch(() => []);
  const events = new EventBook();
  events.restore(
    told.flatMap(({ text }) => ownJsonOf<PlatformEvent>(text) ?? []),
    nowMs,
  );
  const salt = (kept as Readonly<Record<string, string>>)[SALT] ?? randomBytes(24).toString('base64');
  const parts = deps.parts((part) => (kept as Readonly<Record<string, string>>)[KEPT_PREFIX + part], salt);
  const engine = createForesight(parts, (part, error) =>
    log.error('foresight_failed', { part, reason: messageOf(error) }),
  );
  const season = new SeasonBook({
    ...{ log, hourOfWeek: deps.hourOfWeek, now: () => clock.now() },
    samples: (query) => history.queries.samples(query),
  });
  const factsAt = createForesightFacts({
    ...{ live: pipeline, speed: clock.speed, season, alarms: deps.alarms },
    events: (atMs) => events.list(atMs),
  });
  const { ledger, anomalies } = parts;
  return new Run({ salt, deps, engine, events, season, ledger, anomalies, factsAt });
}

interface RunParts {
  /** Of the hashes of people who report. */
  readonly salt: string;
  readonly deps: ForesightDeps;
  readonly engine: ForesightEngine;
  readonly events: EventBook;
  readonly season: SeasonBook;
  readonly ledger: LedgerPart;
  readonly anomalies: AnomaliesPart | undefined;
  readonly factsAt: (nowMs: number) => ForesightFacts;
}

class Run implements Foresight {
  readonly #parts: RunParts;
  readonly #keeper: ForesightKeeper;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#keeper = new ForesightKeeper(parts.deps.history.foresight, parts.deps.log);
    this.#keeper.put({ rows: [], kept: { [SALT]: parts.salt } });
  }

  event(event: MailEvent, nowMs: number): void {
    this.#parts.engine.event(event, nowMs);
  }

  tick(nowMs: number): boolean {
    const { engine, events, deps, factsAt } = this.#parts;
    for (const event of deps.takeEvents?.() ?? []) events.take(this.#anonymous(event), nowMs);
    if (!engine.advance(nowMs, () => factsAt(nowMs))) return false;
    const batch = engine.takeBatch();
    const rows = [...(batch?.rows ?? []), ...events.takeRows()];
    if (rows.length > 0 || batch) this.#keeper.put({ rows, kept: batch?.kept ?? {} });
    return true;
  }

  snapshot(): ForesightSnapshot | null {
    return this.#parts.engine.snapshot();
  }

  told(ref: ScopeName): ScopeForesight | undefined {
    return this.#parts.engine.told(ref);
  }

  async at(atMs: number): Promise<ForesightSnapshot | null> {
    const asked = { kind: PICTURE, scope: '', fromMs: atMs - HOUR_MS, toMs: atMs + 1, limit: 1 };
    const [row] = await this.#parts.deps.history.foresight.rows(asked);
    return (row && ownJsonOf<ForesightSnapshot>(row.text)) ?? null;
  }

  async ledger(scope: ScopeInfo, fromMs: number, toMs: number): Promise<LedgerView> {
    const { ledger, deps, factsAt } = this.#parts;
    const key = keyOf(scope);
    const rows = await deps.history.foresight.rows({
      kind: LEDGER_ROW,
      scope: key,
      fromMs,
      toMs,
      limit: MAX_HOURS,
    });
    const past = rows.flatMap(({ text }) => ownJsonOf<LedgerHour>(text) ?? []);
    const now = ledger.view().get(key);
    const isAsked = now !== undefined && now.fromMs >= fromMs && now.fromMs < toMs;
    const hours = isAsked ? [...past.filter((hour) => hour.fromMs !== now.fromMs), now] : past;
    const { kind, id, name } = scope;
    return { scope: { kind, id, name }, hours, claim: ledger.claim(key, factsAt(deps.clock.now())) };
  }

  scope({ kind, id }: ScopeName): ScopeInfo | undefined {
    return this.#scopes().find((each) => each.kind === kind && each.id === id);
  }

  anomalies(scope: ScopeInfo, range: Stretch): Promise<AnomaliesView> {
    return anomaliesOf(this.#look(), scope, range);
  }

  moved(scope: ScopeInfo, query: MovedQuery): Promise<MovedView> {
    return movedBeside(this.#look(), scope, query);
  }

  #scopes(): readonly ScopeInfo[] {
    return this.#parts.factsAt(this.#parts.deps.clock.now()).scopes;
  }

  #look(): LookDeps {
    const { deps, anomalies, events } = this.#parts;
    const { history, clock } = deps;
    return {
      ...{ store: history.foresight, clock, part: anomalies },
      scopes: () => this.#scopes(),
      events: () => events.list(clock.now()),
    };
  }

  accept(event: PlatformEvent): EventRefusal | null {
    const { events, deps } = this.#parts;
    return events.take(this.#anonymous(event), deps.clock.now());
  }

  /** Who reported is told apart, and not kept. */
  #anonymous(event: PlatformEvent): PlatformEvent {
    if (event.reporter === undefined) return event;
    const text = `${this.#parts.salt} ${event.reporter.toLowerCase()}`;
    return { ...event, reporter: createHash('sha256').update(text).digest('base64url').slice(0, 16) };
  }

  acceptReport(mail: Uint8Array): ArfTaken {
    const { deps } = this.#parts;
    const { directory } = deps.pipeline.books;
    const report = parseArf(mail);
    if (typeof report === 'string') return { accepted: 0, refused: [{ id: '', reason: report }] };
    const { events, refused } = eventsOfArf(report, {
      tenantOf: (address) => directory.tenants[directory.ownerOfAddress(address)]?.id ?? null,
      nowMs: deps.clock.now(),
    });
    const not = events.flatMap((event) => {
      const reason = this.accept(event);
      return reason === null ? [] : [{ id: event.id, reason }];
    });
    return { accepted: events.length - not.length, refused: [...refused, ...not] };
  }

  counters(): Record<string, number> {
    return {
      ...this.#parts.engine.counters(),
      foresightRowsDropped: this.#keeper.dropped,
      foresightEventsDropped: this.#parts.events.dropped,
    };
  }

  async close(): Promise<void> {
    this.#parts.season.close();
    const batch = this.#parts.engine.takeBatch(true);
    if (batch) this.#keeper.put(batch);
    await this.#keeper.close();
  }
}
