import type { ScopeKind } from '../../../shared/alarms.ts';
import type { SourceReport } from '../../../shared/protocol.ts';
import { emptySourceCounts, type SourceCounts } from '../../aggregate/source-tally.ts';
import type { DestinationTotals } from '../../history/destination-sums.ts';
import type { LiveSums } from '../../history/live-sums.ts';
import type { Live } from '../live-state.ts';
import { noDataReason } from '../coverage.ts';
import { createLiveBases, type LiveBases } from './live-bases.ts';
import { type MetricBasis, readerOf } from './metrics.ts';
import type { Facts, Reading, ScopeFacts } from './types.ts';

/** What Mailvigil knows of itself; absent or null: not known. States are 1 (so) or 0. */
export interface OwnFacts {
  readonly diskFreePercent?: number | null;
  readonly historyFailing?: number | null;
  readonly alarmPathFailing?: number | null;
  readonly nobodyOnCall?: number | null;
}

/** A paired screen. */
export interface ScreenFact {
  readonly id: string;
  /** With its place. */
  readonly name: string;
  /** Real ms since it has painted. */
  readonly dark: Reading;
  /** 1: it cannot sound although it is meant to. */
  readonly mute: Reading;
}

export interface LiveFactsOptions {
  readonly live: Live;
  /** Of the same pipeline; null: sources and destinations are not added up. */
  readonly sums: LiveSums | null;
  readonly own: () => OwnFacts;
  /** Paired screens that are expected to paint, now. Absent: there are none. */
  readonly screens?: () => readonly ScreenFact[];
  /** Time runs faster than it does: what is late then is late by this machine, not by the platform. */
  readonly isHurried?: boolean;
  /** Name of a destination; its id when there is none. */
  readonly destinationName?: (id: string) => string | undefined;
}

/** Facts as of the last tick of the pipeline: call it once after each tick. What is asked for twice is made once. */
export function createLiveFacts(options: LiveFactsOptions): (nowMs: number) => Facts {
  const facts = new LiveFacts(options);
  return (nowMs) => {
    facts.move(nowMs);
    return facts;
  };
}

type MailKind = 'tenant' | 'cluster' | 'platform';
type Read = (basis: MetricBasis) => Reading;

const NOTHING: Reading = { value: null, n: null };
const HEARD: ReadonlySet<SourceReport['state']> = new Set(['ok', 'quiet']);
const HURRIED: ReadonlySet<SourceReport['state']> = new Set([...HEARD, 'late', 'starting']);
const OWN_METRICS: ReadonlySet<string> = new Set<keyof OwnFacts>([
  'diskFreePercent',
  'historyFailing',
  'alarmPathFailing',
  'nobodyOnCall',
]);

class LiveFacts implements Facts {
  atMs = 0;
  readonly #options: LiveFactsOptions;
  readonly #heard: ReadonlySet<SourceReport['state']>;
  readonly #bases: LiveBases;
  readonly #readers = new Map<string, Read | undefined>();
  readonly #whyNot = new Map<string, string | null>();
  readonly #tenants: readonly ScopeFacts[];
  readonly #clusters: readonly ScopeFacts[];
  readonly #platform: readonly ScopeFacts[];
  #sources: readonly ScopeFacts[] = [];
  #destinations: readonly ScopeFacts[] = [];
  #screens: readonly ScreenFact[] = [];
  #screenScopes: readonly ScopeFacts[] = [];
  #own: OwnFacts = {};
  #sourceCounts = new Map<string, SourceCounts | null>();
  #totals: ReadonlyMap<string, DestinationTotals> = new Map();

