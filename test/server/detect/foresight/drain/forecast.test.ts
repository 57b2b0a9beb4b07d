import { describe, expect, it } from 'vitest';
import { forecastDrain } from '../../../../../server/detect/foresight/drain/forecast.ts';
import { POSTFIX_PACE } from '../../../../../server/detect/foresight/drain/pace.ts';
import type { DrainInput, Slot } from '../../../../../server/detect/foresight/drain/types.ts';
import { scoreOutages, summarise } from '../../../../support/drain-scores.ts';

const AT = Date.parse('2026-11-20T03:00:00Z');
const MINUTE_MS = 60_000;

function minutes(n: number, of: (i: number) => Partial<Slot>): Slot[] {
  return Array.from({ length: n }, (_, i) => ({
    ...{ departed: 0, arrived: 100, deferred: 0, ready: 0, waiting: 0 },
    ...of(i),
  }));
}
function input(over: Partial<DrainInput>): DrainInput {
  return {
    ...{
      atMs: AT,
      slots: [],
      pace: POSTFIX_PACE,
      due: [],
      dueUnknown: 0,
      usualWaiting: 50,
      arrivals: () => null,
      widen: 1,
    },
    ...over,
  };
}
/** 300 a minute go, 100 come, so 200 a minute less. */
const draining = (waiting: number) =>
  minutes(30, (i) => {
    const left = waiting + 200 * (29 - i);
    return { departed: 300, ready: left, waiting: left };
  });

describe('the drain forecast', () => {
  it('DRN-1: two hundred seeded outages: the truth lies inside nine times of ten, and the middle is off by less than a tenth', () => {
    const scores = scoreOutages(200, 31_000);
    const { forecasts, insideShare, insideByOutage, medianError, medianWidth, silent } = summarise(scores);
    process.stdout.write(
      `  ${forecasts} forecasts: inside ${(insideShare * 100).toFixed(1)} %, by outage ${(insideByOutage * 100).toFixed(1)} %, ` +
        `error ${(medianError * 100).toFixed(1)} %, width ${(medianWidth * 100).toFixed(0)} % of the time left; silent ${silent} times\n`,
    );
    expect(forecasts).toBeGreaterThan(3_000);
    expect(insideShare).toBeGreaterThanOrEqual(0.9);
    expect(insideByOutage).toBeGreaterThanOrEqual(0.9);
    expect(medianError).toBeLessThanOrEqual(0.1);
    // A forecast that says "some time today" would be right each time.
    expect(medianWidth).toBeLessThan(0.4);
  }, 120_000);

  it('DRN-2: what drains at a steady 200 a minute is over when the arithmetic says', () => {
    const forecast = forecastDrain(input({ slots: draining(6_000) }));
    if (forecast.state !== 'forecast') throw new Error(forecast.state);
    expect(forecast.fromMs).toBeLessThan(AT + 30 * MINUTE_MS);
    expect(forecast.toMs).toBeGreaterThan(AT + 29 * MINUTE_MS);
    expect(forecast.toMs - forecast.fromMs).toBeLessThan(20 * MINUTE_MS);
    expect(forecast).toMatchObject({ waiting: 6_000, bound: 'capacity' });
    expect(forecast.assumes).toContain('no flush of the queue');
  });

  it('DRN-3: what is tried again in an hour is not over before, however fast it could go', () => {
    const due = new Float64Array(70);
    due[60] = 500;
    const going = minutes(30, (i) => ({ departed: i < 10 ? 400 : 100, ready: 5, waiting: 500 }));
    const forecast = forecastDrain(input({ slots: going, due }));
    if (forecast.state !== 'forecast') throw new Error(forecast.state);
    expect(forecast.bound).toBe('retry');
    expect(forecast.fromMs).toBeGreaterThan(AT + 55 * MINUTE_MS);
  });

  it('DRN-4: what comes faster than it goes is growing, by a number, and has no end', () => {
    const growing = minutes(30, (i) => ({
      ...{ departed: 40, arrived: 100 },
      ...{ ready: 2_000 + 60 * i, waiting: 2_000 + 60 * i },
    }));
    const forecast = forecastDrain(input({ slots: growing }));
    expect(forecast).toMatchObject({ state: 'growing' });
    expect(forecast.state === 'growing' && forecast.perMinute).toBeCloseTo(60, -1);
  });

  it('DRN-4: while nothing leaves it says by how much it grows and not when it ends', () => {
    const stuck = minutes(30, (i) => ({ departed: 0, deferred: 100, waiting: 100 * (i + 1) }));
    expect(forecastDrain(input({ slots: stuck }))).toMatchObject({ state: 'growing', perMinute: 100 });
  });

  it('DRN-4: where some goes and some is put off, it says how much of it is', () => {
    const half = minutes(30, (i) => ({
      departed: 60,
      deferred: 40,
      ready: 2_000 + 40 * i,
      waiting: 2_000 + 40 * i,
    }));
    const forecast = forecastDrain(input({ slots: half }));
    expect(forecast).toMatchObject({
      state: 'growing',
      reason: expect.stringMatching(/; 40 % of attempts are put off$/) as string,
    });
  });

  it('DRN-5: a queue that is not heard, or too little of it, gives no estimate and says why', () => {
    expect(forecastDrain(input({}))).toEqual({
      state: 'no-estimate',
      waiting: null,
      reason: 'the queue is not heard',
    });
    const short = draining(6_000).slice(-10);
    expect(forecastDrain(input({ slots: short }))).toMatchObject({
      state: 'no-estimate',
      reason: 'no estimate yet: 10 of 15 min of data',
    });
  });

  it('DRN-6: nothing is forecast while attempts fail, or before mail has gone for five minutes', () => {
    const failing = draining(6_000).map((minute) => ({
      ...minute,
      departed: 30,
      deferred: 300,
      arrived: 0,
      waiting: 6_000,
    }));
    expect(forecastDrain(input({ slots: failing })).state).toBe('no-estimate');
    const fresh = [
      ...minutes(30, () => ({ deferred: 100, waiting: 9_000, arrived: 0 })),
      ...draining(8_000).slice(-3),
    ];
    expect(forecastDrain(input({ slots: fresh })).state).not.toBe('forecast');
  });

  it('DRN-18: in the first five minutes of a backlog nothing is said of its end', () => {
    const calm = minutes(30, () => ({ departed: 100, waiting: 40 }));
    const behind = (n: number) => minutes(n, () => ({ departed: 160, ready: 100, waiting: 400 }));
    const saidAfter = (n: number) => forecastDrain(input({ slots: [...calm, ...behind(n)] }));
    expect(saidAfter(4)).toMatchObject({
      state: 'no-estimate',
      reason: 'no estimate yet: more than usual wait for 4 of 5 min',
    });
    expect(saidAfter(5).state).toBe('forecast');
  });

  it('DRN-7: no more than usual is clear', () => {
    expect(forecastDrain(input({ slots: minutes(2, () => ({ waiting: 50 })) }))).toMatchObject({
      state: 'clear',
    });
  });
});
