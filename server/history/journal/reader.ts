import type { DatabaseSync } from 'node:sqlite';
import type { MessagePage, MessageQuery, MessageTrace } from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import { gatherEvidence, type Evidence, type Wanted } from './evidence.ts';
import { createNameReader } from './names.ts';
import { timeOfPlace } from './place.ts';
import type { Providers } from './providers.ts';
import { compileQuery, type CompiledQuery, type ScopeTenants } from './query.ts';
import { searchSegments, type Found, type SearchBounds } from './search.ts';
import type { Segment } from './segments.ts';
import { createStatements, onSnapshot } from './statements.ts';
import { traceMessage, type TraceSources } from './trace.ts';

export interface JournalReaderDeps {
  readonly providers: Providers;
  /** Zone of a source's stamps that name none; this system's when undefined. */
  readonly timezoneOf?: (source: string) => string | undefined;
  /** Only differences count. */
  readonly monotonicMs?: () => number;
  /** What one search may take; it stops there and can be gone on with. */
  readonly searchMs?: number;
  readonly traceMs?: number;
}

/** The journal's side of the thread that answers. */
export interface JournalReader {
  /** Entries that meet every condition, newest first. `scopeTenants` takes the place of the query's scope. */
  search(query: MessageQuery, scopeTenants: ScopeTenants): MessagePage;
  /** One message. `aroundMs` chooses among messages that had the same queue id; without it the last one. */
  trace(host: string, queueId: string, aroundMs?: number): MessageTrace;
}

const MAX_PAGE = 1_000;

/** Answers from a connection that may be read-only. */
export function createJournalReader(db: DatabaseSync, deps: JournalReaderDeps): JournalReader {
  const { providers, timezoneOf = () => undefined, monotonicMs = () => performance.now() } = deps;
  const { searchMs = 80, traceMs = 1_000 } = deps;
  const statements = createStatements(db);
  const context = { db, statements, providers, names: createNameReader(db) };

  function timer(budgetMs: number): () => boolean {
    const startedMs = monotonicMs();
    return () => monotonicMs() - startedMs >= budgetMs;
  }

  function find(query: CompiledQuery, bounds: Partial<SearchBounds>): Found {
    const isOver = bounds.isOver ?? timer(traceMs);
    return searchSegments(context, query, { limit: MAX_PAGE, ...bounds, isOver });
  }

  function evidenceOf(wanted: Wanted, isOver: () => boolean): Evidence {
    return gatherEvidence({ statements, timezoneOf, isOver }, wanted);
  }

  return {
    search: (query, scopeTenants) =>
      onSnapshot(db, () => {
        const found = find(compileQuery(query, scopeTenants, providers), {
          fromMs: query.fromMs,
          toMs: query.toMs,
          below: placeOfCursor(query.cursor),
          limit: Math.min(Math.max(1, Math.floor(query.limit)), MAX_PAGE),
          isOver: timer(searchMs),
        });
        return toPage(query, found);
      }),
    trace: (host, queueId, aroundMs) =>
      onSnapshot(db, () => {
        const isOver = timer(traceMs);
        const sought: TraceSources = {
          find: (query) => find(query, { isOver }),
          evidence: (wanted) => evidenceOf(wanted, isOver),
          compile: (query) => compileQuery(query, 'all', providers),
        };
        return traceMessage(sought, { host, queueId, aroundMs });
      }),
  };
}

function toPage(query: MessageQuery, { records, position, end, segments }: Found): MessagePage {
  const keptFromMs = oldestOf(segments);
  const base = { records, keptFromMs, isComplete: end !== 'time' };
  if (end === 'nothing-left') {
    const searchedBackToMs = keptFromMs === null ? null : Math.max(keptFromMs, query.fromMs ?? keptFromMs);
    return { ...base, searchedBackToMs };
  }
  const searchedBackToMs = end === 'limit' ? (records.at(-1)?.atMs ?? null) : timeOfPlace(position);
  return { ...base, searchedBackToMs, cursor: String(position) };
}

function oldestOf(segments: readonly Segment[]): number | null {
  return segments.length === 0 ? null : Math.min(...segments.map(({ firstMs }) => firstMs));
}

function placeOfCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  if (!/^\d{1,15}$/.test(cursor))
    throw new AppError('bad-request', 'this is no cursor of a message search; start again without one');
  return Number(cursor);
}
