/** What somebody who may see some tenants only is told of alarms: theirs, and nothing that counts or names others. */
import {
  type AlarmScope,
  type AlarmsSnapshot,
  type AlarmView,
  type GroupView,
  type Matcher,
  PRIORITIES,
} from '../../../shared/alarms.ts';
import { authorise, type Permission, type Principal } from '../../base/permissions.ts';

/** Whether the principal may do this everywhere. */
export function mayEverywhere(principal: Principal, permission: Permission): boolean {
  return authorise(principal, permission, 'platform').allowed;
}

/** Whether the principal may do this at what the alarm is about; all but tenants is the platform's. */
export function mayAt(principal: Principal, permission: Permission, { kind, id }: AlarmScope): boolean {
  return authorise(principal, permission, kind === 'tenant' ? { tenantId: id } : 'platform').allowed;
}

/** Whether all that the matcher takes in is the principal's to touch. */
export function mayMatch(principal: Principal, permission: Permission, { tenants }: Matcher): boolean {
  if (mayEverywhere(principal, permission)) return true;
  if (tenants === undefined || tenants.length === 0) return false;
  return tenants.every((id) => mayAt(principal, permission, { kind: 'tenant', id }));
}

const NONE: ReadonlySet<string> = new Set();

/** The alarms as the principal may see them. `clusters`: those that are wholly theirs. */
export function visibleAlarms(
  snapshot: AlarmsSnapshot,
  principal: Principal,
  clusters: ReadonlySet<string> = NONE,
): AlarmsSnapshot {
  if (mayEverywhere(principal, 'alarms:view')) return snapshot;
  const isSeen = (scope: AlarmScope) =>
    mayAt(principal, 'alarms:view', scope) || (scope.kind === 'cluster' && clusters.has(scope.id));
  const alarms = snapshot.alarms.filter(({ scope }) => isSeen(scope));
  const byId = new Map(alarms.map((alarm) => [alarm.id, alarm]));
  const hides = (ids: readonly string[]) => ids.filter((id) => byId.has(id));
  const isTheirs = ({ matcher }: { readonly matcher: Matcher }) =>
    mayMatch(principal, 'alarms:view', matcher);
  return {
    alarms,
    groups: snapshot.groups.flatMap((group) => visibleGroup(group, byId)),
    flood: null,
    silences: snapshot.silences.filter(isTheirs).map((it) => ({ ...it, hides: hides(it.hides) })),
    maintenance: snapshot.maintenance.filter(isTheirs).map((it) => ({ ...it, hides: hides(it.hides) })),
    onCall: [],
    path: { state: snapshot.path.state, reason: '', checkedAtMs: null, channels: [], deadMan: null },
    kpis: uncovered(snapshot),
    rules: { ...snapshot.rules, faults: [] },
    notKept: snapshot.notKept,
  };
}

/** Figures of the shift are of the whole platform: of this part nothing is covered. */
function uncovered({ kpis: { fromMs, toMs } }: AlarmsSnapshot): AlarmsSnapshot['kpis'] {
  return { fromMs, toMs, coveredFromMs: toMs, raised: 0, kpis: [], contributors: [] };
}

const URGENCY = ['normal', 'pending', 'acknowledged', 'returned', 'unacknowledged'] as const;

function visibleGroup(group: GroupView, byId: ReadonlyMap<string, AlarmView>): GroupView[] {
  const members = group.members.flatMap((id) => byId.get(id) ?? []);
  const [first] = members;
  if (!first) return [];
  if (members.length === group.members.length) return [group];
  const priority = PRIORITIES.findLast((it) => members.some((member) => member.priority === it));
  const state = URGENCY.findLast((it) => members.some((member) => member.state === it));
  const acknowledged = members.flatMap((member) => member.acknowledged ?? []);
  const known = members.flatMap(({ mailboxes }) => mailboxes ?? []);
  return [
    {
      ...withoutLead(group),
      priority: priority ?? group.priority,
      state: state ?? group.state,
      members: members.map(({ id }) => id),
      sinceMs: Math.min(...members.map(({ sinceMs }) => sinceMs)),
      raisedAtMs: Math.min(...members.map(({ raisedAtMs, sinceMs }) => raisedAtMs ?? sinceMs)),
      active: members.filter(({ isActive }) => isActive !== false).length,
      mailboxes: known.length > 0 ? known.reduce((sum, count) => sum + count, 0) : null,
      text: `${group.title}: ${members.map(({ scopeName }) => scopeName).join(', ')}`,
      owner: acknowledged.toSorted((a, b) => b.atMs - a.atMs)[0]?.by ?? null,
      isHidden: members.every(({ hidden }) => hidden !== null),
      isSilenced: members.every(({ silence }) => silence !== null),
      isFirstOut: false,
    },
  ];
}

/** It may be somebody else's. */
function withoutLead(group: GroupView): GroupView {
  const { lead, ...rest } = group;
  return lead ? rest : group;
}
