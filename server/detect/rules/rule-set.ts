import type { RuleView } from '../../../shared/alarms.ts';
import { parseRules } from './rule-file.ts';
import { describeRule, ruleSource } from './rule-text.ts';
import { STOCK_RULES } from './stock-rules.ts';
import type { Rule, RuleSet } from './types.ts';

/** A rule for the page of rules, but for how often it was raised. */
export type RuleOutline = Omit<RuleView, 'raises24h'>;

export interface LoadedRules {
  readonly set: RuleSet;
  readonly views: readonly RuleOutline[];
  /** With faults the set is the stock rules alone: keep the one before. */
  readonly faults: readonly string[];
}

/** Stock rules, changed and added to by the file; without a file the stock rules alone. */
export function loadRuleSet(text: string | undefined, version: number, path = 'rules'): LoadedRules {
  const result = text === undefined ? ({ ok: true, rules: [] } as const) : parseRules(text, path);
  const own = result.ok ? result.rules : [];
  const rules = mergeRules(STOCK_RULES, own);
  return { set: { version, rules }, views: rules.map(outlineOf), faults: result.ok ? [] : result.faults };
}

/** The same id replaces a stock rule wholly, in its place; new ids come after. */
export function mergeRules(stock: readonly Rule[], own: readonly Rule[]): readonly Rule[] {
  const byId = new Map(own.map((rule) => [rule.id, rule]));
  const isStock = new Set(stock.map(({ id }) => id));
  return [...stock.map((rule) => byId.get(rule.id) ?? rule), ...own.filter(({ id }) => !isStock.has(id))];
}

function outlineOf(rule: Rule): RuleOutline {
  const { id, title, enabled, scope, when, levels } = rule;
  const stock = STOCK_RULES.find((candidate) => candidate.id === id);
  const source = ruleSource(rule);
  return {
    ...{ id, title, enabled, scope, kind: when.kind, source, text: describeRule(rule) },
    priorities: levels.map(({ priority }) => priority),
    metric: 'metric' in when ? when.metric : '',
    isStock: stock !== undefined,
    isChanged: stock !== undefined && ruleSource(stock) !== source,
  };
}
