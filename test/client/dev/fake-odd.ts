/** Strange stretches of a made-up tenant, one of each kind, and what else moved. */
import type { ServerResponse } from 'node:http';
import type { AnomaliesView, AnomalyRecord, MovedThing, MovedView } from '../../../shared/foresight.ts';

const MINUTE = 60_000;
const scope = { kind: 'tenant', id: 't0', name: 'Aurora' } as const;
const ODD = [
  [
    'queueDepth',
    'waiting recipients',
    'level',
    'up',
    0.68,
    0.86,
    0.97,
    'waiting recipients: 34210, usual here 380 to 520',
  ],
  [
    'lagP95Ms',
    'lag, 95th percentile',
    'level',
    'up',
    0.7,
    0.86,
    0.93,
    'lag, 95th percentile: 41 min, usual here 4.1 s to 8 s',
  ],
  [
    'deliveredPerMinute',
    'delivered a minute',
    'level',
    'down',
    0.69,
    0.85,
    0.9,
    'delivered a minute: 41, usual here 120 to 160',
  ],
  [
    'loginFault',
    'sign-ins failed by our fault, 5 minutes',
    'rare-count',
    'up',
    0.72,
    0.78,
    1,
    'sign-ins failed by our fault, 5 minutes: 29, usual here 0 to 1',
  ],
  ['accessPercent', 'access', 'missing', null, 0.4, 0.48, 0.5, 'access: not known any more'],
  [
    'spamPercent',
    'spam share',
    'flat-line',
    null,
    0.3,
    0.36,
    0.5,
    'spam share: exactly 4.2 % for long, as if nobody counted',
  ],
  [
    'held',
    'put on hold, 5 minutes',
    'rare-count',
    'up',
    0.93,
    null,
    0.8,
    'put on hold, 5 minutes: 13, usual here 0 to 1',
  ],
] as const;

/** As the server would, over any range; nobody looked in its first tenth. */
export function oddOf(url: URL, nowMs: number): AnomaliesView {
  const [fromMs, toMs] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
  const at = (share: number) => Math.round(fromMs + share * (toMs - fromMs));
  const findings = ODD.map(([metric, label, kind, direction, from, to, score, text]): AnomalyRecord => ({
    ...{ id: `t0 ${metric}`, scope, metric, label, kind, direction, score, text },
    ...{ fromMs: at(from), toMs: to === null ? null : at(to), seenMs: to === null ? nowMs : at(to) },
  }));
  const metrics = [
    'acceptedPerMinute',
    'bouncePercent',
    'deferralPercent',
    'hostilePercent',
    'expired',
    'loginOk',
  ];
  return {
    ...{ scope, fromMs, toMs, asOfMs: nowMs, findings, isCut: false },
    metrics: [...metrics, ...ODD.map(([metric]) => metric)],
    watched: [{ fromMs: at(0.1), toMs: Math.min(nowMs, toMs) }],
  };
}

export function movedOf(url: URL, nowMs: number): MovedView {
  const [fromMs, toMs] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))];
  const thing = (n: number, over: Partial<MovedThing>): MovedThing => ({
    ...{
      id: `m${n}`,
      what: 'number',
      relation: 'same cluster',
      scope: { ...scope, id: `t${n}`, name: `Boreal ${n}` },
    },
    ...{ metric: 'queueDepth', text: 'waiting recipients: 9120, usual here 200 to 310', direction: 'up' },
    ...{
      fromMs: fromMs + n * MINUTE,
      toMs: null,
      strange: 0.95,
      near: 1 - n / 15,
      score: 0.95 * (1 - n / 15),
    },
    ...{
      afterMs: n * MINUTE,
      reason: `${n} min after; strange 0.95 × near ${(1 - n / 15).toFixed(2)} = ${(0.95 * (1 - n / 15)).toFixed(2)}`,
    },
    ...over,
  });
  const change: Partial<MovedThing> = {
    what: 'event',
    relation: 'its cluster',
    metric: null,
    direction: null,
    scope: { kind: 'cluster', id: 'A', name: 'cluster A' },
    text: 'change: new filter rules on both nodes (cluster:A)',
    fromMs: fromMs - MINUTE,
    toMs: fromMs,
    afterMs: -MINUTE,
    reason: '1 min before; strange 1.00 × near 0.93 = 0.93',
  };
  const moved =
    url.searchParams.get('metric') === 'spamPercent'
      ? []
      : [thing(0, change), thing(1, {}), thing(2, {}), thing(5, { relation: 'elsewhere' })];
  return {
    ...{ scope, metric: url.searchParams.get('metric'), fromMs, toMs, marginMs: 15 * MINUTE },
    ...{ asOfMs: nowMs, moved, more: moved.length > 0 ? 3 : 0, watchedShare: moved.length > 0 ? 0.93 : 1 },
  };
}

/** Answers what was strange and what else moved. */
export function answerOdd(url: URL, response: ServerResponse, nowMs: number): boolean {
  const what = /^\/api\/v1\/tenants\/[^/]+\/(anomalies|moved)$/.exec(url.pathname)?.[1];
  if (!what) return false;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(what === 'anomalies' ? oddOf(url, nowMs) : movedOf(url, nowMs)));
  return true;
}
