/** The wall of somebody who may see some tenants only: made as if there were no others. Pure. */
import {
  type Coverage,
  type DemoState,
  type Feed,
  type FeedCoverage,
  FEEDS,
  type Level,
  LEVELS,
  type PlatformRow,
  type SourceReport,
  type TenantEntry,
  type WallRow,
} from '../../../shared/protocol.ts';
import type { Live, LiveState } from '../../detect/live-state.ts';

/** What walls are made of. */
export type Shown = Pick<Live, 'entries' | 'state'>;

/** Tenants, rows and sparklines of these tenants; figures of the whole platform where they tell of nobody else. */
export function limitedWall({ entries, state }: Shown, tenants: ReadonlySet<string>): Shown {
  const places = entries.flatMap(({ id }, place) => (tenants.has(id) ? [place] : []));
  const pick = <T>(all: readonly T[]) => places.flatMap((place) => all[place] ?? []);
  const own = pick(entries);
  const rows = pick(state.rows);
  const coverageShown = coverageOf(own, state.coverageShown);
  const limited: LiveState = {
    ...state,
    rows,
    rowsBefore: pick(state.rowsBefore),
    sparks: places.map((place) => state.sparks[place] ?? []),
    platform: platformOf(rows, reportsOf(own, state.reports)),
    coverage: coverageOf(own, state.coverage),
    coverageShown,
    coverageBefore: coverageOf(own, state.coverageBefore),
    reports: [],
    lineTotals: [],
    lineTotalsBefore: [],
  };
  return { entries: own, state: limited };
}

/** The story of a demo names tenants as it goes on. */
export function limitedDemo(demo: DemoState | null): DemoState | null {
  return demo && { ...demo, story: [] };
}

/** Clusters of which these are all tenants there are: what is about such a cluster is about them. */
export function wholeClusters(
  entries: readonly TenantEntry[],
  tenants: ReadonlySet<string>,
): ReadonlySet<string> {
  const clusters = new Set(entries.flatMap(({ id, cluster }) => (tenants.has(id) ? (cluster ?? []) : [])));
  for (const { id, cluster } of entries)
    if (cluster !== undefined && !tenants.has(id)) clusters.delete(cluster);
  return clusters;
}

/**
 * A message between two tenants stands in both rows, so sums of rows are no figures of all of them together: they are
 * left out, but for one tenant, whose row says it.
 */
function platformOf(rows: readonly WallRow[], reports: readonly SourceReport[]): PlatformRow {
  const [row] = rows.length === 1 ? rows : [];
  const count = (level: Level) => rows.filter((it) => it.level === level).length;
  return {
    queueDepth: row?.queueDepth ?? null,
    spamPercent: row?.spamPercent ?? null,
    lagP95Ms: row?.lagP95Ms ?? null,
    isLagFloor: row?.isLagFloor ?? false,
    accessPercent: row?.accessPercent ?? null,
    acceptedPerMinute: null,
    deliveredPerMinute: null,
    oldestWaitingMs: null,
    unattributedPercent: null,
    sourcesUp: reports.filter(({ state }) => state === 'ok').length,
    sourcesExpected: reports.length,
    levels: Object.fromEntries(LEVELS.map((level) => [level, count(level)])) as Record<Level, number>,
  };
}

/** Sources that tell of these tenants; one without a cluster tells of everybody. */
function reportsOf(own: readonly TenantEntry[], reports: readonly SourceReport[]): readonly SourceReport[] {
  if (own.some(({ cluster }) => cluster === undefined)) return reports;
  const clusters = new Set(own.map(({ cluster }) => cluster));
  return reports.filter(({ cluster }) => cluster === undefined || clusters.has(cluster));
}

/** Their clusters, and under `''` all of these together. */
function coverageOf(own: readonly TenantEntry[], coverage: Coverage): Coverage {
  const ids = [...new Set(own.map(({ cluster = '' }) => cluster))].toSorted();
  const clusters = ids.flatMap((id) => (coverage[id] ? [[id, coverage[id]] as const] : []));
  if (ids.includes('') || clusters.length === 0) return Object.fromEntries(clusters);
  const together = FEEDS.map((feed) => [feed, sumOf(clusters.map(([, feeds]) => feeds[feed]))] as const);
  return Object.fromEntries([['', Object.fromEntries(together)], ...clusters]) as Record<
    string,
    Record<Feed, FeedCoverage>
  >;
}

function sumOf(parts: readonly FeedCoverage[]): FeedCoverage {
  const known = parts.flatMap(({ asOfMs }) => asOfMs ?? []);
  return {
    expected: parts.reduce((sum, { expected }) => sum + expected, 0),
    fresh: parts.reduce((sum, { fresh }) => sum + fresh, 0),
    asOfMs: known.length === parts.length ? Math.min(...known) : null,
    intervalMs: Math.max(...parts.map(({ intervalMs }) => intervalMs)),
  };
}
