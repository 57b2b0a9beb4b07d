import {
  type DemoState,
  type DestinationRow,
  FEEDS,
  type Feed,
  type FeedCoverage,
  type ReasonRow,
  type TenantDelta,
  type TenantSeries,
  type TenantSnapshot,
  type WallRow,
} from '../../../shared/protocol.ts';
import { type Counts, Window, merge } from '../../../shared/window.ts';
import { ALLOWED_LATENESS_MS } from '../../aggregate/lateness.ts';
import { DIRECTIONS } from '../../aggregate/scope.ts';
import type { Live } from '../../detect/live-state.ts';
import { columnsOf } from '../../history/series.ts';
import { stepsOf } from '../../history/steps.ts';

/** The tenant page shows this much, in steps of this length. */
export const PAGE_MS = 900_000;
export const STEP_MS = 10_000;
/** Steps behind one point of lag and spam share: one minute. */
const TRAIL = 6;
/** Tables are made anew this often; they change slowly and cost a pass over the whole page's time. */
const TABLES_MS = 5_000;
const TOP = 12;

/** Everything about one tenant (or the unattributed) for its page; undefined when there is no such tenant. */
export function tenantSnapshot(live: Live, id: string, demo: DemoState | null): TenantSnapshot | undefined {
  const scope = scopeOf(live, id);
  const tenant = live.entries[scope];
  if (!tenant) return undefined;
  const { state, lines } = live;
  const fromMs = stepStart(state.atMs - PAGE_MS);
  const series = pageSeries(live, scope, fromMs);
  return {
    tenant,
    row: rowOf(live, scope),
    series,
    ...tables(live, scope),
    lines: lines.between(scope, 0, state.lineTotals[scope] ?? 0),
    coverage: coverageOf(live, scope),
    demo,
  };
}

/** What this tick changed against the one before. */
export function tenantDelta(live: Live, id: string): TenantDelta {
  const scope = scopeOf(live, id);
  const { atMs, atBeforeMs, lineTotals, lineTotalsBefore } = live.state;
  const fromMs = stepStart(Math.max(atMs - PAGE_MS, Math.min(atBeforeMs, atMs) - ALLOWED_LATENESS_MS));
  const lines = live.lines.between(scope, lineTotalsBefore[scope] ?? 0, lineTotals[scope] ?? 0);
  const isTableTime = Math.floor(atMs / TABLES_MS) !== Math.floor(atBeforeMs / TABLES_MS);
  return {
    row: rowOf(live, scope),
    series: pageSeries(live, scope, fromMs),
    ...(isTableTime ? tables(live, scope) : {}),
    ...(lines.length > 0 ? { lines } : {}),
    coverage: coverageOf(live, scope),
  };
}

export function scopeOf({ entries }: Live, id: string): number {
  return entries.findIndex((entry) => entry.id === id);
}

/** The metrics of the page's charts, rounded to what a chart shows. */
const PAGE_METRICS = [
  'queueIncoming',
  'queueActive',
  'queueDeferred',
  'queueHold',
  'spamPercent',
  'spamN',
  'lagP50Ms',
  'lagP95Ms',
  'lagP99Ms',
  'oldestWaitingMs',
];

function pageSeries(live: Live, scope: number, fromMs: number): TenantSeries {
  const trailMs = (TRAIL - 1) * STEP_MS;
  const steps = Math.floor((live.state.atMs - fromMs) / STEP_MS) + 1;
  const cluster = live.entries[scope]?.cluster ?? '';
  const frame = {
    scope,
    directions: DIRECTIONS,
    cluster,
    fromMs: fromMs - trailMs,
    stepMs: STEP_MS,
    steps: steps + TRAIL - 1,
  };
  const all = stepsOf(live.recent, frame);
  const columns = columnsOf(PAGE_METRICS, all, TRAIL - 1, { milterSeen: live.isMilterSeen(), trail: TRAIL });
  const column = (metric: string) => (columns[metric] ?? []).map(round);
  return {
    fromMs,
    stepMs: STEP_MS,
    queue: {
      incoming: column('queueIncoming'),
      active: column('queueActive'),
      deferred: column('queueDeferred'),
      hold: column('queueHold'),
    },
    spamPercent: column('spamPercent'),
    spamN: column('spamN'),
    lagP50Ms: column('lagP50Ms'),
    lagP95Ms: column('lagP95Ms'),
    lagP99Ms: column('lagP99Ms'),
    oldestWaitingMs: column('oldestWaitingMs'),
  };
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

function stepStart(atMs: number): number {
  return Math.floor(atMs / STEP_MS) * STEP_MS;
}

function rowOf({ state }: Live, scope: number): WallRow {
  const row = state.rows[scope];
  if (!row) throw new RangeError(`no row ${scope}`);
  return row;
}

function coverageOf({ entries, state }: Live, scope: number): Readonly<Record<Feed, FeedCoverage>> {
  const none: FeedCoverage = { expected: 0, fresh: 0, asOfMs: null, intervalMs: 0 };
  const empty = Object.fromEntries(FEEDS.map((feed) => [feed, none])) as Record<Feed, FeedCoverage>;
  return state.coverage[entries[scope]?.cluster ?? ''] ?? empty;
}

function tables(
  live: Live,
  scope: number,
): { destinations: DestinationRow[]; reasons: ReasonRow[]; rules: Record<string, number> } {
  const sum = new Window();
  const lastSecond = live.recent.nowSecond;
  for (let second = lastSecond - PAGE_MS / 1000 + 1; second <= lastSecond; second++) {
    for (const direction of DIRECTIONS) mergeTables(sum, live.recent.ring.at(second, scope, direction));
  }
  const destinations = [...(sum.destinations ?? [])].map(([destination, counts]) => ({
    destination,
    ...counts,
  }));
  const reasons = [...(sum.reasons ?? [])].map(([reason, count]) => ({ reason, count }));
  return {
    destinations: destinations.sort((a, b) => volume(b) - volume(a)).slice(0, TOP),
    reasons: reasons.sort((a, b) => b.count - a.count).slice(0, TOP),
    rules: rulesOf(sum.counts),
  };
}

function mergeTables(sum: Window, window: Window | undefined): void {
  if (window && !window.isEmpty) merge(sum, window);
}

function volume({ delivered, deferred, bounced }: DestinationRow): number {
  return delivered + deferred + bounced;
}

function rulesOf(counts: Counts): Record<string, number> {
  const { byInstance, byLogin, byRecipientDomain, byRelay, bySenderDomain } = counts;
  const rules = {
    instance: byInstance,
    login: byLogin,
    'recipient-domain': byRecipientDomain,
    relay: byRelay,
    'sender-domain': bySenderDomain,
  };
  return Object.fromEntries(Object.entries(rules).filter(([, count]) => count > 0));
}
