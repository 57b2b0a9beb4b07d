/** A made-up platform for looking at the screens without a server: one moment of it as a function of scene and time. */
import type {
  Coverage,
  DemoState,
  Feed,
  FeedCoverage,
  PlatformRow,
  SourcesSnapshot,
  TenantEntry,
  TenantSeries,
  TenantSnapshot,
  WallRow,
  WallSnapshot,
} from '../../../shared/protocol.ts';
import { SPARK_POINTS, SPARK_STEP_MS } from '../../../shared/protocol.ts';

export const SCENES = [
  'calm',
  'trouble',
  'stale',
  'empty',
  'no-sources',
  'sixty',
  'many',
  'thousand',
] as const;
type NamedScene = (typeof SCENES)[number];
/** A named scene, or one of so many tenants: `trouble-1000`. */
export type Scene = NamedScene | `${'calm' | 'trouble' | 'stale'}-${number}`;

const baseOf = (scene: Scene) => scene.replace(/-\d+$/, '') as NamedScene;
const countOf = (scene: Scene) => Number(/-(\d+)$/.exec(scene)?.[1] ?? COUNTS[baseOf(scene)]);

const NAMES =
  `Aurora Broadband,Borealis Net,Cinder Telecom,Dovetail Online,Ember Fibre,Foxglove ISP,Granite Networks,
Harbour Mail,Ironbridge Cable,Juniper Hill,Kestrel Internet,Lantern Net,Meadow Broadband,Northwind,Oakfield Telecom,
Pebble Online,Quarry Lane,Rivermouth,Saltmarsh Net,Thistle Fibre,Umber Hosting,Valeview,Westerly,Xylem Data,Yarrow ISP,
Zephyr Networks,Alder & Sons,Bramble Mail,Cobalt Cable,Driftwood,Elmwood,Fjord Online,Gorse Net,Hazel Telecom,Inkwell,
Jackdaw ISP,Kingfisher,Larkspur Net,Mistral Broadband,Nettle Online`
    .split(',')
    .map((name) => name.trim());

const COUNTS: Readonly<Record<NamedScene, number>> = {
  calm: 40,
  trouble: 40,
  stale: 40,
  empty: 0,
  'no-sources': 3,
  sixty: 59,
  many: 220,
  thousand: 1_000,
};

export function tenantsOf(scene: Scene): TenantEntry[] {
  const real = Array.from({ length: countOf(scene) }, (_, i) => {
    const name = NAMES[i % NAMES.length] ?? 'Tenant';
    const suffix = i < NAMES.length ? '' : ` ${Math.floor(i / NAMES.length) + 1}`;
    // A few are large and most are small, and of some nobody knows.
    const mailboxes = Math.round(300 * 500 ** noise(i, 3));
    return {
      id: `t${i}`,
      name: name.includes(' ') ? name.replace(' ', `${suffix} `) : `${name}${suffix}`,
      cluster: i % 4 === 3 ? 'B' : 'A',
      ...(i % 29 === 11 ? {} : { mailboxes }),
    };
  });
  return [...real, { id: '_unattributed', name: 'Unattributed' }];
}

/** Cheap noise that is the same every time. */
const noise = (i: number, t: number) =>
  Math.abs(Math.sin(i * 12.9898 + Math.floor(t) * 78.233) * 43758.5453) % 1;

function calmRow(i: number, t: number): WallRow {
  return {
    level: 'ok',
    signal: 'none',
    sinceMs: 0,
    reason: '',
    queueDepth: Math.round((i % 7) * (i % 5) * 31 + noise(i, t) * 14),
    spamPercent: 2 + noise(i, t / 7) * 9,
    spamN: Math.round(20 + noise(i, 1) * 3_000),
    lagP95Ms: 900 + noise(i, t / 5) * 6_000,
    isLagFloor: false,
    accessPercent: 100 - noise(i, t / 9) * 0.3,
    trend: noise(i, t / 20) > 0.8 ? 'up' : noise(i, t / 20) < 0.2 ? 'down' : 'flat',
  };
}

