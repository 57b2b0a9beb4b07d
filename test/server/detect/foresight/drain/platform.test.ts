import { describe, expect, it } from 'vitest';
import { type ClusterDrain, platformDrain } from '../../../../../server/detect/foresight/drain/platform.ts';
import type { DrainForecast } from '../../../../../shared/foresight.ts';

type Forecast = Extract<DrainForecast, { state: 'forecast' }>;

const over = (fromMs: number, toMs: number, waiting = 500): Forecast => ({
  ...{ state: 'forecast', fromMs, toMs, waiting, bound: 'capacity', reason: '40 a minute go', assumes: [] },
});
const growing = (perMinute: number, waiting: number): DrainForecast => ({
  ...{ state: 'growing', perMinute, waiting, reason: 'hardly anything leaves' },
});
const unknown = (waiting: number): DrainForecast => ({
  state: 'no-estimate',
  waiting,
  reason: 'no estimate yet',
});
const CLEAR: DrainForecast = { state: 'clear', reason: '3 wait, usual is up to 20' };
const clusters = (...all: DrainForecast[]): ClusterDrain[] =>
  all.map((now, i) => ({ name: `cluster ${'ABC'[i] ?? ''}`, now }));

describe('the platform', () => {
  it('DRN-16: is over with the last of its clusters, not when one queue of all would be', () => {
    const said = platformDrain(over(10, 20, 1_000), clusters(over(30, 70), over(40, 60), CLEAR));
    expect(said).toMatchObject({ state: 'forecast', fromMs: 40, toMs: 70, waiting: 1_000 });
    expect(said.reason).toContain('cluster A');
  });

  it('DRN-16: has no end while one of them grows or is not known, and says which', () => {
    expect(platformDrain(over(10, 20, 1_000), clusters(over(30, 70), growing(9, 400)))).toMatchObject({
      ...{ state: 'growing', perMinute: 9, waiting: 1_000, reason: 'cluster B: hardly anything leaves' },
    });
    expect(platformDrain(over(10, 20, 1_000), clusters(unknown(400), over(30, 70)))).toMatchObject({
      ...{ state: 'no-estimate', waiting: 1_000, reason: 'cluster A: no estimate yet' },
    });
    // As a whole it may grow by another number.
    const own = growing(5, 1_000);
    expect(platformDrain(own, clusters(growing(9, 400), CLEAR))).toBe(own);
  });

  it('DRN-16: counts what waits for tenants of no cluster: it may be over later, or nobody knows when', () => {
    const own = over(10, 90, 1_000);
    expect(platformDrain(own, clusters(over(30, 70, 300)))).toMatchObject({ fromMs: 30, toMs: 90 });
    expect(platformDrain(unknown(1_000), clusters(over(30, 70, 300)))).toEqual(unknown(1_000));
    expect(platformDrain(unknown(1_000), clusters(over(30, 70, 990)))).toMatchObject({ toMs: 70 });
  });

  it('DRN-16: goes by itself where no cluster is behind, or only by a twentieth of what waits', () => {
    const own = over(10, 20, 1_000);
    expect(platformDrain(own, [])).toBe(own);
    expect(platformDrain(own, clusters(CLEAR, growing(1, 49)))).toBe(own);
    expect(platformDrain(CLEAR, clusters(over(30, 70)))).toBe(CLEAR);
    const unheard: DrainForecast = { state: 'no-estimate', waiting: null, reason: 'the queue is not heard' };
    expect(platformDrain(unheard, clusters(over(30, 70)))).toBe(unheard);
  });
});
