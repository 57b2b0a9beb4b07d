import { randomBytes } from 'node:crypto';
import type { AffectedMailboxes, Bounds, HeldEstimate } from '../../../../shared/foresight.ts';
import { isOwned } from '../../../aggregate/scope.ts';
import type { Books } from '../../../aggregate/books.ts';
import type { Attempt, MailEvent, Rejected, Verdict } from '../../../collect/event.ts';
import { noDataReason } from '../../coverage.ts';
import type { ForesightViews } from '../engine.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { censusOf, type Count, emptyCount, Held } from './census.ts';
import { CleanFlow } from './clean-flow.ts';
import { estimateHeld, WRONGLY_CLEAN } from './estimate.ts';
import { NOBODY, sumUpstream, Upstream, type UpstreamCount } from './upstream.ts';

const MINUTE_MS = 60_000;
/** Everything that waits is looked through so often: a queue that drains is another after half a minute. */
const CENSUS_MS = 10_000;
/** So many recipients late or on hold are a trouble of a tenant; of one that is in trouble already, any. */
const LEAST_HELD = 5;
/** Users that fail by our fault. */
const LEAST_FAILING = 3;
/** A trouble is over when nothing has been held for so long. */
const OVER_MS = 15 * MINUTE_MS;
/** Mailboxes of one trouble told apart at one tenant. */
const MAX_SEEN = 200_000;

/** One tenant. */
class TenantHeld {
  readonly flow = new CleanFlow();
  sinceMs: number | null = null;
  lastMs = 0;
  held = new Held();
  upstream: UpstreamCount = NOBODY;
  failing = 0;
  /** Mailboxes seen waiting since the trouble began; the most that failed to sign in at once. */
  readonly seen = new Set<string>();
  mostFailing = 0;
  seenOverflow = 0;
}

/** Two views of one thing: mail that is held, and mailboxes that are hit. */
export interface HeldParts {
  readonly held: ForesightPart<ForesightViews['held']>;
  readonly affected: ForesightPart<ForesightViews['affected']>;
}

export function createHeldParts(books: () => Books): HeldParts {
  const census = new HeldCensus(books);
  return {
    held: census,
    affected: { advance: () => undefined, view: () => census.affected() },
  };
}

class HeldCensus implements ForesightPart<ForesightViews['held']> {
  readonly #books: () => Books;
  readonly #tenants = new Map<number, TenantHeld>();
  readonly #upstream = new Upstream(randomBytes(16).toString('base64'));
  readonly #held = new Map<string, HeldEstimate>();
  readonly #affected = new Map<string, AffectedMailboxes>();
  #minute = -1;
  #censusMs = -Infinity;

  constructor(books: () => Books) {
    this.#books = books;
  }

  event(event: MailEvent): void {
    if (event.kind === 'rejected') this.#refused(event);
    else if (event.kind === 'verdict') this.#judged(event);
    else if (event.kind === 'attempt' && event.status === 'sent') this.#delivered(event);
  }

