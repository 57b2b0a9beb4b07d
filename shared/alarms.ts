/** Alarms as both sides know them: forms of the room `alarms`, of `/api/v1/alarms`, and of what is kept. Times epoch ms. */
import type { ShiftKpis } from './alarm-record.ts';
import type { RulesState } from './alarm-rules.ts';

export * from './alarm-record.ts';
export type * from './alarm-rules.ts';

/** Rising. Time to respond: under 5 min critical and high, 5 to 15 min medium, longer low (EEMUA 191). */
export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Priority = (typeof PRIORITIES)[number];

/**
 * Life of an alarm (ISA-18.2). `pending`: the condition holds, but not yet for long enough. `returned`: back to normal,
 * and nobody has acknowledged it yet.
 */
export const ALARM_STATES = ['normal', 'pending', 'unacknowledged', 'acknowledged', 'returned'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** What an alarm is about. `screen`: a paired one. `external`: told by another system, under its own id. */
export const SCOPE_KINDS = [
  'tenant',
  'cluster',
  'platform',
  'source',
  'destination',
  'screen',
  'external',
] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];
export interface AlarmScope {
  readonly kind: ScopeKind;
  /** `''` for the platform. */
  readonly id: string;
}

/** Not annunciated although its life goes on. Shelving and suppression always end; out of service is an administrator's. */
export const HIDDEN_KINDS = ['shelved', 'suppressed', 'out-of-service'] as const;
export type HiddenKind = (typeof HIDDEN_KINDS)[number];
export interface Hidden {
  readonly kind: HiddenKind;
  /** Who, or the id of the maintenance window. */
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
  /** Null: out of service only, until somebody ends it. */
  readonly untilMs: number | null;
}

/** The number that an alarm rests on, as it was last read. */
export interface AlarmReading {
  readonly metric: string;
  /** Null: no data. */
  readonly value: number | null;
  readonly unit: Unit;
  /** The limit of the level that was reached, in the same unit; null where there is none (no data). */
  readonly limit: number | null;
  readonly side: 'above' | 'below';
  /** Messages, verdicts, users or minutes behind the value. */
  readonly n: number | null;
  /** The truth is this or more. */
  readonly isFloor: boolean;
  readonly atMs: number;
}
export const UNITS = ['ms', 'percent', 'count', 'per-minute', 'times', 'bytes', 'state'] as const;
export type Unit = (typeof UNITS)[number];

/** Comes and goes too often; it stays up until it has been quiet for `quietMs`, and this hold or clear time would end it. */
export interface Chatter {
  readonly sinceMs: number;
  readonly raises: number;
  readonly quietMs: number;
  /** What to write into the rule. */
  readonly proposal: { readonly setting: 'holdSeconds' | 'clearForSeconds'; readonly seconds: number };
}

/** One alarm: one rule at one scope, from when its condition first held until it is normal and acknowledged again. */
export interface AlarmView {
  /** Of this occurrence; the next one of the same rule and scope has another. */
  readonly id: string;
  readonly rule: string;
  /** Version of the rules by which it was raised. */
  readonly ruleVersion: number;
  readonly title: string;
  readonly priority: Priority;
  readonly scope: AlarmScope;
  readonly scopeName: string;
  readonly cluster: string | null;
  readonly mailboxes: number | null;
  readonly state: AlarmState;
  readonly hidden: Hidden | null;
  /** Notifications are withheld by this silence. */
  readonly silence: string | null;
  /** Whether the condition holds now; null: not known (no data). */
  readonly isActive: boolean | null;
  /** When the condition began to hold. */
  readonly sinceMs: number;
  /** When it was raised: null while pending. */
  readonly raisedAtMs: number | null;
  readonly returnedAtMs: number | null;
  /** Since when nothing is known of it. */
  readonly noDataSinceMs: number | null;
  /** In words an operator reads: `lag ≥ 6.2 min, over 5 min for 3 min`. */
  readonly reason: string;
  readonly reading: AlarmReading;
  /** The worst the number has been in this occurrence. */
  readonly worst: number | null;
  readonly acknowledged: { readonly by: string; readonly atMs: number; readonly note: string } | null;
  readonly groupId: string;
  /** How often it has been raised in the last 24 hours. */
  readonly raises24h: number;
  readonly chatter: Chatter | null;
  /** What to do, and where it is written. */
  readonly action: string;
  readonly runbook: string | null;
}

