import type { Unit } from '../../../../shared/alarms.ts';
import { wilson } from '../../../history/series.ts';
import { type Bounds, isBeyond, isInside, toldLimit } from '../limits.ts';
import { metricInfo } from '../metrics.ts';
import type { Condition, Facts, Reading, Rule, ScopeFacts } from '../types.ts';

/** What a condition says of one scope; the words are made of it only when somebody is to be told. */
export interface Outcome {
  /** Highest place in `levels` that is reached; -1: none. */
  readonly level: number;
  readonly isClear: boolean;
  readonly noData: string | null;
  readonly value: number | null;
  readonly unit: Unit;
  readonly n: number | null;
  readonly isFloor: boolean;
  readonly limit: number | null;
  readonly side: 'above' | 'below';
  /** What the value is measured against, in words. */
  readonly against?: string;
}

/** One point at one moment. */
export interface Asked {
  readonly facts: Facts;
  readonly nowMs: number;
  readonly scope: ScopeFacts;
  readonly place: number;
  /** Somebody waits for an answer even when all is normal. */
  readonly isAlive: boolean;
  /** Whether the guards of a level hold; the reason when that is not known. */
  readonly guard: (level: number) => boolean | string;
}

/** Judges the points of one rule, one after the other, in any order. Null: plainly normal, or nothing that anybody waits for. */
export interface Judge {
  judge(asked: Asked): Outcome | null;
  /** What has to survive a restart, by scope; undefined: nothing. */
  keep?(): Readonly<Record<string, unknown>>;
  /** Whether that changed since `keep` was last called. */
  isChanged?(): boolean;
  takeUp?(kept: Readonly<Record<string, unknown>>): void;
}

/** A rule whose condition is of one kind. */
export type RuleOf<K extends Condition['kind']> = Rule & { readonly when: Extract<Condition, { kind: K }> };

/** Nothing can be said, and this is why. */
export function unknown(noData: string, { isAlive }: Pick<Asked, 'isAlive'>, unit: Unit): Outcome | null {
  if (!isAlive) return null;
  return {
    ...{ level: -1, isClear: false, noData, value: null, unit },
    ...{ n: null, isFloor: false, limit: null, side: 'above' as const },
  };
}

/** When nobody tries, nobody can say that access works; when there is no mail, none is late, spam or refused. */
const SILENT: ReadonlySet<string> = new Set(['accessPercent', 'loginFaultPercent']);

/** So many users must be seen before access is called good again: one who can send says nothing of those who cannot read. */
const LEAST_USERS = 3;

/** Whether a metric that has nothing to measure is in order. */
export function isFineWithout(metric: string): boolean {
  return !SILENT.has(metric);
}

/** Bounds by which a share is held against a limit; of other numbers the number. */
export function boundsOf({ part, n }: Reading, value: number): Bounds {
  return part === undefined || n === null || n <= 0 ? { low: value, high: value } : wilson(part, n);
}

export interface Held {
  readonly value: number;
  /** In the unit of the limits. */
  readonly bounds: Bounds;
  readonly unit: Unit;
  /** Greatest possible value. */
  readonly max: number;
  readonly n: number | null;
  readonly isFloor: boolean;
  readonly against?: string;
}

/** Holds a value against the levels of a rule and their guards. */
export function holdAgainst(rule: Rule, held: Held, asked: Asked): Outcome | null {
  const { levels } = rule;
  let level = -1;
  for (let place = levels.length - 1; place >= 0 && level < 0; place--) {
    const limits = levels[place];
    if (!limits || !isBeyond(limits, held.bounds)) continue;
    const met = asked.guard(place);
    if (typeof met === 'string') return unknown(met, asked, held.unit);
    if (met) level = place;
  }
  if (level < 0 && !asked.isAlive) return null;
  const isClear = level < 0 && isEnoughToClear(rule, held) && isClearAt(rule, held);
  const { value, unit, n, isFloor, against } = held;
  const told = toldLimit(levels[Math.max(0, level)], value);
  return {
    ...{ level, isClear, noData: null, value, unit, n, isFloor, ...told },
    ...(against === undefined ? {} : { against }),
  };
}

function isClearAt({ levels: [lowest], clearRatio }: Rule, { value, max }: Held): boolean {
  return lowest !== undefined && isInside(lowest, value, clearRatio, max);
}

function isEnoughToClear({ when }: Rule, { n }: Held): boolean {
  return !('metric' in when) || isFineWithout(when.metric) || n === null || n >= LEAST_USERS;
}

/** Nothing to measure: no mail, no sign-ins. */
export function nothing(rule: Rule, metric: string, asked: Asked): Outcome | null {
  if (!asked.isAlive) return null;
  return {
    ...{ level: -1, isClear: isFineWithout(metric), noData: null, value: null },
    ...{ unit: metricInfo(metric)?.unit ?? 'count', n: null, isFloor: false },
    ...toldLimit(rule.levels[0], null),
  };
}

/** The number behind a condition, or why there is none: then the outcome is the answer. */
export function valueOf(
  rule: Rule,
  metric: string,
  asked: Asked,
): { readonly reading: Reading; readonly value: number } | { readonly outcome: Outcome | null } {
  const reading = asked.facts.read(metric, rule.scope, asked.place);
  if (reading.noData !== undefined)
    return { outcome: unknown(reading.noData, asked, metricInfo(metric)?.unit ?? 'count') };
  if (reading.value === null) return { outcome: nothing(rule, metric, asked) };
  if (Number.isNaN(reading.value)) throw new RangeError(`${metric} is not a number`);
  return { reading, value: reading.value };
}
