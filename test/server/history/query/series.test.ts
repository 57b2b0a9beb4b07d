import { beforeEach, describe, expect, it } from 'vitest';
import { Histogram } from '../../../../shared/histogram.ts';
import { seriesOf } from '../../../../server/history/query/series.ts';
import type { SeriesQuery } from '../../../../server/history/query/types.ts';
import { wilson } from '../../../../server/history/series.ts';
import { MemoryWindows, windowOf } from '../../../support/memory-windows.ts';
import { createRandom } from '../../../support/random.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-21T00:00:00Z');
const NOW = START + 6 * HOUR;
const TENANTS = [{ id: 'aurora', cluster: 'A' }, { id: 'boreal', cluster: 'A' }, { id: 'cirrus' }];
const at = (time: string) => Date.parse(`2026-11-21T${time}Z`);

let windows: MemoryWindows;
beforeEach(() => {
  windows = new MemoryWindows();
});

function ask(query: Partial<SeriesQuery>) {
  const whole = { scope: { kind: 'tenant', id: 'aurora' }, metrics: ['delivered'], points: 1_000 } as const;
  return seriesOf(windows, { ...whole, fromMs: START, toMs: NOW, ...query }, TENANTS, NOW);
}

/** Six hours of deliveries in every slot, in and out. */
function fill(): { readonly lags: number[] } {
  const random = createRandom(7);
  const int = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const lags: number[] = [];
  for (let slotMs = START; slotMs < NOW; slotMs += 10_000) {
    const lagMs = Array.from({ length: int(0, 3) }, () => int(1, 90_000));
    lags.push(...lagMs);
    windows.add('aurora', 0, slotMs, windowOf({ delivered: lagMs.length, deferred: int(0, 2) }, { lagMs }));
    windows.add('aurora', 1, slotMs, windowOf({ delivered: int(0, 2) }));
  }
  return { lags };
}

