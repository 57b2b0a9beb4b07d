import { RECORDS_KEPT, SCALAR, type State } from './state.ts';

/**
 * How many points ago something at least as high as `limit` was seen on this tail; all of `seen` when never. For any
 * continuous distribution a value is the highest of n points with probability 1/n: no scale has to be known.
 */
export function pointsSince(state: State, tail: number, limit: number): number {
  const { recordHeights, recordTimes, recordCounts } = state;
  const from = tail * RECORDS_KEPT;
  const bound = Math.fround(limit);
  const now = state.scalars[SCALAR.seen] ?? 0;
  for (let i = (recordCounts[tail] ?? 0) - 1; i >= 0; i--) {
    if ((recordHeights[from + i] ?? 0) >= bound) return now - (recordTimes[from + i] ?? 0);
  }
  return now + 1;
}

/** Keeps a height: what came before and was lower can never again be the latest of its height. */
export function keepRecord(state: State, tail: number, height: number): void {
  const { recordHeights, recordTimes, recordCounts } = state;
  const from = tail * RECORDS_KEPT;
  const rounded = Math.fround(height);
  let count = recordCounts[tail] ?? 0;
  while (count > 0 && (recordHeights[from + count - 1] ?? 0) <= rounded) count -= 1;
  if (count === RECORDS_KEPT) count = mergeClosest(state, from);
  recordHeights[from + count] = rounded;
  recordTimes[from + count] = state.scalars[SCALAR.seen] ?? 0;
  recordCounts[tail] = count + 1;
}

/** Of the two neighbours whose ages differ least in proportion one stays: the height of the older, the time of the newer, so that a return is never said to be rarer than it was. */
function mergeClosest(state: State, from: number): number {
  const { recordHeights, recordTimes } = state;
  const now = (state.scalars[SCALAR.seen] ?? 0) + 1;
  let closest = 0;
  let least = Infinity;
  for (let i = 0; i + 1 < RECORDS_KEPT; i++) {
    const ratio = (now - (recordTimes[from + i] ?? 0)) / (now - (recordTimes[from + i + 1] ?? 0));
    if (ratio < least) [least, closest] = [ratio, i];
  }
  recordTimes[from + closest] = recordTimes[from + closest + 1] ?? 0;
  for (let i = closest + 1; i + 1 < RECORDS_KEPT; i++) {
    recordHeights[from + i] = recordHeights[from + i + 1] ?? 0;
    recordTimes[from + i] = recordTimes[from + i + 1] ?? 0;
  }
  return RECORDS_KEPT - 1;
}
