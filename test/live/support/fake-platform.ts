import type {
  Coverage,
  Delta,
  PlatformRow,
  RoomName,
  Snapshot,
  TenantDelta,
  TenantSeries,
  TenantSnapshot,
  WallDelta,
  WallRow,
  WallSnapshot,
} from '../../../shared/protocol.ts';
import type { ScopeRef } from '../../../shared/history.ts';
import { cellsBetween } from '../../../shared/wall-rows.ts';
import type { HealthPort, LivePort, QueryPort } from '../../../server/publish/port.ts';
import { createFakePast } from './fake-past.ts';

const ROW: WallRow = {
  level: 'ok',
  signal: 'none',
  sinceMs: 1_000,
  reason: '',
  queueDepth: 0,
  spamPercent: null,
  spamN: 0,
  lagP95Ms: null,
  isLagFloor: false,
  accessPercent: null,
  trend: null,
};
const PLATFORM: PlatformRow = {
  queueDepth: null,
  spamPercent: null,
  lagP95Ms: null,
  isLagFloor: false,
  accessPercent: null,
  acceptedPerMinute: null,
  deliveredPerMinute: null,
  oldestWaitingMs: null,
  unattributedPercent: null,
  sourcesUp: 1,
  sourcesExpected: 1,
  levels: { ok: 1, low: 0, medium: 0, high: 0, critical: 0, 'no-data': 0 },
};
const FEED = { expected: 1, fresh: 1, asOfMs: 1_000, intervalMs: 1_000 };
const FEEDS = { flow: FEED, queue: FEED, filter: FEED, access: FEED };
const COVERAGE: Coverage = { '': FEEDS };
const SERIES: TenantSeries = {
  fromMs: 0,
  stepMs: 1_000,
  queue: { incoming: [], active: [], deferred: [], hold: [] },
  spamPercent: [],
  spamN: [],
  lagP50Ms: [],
  lagP95Ms: [],
  lagP99Ms: [],
  oldestWaitingMs: [],
};

/** A platform whose numbers a test sets by hand; keeps the laws of `LivePort`. */
export interface FakePlatform extends LivePort {
  serverId: string;
  clock: { now(): number; speed: number };
  setDemo?: NonNullable<LivePort['setDemo']>;
  /** Changes what the next tick will show. */
  set(place: number, change: Partial<WallRow>): void;
  /** Makes the next state out of what was set. */
  advance(): void;
  /** What every room shows, as of the last tick. */
  rows(): readonly WallRow[];
  /** Rooms that a delta was asked for, in order. */
  readonly deltas: RoomName[];
  readonly query: QueryPort;
  readonly health: HealthPort;
}

export function createFakePlatform(tenantCount: number): FakePlatform {
  const tenants = Array.from({ length: tenantCount }, (_, i) => ({ id: `t${i}`, name: `Tenant ${i}` }));
  const working: WallRow[] = tenants.map(() => ROW);
  let current: readonly WallRow[] = [...working];
  let previous = current;
  const isKnown = (scope: ScopeRef) => scope.kind !== 'tenant' || tenants.some(({ id }) => id === scope.id);
  const placeOf = (room: RoomName) => tenants.findIndex(({ id }) => room === `tenant:${id}`);
  const wall = (): WallSnapshot => ({
    tenants,
    rows: current,
    sparks: tenants.map(() => []),
    platform: PLATFORM,
    coverage: COVERAGE,
    demo: null,
  });
  const sources = () => ({ sources: [], screens: [], pipeline: { windows: 1 } });

  function snapshot(room: RoomName): Snapshot | undefined {
    if (room === 'wall') return wall();
    if (room === 'sources') return sources();
    const tenant = tenants[placeOf(room)];
    return tenant && tenantSnapshot(tenant, current[placeOf(room)]!);
  }

  function delta(room: RoomName): Delta {
    platform.deltas.push(room);
    if (room === 'wall') return wallDelta(previous, current);
    if (room === 'sources') return sources();
    return { row: current[placeOf(room)]!, series: SERIES, coverage: FEEDS } satisfies TenantDelta;
  }

  const platform: FakePlatform = {
    serverId: 'server-1',
    version: '0.0.0-test',
    clock: { now: () => 1_700_000_000_000, speed: 1 },
    snapshot,
    delta,
    sparks: (ids) => ids.map((id) => (tenants.some((tenant) => tenant.id === id) ? [1, null] : null)),
    set: (place, change) => void (working[place] = { ...working[place]!, ...change }),
    advance() {
      previous = current;
      current = [...working];
    },
    rows: () => current,
    deltas: [],
    query: {
      seriesMetrics: ['queue', 'lag'],
      tenants: () => tenants,
      wall: (atMs) =>
        atMs === undefined ? { ...wall(), atMs: 1_700_000_000_000, tierSeconds: 1, missing: [] } : undefined,
      series: ({ scope, metrics, fromMs }) =>
        isKnown(scope)
          ? {
              fromMs,
              stepMs: 1_000,
              metrics: Object.fromEntries(metrics.map((m) => [m, [1, null]])),
              coverage: [1, null],
              tierSeconds: 1,
              asOfMs: fromMs,
              marks: [],
            }
          : undefined,
      ...createFakePast(isKnown),
      sources,
    },
    health: { health: () => ({ ok: true, reasons: [] }), ready: () => ({ ok: true, reasons: [] }) },
  };
  return platform;
}

function tenantSnapshot(tenant: TenantSnapshot['tenant'], row: WallRow): TenantSnapshot {
  return {
    tenant,
    row,
    series: SERIES,
    destinations: [],
    reasons: [],
    lines: [],
    coverage: FEEDS,
    rules: {},
    demo: null,
  };
}

function wallDelta(before: readonly WallRow[], after: readonly WallRow[]): WallDelta {
  return { rows: cellsBetween(before, after), platform: PLATFORM, coverage: COVERAGE, spark: 0 };
}
