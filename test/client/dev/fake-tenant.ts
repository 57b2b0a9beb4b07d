/** The past of one made-up tenant, to look at its page: series, tables and matrix as functions of mood and time. */
import type { ServerResponse } from 'node:http';
import { answerOdd } from './fake-odd.ts';
import {
  AGE_MINUTES,
  COMPARE_KINDS,
  type CompareKind,
  type SeriesAnswer,
  type TablesAnswer,
  type WaitingMatrix,
} from '../../../shared/history.ts';

export const TENANT_MOODS = [
  'fine',
  'gap',
  'burst',
  'empty',
  'slow',
  'error',
  'partial',
  'unkept',
  'stale',
] as const;
export type TenantMood = (typeof TENANT_MOODS)[number];

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const STEPS = [1, 2, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400].map((s) => s * 1_000);

const noise = (seed: number, t: number) =>
  Math.abs(Math.sin(seed * 12.9898 + Math.floor(t) * 78.233) * 43758.5453) % 1;
/** More by day than by night. */
const daily = (atMs: number) => 0.55 + 0.45 * Math.sin(((atMs % DAY) / DAY) * 2 * Math.PI - 2);
/** One when a trouble that began so long ago is at its worst. */
const hill = (agoMs: number, centreMs: number, widthMs: number) =>
  Math.exp(-(((agoMs - centreMs) / widthMs) ** 2));

type Values = (number | null)[];
interface At {
  readonly atMs: number;
  readonly agoMs: number;
  readonly spanMs: number;
  readonly stepMs: number;
  readonly mood: TenantMood;
}
const PER_MINUTE = 240;

/** How bad things are at a time, 0 to 1. */
const bad = ({ agoMs, spanMs, mood }: At) =>
  mood === 'fine' || mood === 'gap' ? hill(agoMs, spanMs * 0.25, spanMs * 0.06) : 0;
const burst = ({ agoMs, spanMs, mood }: At) =>
  mood === 'burst' ? hill(agoMs, spanMs * 0.4, spanMs * 0.05) : 0;
const mail = (at: At, seed: number) =>
  Math.round(
    ((PER_MINUTE * at.stepMs) / MINUTE) *
      daily(at.atMs) *
      (0.85 + 0.3 * noise(seed, at.atMs / at.stepMs)) *
      (1 + 6 * burst(at)),
  );
const spam = (at: At) => 4 + 3 * noise(2, at.atMs / at.stepMs) + 70 * burst(at);
const verdicts = (at: At) => Math.max(20, mail(at, 1) * Math.max(1, MINUTE / at.stepMs));
/** Half the width of the 95 % band, percent. */
const band = (at: At) =>
  (100 * 1.96 * Math.sqrt((spam(at) / 100) * (1 - spam(at) / 100))) / Math.sqrt(verdicts(at));
const wobble = (at: At, seed: number) => noise(seed, at.atMs / at.stepMs);

const METRICS: Record<string, (at: At) => number | null> = {
  queueDeferred: (at) => Math.round(300 + 200 * daily(at.atMs) + 30_000 * bad(at) + 40 * wobble(at, 3)),
  queueActive: (at) => Math.round(120 + 4_000 * bad(at) + 900 * burst(at) + 40 * wobble(at, 4)),
  queueIncoming: (at) => Math.round(10 * wobble(at, 5) + 300 * burst(at)),
  queueHold: () => 40,
  queueCorrupt: () => 0,
  queueDepth: (at) => Math.round(430 + 34_000 * bad(at) + 1_200 * burst(at)),
  oldestWaitingMs: (at) => 8 * HOUR * (0.2 + bad(at)) + wobble(at, 6) * HOUR,
  lagP50Ms: (at) => 900 + 500 * wobble(at, 7) + 40_000 * bad(at),
  lagP95Ms: (at) => 5_000 + 3_000 * wobble(at, 8) + 2_400_000 * bad(at),
  lagP99Ms: (at) => 18_000 + 9_000 * wobble(at, 9) + 5_400_000 * bad(at),
  spamPercent: spam,
  spamLowPercent: (at) => Math.max(0, spam(at) - band(at)),
  spamHighPercent: (at) => Math.min(100, spam(at) + band(at)),
  spamN: verdicts,
  scanCoveragePercent: (at) => Math.min(100, 99.2 + wobble(at, 10) - 20 * burst(at)),
  hostilePercent: (at) => 31 + 6 * wobble(at, 11) + 50 * burst(at),
  accepted: (at) => mail(at, 1),
  delivered: (at) => Math.round(mail(at, 12) * (1 - 0.7 * bad(at))),
  deferred: (at) => Math.round(mail(at, 13) * (0.04 + 1.4 * bad(at))),
  bounced: (at) => Math.round(mail(at, 14) * 0.02),
  rejected: (at) => Math.round(mail(at, 15) * (0.4 + burst(at))),
  deferralPercent: (at) => 4 + 2 * wobble(at, 16) + 60 * bad(at),
  bouncePercent: (at) => 1.4 + wobble(at, 17) + 3 * bad(at),
  accessPercent: (at) => 100 - 0.3 * wobble(at, 18) - 7 * bad(at),
  accessUsers: (at) => Math.round(900 + 1_600 * daily(at.atMs)),
  loginOk: (at) => mail(at, 19) * 3,
  loginFailed: (at) => Math.round(mail(at, 20) * 0.2),
  loginFault: (at) => Math.round(mail(at, 21) * bad(at)),
  expired: (at) => Math.round(0.6 * wobble(at, 22) + mail(at, 22) * 0.02 * bad(at)),
  held: (at) => (wobble(at, 23) > 0.97 ? 3 : 0),
  troubles: (at) => Math.round(8 * bad(at)),
  late: () => 0,
};

