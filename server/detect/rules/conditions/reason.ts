import { limitShown, shown, wordOf } from '../shown.ts';
import type { Rule, ScopeFacts } from '../types.ts';
import type { Outcome } from './outcome.ts';

/** The outcome in words: `lag ≥ 6.2 min, over 5 min`. */
export function reasonOf(rule: Rule, outcome: Outcome, scope: ScopeFacts): string {
  const { when } = rule;
  if (outcome.noData !== null) return outcome.noData;
  if (when.kind === 'no-data')
    return outcome.against === '' ? `${scope.name} is heard` : `${outcome.against ?? ''}`;
  const { value, unit, against } = outcome;
  const word = when.kind === 'rate' ? `change of ${wordOf(when.metric)}` : wordOf(when.metric);
  if (value === null) return `${word}: nothing to measure`;
  if (unit === 'state') return value > 0 ? word : `not so: ${word}`;
  const now = `${word} ${outcome.isFloor ? '≥ ' : ''}${shown(value, unit)}`;
  return `${now}${against === undefined ? '' : ` ${against}`}${behind(outcome)}${limitOf(outcome)}`;
}

/** Of how many: of shares only, where few say little. */
function behind({ unit, n }: Outcome): string {
  return unit === 'percent' && n !== null ? ` of ${n}` : '';
}

function limitOf({ limit, side, unit, value }: Outcome): string {
  if (limit === null || value === null) return '';
  const isPassed = side === 'above' ? value > limit : value < limit;
  if (!isPassed) return `, limit ${limitShown(limit, unit)}`;
  return `, ${side === 'above' ? 'over' : 'under'} ${limitShown(limit, unit)}`;
}
