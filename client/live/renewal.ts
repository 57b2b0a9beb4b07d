/** When a page that should be loaded anew may be: a new build, or the server asks for it. All pure. */

/** Why the page should be loaded anew. */
export interface RenewalWish {
  /** Counted by the brake against loops: `build 3f2a…`, `asked: nightly`. */
  readonly cause: string;
  /** What people read: `New version`. */
  readonly title: string;
}

export interface RenewalFacts {
  readonly wish: RenewalWish | null;
  /** Groups of critical alarms that nobody has acknowledged. */
  readonly criticals: number;
  readonly isLive: boolean;
  /** Since somebody touched this screen; Infinity: never. */
  readonly idleMs: number;
  /** Since nothing speaks against it any more. */
  readonly calmMs: number;
  /** This screen's own share of the spread, so that not all walls ask for the page at once. */
  readonly spreadMs: number;
}

export type RenewalReason = 'nothing-asked' | 'not-live' | 'critical' | 'hands-on' | 'spread' | 'calm';

export interface RenewalStep {
  readonly action: 'none' | 'wait' | 'reload';
  readonly reason: RenewalReason;
  /** What to tell people meanwhile; empty: nothing. */
  readonly note: string;
}

/** Somebody who has touched the screen within this is at work on it. */
export const HANDS_OFF_AFTER_MS = 60_000;
/** Walls that could all reload in the same second do so within this. */
export const SPREAD_MS = 4_000;

/** What speaks against it now, the gravest first. */
export function objectionTo({ criticals, isLive, idleMs }: RenewalFacts): RenewalReason | null {
  if (!isLive) return 'not-live';
  if (criticals > 0) return 'critical';
  return idleMs < HANDS_OFF_AFTER_MS ? 'hands-on' : null;
}

const NOTES: Partial<Record<RenewalReason, string>> = {
  critical: 'waits: a critical alarm is unacknowledged',
  'hands-on': 'waits: somebody is at work here',
};

/** What to do now. */
export function renewalStep(facts: RenewalFacts): RenewalStep {
  const { wish, calmMs, spreadMs } = facts;
  if (!wish) return { action: 'none', reason: 'nothing-asked', note: '' };
  const objection = objectionTo(facts);
  if (objection) {
    const text = NOTES[objection];
    return { action: 'wait', reason: objection, note: text ? `${wish.title} ${text}` : '' };
  }
  if (calmMs < spreadMs) return { action: 'wait', reason: 'spread', note: '' };
  return { action: 'reload', reason: 'calm', note: '' };
}

/** Whether the server serves another page than this one; what is not known is no reason. */
export function isOtherBuild(own: string | undefined, served: string | undefined): served is string {
  return own !== undefined && served !== undefined && own !== '' && served !== '' && own !== served;
}