/** Share of the reports that came. */
function coverageAt({ agoMs, spanMs, mood, atMs, stepMs }: At): number | null {
  const share = agoMs / spanMs;
  if (mood === 'unkept' && share > 0.62) return null;
  if (mood === 'empty') return null;
  if (mood === 'gap' && share > 0.5 && share < 0.62) return 0;
  if (mood === 'gap' && share > 0.8 && share < 0.82) return 0;
  if (mood === 'partial') return share > 0.3 && share < 0.8 ? 0.5 + 0.2 * noise(30, atMs / stepMs) : 1;
  return 1;
}

function seriesOf(url: URL, mood: TenantMood, nowMs: number): SeriesAnswer {
  const number = (name: string) => Number(url.searchParams.get(name));
  const [askedFrom, toMs] = [number('from'), Math.min(nowMs, number('to'))];
  const spanMs = number('to') - askedFrom;
  const stepMs = STEPS.find((step) => Math.ceil((toMs - askedFrom) / step) + 1 <= number('points')) ?? DAY;
  const fromMs = Math.floor(askedFrom / stepMs) * stepMs;
  const places = Array.from({ length: Math.ceil((toMs - fromMs) / stepMs) }, (_, i): At => {
    const atMs = fromMs + i * stepMs;
    return { atMs, agoMs: number('to') - atMs, spanMs, stepMs, mood };
  });
  const coverage = places.map(coverageAt);
  const column = (name: string, shiftMs = 0): Values =>
    places.map((at, i) => {
      if (!coverage[i]) return null;
      const value =
        METRICS[name]?.(shiftMs ? { ...at, atMs: at.atMs - shiftMs, agoMs: at.agoMs + shiftMs } : at) ?? null;
      return value;
    });
  const metrics = (url.searchParams.get('metrics') ?? '').split(',');
  const asked = (url.searchParams.get('compare') ?? '').split(',');
  const shifts: Record<CompareKind, number> = { yesterday: DAY, lastWeek: 7 * DAY, platformMedian: 3 * HOUR };
  const tierSeconds = spanMs > 7 * DAY ? 3_600 : spanMs > HOUR ? 60 : 10;
  const kinds = COMPARE_KINDS.filter((kind) => asked.includes(kind));
  return {
    fromMs,
    stepMs,
    metrics: Object.fromEntries(metrics.map((name) => [name, column(name)])),
    coverage,
    tierSeconds,
    asOfMs: mood === 'empty' ? null : toMs - (mood === 'stale' ? 20 * tierSeconds * 1_000 : 2_000),
    marks:
      mood === 'empty'
        ? []
        : [
            { atMs: askedFrom + spanMs * 0.7, kind: 'change', text: 'main.cf: smtpd_client_limit 50 → 20' },
            {
              atMs: askedFrom + spanMs * 0.74,
              toMs: askedFrom + spanMs * 0.8,
              kind: 'alarm',
              text: 'Effective lag (critical): lag ≥ 6.2 min, limit 5 min',
              href: '/alarms/a1',
            },
            {
              atMs: askedFrom + spanMs * 0.77,
              toMs: askedFrom + spanMs * 0.86,
              kind: 'alarm',
              text: 'Queue growth × 2 (high): queue 5.8 times its own median',
              href: '/alarms/a2',
            },
            { atMs: askedFrom + spanMs * 0.2, kind: 'note', text: 'shift change' },
          ],
    ...(kinds.length > 0 && {
      compare: kinds.map((kind) => ({
        kind,
        metrics: Object.fromEntries(metrics.map((name) => [name, column(name, shifts[kind])])),
      })),
    }),
  };
}

