/** When a backlog is over (metrics 8.7): how much can go, how much comes, and when the last is tried again. */
import type { DrainForecast } from '../../../../shared/foresight.ts';
import { medianOf } from '../median.ts';
import { drain, type Fluid, SCAN_EVERY } from './fluid.ts';
import type { DrainInput, Minute } from './types.ts';

/** Minutes of data below which nothing is said. */
const LEAST_MINUTES = 15;
/** Minutes since mail goes again below which nothing is said. */
const LEAST_GOING = 5;
/** Below this share of successful attempts it is not draining, it is failing. */
const LEAST_SUCCESS = 0.25;
const MINUTE_MS = 60_000;
const SLOW_MINUTES = 3;
/** What nothing stands before can do so much more than it does, at least. */
const KEEPS_UP = 1.3;
/** A trend is believed so far ahead. */
const TREND_HOURS = 2;
/** One in ten is beyond it on either side. */
const ONE_IN_TEN = 1.28;
const SIGMA_OF_MAD = 1.4826;
/** A minute is busy when more stood ready at its end than so many minutes of what left. */
const BUSY = 0.5;

/** What the recent minutes say of how much goes and comes. */
interface Flow {
  /** Minutes since it goes as it does now. */
  readonly going: number;
  readonly capacity: { readonly low: number; readonly high: number };
  readonly isCapacitySeen: boolean;
  readonly success: number;
  readonly arrived: number;
  /** Relative, of the mean that `arrived` is. */
  readonly arrivedError: number;
}

/** The forecast of one scope at one moment. */
export function forecastDrain(input: DrainInput): DrainForecast {
  const { minutes, usualWaiting } = input;
  const waiting = minutes.at(-1)?.waiting ?? null;
  if (waiting === null) return { state: 'no-estimate', waiting, reason: 'the queue is not heard' };
  if (waiting <= usualWaiting)
    return { state: 'clear', reason: `${round(waiting)} wait, usual is up to ${round(usualWaiting)}` };
  const known = minutes.filter((minute) => minute.waiting !== null).length;
  if (known < LEAST_MINUTES)
    return {
      state: 'no-estimate',
      waiting,
      reason: `no estimate yet: ${known} of ${LEAST_MINUTES} min of data`,
    };
  return estimate(input, waiting, flowOf(minutes));
}

function estimate(input: DrainInput, waiting: number, flow: Flow): DrainForecast {
  const { minutes } = input;
  const growth = growthOf(minutes);
  const { success, going } = flow;
  if (going < LEAST_GOING || success < LEAST_SUCCESS) {
    const why =
      success < LEAST_SUCCESS ? `${percent(1 - success)} of attempts are put off` : 'hardly anything leaves';
    if (growth > 0) return { state: 'growing', perMinute: growth, waiting, reason: why };
    return {
      state: 'no-estimate',
      waiting,
      reason: going > 0 ? `no estimate yet: mail goes again for ${going} min` : why,
    };
  }
  const fast = drain(fluidOf(input, flow, 'fast'));
  const slow = drain(fluidOf(input, flow, 'slow'));
  if (fast.minutes === null || slow.minutes === null) return notDraining(fast.minutes, waiting, flow, growth);
  const [from, to] = widened([fast.minutes, slow.minutes], input.widen);
  const { capacity, isCapacitySeen, arrived } = flow;
  const speed = isCapacitySeen
    ? `${round(capacity.low)} to ${round(capacity.high)}`
    : `${round(capacity.low)} or more`;
  return {
    state: 'forecast',
    fromMs: input.atMs + from * MINUTE_MS,
    toMs: input.atMs + to * MINUTE_MS,
    waiting,
    bound: slow.isBoundByCapacity ? 'capacity' : 'retry',
    reason: `${speed} a minute go, ${round(arrived)} come${slow.isBoundByCapacity ? '' : '; the last retries decide'}`,
    assumes: [
      'no flush of the queue',
      input.arrivals(input.atMs)
        ? 'mail comes as usual at these hours'
        : 'mail comes as in the last half hour',
      ...(input.dueUnknown > 0 ? ['Postfix’ usual pauses between tries'] : []),
    ],
  };
}

