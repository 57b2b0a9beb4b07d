import { describe, expect, it } from 'vitest';
import type { AccessGauge } from '../../../shared/window.ts';
import { DEFAULT_THRESHOLDS } from '../../../server/base/config.ts';
import { duration, judge, type Vitals } from '../../../server/detect/signals.ts';

function turnedAway(users: number, failing: number, access: AccessGauge['access'] = 'mailbox'): AccessGauge {
  return { atMs: 0, access, users, failing };
}

const CALM: Vitals = {
  noData: null,
  lagP95Ms: 800,
  isLagFloor: false,
  messagesBeyond: () => 0,
  outboundLagP95Ms: 900,
  outboundBeyond: () => 0,
  access: turnedAway(400, 0),
  ready: 3,
  hold: 0,
  deliveredPerMinute: 60,
  spamPercent: 12,
  spamN: 300,
  bounced: 1,
  finished: 300,
};
const judged = (over: Partial<Vitals>) => judge({ ...CALM, ...over }, DEFAULT_THRESHOLDS);
const many = () => 50;

describe('judge', () => {
  it.each([
    ['nothing is wrong', {}, 'ok', 'none', ''],
    ['lag is over its objective', { lagP95Ms: 61_000, messagesBeyond: many }, 'medium', 'lag', 'lag 1.0 min'],
    [
      'lag is over five minutes',
      { lagP95Ms: 301_000, messagesBeyond: many, isLagFloor: true },
      'high',
      'lag',
      'lag ≥ 5.0 min',
    ],
    [
      'lag is over a quarter of an hour',
      { lagP95Ms: 1_000_000, messagesBeyond: many },
      'critical',
      'lag',
      'lag 16.7 min',
    ],
    [
      'one in fifty users is turned away',
      { access: turnedAway(100, 2) },
      'high',
      'access',
      '2 of 100 users locked out',
    ],
    [
      'one in ten users is turned away',
      { access: turnedAway(100, 10) },
      'critical',
      'access',
      '10 of 100 users locked out',
    ],
    ['two of three users are turned away', { access: turnedAway(3, 2) }, 'ok', 'none', ''],
    [
      'three of twelve users are turned away',
      { access: turnedAway(12, 3) },
      'medium',
      'access',
      '3 of 12 users locked out',
    ],
    [
      'the queue holds six minutes of deliveries',
      { ready: 360 },
      'medium',
      'queue',
      '360 ready, 6.0 min of deliveries',
    ],
    [
      'the queue holds twenty minutes of deliveries',
      { ready: 1_200 },
      'high',
      'queue',
      '1200 ready, 20.0 min of deliveries',
    ],
    ['a small queue moves slowly', { ready: 90, deliveredPerMinute: 0 }, 'ok', 'none', ''],
    ['most mail is spam', { spamPercent: 61 }, 'medium', 'spam', 'spam 61 % of 300'],
    ['most of very little mail is spam', { spamPercent: 61, spamN: 9 }, 'ok', 'none', ''],
    ['a third bounces', { bounced: 100 }, 'medium', 'bounce', '33 % of 300 bounced'],
    ['mail waits for review', { hold: 63 }, 'low', 'hold', '63 held for review'],
  ] as const)('DET-2: when %s', (_, over, level, signal, reason) => {
    expect(judged(over)).toEqual({ level, signal, reason });
  });

  it('DET-2: the worst signal gives the level, and access goes before lag of the same level', () => {
    const both = judged({ lagP95Ms: 1e6, messagesBeyond: many, access: turnedAway(100, 50), hold: 99 });
    expect(both).toMatchObject({ level: 'critical', signal: 'access' });
    expect(judged({ lagP95Ms: 1e6, messagesBeyond: many, access: turnedAway(100, 2) })).toMatchObject({
      signal: 'lag',
    });
  });

  it('DET-1: what no source covers is not judged, whatever stale numbers say', () => {
    expect(judged({ noData: 'sources silent', lagP95Ms: 1e7, messagesBeyond: many })).toEqual({
      level: 'no-data',
      signal: 'data',
      reason: 'sources silent',
    });
  });

  it.each([
    [400, '0.40 s'],
    [41_000, '41.0 s'],
    [372_000, '6.2 min'],
    [7_200_000, '2.0 h'],
    [400_000_000, '4.6 d'],
  ])('writes %i ms as %s', (ms, written) => expect(duration(ms)).toBe(written));
});
