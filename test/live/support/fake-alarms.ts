import type {
  AlarmScope,
  AlarmsSnapshot,
  AlarmView,
  BackTestReport,
  GroupView,
  RecordPage,
  RecordQuery,
  RulesAnswer,
  ShiftKpis,
  TransitionRecord,
} from '../../../shared/alarms.ts';
import { AppError } from '../../../server/base/errors.ts';
import type { AlarmAction } from '../../../server/detect/alarms/types.ts';
import type { AlarmsPort } from '../../../server/publish/alarms-port.ts';

const AT = 1_790_000_000_000;

export function alarmOf(scope: AlarmScope, change: Partial<AlarmView> = {}): AlarmView {
  return {
    ...{ id: `lag ${scope.kind} ${scope.id}`, rule: 'lag', ruleVersion: 3, title: 'Effective lag' },
    ...{ priority: 'high', scope, scopeName: scope.id.toUpperCase(), cluster: 'a', mailboxes: 100 },
    ...{ state: 'unacknowledged', hidden: null, silence: null, isActive: true, sinceMs: AT },
    ...{ raisedAtMs: AT + 1, returnedAtMs: null, noDataSinceMs: null, reason: 'lag ≥ 6 min' },
    reading: {
      ...{ metric: 'lagP95Ms', value: 360_000, unit: 'ms', limit: 300_000, side: 'above' },
      ...{ n: 7, isFloor: true, atMs: AT },
    },
    ...{ worst: 400_000, acknowledged: null, groupId: 'g1', raises24h: 1, chatter: null },
    ...{ action: 'look', runbook: null },
    ...change,
  };
}

function groupOf(alarms: readonly AlarmView[]): GroupView {
  return {
    ...{ id: 'g1', rule: 'lag', title: 'Effective lag', priority: 'critical', state: 'unacknowledged' },
    ...{ cluster: 'a', sinceMs: AT, raisedAtMs: AT + 1, members: alarms.map(({ id }) => id) },
    ...{ active: alarms.length, mailboxes: 300, text: 'Effective lag: 3 tenants, worst T1 ≥ 6 min' },
    ...{ owner: 'kim', isHidden: false, isSilenced: false, isFirstOut: true },
  };
}

export const KPIS: ShiftKpis = {
  ...{ fromMs: AT, toMs: AT + 1_000, coveredFromMs: AT, raised: 3 },
  kpis: [
    {
      ...{ name: 'rate', label: 'Alarms per 10 min', value: 0.5, unit: 'per-10-min', limit: 1 },
      ...{ isWithin: true, detail: '' },
    },
  ],
  contributors: [{ rule: 'lag', scopeName: 'T1', raises: 2, percent: 66 }],
};

export function snapshotOf(): AlarmsSnapshot {
  const alarms = [
    alarmOf({ kind: 'tenant', id: 't0' }, { priority: 'medium', state: 'acknowledged' }),
    alarmOf({ kind: 'tenant', id: 't1' }, { priority: 'critical' }),
    alarmOf({ kind: 'cluster', id: 'a' }),
  ];
  const stood = { by: 'kim', reason: 'work on disks', isActive: true, hides: alarms.map(({ id }) => id) };
  return {
    ...{ alarms, groups: [groupOf(alarms)], flood: { sinceMs: AT, raises: 11, firstOut: 'g1' } },
    silences: [
      { ...stood, id: 's0', matcher: { tenants: ['t0'] }, fromMs: AT, untilMs: AT + 1, withheld: 2 },
      { ...stood, id: 's1', matcher: {}, fromMs: AT, untilMs: AT + 1, withheld: 2 },
    ],
    maintenance: [
      {
        ...{ ...stood, id: 'm1', matcher: { clusters: ['a'] }, nextFromMs: AT, nextUntilMs: AT + 1 },
        when: { kind: 'once', fromMs: AT, untilMs: AT + 1 },
      },
    ],
    onCall: [{ schedule: 'night', person: 'kim', reason: 'layer nights', untilMs: AT, next: null }],
    path: { state: 'ok', reason: 'all of t1', checkedAtMs: AT, channels: [], deadMan: null },
    ...{ kpis: KPIS, rules: { version: 3, count: 1, faults: ['t1 is not known'] }, notKept: null },
  };
}

