import type { AlarmView, GroupView } from '../../shared/alarms.ts';
import type { Notice, NoticeKind } from '../../server/detect/alarms/types.ts';

/** 03:12 in London in summer, 02:12 UTC. */
export const NIGHT_MS = Date.parse('2026-07-12T02:12:00Z');

export function alarmView(changes: Partial<AlarmView> = {}): AlarmView {
  return {
    id: 'a1',
    rule: 'lag',
    ruleVersion: 1,
    title: 'Effective lag',
    priority: 'high',
    scope: { kind: 'tenant', id: 'aurora' },
    scopeName: 'Aurora Broadband',
    cluster: 'A',
    mailboxes: 120_000,
    state: 'unacknowledged',
    hidden: null,
    silence: null,
    isActive: true,
    sinceMs: NIGHT_MS - 180_000,
    raisedAtMs: NIGHT_MS,
    returnedAtMs: null,
    noDataSinceMs: null,
    reason: 'lag ≥ 6.2 min, over 5 min for 3 min',
    reading: {
      ...{ metric: 'lag.p95', value: 372_000, unit: 'ms', limit: 300_000, side: 'above' },
      ...{ n: 40, isFloor: true, atMs: NIGHT_MS },
    },
    worst: 372_000,
    acknowledged: null,
    groupId: 'g1',
    raises24h: 1,
    chatter: null,
    action: 'Look at the active queue of the cluster.',
    runbook: 'https://wiki.example/lag',
    ...changes,
  };
}

export function groupView(changes: Partial<GroupView> = {}): GroupView {
  return {
    id: 'g1',
    rule: 'lag',
    title: 'Effective lag',
    priority: 'high',
    state: 'unacknowledged',
    cluster: 'A',
    sinceMs: NIGHT_MS - 180_000,
    raisedAtMs: NIGHT_MS,
    members: ['a1'],
    active: 1,
    mailboxes: 120_000,
    text: 'Effective lag: Aurora Broadband ≥ 6.2 min',
    owner: null,
    isHidden: false,
    isSilenced: false,
    isFirstOut: false,
    ...changes,
  };
}

/** A notice of a group; `id` defaults to the group and the kind. */
export function notice(
  kind: NoticeKind,
  changes: Partial<Notice> = {},
  group: Partial<GroupView> = {},
): Notice {
  const view = groupView(group);
  return {
    id: `${view.id}-${kind}`,
    kind,
    atMs: NIGHT_MS,
    groupId: view.id,
    rule: view.rule,
    title: view.title,
    priority: view.priority,
    cluster: view.cluster,
    text: view.text,
    reason: '',
    by: kind === 'acknowledged' ? 'Ana' : '',
    members: [alarmView({ groupId: view.id, priority: view.priority, rule: view.rule })],
    group: view,
    silence: null,
    isInFlood: false,
    ...changes,
  };
}
