/** What the wall is told of alarms, made up: one strip for each thing to be looked at. */
import type {
  AlarmsSnapshot,
  AlarmStrip,
  AlarmView,
  GroupView,
  OnCallView,
  Priority,
} from '../../../shared/alarms.ts';

export const STRIP_MOODS = [
  'calm',
  'few',
  'forty',
  'flood',
  'failing',
  'nobody',
  'none',
  'critical',
  'taken',
  'two',
  'source',
] as const;
export type StripMood = (typeof STRIP_MOODS)[number];

const MINUTE = 60_000;

function group(id: string, priority: Priority, change: Partial<GroupView>): GroupView {
  const title = change.title ?? 'Effective lag';
  return {
    id,
    rule: id,
    title,
    priority,
    state: 'unacknowledged',
    cluster: 'A',
    sinceMs: 0,
    members: [id],
    active: change.members?.length ?? 1,
    mailboxes: null,
    text: title,
    owner: null,
    isHidden: false,
    isSilenced: false,
    isFirstOut: false,
    ...change,
    raisedAtMs: change.sinceMs ?? 0,
  };
}

type Told = Pick<GroupView, 'lead'>;

/** What a group rests on, as the wall shows it large. */
const leadOf = (
  scopeName: string,
  id: string,
  reading: Partial<AlarmView['reading']>,
  change: { readonly names?: readonly string[]; readonly action?: string } = {},
): Told => ({
  lead: {
    alarmId: `${id}-0`,
    scope: { kind: 'tenant', id },
    scopeName,
    reading: {
      metric: 'lagP95Ms',
      value: 2_478_000,
      unit: 'ms',
      limit: 900_000,
      side: 'above',
      n: 812,
      isFloor: true,
      atMs: 0,
      ...reading,
    },
    worst: null,
    action:
      'Open the tenant: does mail wait in active (the mailbox store is slow), in deferred (it refuses), or in incoming?',
    names: [scopeName],
    ...change,
  },
});

const many = (id: string, count: number) => Array.from({ length: count }, (_, i) => `${id}-${i}`);

const lag = (atMs: number) =>
  group('lag', 'critical', {
    members: many('lag', 40),
    active: 38,
    mailboxes: 412_000,
    sinceMs: atMs - 12 * MINUTE,
    text: 'Effective lag: 40 tenants on cluster A, worst Aurora Broadband, lag ≥ 41.3 min, limit 15 min',
    ...leadOf(
      'Aurora Broadband',
      't0',
      {},
      { names: ['Aurora Broadband', 'Cinder Telecom', 'Dovetail Online'] },
    ),
  });
const access = (atMs: number) =>
  group('access', 'critical', {
    title: 'Mailboxes unreachable',
    state: 'acknowledged',
    owner: 'Ada',
    mailboxes: 10_000,
    sinceMs: atMs - 95_000,
    text: 'Mailboxes unreachable: Ember Fibre, access 91.3 % of 1,204 users, limit 95 %',
    ...leadOf(
      'Ember Fibre',
      't4',
      { metric: 'accessPercent', value: 91.3, unit: 'percent', limit: 95, side: 'below', isFloor: false },
      {
        action:
          'Try a sign-in of your own. Look at the mailbox servers and the user data base of this cluster.',
      },
    ),
  });
const held = (atMs: number) =>
  group('held', 'high', {
    title: 'Held mail',
    state: 'returned',
    sinceMs: atMs - 31 * MINUTE,
    text: 'Held mail: Juniper Hill, 1,204 held recipients, limit 500',
    ...leadOf('Juniper Hill', 't9', {
      metric: 'queueHold',
      value: 1_204,
      unit: 'count',
      limit: 500,
      isFloor: false,
    }),
  });