  #refused({ temporary, milter, login, from = '', to, atMs }: Rejected): void {
    if (!temporary || !milter || to === undefined || login !== undefined) return;
    const owner = this.#books().directory.ownerOfAddress(to);
    if (isOwned(owner)) this.#upstream.refused(from, to, { owner, atMs });
  }

  #judged({ action, from, to, atMs }: Verdict): void {
    if (SOFT.has(action)) return;
    for (const address of to) {
      this.#upstream.taken(from, address);
      const owner = this.#books().directory.ownerOfAddress(address);
      if (isOwned(owner)) this.#of(owner).flow.verdict(atMs, action !== 'no action');
    }
  }

  #delivered({ toDomain, host, queueId, atMs }: Attempt): void {
    const { directory, ledger } = this.#books();
    const owner = directory.ownerOfDomain(toDomain);
    if (isOwned(owner) && ledger.peek(host, queueId)?.spamClass !== 'spam')
      this.#of(owner).flow.delivered(atMs);
  }

  advance(facts: ForesightFacts): void {
    const { atMs } = facts;
    if (atMs - this.#censusMs >= CENSUS_MS || atMs < this.#censusMs) {
      this.#censusMs = atMs;
      this.#count(facts);
    }
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      for (const scope of facts.scopes) if (scope.kind === 'tenant') this.#advanceFlow(scope, facts);
    }
    for (const scope of facts.scopes) {
      const key = keyOf(scope);
      this.#held.set(key, this.#estimate(scope, facts));
      const affected = this.#hit(scope, facts);
      if (affected) this.#affected.set(key, affected);
      else this.#affected.delete(key);
    }
  }

  view(): ForesightViews['held'] {
    return this.#held;
  }

  affected(): ForesightViews['affected'] {
    return this.#affected;
  }

  dropped(): Readonly<Record<string, number>> {
    return { 'mail told to come again, forgotten': this.#upstream.dropped };
  }

  #of(place: number): TenantHeld {
    let found = this.#tenants.get(place);
    if (!found) this.#tenants.set(place, (found = new TenantHeld()));
    return found;
  }

  #count({ atMs, books, live, scopes }: ForesightFacts): void {
    const census = censusOf(books.ledger.all(), atMs);
    const upstream = this.#upstream.counts(atMs);
    for (const scope of scopes) {
      const [place = -1] = scope.places;
      if (scope.kind !== 'tenant') continue;
      const tenant = this.#of(place);
      tenant.held = census.get(place) ?? new Held();
      tenant.upstream = upstream.get(place) ?? NOBODY;
      tenant.failing = live.recent.access(place)?.failing ?? 0;
      noteTrouble(tenant, atMs);
    }
  }

  #advanceFlow(scope: ScopeInfo, { atMs, season }: ForesightFacts): void {
    const tenant = this.#of(scope.places[0] ?? -1);
    const usual = season.usual('delivered', keyOf(scope), atMs);
    const spam = season.usual('spamPercent', keyOf(scope), atMs);
    // Of five minutes; what is marked as spam and delivered all the same is not clean.
    const clean = usual && !usual.isPooled && spam ? (usual.median / 5) * (1 - spam.median / 100) : null;
    tenant.flow.advance(atMs, tenant.sinceMs !== null, clean);
  }

  #estimate(scope: ScopeInfo, { atMs, live }: ForesightFacts): HeldEstimate {
    const blind = noDataReason(live.state.coverage[scope.cluster ?? '']);
    if (blind !== null) return { state: 'unknown', reason: blind };
    // Where one is in trouble the others have their few as well.
    const tenants = this.#troubled(scope).length === 0 ? [] : this.#all(scope);
    const oldest = Math.min(...tenants.map(({ held }) => held.oldestArrivalMs));
    const usual = tenants.flatMap(({ flow }) => flow.usualSpam ?? []);
    return estimateHeld({
      hold: sumCounts(tenants.map(({ held }) => held.hold)),
      late: sumCounts(tenants.map(({ held }) => held.late)),
      upstream: sumUpstream(tenants.map(({ upstream }) => upstream)),
      usualSpam: usual.length === 0 ? null : usual.reduce((sum, share) => sum + share, 0) / usual.length,
      shortfall: shortfallOf(tenants),
      mailboxes: mailboxesOf(tenants),
      oldestMs: Number.isFinite(oldest) ? Math.max(0, atMs - oldest) : null,
      sinceMs: beganAt(tenants),
    });
  }

  #hit(scope: ScopeInfo, { scopes }: ForesightFacts): AffectedMailboxes | null {
    const tenants = this.#troubled(scope);
    const sinceMs = beganAt(tenants);
    if (sinceMs === null) return null;
    const infos = scopes.filter(
      ({ kind, places }) => kind === 'tenant' && scope.places.includes(places[0] ?? -1),
    );
    const impaired = infos.filter(
      ({ places }) => (this.#tenants.get(places[0] ?? -1)?.sinceMs ?? null) !== null,
    );
    const high = impaired.reduce<number | null>(
      (sum, { mailboxes }) => (sum === null || mailboxes === null ? null : sum + mailboxes),
      0,
    );
    const low = (of: (tenant: TenantHeld) => number) => tenants.reduce((sum, tenant) => sum + of(tenant), 0);
    const bounded = (n: number): Bounds => ({ low: high === null ? n : Math.min(n, high), high });
    return {
      current: bounded(low(({ held, failing }) => Math.max(surely(held.cleanMailboxes.size), failing))),
      cumulative: bounded(low(({ seen, mostFailing }) => Math.max(surely(seen.size), mostFailing))),
      hosted: scope.mailboxes,
      sinceMs,
      reason: `seen: mail waiting or sign-ins failing; at most: all mailboxes of ${impaired.length === 1 ? 'the tenant' : `the ${impaired.length} tenants`} in trouble`,
    };
  }

  #all({ places }: ScopeInfo): readonly TenantHeld[] {
    return places.flatMap((place) => this.#tenants.get(place) ?? []);
  }

  #troubled({ places }: ScopeInfo): readonly TenantHeld[] {
    return places.flatMap((place) => {
      const tenant = this.#tenants.get(place);
      return tenant && tenant.sinceMs !== null ? [tenant] : [];
    });
  }
}

