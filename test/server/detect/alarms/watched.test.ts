import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../../server/detect/rules/types.ts';
import { createEvaluator } from '../../../../server/detect/rules/evaluate.ts';
import { ruleOf, SaidFacts, setOf } from '../../../support/facts.ts';
import { Bench, SECOND } from './support.ts';

const of = (scope: string) =>
  ruleOf(`scope: ${scope}
when: {kind: level, metric: delivered}
levels: [{priority: high, above: 10, holdSeconds: 0}]`);

/** Two scopes of which both are raised, and all there is between facts and alarms. */
function raised(rule: Rule, ids: readonly string[] = ['aurora', 'cirrus']) {
  const facts = new SaidFacts(rule.scope, ids);
  for (const id of ids) facts.say('delivered', id, 20);
  const evaluator = createEvaluator({ rules: setOf(rule) });
  const bench = new Bench({ rules: setOf(rule) });
  const look = (): string[] => {
    bench.nowMs += SECOND;
    facts.atMs = bench.nowMs;
    bench.see(evaluator.evaluate(facts, bench.nowMs, bench.desk.alive));
    return bench.view().alarms.map(({ scope, isActive }) => `${scope.id} ${isActive}`);
  };
  const useRule = (next: Rule): void => {
    const rules = { version: 2, rules: [next] };
    evaluator.useRules(rules);
    bench.desk.useRules(rules, 'anna', bench.nowMs);
  };
  const last = (): unknown[] =>
    bench.records.slice(-1).map(({ kind, scope, by, reason }) => [kind, scope.id, by, reason]);
  expect(look()).toEqual(ids.map((id) => `${id} true`));
  return { facts, look, useRule, last };
}

describe('alarms of what is no longer watched', () => {
  it.each(['tenant', 'cluster', 'source'])(
    'ALM-12, RUL-14: a %s that is taken out closes its alarms with the reason',
    (kind) => {
      const { facts, look, last } = raised(of(kind));
      facts.watch(['aurora']);
      expect(look()).toEqual(['aurora true']);
      expect(last()).toEqual([
        ['closed', 'cirrus', 'mailvigil', 'Tenant cirrus is no longer watched by it (rules of version 1)'],
      ]);
    },
  );

  it.each([{ except: { ids: ['cirrus'] } }, { only: { ids: ['aurora'] } }, { only: { clusters: ['A'] } }])(
    'ALM-12, RUL-15: a scope to which the rule no longer applies closes its alarms: %j',
    (where) => {
      const { look, useRule, last } = raised(of('tenant'));
      useRule({ ...of('tenant'), ...where });
      expect(look()).toEqual(['aurora true']);
      expect(last()).toMatchObject([
        ['closed', 'cirrus', 'mailvigil', expect.stringMatching(/no longer watched .*version 2/)],
      ]);
    },
  );

  it('ALM-12, RUL-14: a destination that gets no mail is not gone: its alarm waits without data', () => {
    const { facts, look, useRule } = raised(of('destination'));
    facts.watch(['aurora']);
    expect(look()).toEqual(['aurora true', 'cirrus null']);
    useRule({ ...of('destination'), except: { ids: ['cirrus'] } });
    expect(look()).toEqual(['aurora true']);
  });

  it('ALM-12, RUL-14: sources that were not asked yet, after a start, are not gone', () => {
    const { facts, look } = raised(of('source'));
    facts.watch([]);
    expect(look()).toEqual(['aurora null', 'cirrus null']);
  });

  it('ALM-10: a tenant whose sources are silent is not gone either', () => {
    const { facts, look } = raised(of('tenant'));
    facts.silent.set('cirrus', 'sources silent');
    expect(look()).toEqual(['aurora true', 'cirrus null']);
  });
});
