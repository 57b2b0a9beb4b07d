import { describe, expect, it } from 'vitest';
import { SourceTally } from '../../../server/aggregate/source-tally.ts';
import { DESTINATION_MS } from '../../../server/history/destination-sums.ts';
import { LiveSums } from '../../../server/history/live-sums.ts';
import type { Attempt, Verdict } from '../../../server/collect/event.ts';
import { addCount, addDestination, Window } from '../../../shared/window.ts';

const NOW = Date.parse('2026-11-21T03:00:00Z');
const PLATFORM = 3;
const ORIGIN = { host: 'mx', instance: 'postfix', source: 'a', atMs: NOW };
const ATTEMPT: Attempt = {
  ...ORIGIN,
  kind: 'attempt',
  queueId: 'Q',
  to: 'x@far.example',
  toDomain: 'far.example',
  relay: 'mx.far.example',
  delayMs: 5,
  dsn: '2.0.0',
  status: 'sent',
  reason: '',
  service: 'smtp',
};
const VERDICT: Verdict = {
  ...ORIGIN,
  ...{ kind: 'verdict', messageId: 'm', action: 'soft reject', score: 0, from: '', to: [] },
};

function sums(): LiveSums {
  return new LiveSums(PLATFORM, (domain) =>
    domain === 'ours.example' ? null : domain.replace(/^.*\.big/, 'big'),
  );
}

function placed(
  domain: string,
  counts: { delivered?: number; deferred?: number; bounced?: number },
  atMs = NOW,
) {
  const window = new Window();
  addDestination(window, domain, { delivered: 0, deferred: 0, bounced: 0, ...counts });
  return { scope: PLATFORM, direction: 0 as const, slot: Math.floor(atMs / 1000), window };
}

describe('sums of a source', () => {
  it('RUL-8: are of five minutes, and of that source alone', () => {
    const tally = new SourceTally();
    for (let second = 0; second < 600; second += 10)
      for (const source of ['a', 'b']) tally.note({ ...ATTEMPT, source }, NOW + second * 1000);
    tally.note({ ...ATTEMPT, status: 'deferred' }, NOW + 590_000);
    tally.note(VERDICT, NOW + 590_000);
    expect(tally.counts('a', NOW + 595_000)).toMatchObject({
      delivered: 30,
      deferred: 1,
      scanned: 1,
      softRejected: 1,
    });
    expect(tally.counts('b', NOW + 595_000)).toMatchObject({ delivered: 30, deferred: 0, scanned: 0 });
    expect(tally.counts('a', NOW + 2_000_000)).toMatchObject({ delivered: 0 });
    expect(tally.counts('c', NOW)).toBeNull();
  });

  it('RUL-8: begin anew when the clock goes back', () => {
    const tally = new SourceTally();
    tally.note(ATTEMPT, NOW);
    tally.note(ATTEMPT, NOW - 3_600_000);
    expect(tally.counts('a', NOW - 3_600_000)).toMatchObject({ delivered: 1 });
  });
});

describe('sums of destinations', () => {
  it('RUL-8: are of a quarter of an hour, by who runs them, without our own domains', () => {
    const all = sums();
    all.placed(placed('mail.big', { delivered: 30 }));
    all.placed(placed('other.big', { deferred: 10 }, NOW + 60_000));
    all.placed(placed('ours.example', { delivered: 99 }));
    all.placed({ ...placed('mail.big', { delivered: 99 }), scope: 0 });
    all.event({ ...ATTEMPT, toDomain: 'Mail.BIG', status: 'bounced', dsn: '5.7.1' }, NOW);
    const { destinations } = all;
    expect([...destinations.totals(NOW + 61_000)]).toEqual([
      ['big', { delivered: 30, deferred: 10, bounced: 0, policyRefused: 1 }],
    ]);
    expect(destinations.watched(NOW + 61_000)).toEqual(['big']);
    expect(destinations.totals(NOW + DESTINATION_MS + 35_000).get('big')).toMatchObject({
      delivered: 0,
      deferred: 10,
    });
    expect(destinations.watched(NOW + 2 * DESTINATION_MS)).toEqual(['big']);
    expect(destinations.watched(NOW + 10 * DESTINATION_MS)).toEqual([]);
  });

  it('RUL-8: stay when a log that catches up tells of an hour ago, and begin anew when the clock goes back', () => {
    const all = sums();
    all.placed(placed('mail.big', { delivered: 300 }));
    for (let minute = 20; minute < 90; minute++) {
      const atMs = NOW - minute * 60_000;
      all.placed(placed('mail.big', { deferred: 1 }, atMs));
      all.event({ ...ATTEMPT, toDomain: 'mail.big', status: 'bounced', dsn: '5.7.1', atMs }, NOW);
    }
    expect(all.destinations.totals(NOW + 1_000).get('big')).toEqual({
      ...{ delivered: 300, deferred: 0, bounced: 0, policyRefused: 0 },
    });
    const earlier = NOW - 7_200_000;
    all.destinations.totals(earlier);
    all.placed(placed('mail.big', { delivered: 7 }, earlier));
    expect(all.destinations.totals(earlier + 1_000).get('big')).toMatchObject({ delivered: 7 });
  });

  it('RUL-8: are bounded: at most a hundred destinations are watched, the busiest', () => {
    const all = sums();
    for (let i = 0; i < 300; i++) all.placed(placed(`d${i}.example`, { delivered: 20 + i }));
    const watched = all.destinations.watched(NOW);
    expect(watched).toHaveLength(100);
    expect(watched).toContain('d299.example');
    expect(watched).not.toContain('d0.example');
  });
});

describe('refusals by policy', () => {
  it('RUL-8: are of five minutes, by scope', () => {
    const all = sums();
    const window = new Window();
    window.bounces = addCount(addCount(null, '5.7.1', 4), '5.1.1', 9);
    all.placed({ scope: 1, direction: 1, slot: NOW / 1000, window });
    expect(all.policyRefused(1, NOW + 1_000)).toBe(4);
    expect(all.policyRefused(1, NOW + 301_000)).toBe(0);
    expect(all.policyRefused(0, NOW)).toBe(0);
  });

  it('RUL-8: are those of the last five minutes, in whatever order they came, and on the clock of now', () => {
    const all = sums();
    const refused = (atMs: number, count: number) => {
      const window = new Window();
      window.bounces = addCount(null, '5.7.1', count);
      all.placed({ scope: 1, direction: 1, slot: Math.floor(atMs / 1000), window });
    };
    refused(NOW, 1);
    refused(NOW - 1_200_000, 300);
    refused(NOW - 120_000, 10);
    refused(NOW - 240_000, 100);
    expect(all.policyRefused(1, NOW + 1_000)).toBe(111);
    expect(all.policyRefused(1, NOW + 100_000)).toBe(11);
    expect(all.policyRefused(1, NOW - 3_600_000)).toBe(0);
    refused(NOW - 3_600_000, 5);
    expect(all.policyRefused(1, NOW - 3_599_000)).toBe(5);
  });
});
