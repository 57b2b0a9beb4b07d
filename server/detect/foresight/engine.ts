/** The parts of foresight as one: events in, a step every few seconds, a picture out, and what must be kept. */
import type {
  AffectedMailboxes,
  AnomalyFinding,
  CampaignView,
  CanaryStoreView,
  DrainForecast,
  ForecastScore,
  ForesightSnapshot,
  HeldEstimate,
  LedgerHour,
  ReportSurge,
  ScopeForesight,
  SharedCause,
} from '../../../shared/foresight.ts';
import type { MailEvent } from '../../collect/event.ts';
import type { ForesightBatch, ForesightRow } from '../../history/foresight-store.ts';
import { PICTURE } from '../../history/foresight-store.ts';
import {
  FORESIGHT_STEP_MS,
  type ForesightFacts,
  type ForesightPart,
  keyOf,
  type ScopeInfo,
} from './types.ts';

/** What parts say, by scope (`keyOf`) where it is of scopes. */
export interface ForesightViews {
  readonly drain: ReadonlyMap<string, { readonly now: DrainForecast; readonly score: ForecastScore | null }>;
  readonly held: ReadonlyMap<string, HeldEstimate>;
  readonly affected: ReadonlyMap<string, AffectedMailboxes>;
  readonly ledger: ReadonlyMap<string, LedgerHour>;
  readonly anomalies: readonly AnomalyFinding[];
  readonly causes: readonly SharedCause[];
  readonly campaigns: {
    readonly list: readonly CampaignView[];
    readonly unclustered: ForesightSnapshot['unclustered'];
  };
  readonly canaries: readonly CanaryStoreView[];
  /** Addresses that never had spam, as learnt. */
  readonly cohorts: readonly CanaryStoreView[];
  readonly surges: readonly ReportSurge[];
}
type Needed = 'drain' | 'held' | 'affected' | 'ledger' | 'causes';
type PartsOf<K extends keyof ForesightViews> = { readonly [P in K]: ForesightPart<ForesightViews[P]> };
/** Some need what is not configured: where they are missing, nothing is said of theirs. */
export type ForesightParts = PartsOf<Needed> & Partial<PartsOf<Exclude<keyof ForesightViews, Needed>>>;

/** Names under which what parts remember is kept: `part.drain`. */
export const KEPT_PREFIX = 'part.';
const PICTURE_EVERY_MS = 60_000;
/** Tenants of which something is told in a picture; the rest is counted. */
const MAX_TENANTS = 200;

export interface ForesightEngine {
  event(event: MailEvent, nowMs: number): void;
  /** Works out everything anew when a step is due; whether it was. */
  advance(nowMs: number, facts: () => ForesightFacts): boolean;
  /** Null before the first step. */
  snapshot(): ForesightSnapshot | null;
  /** Of one scope, also where the snapshot leaves it out because nothing is out of the ordinary; undefined: there is none, or no step yet. */
  told(scope: Pick<ScopeInfo, 'kind' | 'id'>): ScopeForesight | undefined;
  /** To be kept since it was last asked; null: nothing. `isLast`: what is kept now and then only is kept now. */
  takeBatch(isLast?: boolean): ForesightBatch | null;
  counters(): Readonly<Record<string, number>>;
}

/** Runs the parts. One that throws is left out, told of in `blind`, and asked again at the next step. */
export function createForesight(
  parts: ForesightParts,
  onFault: (part: string, error: unknown) => void,
): ForesightEngine {
  return new Engine(parts, onFault);
}

class Engine implements ForesightEngine {
  readonly #parts: ForesightParts;
  readonly #list: readonly (readonly [name: string, part: ForesightPart<unknown>])[];
  readonly #listeners: readonly (readonly [name: string, hear: (event: MailEvent, nowMs: number) => void])[];
  readonly #onFault: (part: string, error: unknown) => void;
  readonly #faulty = new Map<string, string>();
  #steppedMs = -Infinity;
  #picturedMs = -Infinity;
  #hadAnything = false;
  #snapshot: ForesightSnapshot | null = null;
  #told: readonly ScopeForesight[] = [];
  #rows: ForesightRow[] = [];

