/** What happens to alarms: what the watch sees and what people do. Everything here is plain data. */
import type {
  AlarmsDelta,
  AlarmScope,
  AlarmsSnapshot,
  AlarmStrip,
  AlarmView,
  GroupView,
  Maintenance,
  Matcher,
  Priority,
  Silence,
  TransitionRecord,
} from '../../../shared/alarms.ts';
import type { RuleSet, ScopeFacts, Verdict } from '../rules/types.ts';

/** People's deeds. `ids` are of alarms; a group is its members. Shelve is not silence is not acknowledge is not resolve. */
export type AlarmAction =
  | {
      readonly kind: 'acknowledge';
      readonly ids: readonly string[];
      readonly by: string;
      readonly note: string;
    }
  | {
      readonly kind: 'resolve';
      readonly ids: readonly string[];
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'shelve';
      readonly ids: readonly string[];
      readonly by: string;
      readonly reason: string;
      readonly untilMs: number;
    }
  | {
      readonly kind: 'unshelve';
      readonly ids: readonly string[];
      readonly by: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'out-of-service' | 'in-service';
      readonly rule: string;
      /** Absent: the rule everywhere. */
      readonly scope?: AlarmScope;
      readonly by: string;
      readonly reason: string;
    }
  | { readonly kind: 'silence'; readonly silence: Omit<Silence, 'id'> }
  | { readonly kind: 'end-silence'; readonly id: string; readonly by: string; readonly reason: string }
  | { readonly kind: 'maintain'; readonly maintenance: Omit<Maintenance, 'id'> }
  | { readonly kind: 'end-maintenance'; readonly id: string; readonly by: string; readonly reason: string };

/** What people did: by alarm, whether it took effect, and why not. */
export interface ActionResult {
  readonly done: readonly string[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
  /** Why it is not kept, so that a restart would forget it; absent: it is. */
  readonly notKept?: string;
}

/** What somebody should be told of a group, once. */
export const NOTICE_KINDS = [
  'raised',
  'joined',
  'priority',
  'acknowledged',
  'returned',
  'closed',
  'hidden',
  'shown',
  'reminder',
  'escalated',
  'test',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
export interface Notice {
  /** Stable: a channel that gets it twice can tell. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly atMs: number;
  readonly groupId: string;
  readonly rule: string;
  readonly title: string;
  readonly priority: Priority;
  readonly cluster: string | null;
  /** One line. */
  readonly text: string;
  readonly reason: string;
  readonly by: string;
  readonly members: readonly AlarmView[];
  /** Of the group after this. */
  readonly group: GroupView;
  /** Withheld by this silence; it is kept in the record and not sent. */
  readonly silence: string | null;
  /** Of a flood: told once with it, not for each. */
  readonly isInFlood: boolean;
}

/** What has to be kept since the last time, in the order in which it happened. */
export interface DeskChanges {
  readonly records: readonly TransitionRecord[];
  /** By point: its state as text; null: normal again, nothing to keep. */
  readonly points: Readonly<Record<string, string | null>>;
  /** Named texts: silences, maintenance, groups, flood. */
  readonly kept: Readonly<Record<string, string>>;
  readonly notices: readonly Notice[];
}

/** What a run before has left. */
export interface KeptDesk {
  readonly points: Readonly<Record<string, string>>;
  readonly kept: Readonly<Record<string, string>>;
  /** Of the last 24 hours, oldest first: for counts of raises and the figures of the shift. */
  readonly recent: readonly TransitionRecord[];
}

/** All alarms there are: the watch tells it what it sees, people what they do; it says what is so, and what somebody must be told. */
export interface AlarmDesk {
  /** Keys of points that are not normal. */
  readonly alive: ReadonlySet<string>;
  observe(verdicts: readonly Verdict[], nowMs: number): void;
  /** Wrong requests throw an `AppError` and change nothing. */
  act(action: AlarmAction, nowMs: number): ActionResult;
  useRules(rules: RuleSet, by: string, nowMs: number): void;
  take(): DeskChanges;
  /** Without the parts that others know: on call, path, rules, whether it is kept. */
  view(nowMs: number): DeskView;
}
export type DeskView = Omit<AlarmsSnapshot, 'onCall' | 'path' | 'rules' | 'notKept'>;
export type { AlarmsDelta, AlarmStrip, Matcher };

export interface DeskOptions {
  readonly rules: RuleSet;
  readonly kept?: KeptDesk;
  /** Name, cluster and mailboxes of a scope. */
  readonly describe: (scope: AlarmScope) => ScopeFacts;
  /** Local begin of the shift that `nowMs` lies in. */
  readonly shiftBegan: (nowMs: number) => number;
  /** A longer pause between two looks counts for no timer, ms. */
  readonly maxStepMs?: number;
}
