/** When a backlog is over (metrics 8.7): how much can go, how much comes, and when the last is tried again. */
import type { DrainForecast } from '../../../../shared/foresight.ts';
import { expectedArrivals } from './expected.ts';
import { type Flow, flowOf, growthOf } from './flow.ts';
import { drain, type Fluid } from './fluid.ts';
import type { Pace } from './pace.ts';
import type { DrainInput } from './types.ts';

/** Slots of data below which nothing is said: three scans of the queue. */
const LEAST_SLOTS = 15;
/** Slots since mail goes again below which nothing is said: one scan. */
const LEAST_GOING = 5;
/** Slots of a backlog below which it is not said when it ends: what was before it still speaks. */
const LEAST_BEHIND = 5;
/** Below this share of successful attempts it is not draining, it is failing. */
const LEAST_SUCCESS = 0.25;
/** Below this it is said how many fail. */
const MOSTLY = 0.95;
const MINUTE_MS = 60_000;
/** One in ten is beyond it on either side. */
const ONE_IN_TEN = 1.28;
/** What is usual is known so well: mail that is tried again goes in steps, and what is left before the last may be usual already. */
const ROUGHLY = 1.5;
/** What has left is seen with the next listing. */
const SEEN_LATER = 1;
/** Half an interval is no less than so many slots and such a share of the time that is left. */
const LEAST_HALF = 1.5;
const LEAST_HALF_SHARE = 0.08;

/** The forecast of one scope at one moment. */
export function forecastDrain(input: DrainInput): DrainForecast {
  const { slots, usualWaiting, pace } = input;
  const waiting = slots.at(-1)?.waiting ?? null;
  if (waiting === null) return { state: 'no-estimate', waiting, reason: 'the queue is not heard' };
  if (waiting <= usualWaiting)
    return { state: 'clear', reason: `${round(waiting)} wait, usual is up to ${round(usualWaiting)}` };
  const known = slots.filter((slot) => slot.waiting !== null).length;
  if (known < LEAST_SLOTS)
    return {
      state: 'no-estimate',
      waiting,
      reason: `no estimate yet: ${timeOf(known, LEAST_SLOTS, pace)} of data`,
    };
  const said = estimate(input, waiting, flowOf(slots, pace.scanEvery));
  const behind = slots.length - 1 - slots.findLastIndex((slot) => (slot.waiting ?? 0) <= usualWaiting);
  if (said.state !== 'forecast' || behind >= LEAST_BEHIND) return said;
  const reason = `no estimate yet: more than usual wait for ${timeOf(behind, LEAST_BEHIND, pace)}`;
  return { state: 'no-estimate', waiting, reason };
}

function estimate(input: DrainInput, waiting: number, flow: Flow): DrainForecast {
  const { slots, pace } = input;
  const perMinute = MINUTE_MS / pace.slotMs;
  const growth = growthOf(slots) * perMinute;
  const { success, going } = flow;
  if (going < LEAST_GOING || success < LEAST_SUCCESS) {
    const why =
      success < LEAST_SUCCESS ? `${percent(1 - success)} of attempts are put off` : 'hardly anything leaves';
    if (growth > 0) return { state: 'growing', perMinute: growth, waiting, reason: why };
    return {
      state: 'no-estimate',
      waiting,
      reason: going > 0 ? `no estimate yet: mail goes again for ${timeOf(going, null, pace)}` : why,
    };
  }
  const fast = drain(fluidOf(input, flow, 'fast'));
  const slow = drain(fluidOf(input, flow, 'slow'));
  const speed = speedOf(flow, perMinute);
  if (fast.slots === null || slow.slots === null) {
    const failing = success < MOSTLY ? `; ${percent(1 - success)} of attempts are put off` : '';
    const reason = `${speed} a minute go, ${round(flow.arrived * perMinute)} come${failing}`;
    if (growth <= 0 && fast.slots !== null)
      return { state: 'no-estimate', waiting, reason: `${reason}: too close to say when it ends` };
    const surplus = (flow.arrived - flow.capacity.high) * perMinute;
    return { state: 'growing', perMinute: Math.max(growth, surplus, 0), waiting, reason };
  }
  // It is over somewhere within a slot.
  const [from, to] = widened([fast.slots - 1, slow.slots], input.widen);
  return {
    state: 'forecast',
    fromMs: input.atMs + from * pace.slotMs,
    toMs: input.atMs + to * pace.slotMs,
    waiting,
    bound: slow.isBoundByCapacity ? 'capacity' : 'retry',
    reason: `${speed} a minute go, ${round(flow.arrived * perMinute)} come${slow.isBoundByCapacity ? '' : '; the last retries decide'}`,
    assumes: assumptionsOf(input),
  };
}

function assumptionsOf({ atMs, arrivals, dueUnknown }: DrainInput): readonly string[] {
  return [
    'no flush of the queue',
    arrivals(atMs) ? 'mail comes as usual at these hours' : 'mail comes as in the last half hour',
    ...(dueUnknown > 0 ? ['Postfix’ usual pauses between tries'] : []),
  ];
}

function speedOf({ capacity, isCapacitySeen }: Flow, perMinute: number): string {
  const low = round(capacity.low * perMinute);
  return isCapacitySeen ? `${low} to ${round(capacity.high * perMinute)}` : `${low} or more`;
}

function fluidOf(input: DrainInput, flow: Flow, side: 'fast' | 'slow'): Fluid {
  const { slots, due, usualWaiting, pace } = input;
  return {
    ready: slots.at(-1)?.ready ?? 0,
    due: side === 'fast' ? due : delayed(due, pace.scanEvery + SEEN_LATER),
    capacity: side === 'fast' ? flow.capacity.high : flow.capacity.low,
    success: Math.min(1, Math.max(LEAST_SUCCESS, flow.success)),
    clearBelow: side === 'fast' ? usualWaiting * ROUGHLY : usualWaiting,
    maxBackoff: pace.maxBackoff,
    arrivals: expectedArrivals(input, flow, side === 'fast' ? -ONE_IN_TEN : ONE_IN_TEN),
  };
}

/** Retries wait for the next scan of the deferred queue. */
function delayed(due: ArrayLike<number>, by: number): Float64Array {
  const later = new Float64Array(due.length + by);
  for (let slot = 0; slot < due.length; slot++) later[slot + by] = due[slot] ?? 0;
  return later;
}

/** In whole slots. No interval is narrower than what is not modelled: scans, listings, a slot of rounding. */
function widened([fast, slow]: readonly [number, number], widen: number): readonly [number, number] {
  const middle = (fast + slow) / 2;
  const half = Math.max((slow - fast) / 2, LEAST_HALF + middle * LEAST_HALF_SHARE) * widen;
  return [Math.max(0, Math.floor(middle - half)), Math.ceil(middle + half)];
}

/** `10 of 15 min`, `40 of 150 s`. */
function timeOf(slots: number, of: number | null, { slotMs }: Pace): string {
  const [unit, name] = slotMs >= MINUTE_MS ? [MINUTE_MS, 'min'] : [1_000, 's'];
  const text = (n: number) => String(Math.round((n * slotMs) / unit));
  return of === null ? `${text(slots)} ${name}` : `${text(slots)} of ${text(of)} ${name}`;
}

function round(n: number): string {
  return n >= 100 ? String(Math.round(n)) : String(Math.round(n * 10) / 10);
}
function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
