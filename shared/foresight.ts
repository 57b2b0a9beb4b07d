/**
 * What is coming, who is hit, why, and when it will be over: forms of the room `foresight` and of `/api/v1/foresight`.
 * Every estimate is a range with its reason; "not known" is said as such and is never zero. Times epoch ms of the watched
 * platform's clock, durations ms.
 */

/** A tenant, a cluster or the platform, as elsewhere. `service`: one service of a tenant (tenants file). */
export interface ForesightScope {
  readonly kind: 'tenant' | 'cluster' | 'platform' | 'service';
  /** `''` for the platform; `tenant/service` for a service. */
  readonly id: string;
  readonly name: string;
}

/** A number that is known between two bounds. `high` null: no upper bound can be said. */
export interface Bounds {
  readonly low: number;
  readonly high: number | null;
}

/** When the deliverable queue will be back to what is usual (metrics 8.7). */
export type DrainForecast =
  /** Nothing to drain. */
  | { readonly state: 'clear'; readonly reason: string }
  | {
      readonly state: 'forecast';
      /** It will be over between these two. */
      readonly fromMs: number;
      readonly toMs: number;
      /** Deliverable recipients that wait now. */
      readonly waiting: number;
      /** What the interval follows from: throughput, arrivals, retry horizon. */
      readonly reason: string;
      /** `no flush`, `arrivals as usual for the hour`. */
      readonly assumes: readonly string[];
      /** Which of the two decides: how fast it goes, or when the last is tried again. */
      readonly bound: 'capacity' | 'retry';
    }
  /** Comes faster than it goes. */
  | {
      readonly state: 'growing';
      readonly perMinute: number;
      readonly waiting: number;
      readonly reason: string;
    }
  /** Too early, blind, or it stands still. */
  | { readonly state: 'no-estimate'; readonly waiting: number | null; readonly reason: string };

/** How good forecasts of this scope have been; null: none has come due yet. */
export interface ForecastScore {
  readonly n: number;
  /** Share whose true time lay inside the interval, 0 to 1. */
  readonly insideShare: number;
  /** |middle of the interval - truth| / time that was left, median. */
  readonly medianErrorShare: number;
  readonly medianWidthMs: number;
}

/** Legitimate mail that is held up (metrics 8.6): never a bare number. */
export type HeldEstimate =
  | { readonly state: 'none'; readonly reason: string }
  | { readonly state: 'unknown'; readonly reason: string }
  | {
      readonly state: 'estimate';
      /** Messages; between the two estimators, capped by what waits. */
      readonly messages: Bounds;
      /** By class of what waits, and by what should have been delivered and was not; null: that one cannot be made. */
      readonly byWaiting: number | null;
      readonly byShortfall: number | null;
      readonly mailboxesWaiting: Bounds;
      readonly oldestMs: number | null;
      readonly sinceMs: number;
      /** What it rests on, a sentence each. */
      readonly inputs: readonly string[];
      readonly reason: string;
    };

/** Mailboxes that are hit (metrics 8.11): seen to be, and at most. */
export interface AffectedMailboxes {
  readonly current: Bounds;
  /** Since the trouble began. */
  readonly cumulative: Bounds;
  /** Hosted in this scope; null: the tenants file does not say. */
  readonly hosted: number | null;
  readonly sinceMs: number;
  /** What they are hit by, and where the upper bound comes from. */
  readonly reason: string;
}

/** Where the mail of one hour is (metrics 8.13), in recipients. It closes when `unaccounted` is zero. */
export interface LedgerHour {
  readonly fromMs: number;
  /** Waiting, held and on its way when the hour began. */
  readonly opening: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly bounced: number;
  readonly expired: number;
  readonly discarded: number;
  readonly deleted: number;
  /** Now, or when the hour ended. */
  readonly held: number;
  readonly queued: number;
  /** opening + accepted - all of the above - settling - unseen. */
  readonly unaccounted: number;
  /** On its way between queue and log: in neither just now. Not missing unless it stays so; below zero: in both. */
  readonly settling: number;
  /** Messages whose fate is not known because we did not see all of their life (restart, blind time, evicted). */
  readonly unseen: number;
  /** 0 to 1. */
  readonly coverage: number | null;
}
export interface LedgerView {
  readonly scope: ForesightScope;
  readonly hours: readonly LedgerHour[];
  /** Whether "no mail lost" may be said, and up to when; else why not. */
  readonly claim:
    | { readonly mayBeSaid: true; readonly untilMs: number; readonly lagMs: number }
    | { readonly mayBeSaid: false; readonly reason: string };
}

