/** Made-up answers of `/api/v1` about the past, for looking at the screens without a server. */
import type {
  MessagePage,
  MessageRecord,
  MessageTrace,
  SeriesAnswer,
  StorageReport,
  WallAt,
} from '../../../shared/history.ts';
import { wallAt, type Scene } from './fake-platform.ts';

/** What the pages are to be looked at in. */
export type FakeMood = 'fine' | 'masked' | 'incomplete' | 'none' | 'error' | 'never';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function pastWall(scene: Scene, atMs: number, bootMs: number): WallAt {
  const agoMs = bootMs - atMs;
  const isOld = agoMs > 7 * DAY_MS;
  return {
    ...wallAt(scene, atMs, atMs),
    demo: null,
    atMs,
    tierSeconds: agoMs < HOUR_MS ? 1 : isOld ? 60 : 10,
    missing: isOld ? ['who waited longest', 'the lines under the tiles'] : [],
  };
}

export function pastSeries(fromMs: number, toMs: number, points: number): SeriesAnswer {
  const stepMs = Math.max(1_000, Math.ceil((toMs - fromMs) / points / 1_000) * 1_000);
  const steps = Math.floor((toMs - fromMs) / stepMs);
  const wave = (i: number) => 800 + 500 * Math.sin(i / 19) + (i > 150 && i < 190 ? (i - 150) * 160 : 0);
  const isGap = (i: number) => i > 60 && i < 72;
  return {
    fromMs,
    stepMs,
    metrics: { queueDepth: Array.from({ length: steps }, (_, i) => (isGap(i) ? null : Math.round(wave(i)))) },
    coverage: Array.from({ length: steps }, (_, i) => (isGap(i) ? 0 : i > 200 && i < 215 ? 0.6 : 1)),
    tierSeconds: stepMs >= HOUR_MS ? 3_600 : stepMs >= 60_000 ? 60 : 10,
    asOfMs: toMs,
    marks: [],
  };
}

const REPLIES = [
  ['sent', '2.0.0', 250, '250 2.0.0 OK 1731 a1si20 - gsmtp'],
  [
    'deferred',
    '4.7.0',
    421,
    'host gmail-smtp-in.l.google.com[142.250.1.27] said: 421-4.7.0 This message does not pass authentication checks, try again later',
  ],
  [
    'bounced',
    '5.1.1',
    550,
    'host mx.web.example[192.0.2.7] said: 550 5.1.1 <b>nobody</b>: Recipient address rejected: User unknown',
  ],
  ['rejected', '5.7.1', 554, 'Relay access denied'],
  ['expired', '4.4.1', undefined, 'connect to mx.slow.example[198.51.100.4]:25: Connection timed out'],
  ['held', undefined, undefined, 'header Subject: pattern of an operator'],
] as const;

const DOMAINS = ['gmail.com', 'web.example', 'aurora-isp.example', 'sub.domain.of.a.long-name.example'];
/** Every so often something else than a delivery. */
const RARE = [
  [17, 3, 2],
  [5, 1, 1],
  [23, 7, 3],
  [29, 8, 4],
  [31, 9, 5],
] as const;

function transportOf(i: number): Partial<MessageRecord> {
  return {
    queueId: `3F2A1${(i + 16).toString(16).toUpperCase()}`,
    messageId: `<20261121.${i}@aurora-isp.example>`,
    relay: i % 4 === 2 ? 'dovecot' : 'gmail-smtp-in.l.google.com[142.250.1.27]:25',
    delayMs: 900 + (i % 7) * 61_000,
    delaysMs: [120, (i % 7) * 60_000, 480 + (i % 3) * 9_000, 300],
    ...(i % 4 === 0 ? { provider: 'google' } : {}),
  };
}

export function recordAt(i: number, atMs: number, mood: FakeMood): MessageRecord {
  const kind = RARE.find(([every, at]) => i % every === at)?.[2] ?? 0;
  const [status, dsn, replyCode, reason] = REPLIES[kind];
  const hide = (local: string) => (mood === 'masked' ? `${local[0] ?? ''}•••` : local);
  return {
    id: 1_000_000 - i,
    atMs: atMs - i * 1_700,
    source: 'mx1-log',
    host: 'mx1',
    status,
    from: i % 13 === 5 ? '' : `${hide('newsletter')}@shop.example`,
    to: `${hide(`maria.lindqvist${i}`)}@${DOMAINS[i % 4] ?? ''}`,
    ...(status === 'rejected' ? {} : transportOf(i)),
    ...(dsn ? { dsn } : {}),
    ...(replyCode ? { replyCode } : {}),
    reason,
    sizeBytes: 48_213,
    clientIp: '203.0.113.9',
    isFinal: status !== 'deferred',
  };
}

export function messagesPage(params: URLSearchParams, mood: FakeMood, nowMs: number): MessagePage {
  const from = Number(params.get('cursor') ?? 0);
  const kept = nowMs - 14 * DAY_MS;
  if (mood === 'none') return { records: [], searchedBackToMs: kept, isComplete: true, keptFromMs: kept };
  const count = mood === 'incomplete' ? 3 : 100;
  return {
    records: Array.from({ length: count }, (_, i) => recordAt(from + i, nowMs, mood)),
    cursor: String(from + count),
    searchedBackToMs: nowMs - (from + count) * 1_700,
    isComplete: mood !== 'incomplete',
    keptFromMs: kept,
  };
}