const DOMAINS = [
  'gmail.com',
  'outlook.example',
  'yahoo.example',
  'web.example',
  'mail.aurora-isp.example',
  'gmx.example',
];
const REASONS = [
  'host mx.example[…] said: 421 4.7.0 Try again later, closing connection',
  'connect to mx.example[…]:25: Connection timed out',
  'host gmail-smtp-in.example[…] said: 450 4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered',
  '452 4.2.2 <b>mailbox</b> full',
];

function tablesOf(url: URL, mood: TenantMood): TablesAnswer {
  const isEmpty = mood === 'empty';
  const rows = DOMAINS.map((destination, k) => ({
    destination,
    delivered: 41_000 - k * 6_777,
    deferred: k * 310,
    bounced: k * 13,
  }));
  return {
    fromMs: Number(url.searchParams.get('from')),
    toMs: Number(url.searchParams.get('to')),
    destinations: isEmpty ? [] : rows,
    providers: isEmpty
      ? []
      : [
          { destination: 'Google', delivered: 91_000, deferred: 2_310, bounced: 44, destinations: 37 },
          { destination: 'Microsoft', delivered: 34_000, deferred: 310, bounced: 13, destinations: 12 },
          { destination: 'other', delivered: 12_000, deferred: 12, bounced: 0, destinations: 212 },
        ],
    causes: isEmpty
      ? []
      : DOMAINS.flatMap((destination, k) =>
          REASONS.slice(0, 2).map((_, r) => ({
            destination,
            reason: REASONS[(k + r) % REASONS.length] ?? '',
            count: 2_400 - k * 377 - r * 90,
          })),
        ),
    bounces: isEmpty
      ? []
      : [
          { dsn: '5.1.1', label: 'bad destination mailbox address', count: 812 },
          { dsn: '5.7.1', label: 'delivery not authorised, message refused', count: 77 },
          { dsn: '5.2.2', label: 'mailbox full', count: 31 },
        ],
  };
}

function matrixOf(mood: TenantMood, nowMs: number): WaitingMatrix {
  const columns = AGE_MINUTES.length + 1;
  const rows =
    mood === 'empty'
      ? []
      : DOMAINS.map((destination, k) => {
          const ages = Array.from({ length: columns }, (_, i) =>
            Math.round((k === 0 ? 9_000 : 60) * Math.exp(-((i - 3 - k / 2) ** 2) / 3)),
          );
          return { destination, ages, total: ages.reduce((a, b) => a + b, 0) };
        });
  const other = { destination: 'other', ages: new Array<number>(columns).fill(4), total: 40 };
  const all = mood === 'empty' ? [] : [...rows, other];
  const total = Array.from({ length: columns }, (_, i) =>
    all.reduce((sum, row) => sum + (row.ages[i] ?? 0), 0),
  );
  return { atMs: nowMs - 1_200, rows: all, total, otherDestinations: all.length > 0 ? 17 : 0 };
}

/** Answers what a tenant's page asks; a slow one answers the first question and then no more. */
export function answerTenant(
  mood: TenantMood,
): (url: URL, response: ServerResponse, nowMs: number) => boolean {
  return (url, response, nowMs) => {
    if (!['slow', 'error', 'empty'].includes(mood) && answerOdd(url, response, nowMs)) return true;
    const what = /^\/api\/v1\/tenants\/[^/]+\/(series|tables|matrix)$/.exec(url.pathname)?.[1];
    if (!what) return false;
    if (mood === 'slow') return true;
    if (mood === 'error') {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          error: { code: 'unavailable', message: 'the store does not answer: the disk is full' },
        }),
      );
      return true;
    }
    const body =
      what === 'series'
        ? seriesOf(url, mood, nowMs)
        : what === 'tables'
          ? tablesOf(url, mood)
          : matrixOf(mood, nowMs);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
    return true;
  };
}
