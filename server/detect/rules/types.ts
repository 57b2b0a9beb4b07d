/** Rules, what they are held against, and what they say. A rule at one scope is a point; `keyOf` names it. */
import type { AlarmReading, AlarmScope, Priority, ScopeKind, Unit } from '../../../shared/alarms.ts';
import type { Reading } from '../../history/metric-basis.ts';

/** One priority of a rule, with the limit that calls it, in the unit of the metric (of the condition where it says so). */
export interface Level {
  readonly priority: Priority;
  /** Value above which it is reached; of `tails` and `peers` times the reference, of `burn` the factor pairs decide. */
  readonly above?: number;
  readonly below?: number;
  /** The condition must hold this long before it is raised. */
  readonly holdSeconds: number;
}

/** Another metric of the same scope that must hold as well: a minimum volume, a second symptom. */
export interface Guard {
  readonly metric: string;
  readonly above?: number;
  readonly below?: number;
}

export type Condition =
  /** The value itself. */
  | { readonly kind: 'level'; readonly metric: string }
  /** Its change a minute, over so many seconds. */
  | { readonly kind: 'rate'; readonly metric: string; readonly overSeconds: number }
  /** Times its own median of the last hours; both sides. Says nothing before it has seen `minimumHours`. */
  | {
      readonly kind: 'tails';
      readonly metric: string;
      readonly hours: number;
      readonly minimumHours: number;
      readonly minimumN: number;
    }
  /** A share whose Wilson bound lies beyond the limit: few cannot convince. */
  | { readonly kind: 'share'; readonly metric: string; readonly minimumN: number }
  /** Share of bad minutes against what the objective allows, in a long and a short window both (Google SRE workbook, chapter 5). */
  | {
      readonly kind: 'burn';
      readonly metric: string;
      /** A minute is bad when the metric was beyond this at its end. */
      readonly badAbove?: number;
      readonly badBelow?: number;
      /** ... and at least so many stood behind it; a bad minute of fewer is not known. Absent: one is enough. */
      readonly minimumN?: number;
      readonly objectivePercent: number;
      readonly pairs: readonly {
        readonly priority: Priority;
        readonly longMinutes: number;
        readonly shortMinutes: number;
        readonly factor: number;
      }[];
    }
  /** Nothing is heard of it. */
  | { readonly kind: 'no-data' }
  /** Far from the median of its peers of the same kind: one of six differs. */
  | {
      readonly kind: 'peers';
      readonly metric: string;
      readonly minimumPeers: number;
      readonly minimumN: number;
    };
export type ConditionKind = Condition['kind'];

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly scope: Exclude<ScopeKind, 'external'>;
  /** Only these, or all but these; ids of the scope's kind, or clusters of tenants and sources. */
  readonly only?: { readonly ids?: readonly string[]; readonly clusters?: readonly string[] };
  readonly except?: { readonly ids?: readonly string[]; readonly clusters?: readonly string[] };
  readonly when: Condition;
  readonly guards: readonly Guard[];
  /** Ascending priority. */
  readonly levels: readonly Level[];
  /** It clears when the value is inside this share of the limit (hysteresis), 0.8: 80 %. */
  readonly clearRatio: number;
  /** ... and has been for so long. */
  readonly clearForSeconds: number;
  /** It stays up at least so long after the condition last held. */
  readonly keepFiringSeconds: number;
  readonly action: string;
  readonly runbook: string | null;
}

export interface RuleSet {
  readonly version: number;
  readonly rules: readonly Rule[];
}

/** What the rule says of one scope at one moment. */
export interface Verdict {
  readonly key: string;
  readonly rule: Rule;
  readonly scope: AlarmScope;
  /** Highest place in `rule.levels` whose limit is passed now; -1: none. Hold times are not counted in. */
  readonly level: number;
  /** Whether the value lies inside the limit for clearing. Between the two nothing changes. */
  readonly isClear: boolean;
  /** Why nothing can be said; then `level` is -1 and `isClear` false. */
  readonly noData: string | null;
  readonly reading: AlarmReading;
  /** `lag ≥ 6.2 min, limit 5 min`. */
  readonly reason: string;
}

export function keyOf(rule: string, scope: AlarmScope): string {
  return `${rule} ${scope.kind} ${scope.id}`;
}

export type { Reading } from '../../history/metric-basis.ts';

/** A scope as far as rules need it. */
export interface ScopeFacts extends AlarmScope {
  readonly name: string;
  readonly cluster: string | null;
  readonly mailboxes: number | null;
}

/** What is known at one moment. Reading is cheap enough for every metric of every tenant each second. */
export interface Facts {
  readonly atMs: number;
  scopes(kind: ScopeKind): readonly ScopeFacts[];
  /** `place` in `scopes(kind)`. */
  read(metric: string, kind: ScopeKind, place: number): Reading;
  /** Why nothing is known of the scope at all; null when something is. */
  noData(kind: ScopeKind, place: number): string | null;
}

/** A metric that rules may name. */
export interface MetricInfo {
  readonly name: string;
  readonly label: string;
  readonly unit: Unit;
  readonly scopes: readonly ScopeKind[];
  readonly isShare: boolean;
  /** What the value can be: a limit outside of it never or always holds. */
  readonly min: number;
  readonly max: number;
}

/** Judges all rules at all scopes; keeps what a rule must remember (medians, minutes), nothing of alarms. */
export interface Evaluator {
  /**
   * Verdicts that are not plainly normal, and all of the points in `alive`. A rule that cannot be judged gives no data with
   * its reason, and the others are judged as ever.
   */
  evaluate(facts: Facts, nowMs: number, alive: ReadonlySet<string>): readonly Verdict[];
  useRules(rules: RuleSet): void;
  /** What must survive a restart, as text; undefined when nothing changed since it was last asked. */
  takeKept(nowMs: number): string | undefined;
}