function troubles(since: number): Readonly<Record<number, Partial<WallRow>>> {
  return {
    0: {
      level: 'critical',
      signal: 'lag',
      reason: 'lag ≥ 41.3 min',
      queueDepth: 48_210,
      lagP95Ms: 2_478_000,
      isLagFloor: true,
      trend: 'up',
      sinceMs: since - 720_000,
    },
    4: {
      level: 'critical',
      signal: 'access',
      reason: 'access 91.3 % of 1,204 users',
      accessPercent: 91.3,
      sinceMs: since - 95_000,
    },
    9: {
      level: 'high',
      signal: 'queue',
      reason: 'queue 5.8 × its normal and rising',
      queueDepth: 12_340,
      trend: 'up',
      sinceMs: since - 400_000,
    },
    17: {
      level: 'medium',
      signal: 'spam',
      reason: 'spam 43.1 %, normally 4.02 %',
      spamPercent: 43.1,
      sinceMs: since - 1_800_000,
    },
    18: { level: 'medium', signal: 'bounce', reason: 'bounces 12 % of finals', sinceMs: since - 800_000 },
    26: {
      level: 'low',
      signal: 'queue',
      reason: 'queue 812, twice its normal',
      queueDepth: 812,
      trend: 'down',
      sinceMs: since - 3_000_000,
    },
    31: {
      level: 'no-data',
      signal: 'data',
      reason: 'no log of cluster B for 4 min',
      queueDepth: null,
      spamPercent: null,
      lagP95Ms: null,
      accessPercent: null,
      trend: null,
      sinceMs: since - 250_000,
    },
  };
}

function rowsOf(whole: Scene, t: number, bootMs: number): WallRow[] {
  const scene = baseOf(whole);
  const special =
    scene === 'trouble' || scene === 'sixty' || scene === 'many' || scene === 'thousand'
      ? troubles(bootMs)
      : {};
  return tenantsOf(whole).map((tenant, i) => {
    if (tenant.id === '_unattributed')
      return { ...calmRow(i, t), accessPercent: null, spamPercent: null, spamN: 0, queueDepth: 12 };
    if (scene === 'no-sources') return { ...calmRow(i, t), ...troubles(bootMs)[31] };
    return { ...calmRow(i, t), ...special[i] };
  });
}

function coverageOf(whole: Scene, nowMs: number): Coverage {
  const scene = baseOf(whole);
  const of = (expected: number, ageMs: number | null, intervalMs: number): FeedCoverage => ({
    expected,
    fresh: expected,
    asOfMs: ageMs === null ? null : nowMs - ageMs,
    intervalMs,
  });
  const all = (queueAge: number, flowAge: number): Record<Feed, FeedCoverage> => ({
    flow: of(1, flowAge, 1_000),
    queue: of(1, queueAge, 10_000),
    filter: of(1, flowAge, 5_000),
    access: of(0, null, 0),
  });
  if (scene === 'no-sources')
    return {
      '': { flow: of(0, null, 0), queue: of(0, null, 0), filter: of(0, null, 0), access: of(0, null, 0) },
    };
  const b = scene === 'stale' ? all(125_000, 95_000) : all(7_000, 400);
  const a = {
    ...all(scene === 'stale' ? 31_000 : 6_000, 300),
    access: of(1, scene === 'stale' ? null : 900, 2_000),
  };
  return { A: a, B: b, '': a };
}

function platformOf(whole: Scene, t: number, rows: readonly WallRow[]): PlatformRow {
  const scene = baseOf(whole);
  const levels = { ok: 0, low: 0, medium: 0, high: 0, critical: 0, 'no-data': 0 };
  for (const row of rows) levels[row.level] += 1;
  const isBlind = scene === 'no-sources' || scene === 'empty';
  const isTrouble = scene === 'trouble';
  const known = (n: number) => (isBlind ? null : n);
  return {
    queueDepth: known(rows.reduce((sum, row) => sum + (row.queueDepth ?? 0), 0)),
    spamPercent: known(8.31),
    lagP95Ms: known(isTrouble ? 912_000 : 6_100),
    isLagFloor: isTrouble,
    accessPercent: known(99.92),
    acceptedPerMinute: known(10_400),
    deliveredPerMinute: known(9_900 + 300 * noise(3, t)),
    oldestWaitingMs: known(isTrouble ? 7_900_000 : 900_000),
    unattributedPercent: known(0.42),
    sourcesUp: scene === 'stale' ? 3 : (known(5) ?? 0),
    sourcesExpected: known(5) ?? 0,
    levels,
  };
}

