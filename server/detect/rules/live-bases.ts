import type { Feed, TenantEntry } from '../../../shared/protocol.ts';
import { type AccessGauge, addCounts, type Counts, emptyCounts } from '../../../shared/window.ts';
import { countBeyond, effectiveQuantile } from '../../aggregate/rolling.ts';
import { type Direction, IN, OUT } from '../../aggregate/scope.ts';
import type { FeedState, LagBasis, QueueState } from '../../history/metric-basis.ts';
import type { LiveSums } from '../../history/live-sums.ts';
import type { Live } from '../live-state.ts';
import { feedState, lagBasis, type MetricBasis } from './metrics.ts';
import type { Reading } from './types.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Feeds = MetricBasis['feeds'];

const NO_FEEDS: Feeds = { flow: 'none', queue: 'none', filter: 'none', access: 'none' };

/** What the metrics of mail are made from, by scope: each made when it is first asked for after a move. */
export interface LiveBases {
  move(nowMs: number): void;
  of(kind: 'tenant' | 'cluster' | 'platform', place: number): MetricBasis | undefined;
  unattributed(): Reading;
}

/** Bases out of the last minutes in memory. `clusters` in the order of their places. */
export function createLiveBases(live: Live, sums: LiveSums | null, clusters: readonly string[]): LiveBases {
  const { entries, recent, scopes } = live;
  const tenants = entries.map((entry, scope) => new ScopeBasis(live, sums, scope, entry.cluster ?? ''));
  const platform = new ScopeBasis(live, sums, scopes.platform, '');
  const merged = clusters.map((id) => new ClusterBasis(live, sums, placesOf(entries, id), id));
  let nowMs = 0;
  let turn = 0;
  const feeds = new Map<string, Feeds>();

  function feedsOf(cluster: string): Feeds {
    let found = feeds.get(cluster);
    if (!found) feeds.set(cluster, (found = feedStates(live, cluster)));
    return found;
  }

  return {
    move(toMs) {
      nowMs = toMs;
      turn += 1;
      feeds.clear();
    },
    of(kind, place) {
      const basis = kind === 'tenant' ? tenants[place] : kind === 'cluster' ? merged[place] : platform;
      if (!basis || basis.turn === turn) return basis;
      basis.turn = turn;
      basis.renew(nowMs, feedsOf(basis.cluster));
      return basis;
    },
    unattributed() {
      const part = attempts(recent.rolling(scopes.unattributed, IN).counts);
      const n = attempts(recent.rolling(scopes.platform, IN).counts);
      return n > 0 ? { value: (100 * part) / n, n, part } : { value: null, n: null };
    },
  };
}

function feedStates({ state }: Live, cluster: string): Feeds {
  const coverage = state.coverage[cluster];
  const of = (feed: Feed): FeedState => (coverage ? feedState(coverage[feed]) : 'none');
  return { flow: of('flow'), queue: of('queue'), filter: of('filter'), access: of('access') };
}

/** One tenant, or the platform. The sums are the live ones: nothing is copied. */
class ScopeBasis implements Mutable<MetricBasis> {
  turn = 0;
  inbound: Readonly<Counts> = emptyCounts();
  outbound: Readonly<Counts> = emptyCounts();
  queues: QueueState[] = [];
  access: MetricBasis['access'] = null;
  feeds = NO_FEEDS;
  milterSeen = false;
  policyRefused: number | null = null;
  readonly lag: MetricBasis['lag'];
  readonly cluster: string;
  readonly #live: Live;
  readonly #sums: LiveSums | null;
  readonly #scope: number;

  constructor(live: Live, sums: LiveSums | null, scope: number, cluster: string) {
    this.#live = live;
    this.#sums = sums;
    this.#scope = scope;
    this.cluster = cluster;
    this.lag = { inbound: liveLag(live, scope, IN), outbound: liveLag(live, scope, OUT) };
  }

  renew(nowMs: number, feeds: Feeds): void {
    const { recent } = this.#live;
    const scope = this.#scope;
    this.feeds = feeds;
    this.inbound = recent.rolling(scope, IN).counts;
    this.outbound = recent.rolling(scope, OUT).counts;
    this.access = recent.access(scope);
    this.milterSeen = this.#live.isMilterSeen();
    this.policyRefused = this.#sums?.policyRefused(scope, nowMs) ?? null;
    this.queues.length = 0;
    for (const direction of [IN, OUT]) {
      const queue = recent.queue(scope, direction);
      if (queue) this.queues.push(queue);
    }
  }
}

