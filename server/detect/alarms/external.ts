import type { Rule, Verdict } from '../rules/types.ts';

/** Alarms of other systems at one time; more are not taken, and counted. */
export const MAX_EXTERNAL = 2_000;
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

/** Whether a rule is another system's: it is in no rule file. */
export function isElsewhere(ruleId: string): boolean {
  return ruleId.startsWith('alertmanager:');
}
