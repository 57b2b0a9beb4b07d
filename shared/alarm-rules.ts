/** Rules as people see and edit them, and back-tests of them. Times epoch ms. */
import type { AlarmScope, Priority, ScopeKind, Unit } from './alarms.ts';

export interface RulesState {
  readonly version: number;
  readonly count: number;
  /** The file cannot be used as it stands; the rules of the version before are in force. */
  readonly faults: readonly string[];
}
/** A rule on the page of rules. */
export interface RuleView {
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly priorities: readonly Priority[];
  readonly scope: ScopeKind;
  readonly kind: string;
  readonly metric: string;
  /** In words: `lag, 95th percentile, above 5 min for 3 min; clears below 4 min for 5 min`. */
  readonly text: string;
  /** The same as it stands in the file (YAML of this one rule). */
  readonly source: string;
  readonly isStock: boolean;
  /** Stock, but changed. */
  readonly isChanged: boolean;
  readonly raises24h: number;
}
export interface RulesAnswer {
  readonly version: number;
  /** The file as it is. */
  readonly text: string;
  readonly rules: readonly RuleView[];
  readonly faults: readonly string[];
  readonly metrics: readonly MetricView[];
  readonly versions: readonly {
    readonly version: number;
    readonly atMs: number;
    readonly by: string;
    readonly note: string;
  }[];
}
export interface MetricView {
  readonly name: string;
  readonly label: string;
  readonly unit: Unit;
  readonly scopes: readonly ScopeKind[];
  /** It is a share of something counted: `share` rules may use it. */
  readonly isShare: boolean;
}

/** A back-test: what rules would have done with what was stored. */
export interface BackTestRequest {
  /** YAML of a rules file with one rule or more. */
  readonly text: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Absent: everywhere the rule applies. */
  readonly scope?: AlarmScope;
}
export interface BackTestReport {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  /** 0 to 1. */
  readonly progress: number;
  readonly reason: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Length of the windows it was run over, seconds: a hold time shorter than this cannot be told. */
  readonly stepSeconds: number;
  readonly fires: readonly BackTestFire[];
  /** Beyond those shown. */
  readonly moreFires: number;
  /** Alarms a day over the days with data, and the most on one of them. */
  readonly perDay: number | null;
  readonly worstDay: { readonly day: string; readonly fires: number } | null;
  /** Local days of which less than nine tenths are known, with the share that is, percent. */
  readonly daysLackingData: readonly { readonly day: string; readonly percent: number }[];
  /** In sentences: `would have fired at 16:41 on 13 May; 3 alarms in 30 days; these days lacked data`. */
  readonly summary: string;
}
export interface BackTestFire {
  readonly rule: string;
  readonly scope: AlarmScope;
  readonly scopeName: string;
  readonly priority: Priority;
  readonly raisedAtMs: number;
  /** Null: still up at the end of the range. */
  readonly clearedAtMs: number | null;
  readonly worst: number | null;
  readonly reason: string;
}
