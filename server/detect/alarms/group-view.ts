import type { AlarmState, AlarmView, GroupLead, GroupView } from '../../../shared/alarms.ts';
import { rankOf } from './alarm.ts';
import type { Group } from './groups.ts';

const STATE_RANK: Readonly<Record<AlarmState, number>> = {
  normal: 0,
  pending: 1,
  acknowledged: 2,
  returned: 3,
  unacknowledged: 4,
};

/** What is not of the alarm but is told of with it. */
interface Besides {
  readonly isFirstOut: boolean;
  /** Came out of hiding when it was over: as long as that is so, it says nothing of the group beside others. */
  readonly isUntold: (alarm: AlarmView) => boolean;
}

/** The group as the world sees it. `members` are all raised ones, hidden ones too. */
export function groupView(
  group: Group,
  members: readonly AlarmView[],
  { isFirstOut, isUntold }: Besides,
): GroupView {
  const visible = members.filter(({ hidden }) => hidden === null);
  const tellable = visible.filter((alarm) => !isUntold(alarm));
  const told = [tellable, visible].find(({ length }) => length > 0) ?? members;
  const sorted = [...told].sort(bySeverity);
  const owners = told.flatMap(({ acknowledged }) => acknowledged ?? []);
  const lastOwner = owners.reduce<(typeof owners)[number] | null>(
    (last, owner) => (last === null || owner.atMs > last.atMs ? owner : last),
    null,
  );
  const known = told.flatMap(({ mailboxes }) => mailboxes ?? []);
  return {
    id: group.id,
    rule: group.rule,
    title: group.title,
    priority: sorted[0]?.priority ?? 'low',
    state: worstState(told),
    cluster: group.cluster,
    sinceMs: group.sinceMs,
    raisedAtMs: group.raisedAtMs,
    members: [...members].sort(bySeverity).map(({ id }) => id),
    // Not known is not over.
    active: told.filter(({ isActive }) => isActive !== false).length,
    mailboxes: known.length === 0 ? null : known.reduce((sum, n) => sum + n, 0),
    text: textOf(group, sorted),
    owner: lastOwner?.by ?? null,
    isHidden: members.length > 0 && visible.length === 0,
    isSilenced: told.length > 0 && told.every(({ silence }) => silence !== null),
    isFirstOut,
  };
}

/** Names of members that are told with the worst one. */
const LEAD_NAMES = 5;

/** What a group rests on, by its worst member that is not hidden; undefined: it has no members. */
export function leadOf(members: readonly AlarmView[]): GroupLead | undefined {
  const visible = members.filter(({ hidden }) => hidden === null);
  const sorted = [...(visible.length > 0 ? visible : members)].sort(bySeverity);
  const [alarm] = sorted;
  if (!alarm) return undefined;
  const { id, scope, scopeName, reading, worst, action } = alarm;
  const names = sorted.slice(0, LEAD_NAMES).map((one) => one.scopeName);
  return { alarmId: id, scope, scopeName, reading, worst, action, names };
}

export function worstState(members: readonly AlarmView[]): AlarmState {
  return members.reduce<AlarmState>(
    (worst, { state }) => (STATE_RANK[state] > STATE_RANK[worst] ? state : worst),
    'normal',
  );
}

/** The worst first: priority, still active, how far beyond its limit; names decide the rest. */
export function bySeverity(a: AlarmView, b: AlarmView): number {
  return (
    rankOf(b.priority) - rankOf(a.priority) ||
    Number(b.isActive === true) - Number(a.isActive === true) ||
    excessOf(b) - excessOf(a) ||
    (a.scope.id < b.scope.id ? -1 : 1)
  );
}

function excessOf({ reading: { value, limit, side } }: AlarmView): number {
  if (value === null || limit === null) return 0;
  const [more, less] = side === 'above' ? [value, limit] : [limit, value];
  return less <= 0 ? more - less : more / less;
}

const SCOPE_WORDS: Readonly<Record<AlarmView['scope']['kind'], string>> = {
  tenant: 'tenants',
  cluster: 'clusters',
  platform: 'platforms',
  source: 'sources',
  destination: 'destinations',
  screen: 'screens',
  external: 'alerts',
};

function textOf({ title, cluster }: Group, sorted: readonly AlarmView[]): string {
  const [worst] = sorted;
  if (!worst) return title;
  const name = worst.scope.kind === 'platform' ? '' : `${worst.scopeName}, `;
  if (sorted.length === 1) return `${title}: ${name}${worst.reason}`;
  const where = cluster === null ? '' : ` on cluster ${cluster}`;
  return `${title}: ${sorted.length} ${SCOPE_WORDS[worst.scope.kind]}${where}, worst ${name}${worst.reason}`;
}
