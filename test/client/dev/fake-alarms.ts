/** A made-up room of alarms that does what it is told: `calm`, `one`, `forty`, `flood`, `hidden`, `path`, `not-kept`, `unknown`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  AlarmsDelta,
  AlarmsSnapshot,
  AlarmView,
  GroupView,
  TransitionRecord,
} from '../../../shared/alarms.ts';
import { alarm, alarmsSnapshot, group, maintenance, silence } from '../alarm-fixtures.ts';
import { T0 } from '../fixtures.ts';
import { tenantsOf } from './fake-platform.ts';

export const ALARM_SCENES = [
  'calm',
  'one',
  'forty',
  'flood',
  'hidden',
  'path',
  'not-kept',
  'unknown',
  'mixed',
] as const;
export type AlarmScene = (typeof ALARM_SCENES)[number];

const MINUTE = 60_000;
const TENANTS = tenantsOf('calm');

function lagAt(i: number, groupId: string, change: Partial<AlarmView> = {}): AlarmView {
  const tenant = TENANTS[i % TENANTS.length]!;
  const value = 310_000 + ((i * 7_919) % 600) * 1_000;
  return alarm({
    id: `lag-${i}`,
    groupId,
    scope: { kind: 'tenant', id: tenant.id },
    scopeName: tenant.name,
    cluster: tenant.cluster ?? null,
    mailboxes: tenant.mailboxes ?? null,
    priority: value > 850_000 ? 'critical' : 'high',
    sinceMs: T0 - 14 * MINUTE + i * 2_500,
    raisedAtMs: T0 - 11 * MINUTE + i * 2_500,
    reason: `lag ≥ ${(value / MINUTE).toFixed(1)} min, over 5 min for 3 min`,
    reading: { ...alarm().reading, value, n: 40 + i * 31 },
    worst: value + 60_000,
    ...change,
  });
}

const access = (change: Partial<AlarmView> = {}) =>
  alarm({
    id: 'access-4',
    rule: 'access',
    title: 'Access below its objective',
    priority: 'critical',
    scope: { kind: 'tenant', id: 't4' },
    scopeName: 'Ember Fibre',
    groupId: 'g-access',
    reason: 'access 91.3 % of 1,204 users, below 95 % for 3 min',
    reading: {
      ...alarm().reading,
      metric: 'accessPercent',
      unit: 'percent',
      value: 91.3,
      limit: 95,
      side: 'below',
      isFloor: false,
    },
    worst: 88.2,
    action: 'Look at the login proxies of its cluster; if one fails, take it out of the balancer.',
    ...change,
  });
const deferral = (change: Partial<AlarmView> = {}) =>
  alarm({
    id: 'deferral-google',
    rule: 'deferral',
    title: 'Deferred by a large provider',
    priority: 'medium',
    scope: { kind: 'destination', id: 'google' },
    scopeName: 'google',
    cluster: null,
    mailboxes: null,
    groupId: 'g-deferral',
    reason: 'deferred 38.2 % of 2,310 attempts, over 25 % for 15 min',
    reading: {
      ...alarm().reading,
      metric: 'deferralPercent',
      unit: 'percent',
      value: 38.2,
      limit: 25,
      n: 2_310,
      isFloor: false,
    },
    worst: 44.1,
    runbook: null,
    ...change,
  });

function groupOf(members: readonly AlarmView[], change: Partial<GroupView> = {}): GroupView {
  const [first] = members;
  const title = first?.title ?? '';
  return group({
    id: first?.groupId ?? '',
    rule: first?.rule ?? '',
    title,
    cluster: first?.cluster ?? null,
    members: members.map(({ id }) => id),
    active: members.length,
    text: `${title}: ${members.length} on cluster ${first?.cluster ?? '–'}, worst ${first?.scopeName} ${first?.reason}`,
    ...change,
  });
}

const forty = () => Array.from({ length: 40 }, (_, i) => lagAt(i, 'g1'));

function floodAlarms(): AlarmView[] {
  const causes = ['lag', 'access', 'queue', 'scan', 'deferral'] as const;
  const titles = [
    'Effective lag',
    'Access below its objective',
    'Queue far above its usual',
    'Scans not done',
    'Deferred attempts',
  ];
  return Array.from({ length: 46 }, (_, i) => {
    const cause = i < 3 ? 3 : i % 5;
    return lagAt(i, `g-${causes[cause]}-${Math.floor(i / 9)}`, {
      id: `f-${i}`,
      rule: causes[cause]!,
      title: titles[cause]!,
      priority: cause === 1 ? 'critical' : cause === 2 ? 'medium' : 'high',
      sinceMs: T0 - 12 * MINUTE + i * 13_000,
      ...(i % 11 === 0 && {
        acknowledged: { by: 'Ada', atMs: T0 - 3 * MINUTE, note: '' },
        state: 'acknowledged' as const,
      }),
      ...(i % 13 === 5 && { noDataSinceMs: T0 - 4 * MINUTE, isActive: null }),
    });
  });
}

function mixed(): AlarmView[] {
  const acknowledged = { by: 'Ada', atMs: T0 - 6 * MINUTE, note: 'calling the proxy team' };
  return [
    ...Array.from({ length: 14 }, (_, i) =>
      lagAt(i, 'g1', i === 3 ? { state: 'acknowledged', acknowledged } : {}),
    ),
    access({ state: 'acknowledged', acknowledged }),
    deferral({ silence: 's1' }),
    lagAt(21, 'g-b', {
      id: 'back',
      state: 'returned',
      isActive: false,
      returnedAtMs: T0 - 2 * MINUTE,
      priority: 'high',
    }),
    lagAt(22, 'g-c', {
      id: 'blind',
      noDataSinceMs: T0 - 5 * MINUTE,
      isActive: null,
      reading: { ...alarm().reading, value: null },
    }),
    lagAt(23, 'g-d', { id: 'soon', state: 'pending', raisedAtMs: null, sinceMs: T0 - 70_000 }),
    lagAt(24, 'g-e', {
      id: 'chatter',
      priority: 'low',
      raises24h: 9,
      chatter: {
        sinceMs: T0 - 20 * MINUTE,
        raises: 5,
        quietMs: 900_000,
        proposal: { setting: 'clearForSeconds', seconds: 600 },
      },
    }),
    ...hiddenOnes(),
  ];
}

const hiddenOnes = (): AlarmView[] => [
  lagAt(30, 'g-h', {
    id: 'shelved',
    hidden: {
      kind: 'shelved',
      by: 'Ada',
      reason: 'migration runs, the tenant knows',
      sinceMs: T0 - 90 * MINUTE,
      untilMs: T0 + 150 * MINUTE,
    },
  }),
  access({
    id: 'suppressed',
    hidden: {
      kind: 'suppressed',
      by: 'm1',
      reason: 'storage firmware',
      sinceMs: T0 - 10 * MINUTE,
      untilMs: T0 + 110 * MINUTE,
    },
    scopeName: 'Kestrel Internet',
    cluster: 'B',
  }),
  deferral({
    id: 'oos',
    state: 'normal',
    hidden: {
      kind: 'out-of-service',
      by: 'root',
      reason: 'rule to be rewritten',
      sinceMs: T0 - 3_000 * MINUTE,
      untilMs: null,
    },
    scopeName: 'yahoo',
  }),
];

const silences = [
  silence({ hides: ['deferral-google'] }),
  silence({
    id: 's2',
    matcher: { clusters: ['B'], rules: ['lag'] },
    isActive: false,
    fromMs: T0 + 30 * MINUTE,
    withheld: 0,
  }),
];
const windows = [
  maintenance({ hides: ['suppressed'] }),
  maintenance({
    id: 'm2',
    matcher: { tenants: ['t3'], rules: ['lag'] },
    reason: 'weekly backup',
    when: {
      kind: 'weekly',
      zone: 'Europe/Berlin',
      weekdays: [2, 5],
      from: '02:00',
      minutes: 90,
      untilMs: T0 + 200 * 24 * 60 * MINUTE,
    },
    isActive: false,
    nextFromMs: T0 + 30 * 60 * MINUTE,
    nextUntilMs: T0 + 30 * 60 * MINUTE + 90 * MINUTE,
  }),
];

function groupsOf(alarms: readonly AlarmView[]): GroupView[] {
  const ids = [...new Set(alarms.filter(({ hidden }) => !hidden).map(({ groupId }) => groupId))];
  return ids.map((id) => groupOf(alarms.filter(({ groupId }) => groupId === id)));
}

const FAILING: AlarmsSnapshot['path'] = {
  state: 'failing',
  reason:
    'Every channel fails: mail relay relay.example:587 refuses the connection; the webhook does not answer.',
  checkedAtMs: T0 - 12_000,
  channels: [
    {
      id: 'mail',
      type: 'email',
      target: 'relay.example:587',
      state: 'failing',
      dependsOnPlatform: null,
      reason: 'connection refused',
      waiting: 4,
      sent: 31,
      dead: 0,
      lastSentMs: T0 - 40 * MINUTE,
      oldestWaitingMs: T0 - 9 * MINUTE,
    },
  ],
  deadMan: { isOk: false, lastOkMs: T0 - 9 * MINUTE, reason: 'https://dead-man.example timed out' },
};

function base(scene: AlarmScene): AlarmsSnapshot {
  const of = (alarms: readonly AlarmView[], change: Partial<AlarmsSnapshot> = {}) =>
    alarmsSnapshot({ alarms, groups: groupsOf(alarms), ...change });
  switch (scene) {
    case 'one':
      return of([lagAt(0, 'g1')]);
    case 'forty':
      return of(forty());
    case 'flood': {
      const alarms = floodAlarms();
      const groups = groupsOf(alarms).map((one) => ({ ...one, isFirstOut: one.id === 'g-scan-0' }));
      return of(alarms, { groups, flood: { sinceMs: T0 - 11 * MINUTE, raises: 46, firstOut: 'g-scan-0' } });
    }
    case 'hidden':
      return of(hiddenOnes(), { silences, maintenance: windows });
    case 'mixed':
      return of(mixed(), { silences, maintenance: windows });
    case 'path':
      return of([lagAt(0, 'g1')], {
        path: FAILING,
        onCall: [
          {
            ...alarmsSnapshot().onCall[0]!,
            person: null,
            reason: 'no layer covers Sunday 02:00 to 06:00',
            untilMs: null,
          },
        ],
      });
    case 'not-kept':
      return of([lagAt(0, 'g1')], { notKept: 'The disk is full: 0 B of 20 GB are free. Free some space.' });
    case 'calm':
    case 'unknown':
      return of([]);
  }
}

/** All times of the fixtures, moved to now. */
function moved<T>(value: T, byMs: number): T {
  if (Array.isArray(value)) return value.map((one) => moved(one as unknown, byMs)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    typeof one === 'number' && /Ms$/.test(key) && one > T0 / 2 ? one + byMs : moved(one as unknown, byMs),
  ]);
  return Object.fromEntries(entries) as T;
}

