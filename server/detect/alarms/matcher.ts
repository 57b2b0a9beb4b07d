import type { AlarmScope, Matcher, Priority } from '../../../shared/alarms.ts';
import { type Alarm, rankOf } from './alarm.ts';

/** As much of an alarm as a matcher looks at. */
export interface Subject {
  readonly rule: string;
  readonly scope: AlarmScope;
  readonly cluster: string | null;
  readonly priority: Priority;
}

export function subjectOf({ rule, scope, about, priority }: Alarm): Subject {
  return { rule, scope, cluster: about.cluster, priority };
}

const SCOPE_LISTS = [
  ['tenants', 'tenant'],
  ['sources', 'source'],
  ['destinations', 'destination'],
  ['screens', 'screen'],
] as const;

/** Whether all that is given matches. The platform's alarms are of no cluster. */
export function matches(matcher: Matcher, { rule, scope, cluster, priority }: Subject): boolean {
  if (matcher.rules && !matcher.rules.includes(rule)) return false;
  if (matcher.upTo && rankOf(priority) > rankOf(matcher.upTo)) return false;
  if (matcher.clusters) {
    const own = scope.kind === 'cluster' ? scope.id : cluster;
    if (own === null || !matcher.clusters.includes(own)) return false;
  }
  return SCOPE_LISTS.every(([list, kind]) => {
    const ids = matcher[list];
    return !ids || (scope.kind === kind && ids.includes(scope.id));
  });
}

const LISTS = ['rules', 'tenants', 'clusters', 'sources', 'destinations', 'screens'] as const;

/** What it matches, in words. */
export function matcherText(matcher: Matcher): string {
  const lists = LISTS.flatMap((name) => {
    const ids = matcher[name];
    return ids ? `${name} ${ids.join(', ')}` : [];
  });
  if (matcher.upTo) lists.push(`up to ${matcher.upTo}`);
  return lists.length === 0 ? 'everything' : lists.join('; ');
}

/** Why it can never match; undefined: it can. */
export function matcherFault(matcher: Matcher): string | undefined {
  const given = SCOPE_LISTS.flatMap(([list]) => (matcher[list] ? list : []));
  if (given.length > 1)
    return `an alarm is about one thing, so ${given.join(' and ')} together match nothing; make one for each`;
  const empty = [...given, ...(['rules', 'clusters'] as const)].find((list) => matcher[list]?.length === 0);
  return empty === undefined
    ? undefined
    : `${empty} is empty and so matches nothing; leave it out or name some`;
}
