import type {
  Coverage,
  Feed,
  FeedCoverage,
  Frame,
  Joined,
  PlatformRow,
  TenantEntry,
  TenantSeries,
  TenantSnapshot,
  WallCells,
  WallDelta,
  WallRow,
  WallSnapshot,
} from '../../shared/protocol.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol.ts';
import { cellsBetween } from '../../shared/wall-rows.ts';

export const T0 = Date.UTC(2007, 4, 14, 19, 35, 0);

export const feed = (change: Partial<FeedCoverage> = {}): FeedCoverage => ({
  expected: 1,
  fresh: 1,
  asOfMs: T0,
  intervalMs: 5_000,
  ...change,
});

export const feeds = (change: Partial<Record<Feed, FeedCoverage>> = {}): Record<Feed, FeedCoverage> => ({
  flow: feed(),
  queue: feed(),
  filter: feed(),
  access: feed(),
  ...change,
});

export const coverage = (change: Partial<Record<Feed, FeedCoverage>> = {}): Coverage => ({
  '': feeds(change),
});

export const row = (change: Partial<WallRow> = {}): WallRow => ({
  level: 'ok',
  signal: 'none',
  sinceMs: T0 - 720_000,
  reason: '',
  queueDepth: 120,
  spamPercent: 3.2,
  spamN: 900,
  lagP95Ms: 4_200,
  isLagFloor: false,
  accessPercent: 99.9,
  trend: 'flat',
  ...change,
});

export const platform = (change: Partial<PlatformRow> = {}): PlatformRow => ({
  queueDepth: 4_812,
  spamPercent: 8.31,
  lagP95Ms: 6_100,
  isLagFloor: false,
  accessPercent: 99.92,
  acceptedPerMinute: 10_400,
  deliveredPerMinute: 9_900,
  oldestWaitingMs: 900_000,
  unattributedPercent: 0.42,
  sourcesUp: 4,
  sourcesExpected: 4,
  levels: { ok: 0, low: 0, medium: 0, high: 0, critical: 0, 'no-data': 0 },
  ...change,
});

export const tenants = (count: number): TenantEntry[] =>
  Array.from({ length: count }, (_, i) => ({ id: `t${i}`, name: `Tenant${i} Broadband` }));

export const wallSnapshot = (change: Partial<WallSnapshot> = {}): WallSnapshot => {
  const list = change.tenants ?? tenants(3);
  return {
    tenants: list,
    rows: list.map(() => row()),
    sparks: list.map(() => []),
    platform: platform(),
    coverage: coverage(),
    demo: null,
    ...change,
  };
};

export const joined = <S extends WallSnapshot | TenantSnapshot>(
  snapshot: S,
  change: Partial<Joined<S>> = {},
): Joined<S> => ({
  room: 'wall',
  seq: 10,
  atMs: T0,
  speed: 1,
  serverId: 's1',
  version: '0.1.0',
  protocol: PROTOCOL_VERSION,
  snapshot,
  ...change,
});

/** Whole rows as changed cells. */
export const columnsOf = (rows: readonly (readonly [number, WallRow])[]): WallCells | null => {
  const now: WallRow[] = [];
  for (const [place, changed] of rows) now[place] = changed;
  return cellsBetween([], now);
};

export const wallFrame = (
  seq: number,
  delta: Partial<WallDelta> = {},
  change: Partial<Frame<WallDelta>> = {},
): Frame<WallDelta> => ({
  room: 'wall',
  seq,
  atMs: T0 + (seq - 10) * 1_000,
  speed: 1,
  delta: { rows: null, platform: platform(), coverage: coverage(), spark: 0, ...delta },
  ...change,
});

export const series = (fromMs: number, values: readonly (number | null)[], stepMs = 1_000): TenantSeries => ({
  fromMs,
  stepMs,
  queue: { incoming: values, active: values, deferred: values, hold: values },
  spamPercent: values,
  spamN: values,
  lagP50Ms: values,
  lagP95Ms: values,
  lagP99Ms: values,
  oldestWaitingMs: values,
});