/** Alarms of one rule that came together (and share a cluster): one thing to look at, acknowledge and be told of. */
export interface GroupView {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  /** The highest of its members. */
  readonly priority: Priority;
  /** The worst of its members: unacknowledged, returned, acknowledged. */
  readonly state: AlarmState;
  readonly cluster: string | null;
  readonly sinceMs: number;
  readonly raisedAtMs: number;
  readonly members: readonly string[];
  /** At this many the condition still holds, or is not known to be over. */
  readonly active: number;
  readonly mailboxes: number | null;
  /** `Effective lag: 14 tenants on cluster A, worst Aurora Broadband ≥ 6.2 min`. */
  readonly text: string;
  /** Who has it: the last to acknowledge; null: nobody. */
  readonly owner: string | null;
  readonly isHidden: boolean;
  readonly isSilenced: boolean;
  /** The first of a flood. */
  readonly isFirstOut: boolean;
  /** The worst of its members, with the number that tells it: what a wall shows large. Absent: not told. */
  readonly lead?: GroupLead;
}
/** What a group rests on, by its worst member. */
export interface GroupLead {
  readonly alarmId: string;
  readonly scope: AlarmScope;
  readonly scopeName: string;
  readonly reading: AlarmReading;
  readonly worst: number | null;
  readonly action: string;
  /** Names of its tenants, the worst first, at most five. */
  readonly names: readonly string[];
}

/** More than 10 new groups in 10 minutes; over when fewer than 5 came in the last 10 (EEMUA 191, ISA-18.2). */
export interface Flood {
  readonly sinceMs: number;
  readonly raises: number;
  /** Group that came first. */
  readonly firstOut: string;
}

/** All that is given must match. Empty: everything, which needs a reason like any other. */
export interface Matcher {
  readonly rules?: readonly string[];
  readonly tenants?: readonly string[];
  readonly clusters?: readonly string[];
  readonly sources?: readonly string[];
  readonly destinations?: readonly string[];
  /** Ids of paired displays. */
  readonly screens?: readonly string[];
  /** At most this priority. */
  readonly upTo?: Priority;
}