/** Something strange in a series: look, it does not page. */
export interface AnomalyFinding {
  readonly id: string;
  readonly scope: ForesightScope;
  readonly metric: string;
  readonly label: string;
  readonly fromMs: number;
  /** Null: it goes on. */
  readonly toMs: number | null;
  /** 0.5 worth a look, 1 never seen. */
  readonly score: number;
  readonly kind: 'level' | 'drift' | 'rare-count' | 'flat-line' | 'missing';
  readonly direction: 'up' | 'down' | null;
  /** `delivered a minute: 12, usual here 180 to 240`. */
  readonly text: string;
}

/** A finding as it is kept: when it went on and the server stopped, its end is not known. */
export interface AnomalyRecord extends AnomalyFinding {
  /** Up to when it was seen; with `toMs` null it went on at this time. */
  readonly seenMs: number;
}
/** What was strange in one scope over a stretch of time. */
export interface AnomaliesView {
  readonly scope: ForesightScope;
  readonly fromMs: number;
  readonly toMs: number;
  /** As of when it is told. */
  readonly asOfMs: number;
  /** Metrics that are looked at; of the others nothing is said. */
  readonly metrics: readonly string[];
  /** Oldest first. */
  readonly findings: readonly AnomalyRecord[];
  /** When anybody looked: outside of these that nothing is told means nothing. */
  readonly watched: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** There are more than are told; these are the newest. */
  readonly isCut: boolean;
}

/** One thing that changed at about the same time. */
export interface MovedThing {
  readonly id: string;
  readonly what: 'number' | 'event';
  /** Whose it is as seen from what was asked about. */
  readonly relation:
    'the same' | 'its cluster' | 'its tenant' | 'same cluster' | 'the platform' | 'elsewhere';
  readonly scope: ForesightScope;
  /** Of a number. */
  readonly metric: string | null;
  readonly text: string;
  readonly fromMs: number;
  /** Null: it goes on, or how it ended is not known. */
  readonly toMs: number | null;
  readonly direction: 'up' | 'down' | null;
  /** `strange` times `near`, each 0 to 1: the first of the list is the best. */
  readonly score: number;
  readonly strange: number;
  readonly near: number;
  /** By how much it began after (before: negative) what was asked about. */
  readonly afterMs: number;
  /** How it came by its place, to be read. */
  readonly reason: string;
}
/** What else moved at that time, ranked. */
export interface MovedView {
  readonly scope: ForesightScope;
  readonly metric: string | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** So far before and after it is looked. */
  readonly marginMs: number;
  readonly asOfMs: number;
  readonly moved: readonly MovedThing[];
  /** Things that moved and are not listed. */
  readonly more: number;
  /** How much of the time somebody looked, 0 to 1: with less than 1 that nothing moved is not known. */
  readonly watchedShare: number;
}

/** What explains who is hit and who is not. */
export interface CauseCandidate {
  readonly kind: 'cluster' | 'node' | 'filter' | 'route' | 'service' | 'change';
  readonly id: string;
  /** `cluster A`, `change CHG-7 "new filter rules", 06:00`. */
  readonly name: string;
  /** Scopes that are hit and belong to it; hit and do not; belong to it and are not hit. */
  readonly explained: number;
  readonly unexplained: number;
  readonly spared: number;
  /** 0 to 1; the first of the list is the best. */
  readonly score: number;
  readonly text: string;
}
export interface SharedCause {
  readonly id: string;
  /** `mail waits`, `users are locked out`, `mail is refused for now`, `spam passes`. */
  readonly symptom: string;
  readonly sinceMs: number;
  readonly hit: readonly ForesightScope[];
  /** Nothing wrong with these; of them it is said that they are not hit. */
  readonly notHit: readonly ForesightScope[];
  /** Nothing is known of these. */
  readonly unknown: readonly ForesightScope[];
  readonly candidates: readonly CauseCandidate[];
  /** The best candidate, or `No single cause explains this.` */
  readonly verdict: string;
}