/** The quantile that tiles show is made once for both. */
function liveLag({ recent }: Live, scope: number, direction: Direction): LagBasis {
  const all = () => {
    const waiting = recent.queue(scope, direction)?.waiting;
    const { effectiveLag } = recent.rolling(scope, direction);
    return { delivered: [effectiveLag], waiting: waiting ? [waiting] : [] };
  };
  return {
    quantile(q) {
      if (q === 0.95) return recent.lagP95(scope, direction) ?? undefined;
      const { delivered, waiting } = all();
      return effectiveQuantile(delivered, waiting, q);
    },
    beyond(limitMs) {
      const { delivered, waiting } = all();
      return countBeyond([...delivered, ...waiting], limitMs);
    },
    count() {
      const { count } = recent.rolling(scope, direction).effectiveLag;
      return count + (recent.queue(scope, direction)?.waiting.count ?? 0);
    },
  };
}

/** All tenants of a cluster together. */
class ClusterBasis implements Mutable<MetricBasis> {
  turn = 0;
  inbound: Counts = emptyCounts();
  outbound: Counts = emptyCounts();
  queues: readonly QueueState[] = [];
  access: MetricBasis['access'] = null;
  feeds = NO_FEEDS;
  milterSeen = false;
  policyRefused: number | null = null;
  lag: MetricBasis['lag'] = { inbound: lagBasis([], []), outbound: lagBasis([], []) };
  readonly cluster: string;
  readonly #live: Live;
  readonly #sums: LiveSums | null;
  readonly #tenants: readonly number[];

  constructor(live: Live, sums: LiveSums | null, tenants: readonly number[], cluster: string) {
    this.#live = live;
    this.#sums = sums;
    this.#tenants = tenants;
    this.cluster = cluster;
  }

  renew(nowMs: number, feeds: Feeds): void {
    const sums = this.#sums;
    this.feeds = feeds;
    this.milterSeen = this.#live.isMilterSeen();
    this.inbound = this.#countsOf(IN);
    this.outbound = this.#countsOf(OUT);
    this.queues = [IN, OUT].flatMap((direction) => this.#queuesOf(direction));
    this.access = this.#accessOf();
    this.policyRefused =
      sums && this.#tenants.reduce((total, scope) => total + sums.policyRefused(scope, nowMs), 0);
    this.lag = { inbound: this.#lagOf(IN), outbound: this.#lagOf(OUT) };
  }

  #countsOf(direction: Direction): Counts {
    const counts = emptyCounts();
    for (const scope of this.#tenants) addCounts(counts, this.#live.recent.rolling(scope, direction).counts);
    return counts;
  }

  #queuesOf(direction: Direction) {
    return this.#tenants.flatMap((scope) => this.#live.recent.queue(scope, direction) ?? []);
  }

  /** Nobody is a user of two tenants. */
  #accessOf(): AccessGauge | null {
    const gauges = this.#tenants.flatMap((scope) => this.#live.recent.access(scope) ?? []);
    const [first] = gauges;
    if (!first) return null;
    const users = gauges.reduce((sum, gauge) => sum + gauge.users, 0);
    const failing = gauges.reduce((sum, gauge) => sum + gauge.failing, 0);
    return { ...first, users, failing };
  }

  /** Made when it is asked for: it costs as much as all of the tenants together. */
  #lagOf(direction: Direction): LagBasis {
    let made: LagBasis | undefined;
    const lag = () =>
      (made ??= lagBasis(
        this.#tenants.map((scope) => this.#live.recent.rolling(scope, direction).effectiveLag),
        this.#queuesOf(direction).map(({ waiting }) => waiting),
      ));
    return {
      quantile: (q) => lag().quantile(q),
      beyond: (limitMs) => lag().beyond(limitMs),
      count: () => lag().count(),
    };
  }
}

function placesOf(entries: readonly TenantEntry[], cluster: string): number[] {
  return entries.flatMap((entry, place) => (entry.cluster === cluster ? [place] : []));
}

function attempts({ delivered, deferred, bounced }: Readonly<Counts>): number {
  return delivered + deferred + bounced;
}