export function lineOf(seq: number, scope: AlarmScope): TransitionRecord {
  return {
    ...{ seq, atMs: AT + seq, kind: 'raised', alarmId: `lag ${scope.kind} ${scope.id}`, rule: 'lag' },
    ...{ ruleVersion: 3, scope, from: 'pending', to: 'unacknowledged', priority: 'high', groupId: 'g1' },
    ...{ by: 'mailvigil', reason: '=lag, "very" late', value: 360_000 },
  };
}

const REPORT: BackTestReport = {
  ...{ id: 'b1', state: 'running', progress: 0.5, reason: '', fromMs: AT, toMs: AT + 1, stepSeconds: 10 },
  fires: [
    {
      ...{ rule: 'lag', scope: { kind: 'platform', id: '' }, scopeName: 'platform', priority: 'high' },
      ...{ raisedAtMs: AT, clearedAtMs: null, worst: 1, reason: 'lag' },
    },
  ],
  ...{ moreFires: 0, perDay: null, worstDay: null, daysLackingData: [], summary: '' },
};

export interface FakeAlarms extends AlarmsPort {
  /** What was asked for and done, in order. */
  readonly calls: unknown[];
}

/** Alarms that answer always the same, and keep what they were asked. `lines`: the record, newest first. */
export function createFakeAlarms(lines: readonly TransitionRecord[] = []): FakeAlarms {
  const calls: unknown[] = [];
  const told = <T>(call: unknown, answer: T): T => (calls.push(call), answer);
  let rules: RulesAnswer = {
    ...{
      version: 3,
      text: 'rules: []\n',
      faults: [],
      versions: [{ version: 3, atMs: AT, by: '', note: '' }],
    },
    rules: [
      {
        ...{ id: 'lag', title: 'Effective lag', enabled: true, priorities: ['high'], scope: 'tenant' },
        ...{ kind: 'level', metric: 'lagP95Ms', text: '', source: '', isStock: true, isChanged: false },
        raises24h: 0,
      },
    ],
    metrics: [{ name: 'lagP95Ms', label: 'Lag', unit: 'ms', scopes: ['tenant'], isShare: false }],
  };
  const overrides = [
    { id: 'o1', schedule: 'night', person: 'kim', fromMs: AT, untilMs: AT + 1, by: 'lee', reason: 'ill' },
  ];
  return {
    calls,
    snapshot: snapshotOf,
    lookup: snapshotOf,
    strip: () => {
      throw new Error('not asked for here');
    },
    delta: () => ({}),
    stripDelta: () => undefined,
    act: (action: AlarmAction) =>
      told(action, { done: 'ids' in action ? action.ids : ['new'], refused: [{ id: 'x', reason: 'no' }] }),
    record: (query) => told(query, recordOf(lines, query)),
    kpis: (fromMs, toMs) => told([fromMs, toMs], KPIS),
    rules: {
      read: () => rules,
      title: () => undefined,
      check: (text) => (text.includes('bad') ? ['line 1: bad'] : []),
      write(save) {
        if (save.text.includes('bad'))
          throw new AppError('bad-request', 'the rules have 1 fault', ['line 1: bad']);
        return told(save, (rules = { ...rules, version: rules.version + 1, text: save.text }));
      },
      version: (version) => (version === 2 ? 'rules: [] # two\n' : undefined),
    },
    backTests: {
      start: (request) => told(request, REPORT),
      report: (id) => (id === 'b1' ? REPORT : undefined),
      cancel: (id) => (id === 'b1' ? { ...REPORT, state: 'cancelled' } : undefined),
    },
    onCall: {
      at: (atMs) => [{ schedule: 'night', person: null, reason: `at ${atMs}`, untilMs: null, next: null }],
      people: () => [{ id: 'kim', name: 'Kim' }],
      overrides: () => overrides,
      override: (override) => told(override, { id: 'o2' }),
      endOverride: (id, by) => told([id, by], undefined),
    },
    acceptAlertmanager: (body) => told(body, { accepted: 1 }),
    test: (channel, by) =>
      told([channel, by], Promise.resolve({ ok: true, reason: 'accepted by the relay' })),
  };
}

function recordOf(
  lines: readonly TransitionRecord[],
  { limit, beforeSeq = Infinity }: RecordQuery,
): RecordPage {
  const older = lines.filter(({ seq }) => seq < beforeSeq);
  const records = older.slice(0, limit);
  return { records, nextBeforeSeq: older.length > limit ? (records.at(-1)?.seq ?? null) : null };
}
