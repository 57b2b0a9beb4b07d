/** How the parts of foresight are held together: each hears events, is asked every few seconds, and says what it knows. */
import type { ForesightScope, PlatformEvent } from '../../../shared/foresight.ts';
import type { Books } from '../../aggregate/books.ts';
import type { MailEvent } from '../../collect/event.ts';
import type { ForesightRow } from '../../history/foresight-store.ts';
import { clusterScope, PLATFORM } from '../../history/store.ts';
import type { Live } from '../live-state.ts';
import type { Season } from './season.ts';

/** On the clock of the platform. */
export const FORESIGHT_STEP_MS = 5_000;

/** A tenant, a cluster or the platform, with what the directory knows of it. */
export interface ScopeInfo extends ForesightScope {
  readonly kind: 'tenant' | 'cluster' | 'platform';
  readonly cluster: string | null;
  readonly mailboxes: number | null;
  /** Places of its tenants in `live.entries`; one for a tenant. */
  readonly places: readonly number[];
}

/** A scope as windows, seasons and the maps of parts name it. */
export function keyOf({ kind, id }: Pick<ForesightScope, 'kind' | 'id'>): string {
  return kind === 'platform' ? PLATFORM : kind === 'cluster' ? clusterScope(id) : id;
}

/** What every part may look at. Nothing here is to be changed. */
export interface ForesightFacts {
  readonly atMs: number;
  /** Real time per time of the platform's clock; 1 but in a demo. */
  readonly speed: number;
  readonly live: Live;
  /** Ledger of messages, who waits, who signs in. */
  readonly books: Books;
  readonly scopes: readonly ScopeInfo[];
  /** What is usual at an hour of the week. */
  readonly season: Season;
  /** Changes, tickets and reports of the last day, oldest first. */
  readonly events: readonly PlatformEvent[];
  /** Alarms that are up, by scope. */
  readonly alarms: readonly {
    readonly rule: string;
    readonly scope: { readonly kind: string; readonly id: string };
    readonly sinceMs: number;
    readonly raisedAtMs: number | null;
  }[];
}

/** One part. `V`: what it says of everything; views are made once per step, and are small. */
export interface ForesightPart<V> {
  /** Each event as it comes, live ones only: a few microseconds. */
  event?(event: MailEvent, nowMs: number): void;
  advance(facts: ForesightFacts): void;
  view(): V;
  /** What must survive a restart, as text; undefined when nothing changed since it was last asked, or not yet due. `isLast`: it stops. */
  takeKept?(isLast?: boolean): string | undefined;
  /** What is to be found again by scope and time, since it was last asked; a later row of the same kind, scope and time counts. */
  takeRows?(): readonly ForesightRow[];
  /** Why something could not be worked out, a sentence each. */
  blind?(): readonly string[];
  /** What was let go for want of room, by reason. */
  dropped?(): Readonly<Record<string, number>>;
}
