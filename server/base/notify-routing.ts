import { PRIORITIES, type Priority } from '../../shared/alarms.ts';
import type { NotifyConfig, RouteConfig } from './config-notify.ts';

/** What routes ask of a group of alarms. */
export interface RoutedAlarm {
  readonly priority: Priority;
  readonly rule: string;
  readonly cluster: string | null;
  readonly tenants: readonly string[];
}

/** Who is to be told: channels themselves, and schedules whose person on call has channels. */
export interface Targets {
  readonly channels: readonly string[];
  readonly schedules: readonly string[];
  /** Places of the routes that matched. */
  readonly routes: readonly number[];
}

/** What the routes say of an alarm: the first that matches, and on from there while it says `continue`. */
export function routeAlarm(alarm: RoutedAlarm, routes: NotifyConfig['routes']): Targets {
  const matched: number[] = [];
  for (const [i, route] of routes.entries()) {
    if (!matches(route.match, alarm)) continue;
    matched.push(i);
    if (!route.continue) break;
  }
  const taken = routes.filter((_, i) => matched.includes(i));
  return {
    channels: unique(taken.flatMap(({ channels }) => channels)),
    schedules: unique(taken.flatMap(({ schedule }) => schedule ?? [])),
    routes: matched,
  };
}

/** Whether the priority is at least the other. */
export function isAtLeast(priority: Priority, least: Priority): boolean {
  return PRIORITIES.indexOf(priority) >= PRIORITIES.indexOf(least);
}

function matches(match: RouteConfig['match'], alarm: RoutedAlarm): boolean {
  return (
    isAtLeast(alarm.priority, match.priority ?? 'low') &&
    (match.rules?.includes(alarm.rule) ?? true) &&
    (match.clusters === undefined || (alarm.cluster !== null && match.clusters.includes(alarm.cluster))) &&
    (match.tenants === undefined || match.tenants.some((tenant) => alarm.tenants.includes(tenant)))
  );
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
