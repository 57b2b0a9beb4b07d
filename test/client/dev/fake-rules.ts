/** The page of rules over made-up answers: a list, a file, faults, back-tests and a version that somebody else saved. */
import type { ServerResponse } from 'node:http';
import type { BackTestReport, RulesAnswer, RuleView } from '../../../shared/alarms.ts';

export const RULES_MOODS = ['fine', 'faults', 'conflict', 'running', 'error', 'broken', 'none'] as const;
export type RulesMood = (typeof RULES_MOODS)[number];

const DAY_MS = 86_400_000;

export const FILE = `# Ours; what is not here is as it comes.
rules:
  - id: effective-lag
    title: Effective lag
    scope: tenant
    when:
      kind: level
      metric: lagP95Ms
    levels:
      - priority: high
        above: 300000
        holdSeconds: 180
      - priority: critical
        above: 900000
        holdSeconds: 180
    clearRatio: 0.8
    clearForSeconds: 300
    keepFiringSeconds: 300
    action: See who defers it on the page of the tenant; call the team of the cluster.
    runbook: https://wiki.example/lag

  # Since the relocation nobody looks at it.
  - id: spam-share
    enabled: false

  - id: night-queue
    title: Queue at night
    scope: cluster
    when: { kind: level, metric: queueDepth }
    levels:
      - { priority: medium, above: 20000, holdSeconds: 600 }
    action: Look at the queue.
`;

const source = (id: string, title: string) => `- id: ${id}
  title: ${title}
  scope: tenant
  when:
    kind: share
    metric: accessPercent
    minimumN: 50
  levels:
    - priority: critical
      below: 95
      holdSeconds: 120
  clearRatio: 0.8
  clearForSeconds: 300
  keepFiringSeconds: 300
  action: Call the storage team.
`;

function rule(id: string, title: string, text: string, change: Partial<RuleView> = {}): RuleView {
  return {
    id,
    title,
    enabled: true,
    priorities: ['high', 'critical'],
    scope: 'tenant',
    kind: 'level',
    metric: 'lagP95Ms',
    text,
    source: source(id, title),
    isStock: true,
    isChanged: false,
    raises24h: 0,
    ...change,
  };
}

const RULES: readonly RuleView[] = [
  rule(
    'mailboxes-unreachable',
    'Mailboxes unreachable',
    'access, users without a server fault (certain, of 50 or more), below 95 % for 2 min (critical); clears at 96 % for 5 min',
    { kind: 'share', metric: 'accessPercent', priorities: ['critical'], raises24h: 1 },
  ),
  rule(
    'effective-lag',
    'Effective lag',
    'lag, 95th percentile, above 5 min for 3 min (high), above 15 min for 3 min (critical); clears at 4 min for 5 min',
    { isChanged: true, raises24h: 43 },
  ),
  rule('held-mail', 'Held mail', 'held recipients, above 500 for 10 min (high); clears at 400 for 5 min', {
    metric: 'queueHold',
    priorities: ['high'],
  }),
  rule('telemetry-lost', 'Telemetry lost', 'nothing is heard of it for 60 s (high); clears for 5 min', {
    scope: 'source',
    kind: 'no-data',
    metric: '',
    priorities: ['high'],
    raises24h: 2,
  }),
  rule('spam-share', 'Spam share', 'spam share (certain, of 200 or more), above 40 % for 10 min (medium)', {
    enabled: false,
    isChanged: true,
    priorities: ['medium'],
    metric: 'spamPercent',
  }),
  rule(
    'deferral-burn',
    'Deferrals burn the objective',
    '14.4 times what 99 % allows is burnt in 1 h and 5 min both (high)',
    {
      kind: 'burn',
      metric: 'deferralPercent',
      priorities: ['medium', 'high'],
    },
  ),
  rule('night-queue', 'Queue at night', 'waiting recipients, above 20 k for 10 min (medium)', {
    isStock: false,
    scope: 'cluster',
    metric: 'queueDepth',
    priorities: ['medium'],
    raises24h: 3,
  }),
];