  constructor(parts: ForesightParts, onFault: (part: string, error: unknown) => void) {
    this.#parts = parts;
    this.#onFault = onFault;
    this.#list = Object.entries(parts);
    this.#listeners = this.#list.flatMap(([name, part]) =>
      part.event ? [[name, part.event.bind(part)] as const] : [],
    );
  }

  event(event: MailEvent, nowMs: number): void {
    for (const [name, hear] of this.#listeners) this.#guard(name, () => hear(event, nowMs));
  }

  advance(nowMs: number, facts: () => ForesightFacts): boolean {
    // A clock that was set back begins anew.
    if (nowMs - this.#steppedMs < FORESIGHT_STEP_MS && nowMs >= this.#steppedMs) return false;
    this.#steppedMs = nowMs;
    const seen = facts();
    this.#faulty.clear();
    for (const [name, part] of this.#list) this.#guard(name, () => part.advance(seen));
    this.#snapshot = this.#look(seen);
    this.#note(this.#snapshot);
    return true;
  }

  snapshot(): ForesightSnapshot | null {
    return this.#snapshot;
  }

  told({ kind, id }: Pick<ScopeInfo, 'kind' | 'id'>): ScopeForesight | undefined {
    return this.#told.find(({ scope }) => scope.kind === kind && scope.id === id);
  }

  takeBatch(isLast = false): ForesightBatch | null {
    const kept: Record<string, string> = {};
    for (const [name, part] of this.#list) {
      const text = part.takeKept?.(isLast);
      if (text !== undefined) kept[KEPT_PREFIX + name] = text;
      this.#rows.push(...(part.takeRows?.() ?? []));
    }
    if (this.#rows.length === 0 && Object.keys(kept).length === 0) return null;
    const rows = this.#rows;
    this.#rows = [];
    return { rows, kept };
  }

  counters(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [name, part] of this.#list)
      for (const [reason, n] of Object.entries(part.dropped?.() ?? {}))
        counts[`foresight ${name}: ${reason}`] = n;
    return counts;
  }

  #guard(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#faulty.has(name)) this.#onFault(name, error);
      this.#faulty.set(name, `${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #look(facts: ForesightFacts): ForesightSnapshot {
    const { drain, held, affected, ledger, anomalies, causes, campaigns, canaries, cohorts, surges } =
      this.#parts;
    const views: ForesightViews = {
      drain: drain.view(),
      held: held.view(),
      affected: affected.view(),
      ledger: ledger.view(),
      anomalies: anomalies?.view() ?? [],
      causes: causes.view(),
      campaigns: campaigns?.view() ?? NO_CAMPAIGNS,
      canaries: canaries?.view() ?? [],
      cohorts: cohorts?.view() ?? [],
      surges: surges?.view() ?? [],
    };
    const told = facts.scopes.map((scope) => scopeView(scope, views, facts.atMs));
    this.#told = told;
    const tenants = told.filter(({ scope }) => scope.kind === 'tenant').filter(isWorthTelling);
    const blind = [...this.#faulty.values(), ...this.#list.flatMap(([, part]) => part.blind?.() ?? [])];
    const platform = told.find(({ scope }) => scope.kind === 'platform');
    if (!platform) throw new Error('foresight needs the platform among its scopes');
    const more = tenants.length - MAX_TENANTS;
    return {
      atMs: facts.atMs,
      platform,
      clusters: told.filter(({ scope }) => scope.kind === 'cluster'),
      tenants: tenants.slice(0, MAX_TENANTS),
      causes: views.causes,
      campaigns: views.campaigns.list,
      unclustered: views.campaigns.unclustered,
      canaries: [...views.canaries, ...views.cohorts],
      surges: views.surges,
      blind: more > 0 ? [...blind, `${more} more tenants have something to tell`] : blind,
    };
  }

  /** A picture a minute while there is anything to tell, and one of its end. */
  #note(snapshot: ForesightSnapshot): void {
    if (snapshot.atMs - this.#picturedMs < PICTURE_EVERY_MS && snapshot.atMs >= this.#picturedMs) return;
    this.#picturedMs = snapshot.atMs;
    const isWorth = hasAnything(snapshot);
    if (isWorth || this.#hadAnything)
      this.#rows.push({ kind: PICTURE, scope: '', atMs: snapshot.atMs, text: JSON.stringify(snapshot) });
    this.#hadAnything = isWorth;
  }
}

const NO_DRAIN: DrainForecast = { state: 'no-estimate', waiting: null, reason: 'not worked out yet' };
const NO_CAMPAIGNS: ForesightViews['campaigns'] = { list: [], unclustered: { messages: 0, of: 0 } };
const NO_HELD: HeldEstimate = { state: 'unknown', reason: 'not worked out yet' };

function scopeView(scope: ScopeInfo, views: ForesightViews, atMs: number): ScopeForesight {
  const key = keyOf(scope);
  const drain = views.drain.get(key);
  return {
    scope: { kind: scope.kind, id: scope.id, name: scope.name },
    atMs,
    drain: drain?.now ?? NO_DRAIN,
    drainScore: drain?.score ?? null,
    held: views.held.get(key) ?? NO_HELD,
    affected: views.affected.get(key) ?? null,
    ledger: views.ledger.get(key) ?? null,
    anomalies: views.anomalies.filter((finding) => keyOf(finding.scope) === key),
  };
}

function isWorthTelling({ drain, held, affected, ledger, anomalies }: ScopeForesight): boolean {
  return (
    drain.state === 'forecast' ||
    drain.state === 'growing' ||
    held.state === 'estimate' ||
    affected !== null ||
    anomalies.length > 0 ||
    (ledger !== null && ledger.unaccounted !== 0)
  );
}

function hasAnything({
  platform,
  clusters,
  tenants,
  causes,
  campaigns,
  canaries,
  surges,
}: ForesightSnapshot): boolean {
  return (
    [platform, ...clusters].some(isWorthTelling) ||
    tenants.length > 0 ||
    causes.length > 0 ||
    campaigns.length > 0 ||
    canaries.some(({ state }) => state === 'hit' || state === 'leaked') ||
    surges.some(({ state }) => state === 'surge')
  );
}