function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => resolve(JSON.parse(text || '{}') as Record<string, unknown>));
  });
}

/** A room of one scene; `refuse` makes every third alarm refuse, `fail` the whole request. */
export function createFakeAlarms(scene: AlarmScene, mood: 'fine' | 'refuse' | 'fail' | 'slow' = 'fine') {
  let state: AlarmsSnapshot | null = null;
  let delta: AlarmsDelta = {};
  const load = (nowMs: number) => (state ??= moved(base(scene), nowMs - T0));

  function change(ids: readonly string[], to: (one: AlarmView) => AlarmView): void {
    if (!state) return;
    const alarms = state.alarms.map((one) => (ids.includes(one.id) ? to(one) : one));
    state = { ...state, alarms };
    delta = { ...delta, changed: [...(delta.changed ?? []), ...alarms.filter(({ id }) => ids.includes(id))] };
  }

  function act(path: string, body: Record<string, unknown>, nowMs: number): unknown {
    const all = (body['ids'] as string[] | undefined) ?? [];
    const refused = all.filter((_, i) => mood === 'refuse' && i % 3 === 2);
    const ids = all.filter((id) => !refused.includes(id));
    const by = String(body['by']);
    if (path.endsWith('/acknowledge'))
      change(ids, (one) => ({
        ...one,
        state: one.state === 'unacknowledged' ? 'acknowledged' : one.state,
        acknowledged: { by, atMs: nowMs, note: String(body['note']) },
      }));
    if (path.endsWith('/shelve'))
      change(ids, (one) => ({
        ...one,
        hidden: {
          kind: 'shelved',
          by,
          reason: String(body['reason']),
          sinceMs: nowMs,
          untilMs: Number(body['untilMs']),
        },
      }));
    if (path.endsWith('/unshelve')) change(ids, (one) => ({ ...one, hidden: null }));
    return { done: ids, refused: refused.map((id) => ({ id, reason: 'its condition still holds' })) };
  }

  function record(params: URLSearchParams, nowMs: number) {
    const one = (i: number, more: Partial<TransitionRecord>): TransitionRecord => ({
      seq: 900 - i,
      atMs: nowMs - i * 210_000,
      kind: 'raised',
      alarmId: params.get('alarmId') ?? `lag-${i}`,
      rule: params.get('rule') ?? 'lag',
      ruleVersion: 3,
      scope: { kind: 'tenant', id: params.get('scopeId') ?? `t${i % 9}` },
      from: 'pending',
      to: 'unacknowledged',
      priority: 'high',
      groupId: 'g1',
      by: 'mailvigil',
      reason: 'lag ≥ 5.4 min, over 5 min for 3 min',
      value: 324_000,
      ...more,
    });
    if (params.get('alarmId'))
      return {
        records: [
          one(2, { kind: 'acknowledged', by: 'Ada', reason: 'calling the proxy team' }),
          one(3, {}),
          one(4, { kind: 'pending' }),
        ],
        nextBeforeSeq: null,
      };
    const kinds = [
      'raised',
      'returned',
      'acknowledged',
      'shelved',
      'closed',
      'pending',
      'silence-set',
    ] as const;
    const isRaised = params.get('kinds') === 'raised';
    const n = isRaised ? 3 : 60;
    const step = isRaised ? 400 : 1;
    return {
      records: Array.from({ length: n }, (_, i) =>
        one(i * step + 9, {
          kind: isRaised ? 'raised' : kinds[i % 7]!,
          ...(i % 7 === 2 && { by: 'Ada', reason: 'seen' }),
        }),
      ),
      nextBeforeSeq: isRaised ? null : 840,
    };
  }

  function get(url: URL, nowMs: number): unknown {
    const { pathname, searchParams } = url;
    if (pathname === '/api/v1/alarms/record') return record(searchParams, nowMs);
    if (pathname === '/api/v1/alarms/kpis') return load(nowMs).kpis;
    if (pathname === '/api/v1/on-call')
      return {
        now: load(nowMs).onCall,
        people: [
          { id: 'ada', name: 'Ada' },
          { id: 'grace', name: 'Grace' },
        ],
        overrides: [
          {
            id: 'o1',
            schedule: 'primary',
            person: 'grace',
            fromMs: nowMs + 7_200_000,
            untilMs: nowMs + 14_400_000,
            by: 'Ada',
            reason: 'dentist',
          },
        ],
      };
    if (pathname === '/api/v1/alarm-rules') {
      const text =
        'lag, 95th percentile, above 5 min for 3 min (high), above 15 min for 3 min (critical); clears below 4 min for 5 min';
      const rules = ['lag', 'access', 'deferral'].map((id) => ({
        id,
        title: id,
        enabled: true,
        priorities: ['high'],
        scope: 'tenant',
        kind: 'level',
        metric: 'lagP95Ms',
        text,
        source: '',
        isStock: true,
        isChanged: false,
        raises24h: 1,
      }));
      return { version: 3, text: '', rules, faults: [], metrics: [], versions: [] };
    }
    const series = /series$/.test(pathname) && searchParams.get('metrics');
    if (!series) return undefined;
    const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
    const stepMs = 60_000;
    const steps = Math.max(1, Math.floor((to - from) / stepMs));
    const isShare = /Percent/.test(series);
    const values = Array.from({ length: steps }, (_, i) => {
      const leftMs = to - (from + i * stepMs);
      if (i > 30 && i < 38) return null;
      const rise = Math.max(0, 20 * MINUTE - leftMs);
      return isShare ? 99.6 - rise / 150_000 : 9_000 + 6_000 * Math.abs(Math.sin(i / 5)) + rise * 0.32;
    });
    return {
      fromMs: from,
      stepMs,
      metrics: { [series]: values },
      coverage: values.map((v) => (v === null ? 0 : 1)),
      tierSeconds: 60,
      asOfMs: to,
      marks: [],
    };
  }

  function send(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  }

  return {
    snapshot: (nowMs: number) => (scene === 'unknown' ? null : load(nowMs)),
    delta: (nowMs: number): AlarmsDelta => {
      const path = { ...load(nowMs).path, checkedAtMs: nowMs - 12_000 };
      const sent = { ...delta, path };
      delta = {};
      return sent;
    },
    answer(request: IncomingMessage, url: URL, response: ServerResponse, nowMs: number): boolean {
      if (!url.pathname.startsWith('/api/v1/')) return false;
      if (request.method === 'POST') {
        void bodyOf(request).then((body) => {
          if (mood === 'slow') return;
          if (mood === 'fail')
            return send(response, 503, {
              error: { code: 'unavailable', message: 'The alarms cannot be kept: the disk is full.' },
            });
          send(response, 200, act(url.pathname, body, nowMs));
        });
        return true;
      }
      const body = get(url, nowMs);
      if (body !== undefined) send(response, 200, body);
      return body !== undefined;
    },
  };
}
