import { metricInfo } from '../metrics.ts';
import { shown } from '../shown.ts';
import type { Facts, Reading } from '../types.ts';
import { boundsOf, holdAgainst, type Judge, type RuleOf, unknown, valueOf } from './outcome.ts';
import { LEAST_REFERENCE, medianOf } from './tails.ts';

/** Far from the median of the others of its kind. Only those with enough behind their number count as peers. */
export function judgePeers(rule: RuleOf<'peers'>): Judge {
  const { metric, minimumPeers, minimumN } = rule.when;
  const unit = metricInfo(metric)?.unit ?? 'count';
  const isEnough = ({ value, n }: Reading) => value !== null && (n === null || n >= minimumN);
  const readAll = oncePerFacts((facts) =>
    facts.scopes(rule.scope).map((_, place) => facts.read(metric, rule.scope, place)),
  );
  return {
    judge(asked) {
      const got = valueOf(rule, metric, asked);
      if ('outcome' in got) return got.outcome;
      const { reading, value } = got;
      const others = readAll(asked.facts).filter((other, place) => place !== asked.place && isEnough(other));
      if (others.length + 1 < minimumPeers || !isEnough(reading))
        return unknown(`fewer than ${minimumPeers} of its kind have enough to compare`, asked, 'times');
      const median = medianOf(others.map((other) => other.value ?? 0));
      const reference = Math.max(median, LEAST_REFERENCE);
      const { low, high } = boundsOf(reading, value);
      const bounds = { low: low / reference, high: high / reference };
      const against = `the median of the other ${others.length}, ${shown(median, unit)}; now ${shown(value, unit)}`;
      const { n, isFloor = false } = reading;
      const held = { value: value / reference, bounds, unit: 'times' as const, max: Infinity, n, isFloor };
      return holdAgainst(rule, { ...held, against }, asked);
    },
  };
}

/** All scopes of a rule are judged against the same facts: these are read once. */
function oncePerFacts<T>(read: (facts: Facts) => T): (facts: Facts) => T {
  let last: { readonly facts: Facts; readonly atMs: number; readonly value: T } | undefined;
  return (facts) => {
    if (last?.facts !== facts || last.atMs !== facts.atMs)
      last = { facts, atMs: facts.atMs, value: read(facts) };
    return last.value;
  };
}
