/** The address of the alarm page and what it means. */
import { PRIORITIES } from '../../shared/alarms.ts';
import { SHOWN_STATES } from './alarms-model.ts';
import type { AlarmFilter } from './alarms-rows.ts';

export const ALARM_TABS = ['active', 'hidden', 'record', 'shift', 'on-call'] as const;
export type AlarmTab = (typeof ALARM_TABS)[number];

type Query = Readonly<Record<string, unknown>>;
const textIn = (query: Query, name: string) => {
  const value = query[name];
  return typeof value === 'string' ? value : '';
};
const knownIn = <T extends string>(known: readonly T[], text: string) => known.find((one) => one === text);

/** What is unknown counts as not said. */
export function tabOf(query: Query): AlarmTab {
  return knownIn(ALARM_TABS, textIn(query, 'tab')) ?? 'active';
}

/** What the list is narrowed to. */
export function filterOf(query: Query): AlarmFilter {
  return {
    state: knownIn(SHOWN_STATES, textIn(query, 'state')) ?? '',
    priority: knownIn(PRIORITIES, textIn(query, 'priority')) ?? '',
    cluster: textIn(query, 'cluster'),
    rule: textIn(query, 'rule'),
    words: textIn(query, 'q'),
  };
}

/** The words of an address; what is usual is left out. */
export function queryOf(tab: AlarmTab, filter: AlarmFilter): Record<string, string> {
  const { words, ...rest } = filter;
  const all = { tab: tab === 'active' ? '' : tab, ...rest, q: words };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
