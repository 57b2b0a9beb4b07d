import {
  type AlarmState,
  type Hidden,
  type TransitionKind,
  type TransitionRecord,
  WATCH,
} from '../../../shared/alarms.ts';
import { type Alarm, hiddenOf, type Hiding } from './alarm.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Who does it and why. */
export interface Deed {
  readonly by: string;
  readonly reason: string;
}

export interface Step {
  /** Null: normal, nothing to remember. The same object when nothing changed. */
  readonly alarm: Alarm | null;
  readonly records: readonly TransitionRecord[];
  /** To be annunciated: it is unacknowledged, not hidden, and this is news. */
  readonly isAnnunciated: boolean;
}

/** An alarm on its way through one step. It belongs to the step alone. */
export class Draft {
  readonly alarm: Writable<Alarm>;
  readonly nowMs: number;
  readonly records: TransitionRecord[] = [];
  isNews = false;

  constructor(alarm: Alarm, nowMs: number) {
    this.alarm = { ...alarm };
    this.nowMs = nowMs;
  }

  /** The one place where the state changes: a line of the record for each way it goes. */
  go(kind: TransitionKind, to: AlarmState, deed: Deed): void {
    const { id, rule, ruleVersion, scope, state, priority, groupId, reading } = this.alarm;
    this.records.push({
      seq: 0,
      atMs: this.nowMs,
      kind,
      alarmId: id,
      rule,
      ruleVersion,
      scope,
      from: state,
      to,
      priority,
      groupId,
      by: deed.by,
      reason: deed.reason,
      value: reading.value,
    });
    this.alarm.state = to;
  }

  /** It stays where it is. */
  note(kind: TransitionKind, deed: Deed): void {
    this.go(kind, this.alarm.state, deed);
  }

  /** End of the occurrence. A shelf stays on the point; the other reasons to hide are found anew when it comes again. */
  end(kind: 'dropped' | 'closed' | 'resolved', deed: Deed): void {
    this.go(kind, 'normal', deed);
    Object.assign(this.alarm, ENDED);
  }

  /** What the hiding is to be; what changes is recorded. */
  hide(hiding: Hiding, why: Deed): void {
    this.#set('suppressed', hiding.suppressed, why);
    this.#set('outOfService', hiding.outOfService, why);
  }

  #set(what: keyof Hiding, to: Hidden | null, why: Deed): void {
    const was = this.alarm[what];
    this.alarm[what] = to;
    const [begin, end] = HIDE_KINDS[what];
    if (to && !was) this.note(begin, { by: to.by, reason: to.reason });
    if (was && !to) this.shown(end, why);
  }

  /**
   * One reason to hide is over. When it was the last one, what holds is to be acknowledged anew; what waits for that is told
   * now or, while it does not hold, when it holds again.
   */
  shown(kind: TransitionKind, why: Deed): void {
    const { state, isActive } = this.alarm;
    const isLast = hiddenOf(this.alarm) === null;
    const isAnew = isLast && state === 'acknowledged' && isActive === true;
    if (isAnew) this.alarm.acknowledged = null;
    this.go(kind, isAnew ? 'unacknowledged' : state, why);
    if (isLast && this.alarm.state === 'unacknowledged') this.alarm.isUntold = true;
  }

  done(before: Alarm | null): Step {
    const { alarm, records } = this;
    const isWaiting = alarm.state === 'unacknowledged' && hiddenOf(alarm) === null;
    const isAnnunciated = isWaiting && (this.isNews || (alarm.isUntold && alarm.isActive !== false));
    if (isAnnunciated) alarm.wasAnnounced = true;
    if (isAnnunciated || alarm.state !== 'unacknowledged') alarm.isUntold = false;
    if (alarm.state === 'normal' && alarm.shelved === null) return { alarm: null, records, isAnnunciated };
    return { alarm: before && isSame(before, alarm) ? before : alarm, records, isAnnunciated };
  }
}

const HIDE_KINDS = {
  suppressed: ['suppressed', 'unsuppressed'],
  outOfService: ['out-of-service', 'in-service'],
} as const;

const ENDED = {
  groupId: '',
  raisedAtMs: null,
  returnedAtMs: null,
  acknowledged: null,
  suppressed: null,
  outOfService: null,
  isActive: false,
  worst: null,
  chatter: null,
  wasAnnounced: false,
  isUntold: false,
  timers: { trueSinceMs: {}, heldUntilMs: null, clearSinceMs: null, noDataSinceMs: null },
} as const;

function isSame(a: Alarm, b: Alarm): boolean {
  for (const name in b) if (a[name as keyof Alarm] !== b[name as keyof Alarm]) return false;
  return true;
}

export function watch(reason: string): Deed {
  return { by: WATCH, reason };
}