/** Mail of one kind that goes out together (fingerprint of the filter's findings, never of addresses). */
export interface CampaignView {
  readonly id: string;
  /** `image, pharmacy-like subject, 214 sender networks`. */
  readonly title: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** `running`, `stopped`: nothing for a while although data came; `returned`: it came back. */
  readonly state: 'running' | 'stopped' | 'returned';
  readonly messages: number;
  readonly recipients: Bounds;
  readonly tenants: readonly { readonly id: string; readonly name: string; readonly messages: number }[];
  /** Action of the filter → messages. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly senderNetworks: number;
  /** What they have in common, a sentence each. */
  readonly traits: readonly string[];
  /** One of them, addresses masked. */
  readonly sample: {
    readonly atMs: number;
    readonly from: string;
    readonly to: string;
    readonly subject: string | null;
    readonly symbols: readonly string[];
  };
  /** Canary stores and clean addresses that it hit. */
  readonly canaryHits: number;
  readonly cleanHits: number;
  /** Campaigns that this one swallowed when they turned out to be one. */
  readonly merged: readonly string[];
}

/** First hits on addresses that should never have any (metrics 8.9). */
export interface CanaryStoreView {
  /** `webmail`. */
  readonly store: string;
  readonly kind: 'planted' | 'lives-here' | 'clean';
  /** Addresses in the cohort. */
  readonly size: number;
  readonly hits: number;
  readonly distinctHits: number;
  readonly firstHitMs: number | null;
  readonly lastHitMs: number | null;
  /** Chance of as many hits under the prior; null: not asked. */
  readonly p: number | null;
  /** `quiet`, `hit` (one: look), `leaked` (names the store), `insufficient`: the cohort is too small to say. */
  readonly state: 'quiet' | 'hit' | 'leaked' | 'insufficient';
  readonly tenants: readonly string[];
  readonly campaigns: readonly string[];
  readonly text: string;
}

/** Customers tell of it: distinct reporters against what is usual for the hour of the week. */
export interface ReportSurge {
  readonly scope: ForesightScope;
  readonly kind: 'ticket' | 'abuse-report';
  readonly sinceMs: number;
  readonly reporters: number;
  readonly usual: number;
  readonly p: number;
  readonly state: 'usual' | 'surge' | 'insufficient';
  /** By how much customers were before our first alarm of the same scope; null: we were first, or there was none. */
  readonly customersAheadMs: number | null;
  readonly text: string;
}

/** What the tenants' people should be told of one scope, all of it with its age. */
export interface ScopeForesight {
  readonly scope: ForesightScope;
  readonly atMs: number;
  readonly drain: DrainForecast;
  readonly drainScore: ForecastScore | null;
  readonly held: HeldEstimate;
  /** Null: nobody is. */
  readonly affected: AffectedMailboxes | null;
  /** The hour that runs; null: not kept. */
  readonly ledger: LedgerHour | null;
  readonly anomalies: readonly AnomalyFinding[];
}

/** The room `foresight`; whole, when something changed (at most every five seconds). */
export interface ForesightSnapshot {
  readonly atMs: number;
  readonly platform: ScopeForesight;
  readonly clusters: readonly ScopeForesight[];
  /** Tenants (and services) of which there is something to tell; the others are plainly clear. */
  readonly tenants: readonly ScopeForesight[];
  readonly causes: readonly SharedCause[];
  readonly campaigns: readonly CampaignView[];
  /** Mail of the last hour that belongs to no campaign, and all of it that could be looked at. */
  readonly unclustered: { readonly messages: number; readonly of: number };
  readonly canaries: readonly CanaryStoreView[];
  readonly surges: readonly ReportSurge[];
  /** What could not be worked out now, a sentence each. */
  readonly blind: readonly string[];
}

/** What happened outside of the mail flow, told by other systems: `POST /ingest/v1/events`. */
export interface PlatformEvent {
  readonly id: string;
  readonly kind: 'change' | 'ticket' | 'abuse-report' | 'note';
  readonly atMs: number;
  readonly text: string;
  /** Changes: what was touched (`cluster:A`, `filter:B`, `service:aurora/dsl`, a host). */
  readonly components?: readonly string[];
  /** Tickets and reports: whose customer; who reported (hashed before it is kept). */
  readonly tenant?: string;
  readonly reporter?: string;
  readonly subject?: string;
}