export function rulesAt(nowMs: number, mood: RulesMood): RulesAnswer {
  return {
    version: mood === 'conflict' ? 8 : 7,
    text: mood === 'conflict' ? FILE.replace('above: 300000', 'above: 240000') : FILE,
    rules: mood === 'none' ? RULES.filter(({ isStock }) => isStock) : RULES,
    faults:
      mood === 'broken' ? ["/etc/mailvigil/rules.yaml:5: rule 'effective-lag': scope: is not a scope"] : [],
    metrics: [
      {
        name: 'lagP95Ms',
        label: 'lag, 95th percentile',
        unit: 'ms',
        scopes: ['tenant', 'cluster', 'platform'],
        isShare: false,
      },
      {
        name: 'accessPercent',
        label: 'access, users without a server fault',
        unit: 'percent',
        scopes: ['tenant', 'cluster', 'platform'],
        isShare: true,
      },
      {
        name: 'queueDepth',
        label: 'waiting recipients',
        unit: 'count',
        scopes: ['tenant', 'cluster', 'platform'],
        isShare: false,
      },
      {
        name: 'unattributedPercent',
        label: 'mail of no known tenant',
        unit: 'percent',
        scopes: ['platform'],
        isShare: true,
      },
    ],
    versions: [
      ...(mood === 'conflict'
        ? [{ version: 8, atMs: nowMs - 40_000, by: 'Ben', note: 'Lag earlier, after the call with Aurora' }]
        : []),
      { version: 7, atMs: nowMs - 2 * DAY_MS, by: 'Ada', note: 'Spam share off: the relocation' },
      { version: 6, atMs: nowMs - 9 * DAY_MS, by: 'Ada', note: 'A queue at night' },
    ],
  };
}

export function backTestAt(id: string, nowMs: number, mood: RulesMood): BackTestReport {
  const isRunning = mood === 'running';
  const fire = (i: number) => ({
    rule: 'effective-lag',
    scope: { kind: 'tenant' as const, id: `t${i}` },
    scopeName: ['Aurora Broadband', 'Borealis Net', 'Ember Fibre'][i % 3] ?? '',
    priority: i % 3 === 0 ? ('critical' as const) : ('high' as const),
    raisedAtMs: nowMs - (6 - i) * DAY_MS * 0.9 - 3 * 3_600_000,
    clearedAtMs: i === 3 ? null : nowMs - (6 - i) * DAY_MS * 0.9 - 2 * 3_600_000,
    worst: 400_000 + i * 500_000,
    reason: 'lag ≥ 6.2 min, limit 5 min',
  });
  return {
    id,
    state: isRunning ? 'running' : 'done',
    progress: isRunning ? 0.43 : 1,
    reason: '',
    fromMs: nowMs - 7 * DAY_MS,
    toMs: nowMs,
    stepSeconds: 60,
    fires: isRunning ? [fire(0)] : [0, 1, 2, 3].map(fire),
    moreFires: 0,
    perDay: isRunning ? null : 0.67,
    worstDay: isRunning ? null : { day: '18 Nov', fires: 2 },
    daysLackingData: [{ day: '16 Nov', percent: 41 }],
    summary: isRunning
      ? ''
      : 'It would have fired at 03:41 on 18 Nov, and 3 times more; 4 alarms in 7 days; 16 Nov lacked data.',
  };
}

/** Answers what the page of rules asks. Somebody else saves after the page has been read once. */
export function answerRules(mood: RulesMood) {
  let asked = 0;
  return (url: URL, response: ServerResponse, nowMs: number): boolean => {
    if (!url.pathname.startsWith('/api/v1/alarm-rules')) return false;
    const [what, id] = url.pathname.split('/').slice(4);
    const tell = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
      return true;
    };
    if (mood === 'error')
      return tell(503, { error: { code: 'unavailable', message: 'The rules file cannot be read: EACCES.' } });
    if (what === 'check') {
      const faults =
        mood === 'faults'
          ? [
              "rules:9: rule 'effective-lag': when.metric: there is no metric 'lagP95'; did you mean lagP95Ms?",
              "rules:12: rule 'effective-lag': levels.0.above: always holds: nothing is below 0",
            ]
          : [];
      return tell(200, { faults });
    }
    if (what === 'versions')
      return tell(200, { version: Number(id), text: FILE.replace('above: 300000', 'above: 600000') });
    if (what === 'back-tests') return tell(200, backTestAt(id ?? 'b1', nowMs, mood));
    if (response.req.method === 'PUT')
      return tell(400, {
        error: {
          code: 'bad-request',
          message: 'The rules were not saved.',
          details: ['baseVersion: you began with version 7, and version 8 is in force'],
        },
      });
    asked += 1;
    return tell(200, rulesAt(nowMs, mood === 'conflict' && asked === 1 ? 'fine' : mood));
  };
}
