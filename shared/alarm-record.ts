/** The append-only record of what happened to alarms, and the figures that are made of it. Times epoch ms. */
import type { AlarmScope, AlarmState, Priority } from './alarms.ts';

/** What happened to an alarm. */
export const TRANSITION_KINDS = [
  'pending',
  'dropped',
  'raised',
  'priority',
  'acknowledged',
  'returned',
  'reraised',
  'closed',
  'resolved',
  'shelved',
  'unshelved',
  'suppressed',
  'unsuppressed',
  'out-of-service',
  'in-service',
  'no-data',
  'data-again',
  'chattering',
  'silence-set',
  'silence-ended',
  'maintenance-set',
  'maintenance-ended',
  'rules-changed',
  'flood-began',
  'flood-ended',
  'on-call-changed',
] as const;
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

/** One line of the append-only record. */
export interface TransitionRecord {
  /** Place in the record, given by the store; 0 before. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: TransitionKind;
  /** `''` when it is not about one alarm. */
  readonly alarmId: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly scope: AlarmScope;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly priority: Priority;
  readonly groupId: string;
  /** Who; `mailvigil` when the watch itself. */
  readonly by: string;
  readonly reason: string;
  readonly value: number | null;
}
export const WATCH = 'mailvigil';

export interface RecordQuery {
  readonly rule?: string;
  readonly scope?: AlarmScope;
  readonly alarmId?: string;
  readonly kinds?: readonly TransitionKind[];
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
  /** Older than this place. */
  readonly beforeSeq?: number;
}
export interface RecordPage {
  /** Newest first. */
  readonly records: readonly TransitionRecord[];
  readonly nextBeforeSeq: number | null;
}

/** Figures of a shift against the published limits (EEMUA 191, ISA-18.2). */
export interface Kpi {
  readonly name:
    'rate' | 'peak10min' | 'floodPercent' | 'chattering' | 'fleeting' | 'standing' | 'topTen' | 'priorities';
  readonly label: string;
  readonly value: number | null;
  readonly unit: 'per-10-min' | 'alarms' | 'percent';
  readonly limit: number | null;
  readonly isWithin: boolean | null;
  readonly detail: string;
}
export interface ShiftKpis {
  readonly fromMs: number;
  readonly toMs: number;
  /** From when on the record reaches back; later than `fromMs` when the shift is not covered whole. */
  readonly coveredFromMs: number;
  readonly raised: number;
  readonly kpis: readonly Kpi[];
  /** The rules and scopes that raised most. */
  readonly contributors: readonly {
    readonly rule: string;
    readonly scopeName: string;
    readonly raises: number;
    readonly percent: number;
  }[];
}