function notDraining(fastest: number | null, waiting: number, flow: Flow, growth: number): DrainForecast {
  const { capacity, arrived } = flow;
  const reason = `${round(capacity.low)} to ${round(capacity.high)} a minute go, ${round(arrived)} come`;
  if (growth > 0 || fastest === null)
    return { state: 'growing', perMinute: Math.max(growth, arrived - capacity.high, 0), waiting, reason };
  return { state: 'no-estimate', waiting, reason: `${reason}: too close to say when it ends` };
}

/** Recipients a minute by which it has grown in the last ten. */
function growthOf(minutes: readonly Minute[]): number {
  const depths = minutes.slice(-11).flatMap(({ waiting }) => waiting ?? []);
  const slopes = depths.flatMap((b, j) => depths.slice(0, j).map((a, i) => (b - a) / (j - i)));
  return medianOf(slopes) ?? 0;
}

function flowOf(minutes: readonly Minute[]): Flow {
  const regime = sinceItGoes(minutes);
  const recent = regime.slice(-10);
  const departed = sum(recent, ({ departed: n }) => n);
  const deferred = sum(recent, ({ deferred: n }) => n);
  const last = minutes.slice(-30);
  const arrived = sum(last, ({ arrived: n }) => n) / Math.max(1, last.length);
  return {
    going: regime.length,
    ...capacityOf(regime, minutes),
    success: departed + deferred === 0 ? 0 : departed / (departed + deferred),
    arrived,
    // Counting error of a sum of independent arrivals.
    arrivedError: 1 / Math.sqrt(Math.max(1, arrived * last.length)),
  };
}

/** The last minutes in which mail left at about the speed of now: since the store was back, the filter kept up, a host came. */
function sinceItGoes(minutes: readonly Minute[]): readonly Minute[] {
  const now = medianOf(minutes.slice(-5).map(({ departed }) => departed)) ?? 0;
  if (now <= 0) return [];
  let start = minutes.length;
  // Three slow minutes in a row are another time; fewer may be a pause between two retries.
  for (let i = minutes.length - 1, slow = 0; i >= 0 && slow < SLOW_MINUTES; i--) {
    const minute = minutes[i];
    const isSlow = minute !== undefined && minute.departed < Math.min(now * 0.3, minute.arrived * 0.7);
    slow = isSlow ? slow + 1 : 0;
    if (!isSlow) start = i;
  }
  return minutes.slice(start);
}

/** What goes when there is enough to do is what can go; otherwise no less can than was seen. */
function capacityOf(
  regime: readonly Minute[],
  all: readonly Minute[],
): Pick<Flow, 'capacity' | 'isCapacitySeen'> {
  const busy = regime.filter(({ ready, departed }) => ready > departed * BUSY && departed > 0);
  if (busy.length >= 3) {
    const rates = smoothed(busy.slice(-30).map(({ departed }) => departed)).sort((a, b) => a - b);
    const mean = sum(rates, (n) => n) / rates.length;
    const error = mean / Math.sqrt(Math.max(1, mean * rates.length));
    return {
      capacity: { low: Math.min(at(rates, 0.5), mean) - error, high: Math.max(at(rates, 0.9), mean) + error },
      isCapacitySeen: true,
    };
  }
  // Nothing stood: it has kept up with whatever came, and with more before the trouble.
  const most = Math.max(
    ...smoothed(all.map(({ departed }) => departed)),
    KEEPS_UP * (medianOf(regime.map(({ departed }) => departed)) ?? 0),
  );
  return { capacity: { low: most, high: Infinity }, isCapacitySeen: false };
}

/** Means of five, so that one minute is no capacity. */
function smoothed(values: readonly number[]): number[] {
  if (values.length < 5) return [...values];
  return values.slice(4).map((_, i) => sum(values.slice(i, i + 5), (n) => n) / 5);
}

