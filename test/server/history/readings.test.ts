import { describe, expect, it } from 'vitest';
import {
  feedState,
  lagBasis,
  type MetricBasis,
  policyRefusedOf,
} from '../../../server/history/metric-basis.ts';
import { BASIS_METRICS, limitedMetric, readingOf } from '../../../server/history/readings.ts';
import { Histogram } from '../../../shared/histogram.ts';
import { emptyCounts } from '../../../shared/window.ts';

const FRESH = { flow: 'fresh', queue: 'fresh', filter: 'fresh', access: 'fresh' } as const;

function lags(...values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

function basis(more: Partial<MetricBasis> = {}): MetricBasis {
  return {
    ...{ inbound: emptyCounts(), outbound: emptyCounts(), queues: [], access: null },
    lag: { inbound: lagBasis([], []), outbound: lagBasis([], []) },
    ...{ feeds: FRESH, milterSeen: false, policyRefused: 0 },
    ...more,
  };
}

const counts = (some: object) => ({ ...emptyCounts(), ...some });

describe('readings', () => {
  it('RUL-6: of nothing are null or zero, and never a share of nothing', () => {
    for (const metric of BASIS_METRICS.filter((name) => name !== 'messagesBeyond')) {
      const { value, noData } = readingOf(metric, basis());
      expect(noData, metric).toBeUndefined();
      if (/Percent|^lag|Lag|oldest/.test(metric)) expect(value, metric).toBeNull();
      else expect(value, metric).toBe(0);
    }
  });

  it('RUL-9: are no data, with the reason, when the feed behind them is not heard', () => {
    for (const metric of BASIS_METRICS) {
      const name = metric === 'messagesBeyond' ? limitedMetric(metric, 5) : metric;
      const lost = { flow: 'lost', queue: 'lost', filter: 'lost', access: 'lost' } as const;
      const { value, noData } = readingOf(name, basis({ feeds: lost }));
      expect(value, metric).toBeNull();
      expect(noData, metric).toMatch(/not heard/);
    }
    expect(readingOf('bogus', basis()).noData).toMatch(/no metric 'bogus'/);
    expect(readingOf('constructor', basis()).noData).toMatch(/no metric/);
  });

  it('RUL-9: of a feed that no source is configured for have nothing to measure', () => {
    const feeds = { ...FRESH, filter: 'none', queue: 'none' } as const;
    expect(readingOf('scanCoveragePercent', basis({ feeds }))).toEqual({ value: null, n: null });
    const queue = { incoming: 1, active: 2, deferred: 3, hold: 4, corrupt: 0, oldestMs: 9 };
    expect(readingOf('queueDepth', basis({ feeds, queues: [queue] })).value).toBe(6);
  });

  it('RUL-6: carry what they rest on', () => {
    const inbound = counts({ delivered: 60, deferred: 30, bounced: 10, rejectedTemporary: 5, queued: 15 });
    const outbound = counts({ delivered: 40, bounced: 10, expired: 10 });
    const of = (metric: string) => readingOf(metric, basis({ inbound, outbound, policyRefused: 12 }));
    expect(of('deferralPercent')).toEqual({ value: 20, n: 150, part: 30 });
    expect(of('bouncePercent').n).toBe(130);
    expect(of('tempRejectPercent')).toEqual({ value: 25, n: 20, part: 5 });
    expect(of('policyRefusedPercent')).toEqual({ value: 10, n: 120, part: 12 });
    expect(of('deliveredPerMinute').value).toBe(20);
    const access = { atMs: 0, access: 'mailbox', users: 50, failing: 5 } as const;
    expect(readingOf('accessPercent', basis({ access }))).toEqual({ value: 90, n: 50, part: 45 });
  });

  it('RUL-6: of lag are of inbound mail, of outbound where there is no other, and at least so much when the rank still waits', () => {
    const outbound = lagBasis([lags(1_000)], []);
    expect(
      readingOf('lagP95Ms', basis({ lag: { inbound: lagBasis([], []), outbound } })).value ?? 0,
    ).toBeCloseTo(1_000, -1);
    const inbound = lagBasis([lags(500, 600)], [lags(400_000, 500_000)]);
    const reading = readingOf('lagP95Ms', basis({ lag: { inbound, outbound } }));
    expect(reading).toMatchObject({ isFloor: true, n: 4 });
    expect(Math.abs((reading.value ?? 0) / 500_000 - 1)).toBeLessThan(0.006);
    expect(
      readingOf(limitedMetric('messagesBeyond', 300_000), basis({ lag: { inbound, outbound } })).value,
    ).toBe(2);
  });

  it('RUL-6: of ready mail divide by a fifth of a delivery a minute at least', () => {
    const queue = { incoming: 60, active: 40, deferred: 9, hold: 0, corrupt: 0, oldestMs: 9 };
    expect(readingOf('readyMinutes', basis({ queues: [queue] })).value).toBe(500);
  });

  it('RUL-9: a feed is lost when less than half of its sources are heard', () => {
    expect(feedState({ expected: 0, fresh: 0 })).toBe('none');
    expect(feedState({ expected: 3, fresh: 1 })).toBe('lost');
    expect(feedState({ expected: 2, fresh: 1 })).toBe('fresh');
  });

  it('RUL-6: refusals by policy are final failures of subject 7', () => {
    expect(policyRefusedOf(null)).toBe(0);
    expect(
      policyRefusedOf(
        new Map([
          ['5.7.1', 3],
          ['5.1.1', 9],
          ['5.7.606', 2],
          ['4.7.0', 1],
        ]),
      ),
    ).toBe(5);
  });
});