describe('series out of stored windows', () => {
  it('HIS-40: a coarse step is the merge of the fine ones, whichever tier it is read from', () => {
    fill();
    windows.cover(START, NOW);
    const fine = ask({ toMs: START + HOUR });
    const coarse = ask({ points: 8 });
    expect([fine.stepMs, fine.tierSeconds, coarse.stepMs, coarse.tierSeconds]).toEqual([
      10_000,
      10,
      HOUR,
      3_600,
    ]);
    const sum = (values: readonly (number | null)[]) => values.reduce<number>((a, b) => a + (b ?? 0), 0);
    expect(coarse.metrics['delivered']?.[0]).toBe(sum(fine.metrics['delivered'] ?? []));
    // The same when the coarse tiers are behind.
    windows.rolledUpToMs[3_600] = START + 2 * HOUR;
    windows.rolledUpToMs[60] = START + 3.5 * HOUR;
    expect(ask({ points: 8 }).metrics).toEqual(coarse.metrics);
  });

  it('HIS-41: percentiles are those of the merged histogram, within its error of the truth', () => {
    const { lags } = fill();
    windows.cover(START, NOW);
    const { metrics } = ask({
      metrics: ['lagP50Ms', 'lagP95Ms', 'lagP99Ms', 'lagMaxMs'],
      points: 2,
      direction: 'in',
    });
    const whole = new Histogram();
    for (const lag of lags) whole.add(lag);
    const exact = (q: number) => [...lags].sort((a, b) => a - b)[Math.ceil(q * lags.length) - 1]!;
    const first = (name: string) => metrics[name]!.find((value) => value !== null)!;
    for (const [name, q] of [
      ['lagP50Ms', 0.5],
      ['lagP95Ms', 0.95],
      ['lagP99Ms', 0.99],
      ['lagMaxMs', 1],
    ] as const) {
      expect(first(name)).toBe(Number(whole.quantile(q)!.toPrecision(6)));
      expect(Math.abs(first(name) / exact(q) - 1)).toBeLessThan(0.01);
    }
  });

  it.each([1, 2, 7, 60, 333, 1_000, 5_000])('HIS-42: never has more than %i points', (points) => {
    fill();
    windows.cover(START, NOW);
    for (const [fromMs, toMs] of [
      [START, NOW],
      [START + 1, NOW - 1],
      [START + 123_456, START + 133_457],
      [START - 90 * 24 * HOUR, NOW + HOUR],
    ] as const) {
      const { metrics, coverage, stepMs, tierSeconds } = ask({ fromMs, toMs, points });
      expect(coverage.length).toBeLessThanOrEqual(points);
      expect(metrics['delivered']).toHaveLength(coverage.length);
      expect(stepMs % (tierSeconds * 1000)).toBe(0);
    }
  });

  it('HIS-43: a step in which no source was heard is null, and one in which nothing happened is zero', () => {
    windows.add('aurora', 0, at('00:00:00'), windowOf({ delivered: 1 }));
    windows.cover(at('00:00:00'), at('00:00:30'));
    windows.cover(at('00:00:30'), at('00:01:00'), { state: 'silent' });
    windows.cover(at('00:02:00'), at('00:03:00'));
    const { metrics, coverage } = ask({ toMs: at('00:03:00') });
    expect(metrics['delivered']).toEqual([
      ...[1, 0, 0, null, null, null],
      ...[null, null, null, null, null, null],
      ...[0, 0, 0, 0, 0, 0],
    ]);
    expect(coverage).toEqual([
      ...[1, 1, 1, 0, 0, 0],
      ...[null, null, null, null, null, null],
      ...[1, 1, 1, 1, 1, 1],
    ]);
  });

  it('HIS-44: a step that was known for less than half of its time is null, and its share says so', () => {
    windows.add('aurora', 0, at('00:00:00'), windowOf({ delivered: 9 }));
    windows.cover(at('00:00:00'), at('00:20:00'));
    windows.cover(at('00:20:00'), at('01:40:00'), { state: 'silent' });
    windows.cover(at('01:40:00'), at('02:00:00'));
    windows.cover(at('02:00:00'), at('03:00:00'));
    const { metrics, coverage } = ask({ toMs: at('03:00:00'), points: 4 });
    expect(coverage).toEqual([0.3333, 0.3333, 1]);
    expect(metrics['delivered']).toEqual([null, null, 0]);
  });

  it('HIS-45: what is read afterwards tells events and not who waited', () => {
    windows.add('aurora', 0, at('00:00:00'), windowOf({ delivered: 2 }));
    windows.cover(at('00:00:00'), at('00:00:20'), { state: 'silent' });
    windows.cover(at('00:00:00'), at('00:00:20'), { state: 'late' });
    const { metrics } = ask({ toMs: at('00:00:20'), metrics: ['delivered', 'queueDepth'] });
    expect(metrics).toEqual({ delivered: [2, 0], queueDepth: [null, null] });
  });

  it('HIS-46: a queue is that of the end of the step: nobody, when the last slots tell of nobody', () => {
    windows.add('aurora', 0, at('00:00:20'), windowOf({}, { waitingAt: [at('00:00:29'), 7] }));
    windows.add('aurora', 0, at('01:59:50'), windowOf({}, { waitingAt: [at('01:59:59'), 5] }));
    windows.cover(at('00:00:00'), at('02:00:00'));
    const hours = ask({ toMs: at('02:00:00'), points: 3, metrics: ['queueDepth', 'queuePeak'] });
    expect(hours.metrics).toEqual({ queueDepth: [0, 5], queuePeak: [7, 5] });
    const slots = ask({ toMs: at('00:00:40'), metrics: ['queueDepth'] });
    expect(slots.metrics['queueDepth']).toEqual([0, 0, 7, 0]);
  });

  it('HIS-47: the slot that is still open has no state yet, which is not nobody', () => {
    windows.add('aurora', 0, at('00:00:10'), windowOf({}, { waitingAt: [at('00:00:19'), 7] }));
    windows.add('aurora', 0, at('00:00:20'), windowOf({ delivered: 1 }));
    windows.cover(at('00:00:00'), at('00:00:24'));
    const answer = ask({ toMs: at('00:00:24'), metrics: ['queueDepth', 'delivered'] });
    expect(answer.metrics).toEqual({ queueDepth: [0, 7, null], delivered: [0, 0, 1] });
    expect(answer.asOfMs).toBe(at('00:00:24'));
  });

  it('HIS-48: sources of another cluster say nothing of a tenant', () => {
    windows.cover(START, NOW, { cluster: 'B' });
    expect(ask({ points: 8 }).coverage).toEqual([null, null, null, null, null, null]);
    windows.cover(START, NOW, { source: 'mx1', cluster: 'A' });
    expect(ask({ points: 8 }).metrics['delivered']).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('HIS-49: spam share has the bounds that its number of verdicts allows, and looks a minute back at fine steps', () => {
    windows.cover(START, NOW, { feeds: ['flow', 'filter'] });
    windows.add('aurora', 0, at('00:00:00'), windowOf({ scanned: 90, spam: 9, queued: 90 }));
    windows.add('aurora', 0, at('00:00:50'), windowOf({ scanned: 10, spam: 1, queued: 20 }));
    const metrics = ['spamPercent', 'spamN', 'spamLowPercent', 'spamHighPercent', 'scanCoveragePercent'];
    const fine = ask({ toMs: at('00:02:00'), metrics }).metrics;
    const { low, high } = wilson(10, 100);
    expect([low, high].map((bound) => bound.toFixed(2))).toEqual(['5.52', '17.44']);
    const six = (value: number) => Number(value.toPrecision(6));
    expect(metrics.map((name) => fine[name]?.[5])).toEqual([10, 100, six(low), six(high), 90.9091]);
    // The verdicts of the first slot are a minute old then.
    expect(fine['spamN']?.[6]).toBe(10);
    expect(metrics.map((name) => fine[name]?.[11])).toEqual([null, 0, null, null, null]);
  });

  it('HIS-50: without a filter of its own, spam share is unknown until milters have refused spam', () => {
    windows.cover(START, NOW);
    windows.add('aurora', 0, at('01:00:00'), windowOf({ queued: 10 }));
    const spam = () =>
      ask({ toMs: at('01:01:00'), fromMs: at('01:00:00'), points: 2, metrics: ['spamPercent'] });
    expect(spam().metrics['spamPercent']).toEqual([null]);
    windows.add('_platform', 0, at('00:10:00'), windowOf({ milterSpam: 1 }));
    expect(spam().metrics['spamPercent']).toEqual([0]);
  });

  it('HIS-51: bounces, deferrals and hostile mail are shares of what they are part of', () => {
    windows.cover(START, NOW, { feeds: ['flow', 'filter', 'access'] });
    windows.add(
      'aurora',
      0,
      at('00:00:00'),
      windowOf({
        ...{ delivered: 6, bounced: 1, expired: 1, deferred: 3 },
        ...{ rejected: 12, rejectedPermanent: 10, scanned: 10, spam: 5 },
      }),
    );
    const window = windowOf({});
    window.access = { atMs: at('00:00:09'), access: 'mailbox', users: 50, failing: 1 };
    windows.add('aurora', 0, at('00:00:00'), window);
    const metrics = ['bouncePercent', 'deferralPercent', 'hostilePercent', 'accessPercent', 'accessUsers'];
    const { metrics: answer } = ask({ toMs: at('00:00:10'), metrics });
    expect(metrics.map((name) => answer[name]?.[0])).toEqual([25, 30, 75, 98, 50]);
  });
});

describe('comparisons', () => {
  it('HIS-52: another day stands step by step beside the range', () => {
    const day = 24 * HOUR;
    windows.add('aurora', 0, START - day + 30_000, windowOf({ delivered: 4 }));
    windows.add('aurora', 0, START + 30_000, windowOf({ delivered: 1 }));
    windows.cover(START - day, NOW);
    const answer = ask({ toMs: START + 60_000, points: 7, compare: ['yesterday', 'lastWeek'] });
    expect(answer.metrics['delivered']).toEqual([0, 0, 0, 1, 0, 0]);
    expect(answer.compare).toEqual([{ kind: 'yesterday', metrics: { delivered: [0, 0, 0, 4, 0, 0] } }]);
    expect(answer.notes?.join()).toMatch(/lastWeek: nothing .* is kept/);
  });

  it('HIS-53: the median is over the tenants of which something is known', () => {
    windows.cover(START, NOW, { cluster: 'A' });
    windows.add('aurora', 0, START, windowOf({ delivered: 10 }));
    windows.add('boreal', 0, START, windowOf({ delivered: 2 }));
    // Nothing is known of cirrus when no source covers tenants without a cluster: here, one of A may.
    windows.add('cirrus', 0, START, windowOf({ delivered: 3 }));
    const answer = ask({ toMs: START + 20_000, compare: ['platformMedian'] });
    expect(answer.compare?.[0]?.metrics['delivered']).toEqual([3, 0]);
  });

  it('HIS-54: a median that would cost too much is refused in words', () => {
    windows.cover(START, NOW);
    windows.add('aurora', 0, START, windowOf({ delivered: 10 }));
    const many = Array.from({ length: 1_000 }, (_, i) => ({ id: `t${i}` }));
    const query = { scope: { kind: 'platform' }, metrics: ['delivered'], points: 1_000 } as const;
    const asked = { ...query, fromMs: START, toMs: NOW, compare: ['platformMedian'] as const };
    const answer = seriesOf(windows, asked, many, NOW);
    expect(answer.compare).toEqual([]);
    expect(answer.notes?.join()).toMatch(/platformMedian: would take \d+ windows/);
  });
});