/** The demo's controls; scenes are offered as its scenarios. */
export function demoOf(scene: Scene, speed: number, bootMs: number): DemoState {
  return {
    scenario: scene,
    scenarios: SCENES.map((id) => ({ id, title: `Scene: ${id}`, summary: `What ${id} looks like` })),
    speed,
    story: [
      { atMs: bootMs - 900_000, text: 'A quiet evening; all tenants within their limits.' },
      { atMs: bootMs - 720_000, text: 'The storage behind Aurora slows down; its queue starts to grow.' },
      { atMs: bootMs - 95_000, text: 'Logins at Ember begin to fail: the proxy lost one of its backends.' },
    ],
  };
}

export function wallAt(scene: Scene, nowMs: number, bootMs: number): Omit<WallSnapshot, 'demo'> {
  const t = nowMs / 1_000;
  const rows = rowsOf(scene, t, bootMs);
  const sparks = rows.map((row, i) =>
    Array.from({ length: SPARK_POINTS }, (_, k) => {
      if (row.queueDepth === null || (i % 6 === 2 && k > 20 && k < 27)) return null;
      const growth = row.level === 'critical' ? k / SPARK_POINTS : 1;
      return Math.round(
        row.queueDepth * growth + noise(i, t - (SPARK_POINTS - k) * (SPARK_STEP_MS / 1_000)) * 14,
      );
    }),
  );
  return {
    tenants: tenantsOf(scene),
    rows,
    sparks,
    platform: platformOf(scene, t, rows),
    coverage: coverageOf(scene, nowMs),
  };
}

const STEP_MS = 5_000;

export function seriesAt(i: number, nowMs: number, steps: number): TenantSeries {
  const fromMs = Math.floor(nowMs / STEP_MS) * STEP_MS - (steps - 1) * STEP_MS;
  const make = (value: (t: number, k: number) => number) =>
    Array.from({ length: steps }, (_, k) =>
      steps > 3 && k > 60 && k < 70
        ? null
        : value(
            (fromMs + k * STEP_MS) / 1_000,
            Math.min(1, Math.max(0, 1 - (nowMs - fromMs - k * STEP_MS) / 900_000)),
          ),
    );
  return {
    fromMs,
    stepMs: STEP_MS,
    queue: {
      incoming: make((t) => Math.round(20 * noise(i, t))),
      active: make((t, x) => Math.round(400 + 4_000 * x + 200 * noise(i, t))),
      deferred: make((t, x) => Math.round(500 + 30_000 * x * x + 300 * noise(i + 1, t))),
      hold: make(() => 40),
    },
    spamPercent: make((t) => 4 + 3 * noise(i, t / 3)),
    spamN: make(() => 900),
    lagP50Ms: make((t) => 1_200 + 900 * noise(i, t)),
    lagP95Ms: make((t, x) => 6_000 + 2_400_000 * x * x + 900 * noise(i, t)),
    lagP99Ms: make((t, x) => 20_000 + 2_800_000 * x * x + 900 * noise(i, t)),
    oldestWaitingMs: make((_, x) => 60_000 + 3_600_000 * x),
  };
}

