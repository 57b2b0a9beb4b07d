/** Forecasts over seeded outages, from ten minutes after the end of each, held against when it really was over. */
import { forecastDrain } from '../../server/detect/foresight/drain/forecast.ts';
import { medianOf } from '../../server/detect/foresight/median.ts';
import { simulateOutage } from './outage.ts';

/** Recipients a second that can be delivered, against 8 that come. */
export const SERVICE_RATES = [10, 14, 30, 60] as const;

export interface DrainScore {
  readonly serviceRate: number;
  readonly hasSeason: boolean;
  readonly isFlushed: boolean;
  readonly clearMinutes: number;
  /** Per forecast: whether the truth lay inside, how far off the middle was and how wide it was, of the time that was left. */
  readonly forecasts: readonly {
    readonly isInside: boolean;
    readonly errorShare: number;
    readonly widthShare: number;
  }[];
  /** Times at which it said that it does not know. */
  readonly silent: number;
}

const FLUSH_MINUTES = 20;

/** A sixth of them is flushed twenty minutes after the end; forecasts before that assume no flush, and say so. */
export function scoreOutages(outages: number, seed: number): readonly DrainScore[] {
  return Array.from({ length: outages }, (_, i) => scoreOutage(i, seed + i));
}

function scoreOutage(i: number, seed: number): DrainScore {
  const serviceRate = SERVICE_RATES[(i >> 1) % SERVICE_RATES.length] ?? 10;
  const hasSeason = i % 2 === 0;
  const wantsFlush = i % 6 === 5;
  const { moments, clearMinutes } = simulateOutage({
    ...{ seed, serviceRate, hasSeason, arrivalRate: 8 },
    startHour: (i * 7) % 24,
    outageHours: 0.5 + (i % 5) * 0.5,
    flushAfterMinutes: wantsFlush ? FLUSH_MINUTES : null,
  });
  const isFlushed = wantsFlush && clearMinutes > FLUSH_MINUTES;
  const asked = moments.filter(
    ({ sinceFixMinutes: m }) => m >= (isFlushed ? FLUSH_MINUTES : 10) && m % 5 === 0 && m < clearMinutes - 1,
  );
  const said = asked.map(({ sinceFixMinutes, input }) => {
    const forecast = forecastDrain(input);
    if (forecast.state !== 'forecast') return null;
    const left = clearMinutes - sinceFixMinutes;
    const from = (forecast.fromMs - input.atMs) / 60_000;
    const to = (forecast.toMs - input.atMs) / 60_000;
    return {
      isInside: left >= from && left <= to,
      errorShare: Math.abs((from + to) / 2 - left) / left,
      widthShare: (to - from) / left,
    };
  });
  const forecasts = said.flatMap((one) => one ?? []);
  return {
    ...{ serviceRate, hasSeason, isFlushed, clearMinutes, forecasts },
    silent: said.length - forecasts.length,
  };
}

export interface DrainSummary {
  readonly forecasts: number;
  readonly insideShare: number;
  /** Mean over outages, so that a long one counts no more than a short one. */
  readonly insideByOutage: number;
  readonly medianError: number;
  readonly medianWidth: number;
  readonly silent: number;
}

export function summarise(scores: readonly DrainScore[]): DrainSummary {
  const all = scores.flatMap(({ forecasts }) => forecasts);
  const told = scores.filter(({ forecasts }) => forecasts.length > 0);
  const share = (list: DrainScore['forecasts']) =>
    list.filter(({ isInside }) => isInside).length / list.length;
  return {
    forecasts: all.length,
    insideShare: share(all),
    insideByOutage: told.reduce((sum, { forecasts }) => sum + share(forecasts), 0) / told.length,
    medianError: medianOf(all.map(({ errorShare }) => errorShare)) ?? NaN,
    medianWidth: medianOf(all.map(({ widthShare }) => widthShare)) ?? NaN,
    silent: scores.reduce((sum, { silent }) => sum + silent, 0),
  };
}
