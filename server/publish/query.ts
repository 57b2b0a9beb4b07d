import type { AlarmStrip } from '../../shared/alarms.ts';
import type { ScopeRef, SeriesAnswer, StorageReport, WaitingMatrix, WallAt } from '../../shared/history.ts';
import type { DemoState, SourcesSnapshot } from '../../shared/protocol.ts';
import { AppError } from '../base/errors.ts';
import type { Thresholds } from '../base/config.ts';
import type { Live } from '../detect/live-state.ts';
import { lagLimits, wallAtMoment } from '../detect/past.ts';
import type { HistoryQueries } from '../history/query/port.ts';
import type { Pictured } from '../history/pictures.ts';
import type { PastPicture } from '../history/sql/pictures.ts';
import type { SeriesQuery } from '../history/query/types.ts';
import type { Awaitable, ProvidersPort, QueryPort } from './port.ts';
import { liveSeries, memoryFromMs, placeOfSeries, SERIES_METRICS } from './views/series.ts';
import { scopeOf } from './views/tenant.ts';
import { wallSnapshot } from './views/wall.ts';

/** A wall later than this after the last tick is not known yet. */
const FUTURE_MS = 60_000;

export interface QueryDeps {
  /** What runs now; a demo makes a new one per scenario. */
  live(): Live;
  demo(): DemoState | null;
  limits(): Thresholds;
  /** Undefined: nothing is stored, or the store cannot be asked. */
  history(): HistoryQueries | undefined;
  storage(): Awaitable<StorageReport>;
  readonly providers: ProvidersPort;
  /** By the scope's number. */
  matrix(scope: number): WaitingMatrix;
  sources(): SourcesSnapshot;
  readonly ownerOf?: NonNullable<QueryPort['ownerOf']>;
  /** Absent: alarms are not watched. */
  strip?(): AlarmStrip;
  /** Draws the alarms of a scope into its series. */
  marked?(answer: SeriesAnswer, scope: ScopeRef): Promise<SeriesAnswer>;
}

/** Answers out of memory where memory has it all, and out of the store else. */
export function createQueryPort(deps: QueryDeps): QueryPort {
  return {
    seriesMetrics: SERIES_METRICS,
    tenants: () => deps.live().entries,
    wall: (atMs) => wallOf(deps, atMs),
    series: (query) => (isKnown(deps.live(), query.scope) ? seriesFrom(deps, query) : undefined),
    top: (query) => stored(deps).top(query, nowOf(deps)),
    tables: (query) =>
      isKnown(deps.live(), query.scope) ? stored(deps).tables(query, nowOf(deps)) : undefined,
    matrix: (scope) => matrixOf(deps, scope),
    search: (query) => (isKnown(deps.live(), query.scope) ? stored(deps).search(query) : undefined),
    trace: (host, queueId, aroundMs) => stored(deps).trace(host, queueId, aroundMs),
    storage: () => deps.storage(),
    providers: deps.providers,
    sources: () => deps.sources(),
    ...(deps.ownerOf && { ownerOf: deps.ownerOf }),
  };
}

function nowOf({ live }: QueryDeps): number {
  return live().state.atMs;
}

function stored({ history }: QueryDeps): HistoryQueries {
  const port = history();
  if (port) return port;
  throw new AppError('unavailable', 'nothing is stored here; this can only be answered out of the store');
}

function isKnown({ entries }: Live, scope: ScopeRef): boolean {
  if (scope.kind === 'platform') return true;
  return entries.some(({ id, cluster }) => (scope.kind === 'tenant' ? id : cluster) === scope.id);
}

async function seriesFrom(deps: QueryDeps, query: SeriesQuery): Promise<SeriesAnswer | undefined> {
  const [live, history] = [deps.live(), deps.history()];
  const kept = { memoryFromMs: memoryFromMs(live), hasStore: history !== undefined };
  const answer =
    history && placeOfSeries(query, kept).place === 'store'
      ? await history.series(query, live.state.atMs)
      : liveSeries(live, query);
  return answer && deps.marked ? deps.marked(answer, query.scope) : answer;
}

function matrixOf({ live, matrix }: QueryDeps, scope: ScopeRef): WaitingMatrix | undefined {
  const { scopes } = live();
  if (scope.kind === 'cluster')
    throw new AppError('bad-request', 'who waits is known of tenants and the platform');
  const number = scope.kind === 'platform' ? scopes.platform : scopeOf(live(), scope.id);
  return number < 0 ? undefined : matrix(number);
}

async function wallOf(deps: QueryDeps, atMs: number | undefined): Promise<WallAt | undefined> {
  const live = deps.live();
  const nowMs = live.state.atMs;
  if (atMs === undefined || (atMs >= nowMs && atMs <= nowMs + FUTURE_MS))
    return { ...wallSnapshot(live, deps.demo(), deps.strip?.()), atMs: nowMs, tierSeconds: 1, missing: [] };
  if (atMs > nowMs) throw new AppError('bad-request', 'at: that time is yet to come');
  const picture = await stored(deps).picture(atMs);
  if (picture) return shownThen(picture, deps.demo());
  const limits = deps.limits();
  const moment = await stored(deps).moment({ atMs, limitsMs: lagLimits(limits) });
  return moment && wallAtMoment(moment, deps.live().entries, limits);
}

/** What a screen showed then: levels, reasons and their beginnings as they were known. */
function shownThen({ atMs, text, sparks }: PastPicture, now: DemoState | null): WallAt {
  const { speed, ...pictured } = JSON.parse(text) as Pictured;
  // A demo may have run at another speed then; ages of that time are told by it.
  const demo = now && { ...now, speed };
  return { ...pictured, atMs, sparks, demo, tierSeconds: 10, missing: [] };
}
