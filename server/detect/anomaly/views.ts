import {
  HOURS_OF_DAY,
  HOURS_OF_WEEK,
  RESIDUALS_KEPT,
  SCALAR,
  VALUES_KEPT,
  VIEWS,
  type State,
} from './state.ts';

/** Days and weeks whose mean is a plain one; from then on the past fades. Points of one hour, at most 255. */
const [DAY_MEMORY, WEEK_MEMORY] = [200, 60];
/** Slack and bound of the slow-leak sum, in standard deviations: one wild point says little of a leak. */
const [LEAK_SLACK, LEAK_BOUND] = [0.5, 3];

/** Fills `views` with what a value looks like from each side, and learns it. */
export function look(state: State, value: number, hourOfWeek: number, views: Float64Array): void {
  const { scalars, values, residuals } = state;
  const seen = (scalars[SCALAR.seen] ?? 0) | 0;
  if (seen === 0) scalars[SCALAR.origin] = value;
  const x = value - (scalars[SCALAR.origin] ?? 0);
  values[seen & (VALUES_KEPT - 1)] = x;
  views[0] = x;
  views[1] = mean(values, seen, 4);
  views[2] = mean(values, seen, 16);
  views[3] = seen >= 1 ? x - at(values, seen - 1) : 0;
  views[4] = seen >= 4 ? views[1] - mean(values, seen - 4, 4) : 0;
  views[5] = seen >= 16 ? views[2] - mean(values, seen - 16, 16) : 0;
  views[6] = restlessness(values, seen);
  const fromDay = learnHour(state.dayMeans, state.dayCounts, [hourOfWeek % HOURS_OF_DAY, x, DAY_MEMORY]);
  const fromWeek = learnHour(state.weekMeans, state.weekCounts, [hourOfWeek % HOURS_OF_WEEK, x, WEEK_MEMORY]);
  residuals[seen & (RESIDUALS_KEPT - 1)] = fromWeek;
  views[7] = fromWeek;
  views[8] = mean(residuals, seen, 4);
  views[9] = mean(residuals, seen, 16);
  views[10] = mean(residuals, seen, 64);
  views[11] = fromDay;
  views[12] = leak(state, fromWeek);
}

/** Rings have a power of two of places: the mask is many times faster than a remainder. */
function at(ring: Float64Array, index: number): number {
  return ring[index & (ring.length - 1)] ?? 0;
}

/** Mean of the `length` entries that end at `last`, of fewer while there are no more. */
function mean(ring: Float64Array, last: number, length: number): number {
  const count = Math.min(length, last + 1);
  let total = 0;
  for (let i = 0; i < count; i++) total += at(ring, last - i);
  return total / count;
}

/** Mean size of the last four steps. */
function restlessness(values: Float64Array, seen: number): number {
  const count = Math.min(4, seen);
  let total = 0;
  for (let i = 0; i < count; i++) total += Math.abs(at(values, seen - i) - at(values, seen - i - 1));
  return total / 4;
}

/** What is left of a value beyond the mean of its hour so far, nothing at the first one; then the mean learns it. */
function learnHour(
  means: Float32Array,
  counts: Uint8Array,
  [hour, x, memory]: readonly [hour: number, x: number, memory: number],
): number {
  const count = counts[hour] ?? 0;
  const known = means[hour] ?? 0;
  const learnt = Math.min(count + 1, memory);
  means[hour] = count === 0 ? x : known + (x - known) / learnt;
  counts[hour] = learnt;
  return count === 0 ? 0 : x - known;
}

/** Sum of small shifts from the season beyond the slack, upwards less downwards (two-sided CUSUM). */
function leak(state: State, residual: number): number {
  const { scalars, means, squares } = state;
  const season = VIEWS.indexOf('season');
  const deviation = Math.sqrt(squares[season] ?? 0);
  const z = deviation > 0 ? (residual - (means[season] ?? 0)) / deviation : 0;
  const bounded = Math.max(-LEAK_BOUND, Math.min(LEAK_BOUND, z));
  const up = Math.max(0, (scalars[SCALAR.leakUp] ?? 0) + bounded - LEAK_SLACK);
  const down = Math.max(0, (scalars[SCALAR.leakDown] ?? 0) - bounded - LEAK_SLACK);
  scalars[SCALAR.leakUp] = up;
  scalars[SCALAR.leakDown] = down;
  return up - down;
}