export function tenantAt(
  scene: Scene,
  id: string,
  nowMs: number,
  bootMs: number,
): Omit<TenantSnapshot, 'demo'> | null {
  const tenants = tenantsOf(scene);
  const i = tenants.findIndex((tenant) => tenant.id === id);
  const tenant = tenants[i];
  const wall = wallAt(scene, nowMs, bootMs);
  const row = wall.rows[i];
  const coverage = wall.coverage[tenant?.cluster ?? ''];
  if (!tenant || !row || !coverage) return null;
  return {
    tenant,
    row,
    coverage,
    series: seriesAt(i, nowMs, 180),
    destinations: [
      'gmail.com',
      'outlook.example',
      'yahoo.example',
      'mail.aurora-isp.example',
      'web.example',
    ].map((destination, k) => ({
      destination,
      delivered: 4_000 - k * 777,
      deferred: k * 31,
      bounced: k * 3,
    })),
    reasons: [
      { reason: '421 4.7.0 Try again later, closing connection', count: 1_240 },
      { reason: 'connect to mx.example[192.0.2.7]:25: Connection timed out', count: 212 },
      { reason: '452 4.2.2 <b>mailbox</b> full', count: 40 },
    ],
    lines: Array.from({ length: 12 }, (_, k) => rawLine(nowMs - (12 - k) * 900, k)),
    rules: { 'recipient-domain': 18_214, 'sasl-login': 902, 'sender-domain': 77 },
  };
}

export const rawLine = (atMs: number, k: number) => ({
  atMs,
  source: 'mx1-log',
  rule: 'recipient-domain',
  text: `mx1 postfix/smtp[${2_000 + k}]: 3F2A1${k}: to=<user${k}@aurora-isp.example>, relay=mx.example[192.0.2.7]:25, delay=41, delays=0.1/0.02/11/30, dsn=4.7.0, status=deferred (host mx.example[192.0.2.7] said: 421 4.7.0 <script>alert(1)</script> Try again later)`,
});

export function sourcesAt(scene: Scene, nowMs: number): SourcesSnapshot {
  const counters = {
    lines: 1_204_881,
    events: 1_100_201,
    unparsed: 12,
    foreign: 2_044,
    bytes: 240_110_204,
    dropped: {},
  };
  const isStale = scene === 'stale';
  return {
    sources: [
      {
        id: 'mx1-log',
        type: 'log',
        feeds: ['flow', 'filter'],
        cluster: 'A',
        target: '/var/log/mail.log',
        state: 'ok',
        asOfMs: nowMs - 300,
        intervalMs: 1_000,
        counters,
      },
      {
        id: 'mx1-queue',
        type: 'postqueue',
        feeds: ['queue'],
        cluster: 'A',
        target: 'postqueue -j',
        state: isStale ? 'late' : 'ok',
        asOfMs: nowMs - 6_000,
        intervalMs: 10_000,
        counters,
        ...(isStale
          ? { reason: 'The last listing took 31 s; the disk is slow or the queue is very long.' }
          : {}),
      },
      {
        id: 'mx2-log',
        type: 'log',
        feeds: ['flow'],
        cluster: 'B',
        target: '/var/log/mx2/mail.log',
        state: isStale ? 'lost' : 'quiet',
        asOfMs: nowMs - (isStale ? 95_000 : 20_000),
        intervalMs: 1_000,
        reason: isStale
          ? 'Permission denied on /var/log/mx2/mail.log: give the group adm read access.'
          : 'The file can be read but has had no new line for 20 s.',
        counters: { ...counters, dropped: { 'line too long': 3, 'clock in the future': 12 } },
      },
      {
        id: 'rspamd',
        type: 'rspamd-push',
        feeds: ['filter'],
        target: 'POST /ingest/v1/rspamd',
        state: 'starting',
        intervalMs: 5_000,
        counters,
        reason: 'Nothing was pushed yet: point metadata_exporter at this server.',
      },
    ],
    screens: [
      {
        id: 'Kc81',
        room: 'wall',
        connectedAtMs: nowMs - 7_200_000,
        paintedSeq: 7_200,
        paintedAtMs: nowMs - 400,
        ...{ displayId: 'd1', name: 'Night wall left', place: 'control room' },
        told: {
          ...{ build: 'a1b2c3', page: '/', sound: 'on', silencedUntilMs: null, isVisible: true },
          ...{ widthPx: 1_920, heightPx: 1_080 },
        },
      },
      {
        ...{ id: 'Zz02', room: 'tenant:t0', connectedAtMs: nowMs - 60_000, paintedSeq: null },
        ...{ paintedAtMs: null, displayId: null, name: null, place: null, told: null },
      },
    ],
    pipeline: { 'messages in join': 20_144, 'late events': 3, 'windows held': 6_120, 'heap MB': 118 },
  };
}
