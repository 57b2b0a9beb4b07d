import type { AlarmView, GroupView, Priority } from '../../shared/alarms.ts';
import {
  isShownState,
  SHOWN_STATES,
  URGENT_FIRST,
  type AlarmsModel,
  type ShownState,
} from './alarms-model.ts';

/** What the list is narrowed to; empty: everything. */
export interface AlarmFilter {
  readonly state: ShownState | '';
  /** This priority and more urgent ones. */
  readonly priority: Priority | '';
  readonly cluster: string;
  readonly rule: string;
  readonly words: string;
}
export const NO_FILTER: AlarmFilter = { state: '', priority: '', cluster: '', rule: '', words: '' };

/** Below this a group is shown as its alarms. */
export const LEAST_GROUP = 3;

/** One row: an alarm, a group of alarms, or in a flood all alarms of one cause. */
export interface AlarmRow {
  /** Of the address: an alarm's, a group's, or the rule's in a flood. */
  readonly id: string;
  readonly kind: 'alarm' | 'group' | 'cause';
  readonly state: ShownState;
  readonly priority: Priority;
  readonly title: string;
  /** The most urgent first. */
  readonly alarms: readonly AlarmView[];
  /** The first of `alarms`. */
  readonly lead: AlarmView;
  readonly sinceMs: number;
  readonly clusters: readonly string[];
  readonly isFirstOut: boolean;
  /** A member of the unfolded row above it. */
  readonly isMember: boolean;
}

const places = <T>(list: readonly T[]) => new Map(list.map((item, place) => [item, place]));
const STATE_PLACE = places(SHOWN_STATES);
const PRIORITY_PLACE = places(URGENT_FIRST);

interface Ranked {
  readonly state: string;
  readonly priority: Priority;
  readonly sinceMs: number;
  readonly id: string;
}

/** Unacknowledged first, then by priority, the oldest first; the id makes it one order only. */
export function byUrgency(a: Ranked, b: Ranked): number {
  return (
    (STATE_PLACE.get(a.state as ShownState) ?? 9) - (STATE_PLACE.get(b.state as ShownState) ?? 9) ||
    (PRIORITY_PLACE.get(a.priority) ?? 9) - (PRIORITY_PLACE.get(b.priority) ?? 9) ||
    a.sinceMs - b.sinceMs ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
}

function hasWords(alarm: AlarmView, words: string): boolean {
  const { title, scopeName, scope, cluster, reason, rule, acknowledged } = alarm;
  const text = [title, scopeName, scope.id, cluster, reason, rule, acknowledged?.by].join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Whether an alarm is one of those that are asked for. */
export function isWanted(alarm: AlarmView, filter: AlarmFilter): boolean {
  const { state, priority, cluster, rule, words } = filter;
  const isUrgent =
    priority === '' || (PRIORITY_PLACE.get(alarm.priority) ?? 9) <= (PRIORITY_PLACE.get(priority) ?? 9);
  return (
    (state === '' || alarm.state === state) &&
    isUrgent &&
    (cluster === '' || alarm.cluster === cluster) &&
    (rule === '' || alarm.rule === rule) &&
    (words.trim() === '' || hasWords(alarm, words.trim()))
  );
}

function rowOf(
  kind: AlarmRow['kind'],
  id: string,
  unsorted: readonly AlarmView[],
  isFirstOut: boolean,
): AlarmRow | null {
  const alarms = unsorted.toSorted(byUrgency);
  const [lead] = alarms;
  if (!lead || !isShownState(lead.state)) return null;
  const urgent = alarms.reduce((a, b) =>
    (PRIORITY_PLACE.get(b.priority) ?? 9) < (PRIORITY_PLACE.get(a.priority) ?? 9) ? b : a,
  );
  return {
    id,
    kind,
    state: lead.state,
    priority: urgent.priority,
    title: lead.title,
    alarms,
    lead,
    sinceMs: Math.min(...alarms.map(({ sinceMs }) => sinceMs)),
    clusters: [...new Set(alarms.flatMap(({ cluster }) => (cluster ? [cluster] : [])))].sort(),
    isFirstOut,
    isMember: false,
  };
}

const alarmRow = (alarm: AlarmView, isFirstOut: boolean) => rowOf('alarm', alarm.id, [alarm], isFirstOut);
const single = (alarms: readonly AlarmView[], isFirstOut: boolean) =>
  alarms.map((alarm) => alarmRow(alarm, isFirstOut));

function gather<K>(alarms: readonly AlarmView[], keyOf: (alarm: AlarmView) => K): Map<K, AlarmView[]> {
  const gathered = new Map<K, AlarmView[]>();
  for (const alarm of alarms) {
    const known = gathered.get(keyOf(alarm));
    if (known) known.push(alarm);
    else gathered.set(keyOf(alarm), [alarm]);
  }
  return gathered;
}

function groupRows(alarms: readonly AlarmView[], groups: ReadonlyMap<string, GroupView>) {
  return [...gather(alarms, ({ groupId }) => groupId)].flatMap(([id, members]) => {
    const isFirstOut = groups.get(id)?.isFirstOut === true;
    return members.length >= LEAST_GROUP
      ? [rowOf('group', id, members, isFirstOut)]
      : single(members, isFirstOut);
  });
}

/** In a flood nobody can read forty rows: one for each cause, and which came first. */
function causeRows(alarms: readonly AlarmView[], firstOut: string) {
  return [...gather(alarms, ({ rule }) => rule)].flatMap(([rule, members]) => {
    const isFirstOut = members.some(({ groupId }) => groupId === firstOut);
    return members.length > 1 ? [rowOf('cause', rule, members, isFirstOut)] : single(members, isFirstOut);
  });
}

const byFirstOut = (a: AlarmRow, b: AlarmRow) =>
  (STATE_PLACE.get(a.state) ?? 9) - (STATE_PLACE.get(b.state) ?? 9) ||
  Number(b.isFirstOut) - Number(a.isFirstOut) ||
  byUrgency(a, b);

/** The rows of the list: folded, narrowed, in order. What first set off a flood stands on top of its section. */
export function rowsOf(model: AlarmsModel, filter: AlarmFilter): readonly AlarmRow[] {
  const shown = model.alarms.filter(
    (alarm) => !alarm.hidden && isShownState(alarm.state) && isWanted(alarm, filter),
  );
  const groups = new Map(model.groups.map((group) => [group.id, group]));
  const rows = model.flood ? causeRows(shown, model.flood.firstOut) : groupRows(shown, groups);
  return rows.filter((row) => row !== null).toSorted(model.flood ? byFirstOut : byUrgency);
}

/** Members follow the rows that are unfolded. */
export function unfold(rows: readonly AlarmRow[], open: ReadonlySet<string>): readonly AlarmRow[] {
  return rows.flatMap((row) => {
    if (row.kind === 'alarm' || !open.has(row.id)) return [row];
    const members = row.alarms.flatMap((alarm) => alarmRow(alarm, false) ?? []);
    return [row, ...members.map((member) => ({ ...member, isMember: true }))];
  });
}

/** The row that an address means: of its own id, else the one that holds that alarm, group or rule. */
export function rowFor(rows: readonly AlarmRow[], id: string): AlarmRow | null {
  const has = ({ id: own, groupId, rule }: AlarmView) => own === id || groupId === id || rule === id;
  return rows.find((row) => row.id === id) ?? rows.find(({ alarms }) => alarms.some(has)) ?? null;
}

/** Alarms that an acknowledgement would change. */
export const unacknowledgedOf = (alarms: readonly AlarmView[]) =>
  alarms.filter(({ state }) => state === 'unacknowledged' || state === 'returned');