const SOFT: ReadonlySet<string> = new Set(['soft reject', 'greylist']);

/** When it begins, goes on and is over. */
function noteTrouble(tenant: TenantHeld, atMs: number): void {
  const { held, failing, upstream } = tenant;
  const n = countOf(held.hold) + countOf(held.late) + upstream.repeated;
  const isHeld = tenant.sinceMs === null ? n >= LEAST_HELD || failing >= LEAST_FAILING : n > 0 || failing > 0;
  if (isHeld) {
    tenant.sinceMs ??= Math.min(atMs, held.oldestArrivalMs);
    tenant.lastMs = atMs;
    tenant.mostFailing = Math.max(tenant.mostFailing, failing);
    for (const mailbox of held.cleanMailboxes) if (tenant.seen.size < MAX_SEEN) tenant.seen.add(mailbox);
    return;
  }
  if (tenant.sinceMs === null || atMs - tenant.lastMs < OVER_MS) return;
  tenant.sinceMs = null;
  tenant.mostFailing = 0;
  tenant.seen.clear();
}

/** Null as soon as it is not known of one that is in trouble. */
function shortfallOf(tenants: readonly TenantHeld[]): number | null {
  let sum = 0;
  for (const { sinceMs, flow } of tenants) {
    if (sinceMs === null) continue;
    if (flow.shortfall === null) return null;
    sum += flow.shortfall;
  }
  return sum;
}

function beganAt(tenants: readonly TenantHeld[]): number | null {
  return finite(Math.min(...tenants.map(({ sinceMs }) => sinceMs ?? Infinity)));
}

function finite(n: number): number | null {
  return Number.isFinite(n) ? n : null;
}

/** Mailboxes belong to one tenant each. */
function mailboxesOf(tenants: readonly TenantHeld[]): Bounds {
  return {
    low: surely(tenants.reduce((sum, { held }) => sum + held.cleanMailboxes.size, 0)),
    high: tenants.reduce((sum, { held }) => sum + held.mailboxes.size + held.overflow, 0),
  };
}

/** Of mailboxes whose mail passed as clean, those that have more than spam waiting. */
function surely(mailboxes: number): number {
  return Math.floor(mailboxes * (1 - WRONGLY_CLEAN));
}

function sumCounts(counts: readonly Count[]): Count {
  return counts.reduce((sum, count) => {
    for (const key of ['clean', 'unsure', 'spam', 'unscanned'] as const) sum[key] += count[key];
    return sum;
  }, emptyCount());
}

function countOf({ clean, unsure, spam, unscanned }: Count): number {
  return clean + unsure + spam + unscanned;
}