  constructor(options: LiveFactsOptions) {
    const { entries } = options.live;
    this.#options = options;
    this.#heard = options.isHurried ? HURRIED : HEARD;
    this.#tenants = entries.map(({ id, name, cluster = null, mailboxes = null }) => ({
      ...{ kind: 'tenant' as const, id, name, cluster, mailboxes },
    }));
    const clusters = [...new Set(entries.flatMap(({ cluster }) => cluster ?? []))];
    this.#clusters = clusters.map((id) => scopeOf('cluster', id, `cluster ${id}`, id));
    this.#platform = [scopeOf('platform', '', 'the platform', null)];
    this.#bases = createLiveBases(options.live, options.sums, clusters);
  }

  /** Everything made for the moment before is forgotten. */
  move(nowMs: number): void {
    this.atMs = nowMs;
    this.#bases.move(nowMs);
    this.#whyNot.clear();
    this.#sourceCounts.clear();
    this.#own = this.#options.own();
    this.#sources = sameScopes(this.#sources, this.#live.state.reports, ({ id, cluster = null }) =>
      scopeOf('source', id, id, cluster),
    );
    const { sums, destinationName } = this.#options;
    this.#totals = sums?.destinations.totals(nowMs) ?? new Map();
    const watched = (sums?.destinations.watched(nowMs) ?? []).map((id) => ({ id }));
    this.#destinations = sameScopes(this.#destinations, watched, ({ id }) =>
      scopeOf('destination', id, destinationName?.(id) ?? id, null),
    );
    this.#screens = this.#options.screens?.() ?? [];
    const isRenamed = this.#screens.some(({ name }, i) => name !== this.#screenScopes[i]?.name);
    this.#screenScopes = sameScopes(isRenamed ? [] : this.#screenScopes, this.#screens, ({ id, name }) =>
      scopeOf('screen', id, name, null),
    );
  }

  scopes(kind: ScopeKind): readonly ScopeFacts[] {
    switch (kind) {
      case 'tenant':
        return this.#tenants;
      case 'cluster':
        return this.#clusters;
      case 'platform':
        return this.#platform;
      case 'source':
        return this.#sources;
      case 'destination':
        return this.#destinations;
      case 'screen':
        return this.#screenScopes;
      case 'external':
        return [];
    }
  }

  read(metric: string, kind: ScopeKind, place: number): Reading {
    if (kind === 'source') return this.#readSource(metric, place);
    if (kind === 'destination') return this.#readDestination(metric, place);
    if (kind === 'screen') return this.#readScreen(metric, place);
    if (kind === 'external') return unknownMetric(metric);
    if (kind === 'platform') {
      const own = this.#readPlatform(metric);
      if (own) return own;
    }
    return this.#readMail(metric, kind, place);
  }

  noData(kind: ScopeKind, place: number): string | null {
    if (kind === 'source') return this.#whySourceIsSilent(place);
    if (kind === 'tenant') return this.#whyNoData(this.#tenants[place]?.cluster ?? '');
    if (kind === 'cluster') return this.#whyNoData(this.#clusters[place]?.id ?? '');
    // What Mailvigil knows of itself and of its screens needs no source; each metric of mail says for itself when it is not known.
    return kind === 'platform' || kind === 'screen' ? null : this.#whyNoData('');
  }

  get #live(): Live {
    return this.#options.live;
  }

  #whyNoData(cluster: string): string | null {
    let why = this.#whyNot.get(cluster);
    if (why === undefined)
      this.#whyNot.set(cluster, (why = noDataReason(this.#live.state.coverage[cluster])));
    return why;
  }

  #whySourceIsSilent(place: number): string | null {
    const report = this.#live.state.reports[place];
    if (!report) return 'it is not configured';
    if (this.#heard.has(report.state)) return null;
    return report.reason === undefined ? report.state : `${report.state}: ${report.reason}`;
  }

  #readMail(metric: string, kind: MailKind, place: number): Reading {
    let read = this.#readers.get(metric);
    if (!read) {
      read = readerOf(metric) ?? (() => unknownMetric(metric));
      if (this.#readers.size < 1_000) this.#readers.set(metric, read);
    }
    const basis = this.#bases.of(kind, place);
    return basis ? read(basis) : { value: null, n: null, noData: 'there is no such scope' };
  }

  #readPlatform(metric: string): Reading | undefined {
    if (OWN_METRICS.has(metric)) {
      const value = this.#own[metric as keyof OwnFacts] ?? null;
      return value === null ? { value, n: null, noData: 'not known yet' } : { value, n: null };
    }
    if (metric === 'sourcesSilent') {
      const silent = this.#live.state.reports.filter(({ state }) => !this.#heard.has(state)).length;
      return { value: silent, n: this.#live.state.reports.length };
    }
    if (metric !== 'unattributedPercent') return undefined;
    const why = this.#whyNoData('');
    return why === null ? this.#bases.unattributed() : { value: null, n: null, noData: why };
  }

  #readSource(metric: string, place: number): Reading {
    const report = this.#live.state.reports[place];
    if (metric === 'sourceQuiet') return { value: report?.state === 'quiet' ? 1 : 0, n: null };
    const { sums } = this.#options;
    if (!report || !sums) return { value: null, n: null, noData: 'sources are not counted here' };
    let counts = this.#sourceCounts.get(report.id);
    if (counts === undefined)
      this.#sourceCounts.set(report.id, (counts = sums.sources.counts(report.id, this.atMs)));
    return readCounts(metric, counts ?? emptySourceCounts());
  }

  #readScreen(metric: string, place: number): Reading {
    const screen = this.#screens[place];
    if (!screen) return { value: null, n: null, noData: 'it is not paired' };
    if (metric === 'screenDarkMs') return screen.dark;
    return metric === 'screenMute' ? screen.mute : unknownMetric(metric);
  }

  #readDestination(metric: string, place: number): Reading {
    const id = this.#destinations[place]?.id ?? '';
    const { delivered, deferred, bounced, policyRefused } = this.#totals.get(id) ?? NO_TOTALS;
    switch (metric) {
      case 'delivered':
        return single(delivered);
      case 'deferred':
        return single(deferred);
      case 'bounced':
        return single(bounced);
      case 'deferralPercent':
        return share(deferred, delivered + deferred + bounced);
      case 'bouncePercent':
        return share(bounced, delivered + bounced);
      case 'policyRefusedPercent':
        return share(Math.min(policyRefused, delivered + bounced), delivered + bounced);
      default:
        return unknownMetric(metric);
    }
  }
}

