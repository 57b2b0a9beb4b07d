/** Foresight of a made-up platform, to look at its page and at a pin: calm, in trouble, half blind, or as it was. */
import type { ServerResponse } from 'node:http';
import type { ForesightSnapshot, ScopeForesight } from '../../../shared/foresight.ts';
import { AFFECTED, calmScope, CAUSE, GROWING, HELD, snapshotOf } from '../foresight-fixtures.ts';

export const FORESIGHT_MOODS = ['calm', 'trouble', 'draining', 'blind', 'old', 'none'] as const;
export type ForesightMood = (typeof FORESIGHT_MOODS)[number];

const MINUTE = 60_000;
const OLD_MS = 5 * MINUTE;
const draining = (nowMs: number): ScopeForesight['drain'] => ({
  ...{ state: 'forecast', fromMs: nowMs + 52 * MINUTE, toMs: nowMs + 88 * MINUTE, waiting: 31_204 },
  ...{ reason: '410 to 470 a minute go, 120 come; the last are tried again by 01:38', bound: 'retry' },
  assumes: ['arrivals as usual for the hour', 'nobody flushes the queue'],
});
const UNSEEN: ScopeForesight['affected'] = AFFECTED && {
  ...AFFECTED,
  ...{ current: { low: 0, high: 897_500 }, cumulative: { low: 0, high: 897_500 } },
};

function troubled(mood: ForesightMood, nowMs: number): ForesightSnapshot {
  const drain = mood === 'draining' ? draining(nowMs) : GROWING;
  const score = { n: 12, insideShare: 11 / 12, medianErrorShare: 0.08, medianWidthMs: 30 * MINUTE };
  const bad = { drain, held: HELD, affected: mood === 'draining' ? UNSEEN : AFFECTED, drainScore: score };
  const blind: Partial<ScopeForesight> = {
    drain: { state: 'no-estimate', waiting: null, reason: 'the queue is not heard' },
    held: { state: 'unknown', reason: 'the mail log is not heard' },
  };
  const tenant = (id: string, name: string, change: Partial<ScopeForesight>): ScopeForesight => ({
    ...calmScope(id, change),
    scope: { kind: 'tenant', id, name },
  });
  const clusterB = calmScope('B', mood === 'blind' ? blind : {});
  return snapshotOf({
    platform: calmScope('', bad),
    clusters: [calmScope('A', bad), clusterB, calmScope('C')],
    tenants: [
      tenant('t0', 'Aurora Broadband', bad),
      tenant('t1', 'Bluefin Online', { ...bad, affected: UNSEEN }),
      tenant('t2', 'Cedar Telecom', blind),
    ],
    causes: [CAUSE],
    blind: mood === 'blind' ? ['the spam filter of cluster B is not heard'] : [],
    surges: [
      {
        ...{ scope: { kind: 'tenant', id: 't0', name: 'Aurora Broadband' }, kind: 'ticket', state: 'surge' },
        ...{ sinceMs: nowMs - 14 * MINUTE, reporters: 31, usual: 1.2, p: 1e-12 },
        ...{ customersAheadMs: 4 * MINUTE, text: '31 customers in 30 minutes, usual here 1.2' },
      },
    ],
  });
}

/** The same everywhere: told now, five minutes ago, or when it was asked for. */
export function foresightOf(mood: ForesightMood, nowMs: number, askedMs: number | null): ForesightSnapshot {
  const made = mood === 'calm' ? snapshotOf() : troubled(mood, nowMs);
  const atMs = askedMs ?? (mood === 'old' ? nowMs - OLD_MS : nowMs - 2_000);
  return { ...made, atMs, platform: { ...made.platform, atMs } };
}

/** What is known of the place that is asked for. */
function answerOf(mood: ForesightMood, url: URL, nowMs: number): object | undefined {
  const [, kind, id, what] =
    /^\/api\/v1\/(?:(tenants|clusters)\/([^/]+)|platform)?\/?(foresight|ledger)$/.exec(url.pathname) ?? [];
  const asked = url.searchParams.get('at');
  const all = foresightOf(mood, nowMs, asked === null ? null : Number(asked));
  if (url.pathname === '/api/v1/foresight') return all;
  const places = [...all.clusters, ...all.tenants];
  const found = kind === undefined ? all.platform : places.find(({ scope }) => scope.id === id);
  if (what === 'foresight') return found && { ...found, atMs: all.atMs };
  const lost = { mayBeSaid: false, reason: 'Two messages are not accounted for' };
  const claim = mood === 'calm' ? { mayBeSaid: true, untilMs: nowMs - 40_000, lagMs: 40_000 } : lost;
  return { scope: found?.scope, hours: [], claim };
}

/** Answers whatever is asked of foresight. */
export function answerForesight(
  mood: ForesightMood,
): (url: URL, response: ServerResponse, nowMs: number) => boolean {
  return (url, response, nowMs) => {
    if (!/\/(foresight|ledger)$/.test(url.pathname) || !url.pathname.startsWith('/api/')) return false;
    const body = mood === 'none' ? undefined : answerOf(mood, url, nowMs);
    const status = body ? 200 : mood === 'none' ? 503 : 404;
    const code = status === 503 ? 'unavailable' : 'not-found';
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: { code, message: 'nothing is kept of that' } }));
    return true;
  };
}
