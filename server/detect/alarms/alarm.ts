/** One alarm as it is remembered: a point (rule at one scope) that is not normal, or that is shelved. */
import type {
  AlarmReading,
  AlarmScope,
  AlarmState,
  Chatter,
  Hidden,
  Priority,
} from '../../../shared/alarms.ts';
import { PRIORITIES } from '../../../shared/alarms.ts';

/**
 * Stamps by which a condition is timed. They run only while somebody watches: a gap (restart, clock that jumped) moves
 * them along, so nothing is raised or returned on account of time in which nothing was seen.
 */
export interface Timers {
  /** By level: since when its limit is passed without a break. */
  readonly trueSinceMs: Readonly<Partial<Record<Priority, number>>>;
  /** When the condition last held; null: it holds now. */
  readonly heldUntilMs: number | null;
  /** Since when the value is inside the limit for clearing without a break. */
  readonly clearSinceMs: number | null;
  readonly noDataSinceMs: number | null;
}

/** What a reader is told of the point besides its state. */
export interface About {
  readonly title: string;
  readonly action: string;
  readonly runbook: string | null;
  readonly scopeName: string;
  readonly cluster: string | null;
  readonly mailboxes: number | null;
}

/** Reasons not to be annunciated; each lives for itself. */
export interface Hiding {
  readonly suppressed: Hidden | null;
  readonly outOfService: Hidden | null;
}
export const NOT_HIDDEN: Hiding = { suppressed: null, outOfService: null };

export interface Alarm extends Hiding {
  readonly key: string;
  /** Of this occurrence; of the last one while the point is normal and shelved. */
  readonly id: string;
  readonly rule: string;
  readonly ruleVersion: number;
  /** Names the condition that the timers were counted by. */
  readonly judged: string;
  readonly scope: AlarmScope;
  readonly about: About;
  readonly state: AlarmState;
  readonly priority: Priority;
  /** `''` until it is raised. */
  readonly groupId: string;
  readonly sinceMs: number;
  readonly raisedAtMs: number | null;
  readonly returnedAtMs: number | null;
  readonly timers: Timers;
  readonly isActive: boolean | null;
  readonly reading: AlarmReading;
  readonly reason: string;
  readonly worst: number | null;
  readonly acknowledged: { readonly by: string; readonly atMs: number; readonly note: string } | null;
  readonly shelved: Hidden | null;
  /** Somebody could have been told of this occurrence. */
  readonly wasAnnounced: boolean;
  /** It came out of hiding: told as soon as it holds, and not while it does not. */
  readonly isUntold: boolean;
  readonly chatter: Chatter | null;
}

/** What hides it, the weightiest first; null: nothing. */
export function hiddenOf({ outOfService, suppressed, shelved }: Alarm): Hidden | null {
  return outOfService ?? suppressed ?? shelved;
}

export function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

/** Whether it is up, acknowledged or not, or waits to be acknowledged. */
export function isRaised({ state }: Alarm): boolean {
  return state !== 'normal' && state !== 'pending';
}
