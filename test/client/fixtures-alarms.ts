import type { AlarmStrip, AlarmView, GroupView } from '../../shared/alarms.ts';
import { T0 } from './fixtures.ts';

export { feeds, row, T0, tenants } from './fixtures.ts';

export const group = (change: Partial<GroupView> = {}): GroupView => ({
  id: 'g1',
  rule: 'effective-lag',
  title: 'Effective lag',
  priority: 'critical',
  state: 'unacknowledged',
  cluster: 'A',
  sinceMs: T0 - 720_000,
  raisedAtMs: T0 - 540_000,
  members: ['a1'],
  active: 1,
  mailboxes: null,
  text: 'Effective lag: Aurora Broadband, lag ≥ 41.3 min, limit 15 min',
  owner: null,
  isHidden: false,
  isSilenced: false,
  isFirstOut: false,
  ...change,
});

export const strip = (change: Partial<AlarmStrip> = {}): AlarmStrip => ({
  groups: [],
  more: 0,
  counts: { unacknowledged: 0, acknowledged: 0, hidden: 0, silenced: 0 },
  flood: null,
  onCall: [
    {
      schedule: 'mail',
      person: 'Ada',
      reason: 'layer nights',
      untilMs: T0 + 3 * 3_600_000,
      next: { person: 'Ben', fromMs: T0 + 3 * 3_600_000 },
    },
  ],
  path: { state: 'ok', reason: '' },
  notKept: null,
  ...change,
});

export const alarm = (change: Partial<AlarmView> = {}): AlarmView => ({
  id: 'a1',
  rule: 'effective-lag',
  ruleVersion: 1,
  title: 'Effective lag',
  priority: 'critical',
  scope: { kind: 'tenant', id: 'aurora' },
  scopeName: 'Aurora Broadband',
  cluster: 'A',
  mailboxes: 200_000,
  state: 'unacknowledged',
  hidden: null,
  silence: null,
  isActive: true,
  sinceMs: T0 - 720_000,
  raisedAtMs: T0 - 540_000,
  returnedAtMs: null,
  noDataSinceMs: null,
  reason: 'lag ≥ 41.3 min, limit 15 min',
  reading: {
    metric: 'lagP95Ms',
    value: 2_478_000,
    unit: 'ms',
    limit: 900_000,
    side: 'above',
    n: 812,
    isFloor: true,
    atMs: T0,
  },
  worst: 2_478_000,
  acknowledged: null,
  groupId: 'g1',
  raises24h: 1,
  chatter: null,
  action: 'See who defers it.',
  runbook: null,
  ...change,
});