function flooded(atMs: number): readonly GroupView[] {
  const causes = [
    [
      'Telemetry lost',
      'Telemetry lost: 12 sources on cluster B, worst mx2-log, nothing for 4 min',
      12,
      'high',
    ],
    [
      'Filter trouble',
      'Filter trouble: 9 tenants on cluster A, worst Foxglove ISP, 31.2 % answered later, limit 10 %',
      9,
      'high',
    ],
    [
      'Queue growth',
      'Queue growth: 4 tenants on cluster A, worst Kestrel Internet, 5.8 times its own median',
      4,
      'medium',
    ],
    ['Spam share', 'Spam share: Rivermouth, 43.1 %, limit 40 %', 1, 'low'],
  ] as const;
  return [
    { ...lag(atMs), isFirstOut: true },
    access(atMs),
    ...causes.map(([title, text, count, priority], i) =>
      group(title, priority, {
        title,
        text,
        members: many(title, count),
        sinceMs: atMs - (8 - i) * MINUTE,
        isSilenced: i === 2,
      }),
    ),
  ];
}

const onCall = (atMs: number): OnCallView => ({
  schedule: 'mail',
  person: 'Ada',
  reason: 'layer nights',
  untilMs: Math.ceil(atMs / 3_600_000) * 3_600_000 + 3 * 3_600_000,
  next: { person: 'Ben', fromMs: atMs + 4 * 3_600_000 },
});

/** Numbers are read each second. */
const readNow = (group_: GroupView, nowMs: number): GroupView =>
  group_.lead
    ? { ...group_, lead: { ...group_.lead, reading: { ...group_.lead.reading, atMs: nowMs } } }
    : group_;

/** The strip of a mood at a moment. */
export function stripAt(mood: StripMood, nowMs: number, bootMs: number): AlarmStrip {
  const strip = moodStrip(mood, nowMs, bootMs);
  return { ...strip, groups: strip.groups.map((each) => readNow(each, nowMs)) };
}

/** Three tenants whose mail is late. */
const three = (atMs: number): GroupView => ({
  ...lag(atMs),
  members: many('lag', 3),
  active: 3,
  mailboxes: 14_000,
  text: 'Effective lag: 3 tenants on cluster A, worst Aurora Broadband, lag ≥ 41.3 min, limit 15 min',
});
const silent = (atMs: number) =>
  group('silent', 'high', {
    title: 'A source is not heard',
    cluster: null,
    sinceMs: atMs - 3 * MINUTE,
    text: 'A source is not heard: mx2-log, nothing for 3.2 min',
    lead: {
      alarmId: 'silent-0',
      scope: { kind: 'source', id: 'mx2-log' },
      scopeName: 'mx2-log',
      reading: {
        metric: '',
        value: null,
        unit: 'ms',
        limit: null,
        side: 'above',
        n: null,
        isFloor: false,
        atMs: 0,
      },
      worst: null,
      action: 'What this source covers is not watched until it is back.',
      names: [],
    },
  });

