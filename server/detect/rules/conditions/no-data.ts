import type { Judge, RuleOf } from './outcome.ts';

/** Nothing is heard of it. All levels are reached at once; their hold times tell them apart. */
export function judgeNoData(rule: RuleOf<'no-data'>): Judge {
  const top = rule.levels.length - 1;
  return {
    judge({ facts, place, isAlive, guard }) {
      const why = facts.noData(rule.scope, place);
      const isSilent = why !== null && guard(top) !== false;
      if (!isSilent && !isAlive) return null;
      return {
        level: isSilent ? top : -1,
        isClear: why === null,
        ...{ noData: null, n: null, isFloor: false, limit: null, side: 'above' as const },
        value: why === null ? 0 : 1,
        unit: 'state',
        against: why ?? '',
      };
    },
  };
}