/** Withholds notifications only: the alarm is raised, shown and counted as ever. */
export interface Silence {
  readonly id: string;
  readonly matcher: Matcher;
  readonly by: string;
  readonly reason: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Alarms that a planned work will cause are not annunciated; those that still hold at its end are, at once. */
export interface Maintenance {
  readonly id: string;
  readonly matcher: Matcher;
  readonly by: string;
  readonly reason: string;
  readonly when: MaintenanceTime;
}
export type MaintenanceTime =
  | { readonly kind: 'once'; readonly fromMs: number; readonly untilMs: number }
  | {
      readonly kind: 'weekly';
      /** IANA name. */
      readonly zone: string;
      /** 1 Monday to 7 Sunday (ISO 8601). */
      readonly weekdays: readonly number[];
      /** Wall clock `HH:MM` of the beginning. */
      readonly from: string;
      readonly minutes: number;
      /** It never recurs after this. */
      readonly untilMs: number;
    };

/** What a silence, a maintenance window or a shelf hides now. */
export interface SilenceView extends Silence {
  readonly isActive: boolean;
  readonly hides: readonly string[];
  /** Notifications withheld so far. */
  readonly withheld: number;
}
export interface MaintenanceView extends Maintenance {
  readonly isActive: boolean;
  /** Of the occurrence under way or the next one; null: there is none left. */
  readonly nextFromMs: number | null;
  readonly nextUntilMs: number | null;
  readonly hides: readonly string[];
}

export interface OutOfServiceView {
  readonly rule: string;
  /** Null: everywhere. */
  readonly scope: AlarmScope | null;
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** Who is on call now, by schedule. */
export interface OnCallView {
  readonly schedule: string;
  /** Null: a hole in the schedule. */
  readonly person: string | null;
  /** Layer or override that says so; why nobody is. */
  readonly reason: string;
  readonly untilMs: number | null;
  readonly next: { readonly person: string | null; readonly fromMs: number } | null;
}

/** Whether alarms can leave without the platform that is watched. `none`: no channel is configured. */
export interface AlarmPathReport {
  readonly state: 'ok' | 'degraded' | 'failing' | 'none' | 'unknown';
  /** Fault and mend, when not `ok`. */
  readonly reason: string;
  readonly checkedAtMs: number | null;
  readonly channels: readonly ChannelReport[];
  /** The outside watch that is pinged while all is well here; null: none is configured. */
  readonly deadMan: {
    readonly isOk: boolean;
    readonly lastOkMs: number | null;
    readonly reason: string;
  } | null;
}
export interface ChannelReport {
  readonly id: string;
  readonly type: string;
  /** Without secrets. */
  readonly target: string;
  readonly state: 'ok' | 'failing' | 'unknown';
  /** Needs the watched platform, and why; null: it does not. */
  readonly dependsOnPlatform: string | null;
  readonly reason: string;
  readonly waiting: number;
  readonly sent: number;
  /** Given up after a day. */
  readonly dead: number;
  readonly lastSentMs: number | null;
  readonly oldestWaitingMs: number | null;
}

/** The room `alarms`, and `GET /api/v1/alarms`. */
export interface AlarmsSnapshot {
  readonly alarms: readonly AlarmView[];
  readonly groups: readonly GroupView[];
  readonly flood: Flood | null;
  readonly silences: readonly SilenceView[];
  readonly maintenance: readonly MaintenanceView[];
  /** Rules, or rules at one scope, that annunciate nothing until somebody ends it. */
  readonly outOfService?: readonly OutOfServiceView[];
  readonly onCall: readonly OnCallView[];
  readonly path: AlarmPathReport;
  readonly kpis: ShiftKpis;
  readonly rules: RulesState;
  /** Whether what happens is kept; the reason when not. */
  readonly notKept: string | null;
}
/** What changed: alarms by id; the other parts whole. */
export interface AlarmsDelta {
  readonly changed?: readonly AlarmView[];
  readonly gone?: readonly string[];
  readonly groups?: readonly GroupView[];
  readonly flood?: Flood | null;
  readonly silences?: readonly SilenceView[];
  readonly maintenance?: readonly MaintenanceView[];
  readonly outOfService?: readonly OutOfServiceView[];
  readonly onCall?: readonly OnCallView[];
  readonly path?: AlarmPathReport;
  readonly kpis?: ShiftKpis;
  readonly rules?: RulesState;
  readonly notKept?: string | null;
}

/** What the wall needs of it: in its snapshot, and in a frame when it changed. */
export interface AlarmStrip {
  /** The most urgent first, at most STRIP_GROUPS, hidden ones left out. */
  readonly groups: readonly GroupView[];
  /** Groups beyond those. */
  readonly more: number;
  /** Groups by what they wait for: `unacknowledged` includes returned ones; `hidden` are shelved, suppressed and out of service. */
  readonly counts: {
    readonly unacknowledged: number;
    readonly acknowledged: number;
    readonly hidden: number;
    readonly silenced: number;
  };
  /** Ids of the tenants that the shown groups are about: the wall does not name them twice. */
  readonly tenants?: readonly string[];
  readonly flood: Flood | null;
  readonly onCall: readonly OnCallView[];
  readonly path: Pick<AlarmPathReport, 'state' | 'reason'>;
  readonly notKept: string | null;
}
export const STRIP_GROUPS = 6;