const NO_TOTALS: DestinationTotals = { delivered: 0, deferred: 0, bounced: 0, policyRefused: 0 };

function readCounts(metric: string, counts: SourceCounts): Reading {
  const { delivered, deferred, bounced, expired } = counts;
  switch (metric) {
    case 'deferralPercent':
      return share(deferred, delivered + deferred + bounced);
    case 'bouncePercent':
      return share(bounced + expired, delivered + bounced + expired);
    case 'softRejectPercent':
      return share(counts.softRejected, counts.scanned);
    case 'loginFaultPercent':
      return share(counts.loginFault, counts.loginOk + counts.loginFault);
    default:
      return Object.hasOwn(counts, metric)
        ? single(counts[metric as keyof SourceCounts])
        : unknownMetric(metric);
  }
}

/** The same list as before when nothing about it changed: rules remember where they apply by it. */
function sameScopes<T extends { readonly id: string }>(
  before: readonly ScopeFacts[],
  now: readonly T[],
  make: (item: T) => ScopeFacts,
): readonly ScopeFacts[] {
  const isSame = before.length === now.length && now.every(({ id }, i) => before[i]?.id === id);
  return isSame ? before : now.map(make);
}

function scopeOf(kind: ScopeKind, id: string, name: string, cluster: string | null): ScopeFacts {
  return { kind, id, name, cluster, mailboxes: null };
}

function single(value: number): Reading {
  return { value, n: null };
}

function share(part: number, n: number): Reading {
  return n > 0 ? { value: (100 * part) / n, n, part } : NOTHING;
}

function unknownMetric(metric: string): Reading {
  return { value: null, n: null, noData: `there is no metric '${metric}' here` };
}
