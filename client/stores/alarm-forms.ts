/** What the forms of the alarm page ask for, and what is sent. All pure. */
import type { AlarmScope, AlarmView, Matcher } from '../../shared/alarms.ts';
import type { AlarmDeed } from '../api-alarms.ts';

/** What can be done with a row. */
export type ActionName = 'acknowledge' | 'silence' | 'shelve' | 'resolve' | 'out-of-service';

/** A width of a silence to choose: what it takes in and how that is said. */
export interface SilenceWidth {
  readonly name: 'these' | 'rule' | 'place' | 'cluster';
  readonly label: string;
  readonly matcher: Matcher;
}

const MATCH_KEYS = {
  tenant: 'tenants',
  cluster: 'clusters',
  source: 'sources',
  destination: 'destinations',
  screen: 'screens',
} as const;

/** Places of one kind, as a matcher names them; null where it cannot. */
function placesOf(alarms: readonly AlarmView[]): Matcher | null {
  const kind = alarms[0]?.scope.kind;
  if (!kind || !(kind in MATCH_KEYS) || alarms.some(({ scope }) => scope.kind !== kind)) return null;
  const ids = [...new Set(alarms.map(({ scope }) => scope.id))];
  return { [MATCH_KEYS[kind as keyof typeof MATCH_KEYS]]: ids };
}

const namesText = (alarms: readonly AlarmView[]) => {
  const names = [...new Set(alarms.map(({ scopeName }) => scopeName))];
  return names.length <= 2 ? names.join(' and ') : `these ${names.length} places`;
};

/** From the narrowest on: the rule here, the rule everywhere, everything here, everything on the cluster. */
export function silenceWidths(alarms: readonly AlarmView[]): readonly SilenceWidth[] {
  const [first] = alarms;
  if (!first) return [];
  const places = placesOf(alarms);
  const names = namesText(alarms);
  const rules = [...new Set(alarms.map(({ rule }) => rule))];
  const { cluster, title } = first;
  return [
    ...(places
      ? [{ name: 'these' as const, label: `“${title}” at ${names}`, matcher: { rules, ...places } }]
      : []),
    { name: 'rule' as const, label: `“${title}” everywhere`, matcher: { rules } },
    ...(places ? [{ name: 'place' as const, label: `every alarm at ${names}`, matcher: places }] : []),
    ...(cluster
      ? [
          {
            name: 'cluster' as const,
            label: `every alarm on cluster ${cluster}`,
            matcher: { clusters: [cluster] },
          },
        ]
      : []),
  ];
}

const isNamed = (names: readonly string[] | undefined, name: string | null) =>
  names === undefined || names.length === 0 || (name !== null && names.includes(name));

/** Whether a matcher takes an alarm in: all that it names must fit. */
export function isMatched(
  { rules, tenants, clusters, sources, destinations, screens }: Matcher,
  alarm: AlarmView,
): boolean {
  const idOf = (kind: AlarmScope['kind']) => (alarm.scope.kind === kind ? alarm.scope.id : null);
  return (
    isNamed(rules, alarm.rule) &&
    isNamed(tenants, idOf('tenant')) &&
    isNamed(clusters, idOf('cluster') ?? alarm.cluster) &&
    isNamed(sources, idOf('source')) &&
    isNamed(destinations, idOf('destination')) &&
    isNamed(screens, idOf('screen'))
  );
}

/** What a form of an action gives. */
export interface ActionInput {
  readonly by: string;
  readonly reason: string;
  readonly untilMs: number | null;
  readonly matcher: Matcher;
  /** Out of service: the whole rule, not only here. */
  readonly isEverywhere: boolean;
}

/** What is to be sent for one action; taking several places out of service is one deed each. */
export function deedsOf(
  action: Exclude<ActionName, 'silence'>,
  alarms: readonly AlarmView[],
  input: ActionInput,
): readonly { readonly deed: AlarmDeed; readonly ids: readonly string[] }[] {
  const { by, reason } = input;
  const ids = alarms.map(({ id }) => id);
  switch (action) {
    case 'acknowledge':
      return [{ deed: { kind: 'acknowledge', ids, by, note: reason }, ids }];
    case 'resolve':
      return [{ deed: { kind: 'resolve', ids, by, reason }, ids }];
    case 'shelve':
      return [{ deed: { kind: 'shelve', ids, by, reason, untilMs: Math.round(input.untilMs ?? 0) }, ids }];
    case 'out-of-service': {
      if (!input.isEverywhere)
        return alarms.map(({ id, rule, scope }) => ({
          deed: { kind: 'out-of-service', rule, scope, by, reason },
          ids: [id],
        }));
      const rules = [...new Set(alarms.map(({ rule }) => rule))];
      return rules.map((rule) => ({
        deed: { kind: 'out-of-service', rule, by, reason },
        ids: alarms.filter((alarm) => alarm.rule === rule).map(({ id }) => id),
      }));
    }
  }
}