function fluidOf(input: DrainInput, flow: Flow, side: 'fast' | 'slow'): Fluid {
  const { minutes, due, usualWaiting } = input;
  return {
    ready: minutes.at(-1)?.ready ?? 0,
    due: side === 'fast' ? due : delayed(due),
    capacity: side === 'fast' ? flow.capacity.high : flow.capacity.low,
    success: Math.min(1, Math.max(LEAST_SUCCESS, flow.success)),
    clearBelow: usualWaiting,
    arrivals: expectedArrivals(input, flow, side === 'fast' ? -ONE_IN_TEN : ONE_IN_TEN),
  };
}

/** What comes, so many standard deviations above what is expected. */
function expectedArrivals(
  { atMs, minutes, arrivals }: DrainInput,
  flow: Flow,
  deviations: number,
): Fluid['arrivals'] {
  const today = todayAgainstUsual(atMs, minutes, arrivals);
  if (today === null) {
    const perHour = slopeOf(minutes);
    return (minute) => {
      const trend = 1 + perHour * Math.min(TREND_HOURS, minute / 60);
      return flow.arrived * Math.max(0, trend + deviations * Math.hypot(flow.arrivedError, driftOf(minute)));
    };
  }
  return (minute) => {
    const usual = arrivals(atMs + minute * MINUTE_MS);
    if (!usual) return flow.arrived;
    // Hours are off independently of each other: those seen make today's ratio wrong, those to come add their own.
    const perHour = (SIGMA_OF_MAD * usual.mad) / Math.max(usual.median, 1e-9);
    const error = perHour * Math.sqrt(1 / today.hours + 1 / Math.max(1, minute / 60));
    return usual.median * today.ratio * Math.max(0, 1 + deviations * Math.hypot(error, today.countError));
  };
}

/** What came in the time looked at against what usually comes then; null where no usual is known. */
function todayAgainstUsual(atMs: number, minutes: readonly Minute[], arrivals: DrainInput['arrivals']) {
  let [came, usual, n] = [0, 0, 0];
  minutes.forEach(({ arrived }, i) => {
    const expected = arrivals(atMs - (minutes.length - i) * MINUTE_MS);
    if (!expected) return;
    came += arrived;
    usual += expected.median;
    n += 1;
  });
  if (n === 0 || usual <= 0 || !arrivals(atMs)) return null;
  return { ratio: came / usual, hours: Math.max(1, n / 60), countError: 1 / Math.sqrt(Math.max(1, came)) };
}

/** How fast what comes has changed in the hours looked at, as a share of it an hour; trends tire, so not all of it is believed. */
function slopeOf(minutes: readonly Minute[]): number {
  const halves = Math.floor(minutes.length / 30);
  if (halves < 3) return 0;
  const means = Array.from({ length: halves }, (_, i) => {
    const to = minutes.length - (halves - 1 - i) * 30;
    return sum(minutes.slice(to - 30, to), ({ arrived }) => arrived) / 30;
  });
  const slopes = means.flatMap((b, j) => means.slice(0, j).map((a, i) => ((b - a) / (j - i)) * 2));
  const mean = sum(means, (n) => n) / halves;
  return mean > 0 ? Math.max(-0.25, Math.min(0.25, (0.7 * (medianOf(slopes) ?? 0)) / mean)) : 0;
}

/** Standard deviation without a usual week: what comes may change by so much in an hour, and not for ever. */
function driftOf(minute: number): number {
  return Math.min(0.4, (minute / 60) * 0.12);
}

/** Retries wait for the next scan of the deferred queue. */
function delayed(due: ArrayLike<number>): Float64Array {
  const later = new Float64Array(due.length + SCAN_EVERY);
  for (let minute = 0; minute < due.length; minute++) later[minute + SCAN_EVERY] = due[minute] ?? 0;
  return later;
}

/** No interval is narrower than what is not modelled: scans, listings, a minute of rounding. */
function widened([fast, slow]: readonly [number, number], widen: number): readonly [number, number] {
  const middle = (fast + slow) / 2;
  const half = Math.max((slow - fast) / 2, 1 + middle * 0.02) * widen;
  return [Math.max(0, middle - half), middle + half];
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
function sum<T>(list: readonly T[], of: (item: T) => number): number {
  return list.reduce((total, item) => total + of(item), 0);
}
function round(n: number): string {
  return n >= 100 ? String(Math.round(n)) : String(Math.round(n * 10) / 10);
}
function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
