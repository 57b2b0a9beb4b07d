import { FEEDS, HEARTBEAT_MS, type Coverage, type Feed, type FeedCoverage } from '../../shared/protocol.ts';

/** `no-source`: nothing is configured that could know. `no-data`: something is, and it has never said anything. */
export type FreshState = 'fresh' | 'late' | 'lost' | 'no-data' | 'no-source';

/** How old a number is and whether all that should know it do. */
export interface Freshness {
  readonly state: FreshState;
  /** Real milliseconds, whatever the speed of a demo's clock. */
  readonly ageMs: number | null;
  /** Not every source that should report does: a sum is too low, a share may be off. */
  readonly isPartial: boolean;
  readonly fresh: number;
  readonly expected: number;
}
export type FeedFreshness = Readonly<Record<Feed, Freshness>>;

/** Server clock now, and its seconds per real second. */
export interface Now {
  readonly serverMs: number;
  readonly speed: number;
}

/** A number this old is lost however seldom it comes (wall law 5.4). */
const LOST_AFTER_MS = 60_000;

/** Limits between fresh, late and lost for something that should come every `intervalMs`. */
export function freshnessLimits(intervalMs: number): { readonly lateMs: number; readonly lostMs: number } {
  // Frames bring numbers once a second, so asking for more would call the wire's own rhythm late.
  const interval = Math.max(intervalMs, HEARTBEAT_MS);
  const lateMs = 2 * interval;
  // What comes once a minute or less cannot be lost before it can be late.
  return { lateMs, lostMs: Math.max(lateMs, Math.min(4 * interval, LOST_AFTER_MS)) };
}

/** State of the numbers that one feed gives. */
export function freshnessOf(coverage: FeedCoverage | undefined, now: Now): Freshness {
  const { expected, fresh, asOfMs, intervalMs } = coverage ?? {
    expected: 0,
    fresh: 0,
    asOfMs: null,
    intervalMs: 0,
  };
  const counts = { isPartial: fresh < expected, fresh, expected };
  if (expected === 0) return { state: 'no-source', ageMs: null, ...counts };
  if (asOfMs === null) return { state: 'no-data', ageMs: null, ...counts };
  const ageMs = Math.max(0, (now.serverMs - asOfMs) / now.speed);
  const { lateMs, lostMs } = freshnessLimits(intervalMs);
  return { state: ageMs <= lateMs ? 'fresh' : ageMs <= lostMs ? 'late' : 'lost', ageMs, ...counts };
}

/** State of all feeds of one cluster. */
export function feedFreshness(
  coverage: Readonly<Partial<Record<Feed, FeedCoverage>>> | undefined,
  now: Now,
): FeedFreshness {
  const of = (feed: Feed) => freshnessOf(coverage?.[feed], now);
  return { flow: of('flow'), queue: of('queue'), filter: of('filter'), access: of('access') };
}

/** State of all feeds of every cluster. */
export function clusterFreshness(coverage: Coverage, now: Now): ReadonlyMap<string, FeedFreshness> {
  return new Map(Object.entries(coverage).map(([cluster, feeds]) => [cluster, feedFreshness(feeds, now)]));
}

const isKnown = (freshness: Freshness) => freshness.state === 'fresh' || freshness.state === 'late';

/** One feed over all clusters: as old as the oldest that still speaks; partial when one does not; lost when none does. */
function platformFeed(parts: readonly Freshness[]): Freshness {
  const asked = parts.filter((part) => part.expected > 0);
  const speaking = asked.filter(isKnown);
  const pool = speaking.length > 0 ? speaking : asked;
  const oldest = pool.reduce<Freshness | undefined>(
    (a, b) => (a && (a.ageMs ?? -1) >= (b.ageMs ?? -1) ? a : b),
    undefined,
  );
  const expected = asked.reduce((sum, part) => sum + part.expected, 0);
  const fresh = asked.reduce((sum, part) => sum + part.fresh, 0);
  const isPartial = fresh < expected || speaking.length < asked.length;
  return { state: oldest?.state ?? 'no-source', ageMs: oldest?.ageMs ?? null, isPartial, fresh, expected };
}

/** State of the platform's totals. */
export function platformFreshness(clusters: ReadonlyMap<string, FeedFreshness>): FeedFreshness {
  const all = [...clusters.values()];
  const entries = FEEDS.map((feed) => [feed, platformFeed(all.map((cluster) => cluster[feed]))] as const);
  return Object.fromEntries(entries) as Record<Feed, Freshness>;
}

/** Numbers of a row, each with the feed it comes from. */
export type NumberName = 'queueDepth' | 'spamPercent' | 'lagP95Ms' | 'accessPercent';

/** Freshness of one number: queue and spam can also be counted from the log where nothing better is configured. */
export function numberFreshness(name: NumberName, feeds: FeedFreshness): Freshness {
  if (name === 'lagP95Ms') return feeds.flow;
  if (name === 'accessPercent') return feeds.access;
  const own = name === 'queueDepth' ? feeds.queue : feeds.filter;
  return own.state === 'no-source' ? feeds.flow : own;
}

/** Whether nothing of the platform is known any more though it once was: every source that reported is lost. */
export function isBlind(feeds: FeedFreshness): boolean {
  const states = FEEDS.map((feed) => feeds[feed].state);
  return states.includes('lost') && !states.some((state) => state === 'fresh' || state === 'late');
}
