/** What the wall shows of the alarms, and what changed from one moment to the next. Pure. */
import {
  type AlarmsDelta,
  type AlarmsSnapshot,
  type AlarmState,
  type AlarmStrip,
  type AlarmView,
  type GroupView,
  STRIP_GROUPS,
} from '../../../shared/alarms.ts';
import { rankOf } from './alarm.ts';
import { leadOf } from './group-view.ts';

type StripInput = Pick<AlarmsSnapshot, 'alarms' | 'groups' | 'flood' | 'onCall' | 'path' | 'notKept'>;

const URGENCY: readonly AlarmState[] = ['unacknowledged', 'returned', 'acknowledged'];

export function stripOf({ alarms, groups, flood, onCall, path, notKept }: StripInput): AlarmStrip {
  const visible = groups.filter(({ isHidden }) => !isHidden).sort(byUrgency);
  const shown = visible.slice(0, STRIP_GROUPS);
  const ids = new Set(shown.map(({ id }) => id));
  const members = alarms.filter(({ groupId }) => ids.has(groupId));
  const tenants = members.flatMap(({ scope }) => (scope.kind === 'tenant' ? scope.id : []));
  const acknowledged = visible.filter(({ state }) => state === 'acknowledged').length;
  return {
    groups: shown.map((group) => withLead(group, members)),
    more: visible.length - shown.length,
    counts: {
      unacknowledged: visible.length - acknowledged,
      acknowledged,
      hidden: groups.length - visible.length,
      silenced: visible.filter(({ isSilenced }) => isSilenced).length,
    },
    tenants: [...new Set(tenants)],
    flood,
    onCall,
    path: { state: path.state, reason: path.reason },
    notKept,
  };
}

function withLead(group: GroupView, members: readonly AlarmView[]): GroupView {
  const lead = leadOf(members.filter(({ groupId }) => groupId === group.id));
  return lead ? { ...group, lead } : group;
}

/** A number behind words that stay the same is told anew so often. */
const NUMBER_MS = 30_000;

/** Whether two strips say the same, as far as it has to be sent: words and states at once, numbers that only drift now and then. */
export function isSameStrip(before: AlarmStrip, after: AlarmStrip): boolean {
  if (JSON.stringify(before, withoutDrift) !== JSON.stringify(after, withoutDrift)) return false;
  return after.groups.every(({ lead }, i) => {
    const old = before.groups[i]?.lead;
    return !lead || !old || lead.reading.atMs - old.reading.atMs < NUMBER_MS;
  });
}

const DRIFTING: ReadonlySet<string> = new Set(['atMs', 'value', 'n', 'worst']);

/** The text of a group has its number already, as it is read. */
function withoutDrift(key: string, value: unknown): unknown {
  return DRIFTING.has(key) ? undefined : value;
}

/** The most urgent first: not acknowledged, priority, the older. */
function byUrgency(a: GroupView, b: GroupView): number {
  return (
    URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state) ||
    rankOf(b.priority) - rankOf(a.priority) ||
    a.raisedAtMs - b.raisedAtMs ||
    (a.id < b.id ? -1 : 1)
  );
}

/** What has to be told to somebody who knows `before`. Alarms are compared by identity, small parts by what they say. */
export function alarmsDelta(before: AlarmsSnapshot, after: AlarmsSnapshot): AlarmsDelta {
  return {
    ...alarmChanges(before.alarms, after.alarms),
    ...changed(before, after, 'groups'),
    ...changed(before, after, 'flood'),
    ...changed(before, after, 'silences'),
    ...changed(before, after, 'maintenance'),
    ...changed(before, after, 'outOfService'),
    ...changed(before, after, 'onCall'),
    ...changed(before, after, 'path'),
    ...changed(before, after, 'kpis'),
    ...changed(before, after, 'rules'),
    ...changed(before, after, 'notKept'),
  };
}

function alarmChanges(
  before: AlarmsSnapshot['alarms'],
  after: AlarmsSnapshot['alarms'],
): Pick<AlarmsDelta, 'changed' | 'gone'> {
  if (before === after) return {};
  const known = new Map(before.map((alarm) => [alarm.id, alarm]));
  const news = after.filter((alarm) => {
    const isSame = known.get(alarm.id) === alarm;
    known.delete(alarm.id);
    return !isSame;
  });
  const gone = [...known.keys()];
  return { ...(news.length > 0 ? { changed: news } : {}), ...(gone.length > 0 ? { gone } : {}) };
}

function changed<K extends keyof AlarmsSnapshot>(
  before: AlarmsSnapshot,
  after: AlarmsSnapshot,
  part: K,
): Partial<Pick<AlarmsSnapshot, K>> {
  const isSame = before[part] === after[part] || JSON.stringify(before[part]) === JSON.stringify(after[part]);
  return isSame ? {} : ({ [part]: after[part] } as unknown as Pick<AlarmsSnapshot, K>);
}
