/** Hits on canaries by store, and what they say: which store leaked, with what chance it is none (metrics 8.9). */
import type { CanaryStoreView } from '../../../../shared/foresight.ts';
import type { NamedCampaign } from '../campaigns/part.ts';
import { gammaPoissonTail } from '../../anomaly/tails.ts';

const DAY_MS = 86_400_000;
/** Believed before anything is seen: half a stray hit in ninety days. */
const PRIOR = { shape: 0.5, rate: 90 } as const;
/** Two different addresses of one store within a day: it has leaked. */
const DISTINCT_LEAKED = 2;
/** One alone says so of a store that had none for so long. */
const QUIET_DAYS = 90;
/** Below this chance of as many hits, what living addresses show is a leak; and below this size nothing can be said. */
const LEAKED_P = 1e-5;
const LEAST_LIVING = 50;
const LEAST_PLANTED = 2;
/** Hits remembered of a store; the oldest go. */
const MAX_HITS = 5_000;

export interface CanaryHit {
  readonly hash: string;
  readonly atMs: number;
  /** /24 or /48 of the sender. */
  readonly network: string;
  readonly tenant: string | null;
  /** Known only later, when the first mails have made one. */
  campaign: string | null;
}

/** One store. */
export class CanaryStore {
  readonly store: string;
  readonly kind: 'planted' | 'lives-here';
  readonly size: number;
  readonly #sinceMs: number;
  #hits: CanaryHit[];
  readonly #seen = new Set<string>();

  constructor(
    {
      store,
      kind,
      size,
      sinceMs,
    }: { store: string; kind: 'planted' | 'lives-here'; size: number; sinceMs: number },
    hits: readonly CanaryHit[] = [],
  ) {
    this.store = store;
    this.kind = kind;
    this.size = size;
    this.#sinceMs = sinceMs;
    this.#hits = [];
    for (const hit of hits) this.hit(hit);
  }

  /** The same address from the same network within one hour is one hit; whether it was a new one. */
  hit(hit: CanaryHit): boolean {
    const key = `${hit.hash} ${hit.network} ${Math.floor(hit.atMs / 3_600_000)}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#hits.push(hit);
    if (this.#hits.length > MAX_HITS) this.#hits.shift();
    if (this.#seen.size > 2 * MAX_HITS) this.#seen.clear();
    return true;
  }

  hits(): readonly CanaryHit[] {
    return this.#hits;
  }

  /** `named`: what a campaign is by now; null: nothing is told of it any more. */
  view(nowMs: number, named: (campaign: string) => NamedCampaign | null = () => null): CanaryStoreView {
    const day = this.#hits.filter(({ atMs }) => nowMs - atMs <= DAY_MS);
    const earlier = this.#hits.filter(({ atMs }) => nowMs - atMs > DAY_MS);
    const distinct = new Set(day.map(({ hash }) => hash)).size;
    const [first] = this.#hits;
    const p = distinct === 0 ? null : this.#chance(distinct, { earlier: earlier.length, nowMs });
    const campaigns = unique(day.map(({ campaign }) => campaign)).map((id) => named(id) ?? { id, title: '' });
    const state = this.#state({ distinct, p, earlier: earlier.length, nowMs });
    return {
      store: this.store,
      kind: this.kind,
      size: this.size,
      hits: day.length,
      distinctHits: distinct,
      firstHitMs: first?.atMs ?? null,
      lastHitMs: this.#hits.at(-1)?.atMs ?? null,
      p,
      state,
      tenants: unique(day.map(({ tenant }) => tenant)),
      campaigns: unique(campaigns.map(({ id }) => id)),
      text:
        textOf(this.store, { state, distinct, size: this.size, kind: this.kind }) +
        byText(unique(campaigns.map(({ title }) => title)).filter((title) => title !== '')),
    };
  }

  /** Of as many or more different addresses in one day, by what the store has seen before. */
  #chance(
    distinct: number,
    { earlier, nowMs }: { readonly earlier: number; readonly nowMs: number },
  ): number {
    const days = Math.max(0, (nowMs - this.#sinceMs) / DAY_MS - 1);
    return gammaPoissonTail(distinct, { shape: PRIOR.shape + earlier, rate: PRIOR.rate + days }, 1);
  }

  #state(seen: {
    readonly distinct: number;
    readonly p: number | null;
    readonly earlier: number;
    readonly nowMs: number;
  }): CanaryStoreView['state'] {
    const { distinct, p, earlier, nowMs } = seen;
    const isSmall = this.size < (this.kind === 'planted' ? LEAST_PLANTED : LEAST_LIVING);
    if (distinct === 0) return isSmall ? 'insufficient' : 'quiet';
    if (this.kind === 'lives-here') {
      if (isSmall) return 'insufficient';
      return p !== null && p <= LEAKED_P && distinct >= 3 ? 'leaked' : 'hit';
    }
    const isOld = nowMs - this.#sinceMs >= QUIET_DAYS * DAY_MS;
    if (distinct >= DISTINCT_LEAKED || (isOld && earlier === 0)) return 'leaked';
    return 'hit';
  }
}

function textOf(
  store: string,
  { state, distinct, size, kind }: Pick<CanaryStoreView, 'state' | 'size' | 'kind'> & { distinct: number },
): string {
  const what = kind === 'planted' ? 'planted addresses' : 'addresses that only it knows';
  switch (state) {
    case 'quiet':
      return `${store}: nobody has written to its ${size} ${what}`;
    case 'insufficient':
      return `${store}: ${size} ${what} are too few to say anything`;
    case 'hit':
      return `${store}: ${distinct} of ${size} ${what} has been written to; look`;
    case 'leaked':
      return `${store} has leaked: ${distinct} of ${size} ${what} were written to within a day`;
  }
}

function byText(titles: readonly string[]): string {
  if (titles.length === 0) return '';
  return `, by ${titles.length === 1 ? 'the campaign' : 'the campaigns'} ${titles.map((title) => `“${title}”`).join(' and ')}`;
}

function unique(list: readonly (string | null)[]): readonly string[] {
  return [...new Set(list.filter((one) => one !== null))].sort();
}
