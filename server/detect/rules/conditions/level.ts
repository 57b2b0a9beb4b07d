import { metricInfo } from '../metrics.ts';
import type { Reading } from '../types.ts';
import { boundsOf, type Held, holdAgainst, type Judge, type RuleOf, valueOf } from './outcome.ts';

/** The value itself against the limits. */
export function judgeLevel(rule: RuleOf<'level'>): Judge {
  const { metric } = rule.when;
  const info = infoOf(metric);
  return {
    judge(asked) {
      const got = valueOf(rule, metric, asked);
      if ('outcome' in got) return got.outcome;
      const { value } = got;
      return holdAgainst(rule, heldOf(got.reading, value, { low: value, high: value }, info), asked);
    },
  };
}

/** A share by the bound that is certain: few cannot convince. Fewer than `minimumN` raise nothing. */
export function judgeShare(rule: RuleOf<'share'>): Judge {
  const { metric, minimumN } = rule.when;
  const info = infoOf(metric);
  const nobody = { low: -Infinity, high: Infinity };
  return {
    judge(asked) {
      const got = valueOf(rule, metric, asked);
      if ('outcome' in got) return got.outcome;
      const { reading, value } = got;
      const bounds = (reading.n ?? 0) < minimumN ? nobody : boundsOf(reading, value);
      return holdAgainst(rule, heldOf(reading, value, bounds, info), asked);
    },
  };
}

function heldOf(
  { n, isFloor = false }: Reading,
  value: number,
  bounds: Held['bounds'],
  { unit, max }: Pick<Held, 'unit' | 'max'>,
): Held {
  return { value, bounds, unit, max, n, isFloor };
}

function infoOf(metric: string): Pick<Held, 'unit' | 'max'> {
  const { unit, max } = metricInfo(metric) ?? { unit: 'count' as const, max: Infinity };
  return { unit, max };
}