function moodStrip(mood: StripMood, nowMs: number, bootMs: number): AlarmStrip {
  const base: AlarmStrip = {
    groups: [],
    more: 0,
    counts: { unacknowledged: 0, acknowledged: 0, hidden: 0, silenced: 0 },
    tenants: [],
    flood: null,
    onCall: [onCall(bootMs)],
    path: { state: 'ok', reason: '' },
    notKept: null,
  };
  const few: AlarmStrip = {
    ...base,
    groups: [lag(bootMs), access(bootMs), held(bootMs)],
    counts: { unacknowledged: 2, acknowledged: 1, hidden: 1, silenced: 0 },
    tenants: ['t0', 't4', 't9'],
  };
  switch (mood) {
    case 'calm':
      return base;
    case 'none':
      return { ...base, onCall: [], path: { state: 'none', reason: 'No channel is configured.' } };
    case 'critical':
      return { ...few, groups: [three(bootMs)], counts: { ...few.counts, acknowledged: 0 } };
    case 'taken':
      return {
        ...few,
        groups: [{ ...three(bootMs), state: 'acknowledged', owner: 'Ada' }],
        counts: { ...few.counts, unacknowledged: 0 },
      };
    case 'two':
      return {
        ...few,
        groups: [three(bootMs), { ...access(bootMs), state: 'unacknowledged', owner: null }, held(bootMs)],
      };
    case 'source':
      return { ...few, groups: [silent(bootMs)], counts: { ...few.counts, acknowledged: 0 }, tenants: [] };
    case 'few':
      return {
        ...few,
        groups: [{ ...access(bootMs), state: 'unacknowledged', owner: null }, held(bootMs)],
        counts: { unacknowledged: 2, acknowledged: 0, hidden: 1, silenced: 1 },
        tenants: ['t4', 't9'],
      };
    case 'forty':
      return few;
    case 'flood':
      return {
        ...few,
        groups: flooded(bootMs),
        more: 17,
        counts: { unacknowledged: 20, acknowledged: 3, hidden: 4, silenced: 1 },
        flood: { sinceMs: bootMs - 9 * MINUTE, raises: 23, firstOut: 'lag' },
      };
    case 'failing':
      return {
        ...few,
        path: {
          state: 'failing',
          reason:
            'relay mail-out.example refuses the connection since 02:11; the webhook answers 500. Check the relay.',
        },
      };
    case 'nobody': {
      const hole = {
        ...onCall(bootMs),
        person: null,
        reason: 'hole in the schedule',
        untilMs: nowMs + 3_600_000,
      };
      return { ...few, onCall: [hole], notKept: 'the disk is full' };
    }
  }
}

const alarm = (atMs: number, change: Partial<AlarmView>): AlarmView => ({
  id: 'a1',
  rule: 'effective-lag',
  ruleVersion: 7,
  title: 'Effective lag',
  priority: 'critical',
  scope: { kind: 'tenant', id: 't0' },
  scopeName: 'Aurora Broadband',
  cluster: 'A',
  mailboxes: 2_000,
  state: 'unacknowledged',
  hidden: null,
  silence: null,
  isActive: true,
  sinceMs: atMs - 12 * MINUTE,
  raisedAtMs: atMs - 9 * MINUTE,
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
    atMs,
  },
  worst: 2_478_000,
  acknowledged: null,
  groupId: 'lag',
  raises24h: 2,
  chatter: null,
  action: 'See who defers it.',
  runbook: null,
  ...change,
});

/** The room `alarms`, as far as the page of one tenant needs it. */
export function alarmsAt(nowMs: number): AlarmsSnapshot {
  return {
    alarms: [
      alarm(nowMs, {}),
      alarm(nowMs, {
        id: 'a2',
        title: 'Queue growth',
        priority: 'high',
        scope: { kind: 'cluster', id: 'A' },
        scopeName: 'A',
        state: 'acknowledged',
        acknowledged: { by: 'Ada', atMs: nowMs - 4 * MINUTE, note: '' },
        reason: 'waiting recipients 68.6 k, limit 20 k',
      }),
      alarm(nowMs, {
        id: 'a3',
        title: 'Spam share',
        priority: 'medium',
        reason: 'spam share 43.1 %, limit 40 %',
        hidden: {
          kind: 'shelved',
          by: 'Ben',
          reason: 'newsletter, known',
          sinceMs: nowMs - 3_600_000,
          untilMs: nowMs + 2 * 3_600_000,
        },
      }),
    ],
    groups: [],
    flood: null,
    silences: [],
    maintenance: [],
    onCall: [onCall(nowMs)],
    path: { state: 'ok', reason: '', checkedAtMs: nowMs, channels: [], deadMan: null },
    kpis: {
      fromMs: nowMs - 8 * 3_600_000,
      toMs: nowMs,
      coveredFromMs: nowMs - 8 * 3_600_000,
      raised: 3,
      kpis: [],
      contributors: [],
    },
    rules: { version: 7, count: 7, faults: [] },
    notKept: null,
  };
}

/** The room that goes with it: nothing changes in it, nothing is done to it. */
export const alarmRoom = { snapshot: alarmsAt, delta: () => ({}), answer: () => false };
