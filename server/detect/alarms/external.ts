import type { Rule, Verdict } from '../rules/types.ts';
import type { Alarm } from './alarm.ts';

/** Alarms of other systems at one time; more are not taken, and counted. */
const MAX_EXTERNAL = 2_000;
const heldElsewhere = new WeakMap<Rule, Rule>();

/** The verdict as it counts here: another system has waited already. */
export function own(verdict: Verdict): Verdict {
  if (verdict.scope.kind !== 'external') return verdict;
  let rule = heldElsewhere.get(verdict.rule);
  if (!rule) {
    const levels = verdict.rule.levels.map((level) => ({ ...level, holdSeconds: 0 }));
    rule = { ...verdict.rule, levels, clearForSeconds: 0, keepFiringSeconds: 0 };
    heldElsewhere.set(verdict.rule, rule);
  }
  return { ...verdict, rule };
}

/** Whether one more can be taken. */
export function hasRoom(alarms: Iterable<Alarm>): boolean {
  let n = 0;
  for (const { scope } of alarms) if (scope.kind === 'external') n++;
  return n < MAX_EXTERNAL;
}