export function traceAt(queueId: string, mood: FakeMood, nowMs: number): MessageTrace {
  if (mood === 'none')
    return {
      host: 'mx1',
      queueId,
      records: [],
      lines: [],
      related: [],
      missing: ['The lines of that day are no longer kept (7 days).'],
    };
  const base = { ...recordAt(1, nowMs, mood), queueId };
  const attempt = (id: number, agoMs: number, delayMs: number): MessageRecord => ({
    ...base,
    id,
    atMs: nowMs - agoMs,
    delayMs,
    delaysMs: [140, delayMs - 900, 480, 280],
    isFinal: false,
  });
  const done: MessageRecord = {
    ...attempt(4, 60_000, 5_400_000),
    status: 'sent',
    dsn: '2.0.0',
    replyCode: 250,
    isFinal: true,
    reason: '250 2.0.0 Ok: queued as 4XyZ1k2B3czLm9',
    remoteQueueId: '4XyZ1k2B3czLm9',
  };
  const line = (agoMs: number, text: string) => ({
    source: 'mx1-log',
    atMs: nowMs - agoMs,
    text: `Nov 21 03:12:07 mx1 postfix/${text}`,
  });
  return {
    host: 'mx1',
    queueId,
    records: [
      attempt(1, 5_459_000, 1_400),
      attempt(2, 4_800_000, 660_000),
      attempt(3, 2_600_000, 2_860_000),
      done,
    ],
    lines: [
      line(5_460_400, `smtpd[2044]: ${queueId}: client=mail.shop.example[203.0.113.9]`),
      line(5_460_300, `cleanup[2048]: ${queueId}: message-id=<20261121.1@aurora-isp.example>`),
      line(
        5_460_260,
        `qmgr[911]: ${queueId}: from=<newsletter@shop.example>, size=48213, nrcpt=1 (queue active)`,
      ),
      line(
        5_459_000,
        `smtp[2050]: ${queueId}: to=<maria.lindqvist1@gmail.com>, relay=gmail-smtp-in.l.google.com[142.250.1.27]:25, delay=1.4, delays=0.14/0.5/0.48/0.28, dsn=4.7.0, status=deferred (host gmail-smtp-in.l.google.com[142.250.1.27] said: 421-4.7.0 <script>alert(1)</script> Try again later)`,
      ),
      line(
        60_000,
        `smtp[2099]: ${queueId}: to=<maria.lindqvist1@gmail.com>, relay=gmail-smtp-in.l.google.com[142.250.1.27]:25, delay=5400, delays=0.14/5399/0.48/0.28, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4XyZ1k2B3czLm9)`,
      ),
      line(59_990, `qmgr[911]: ${queueId}: removed`),
    ],
    related: [{ host: 'mx1', queueId: '4XyZ1k2B3czLm9', how: 'after the content filter' }],
    missing:
      mood === 'incomplete'
        ? ['Lines before 21 Nov 03:00 are no longer kept: their budget of 2 GB is full.']
        : [],
  };
}

export function storageAt(nowMs: number, mood: FakeMood): StorageReport {
  const part = (
    name: string,
    bytes: number,
    rows: number | null,
    keepDays: number | null,
    agoMs: number | null,
  ) => ({
    name,
    bytes,
    rows,
    keepDays,
    budgetBytes: name === 'coverage' || name === 'other' ? null : 4e9,
    oldestMs: agoMs === null ? null : nowMs - agoMs,
  });
  return {
    state: mood === 'incomplete' ? 'failing' : 'ok',
    ...(mood === 'incomplete'
      ? {
          reason:
            'The disk is full (ENOSPC): free room under /var/lib/mailvigil; the live wall goes on from memory.',
        }
      : {}),
    path: '/var/lib/mailvigil/history.sqlite',
    committedAtMs: nowMs - (mood === 'incomplete' ? 340_000 : 900),
    commitP50Ms: 4.1,
    commitP99Ms: 18.3,
    waitingBatches: mood === 'incomplete' ? 340 : 0,
    parts: [
      part('10s', 1_214_000_000, 8_210_000, 7, 7 * DAY_MS),
      part('1m', 2_020_000_000, 14_100_000, 90, 41 * DAY_MS),
      part('1h', 84_000_000, 410_000, 1_095, 62 * DAY_MS),
      part('journal', 3_810_000_000, 10_200_000, 14, 14 * DAY_MS),
      part('lines', 1_600_000_000, null, 7, 5 * DAY_MS),
      part('coverage', 1_200_000, 9_120, null, 62 * DAY_MS),
      part('other', 40_960, null, null, null),
    ],
    totalBytes: 8_729_240_960,
    budgetBytes: 20_000_000_000,
    freeBytes: mood === 'incomplete' ? 0 : 140_000_000_000,
  };
}
