import { SCALAR, type State } from './state.ts';

/** Shortest run of equal values, and of missing ones, that can be a finding. */
const [FLAT_POINTS, MISSING_POINTS] = [24, 3];
/** A run is a finding when it is this many times as long as the longest one that ended before. */
const TIMES_LONGER = 3;
/** A series that never moved this often is not known to move. */
const CHANGES_NEEDED = 24;

/** True once in a run of equal values that is far longer than any before it: a series that moved stands still. */
export function isFlatLine(state: State, isEqual: boolean): boolean {
  const { scalars } = state;
  if (!isEqual) {
    scalars[SCALAR.longestFlat] = Math.max(scalars[SCALAR.longestFlat] ?? 0, scalars[SCALAR.flatRun] ?? 0);
    scalars[SCALAR.flatRun] = 1;
    scalars[SCALAR.changes] = (scalars[SCALAR.changes] ?? 0) + 1;
    return false;
  }
  const run = (scalars[SCALAR.flatRun] ?? 0) + 1;
  scalars[SCALAR.flatRun] = run;
  const isMoving = (scalars[SCALAR.changes] ?? 0) >= CHANGES_NEEDED;
  return isMoving && run === Math.max(FLAT_POINTS, TIMES_LONGER * (scalars[SCALAR.longestFlat] ?? 0));
}

/** True once in a run of missing values that is far longer than any before it. */
export function isMissing(state: State): boolean {
  const { scalars } = state;
  const run = (scalars[SCALAR.missingRun] ?? 0) + 1;
  scalars[SCALAR.missingRun] = run;
  return run === Math.max(MISSING_POINTS, TIMES_LONGER * (scalars[SCALAR.longestMissing] ?? 0));
}

/** A value came: the run of missing ones is over. */
export function endMissing({ scalars }: State): void {
  scalars[SCALAR.longestMissing] = Math.max(
    scalars[SCALAR.longestMissing] ?? 0,
    scalars[SCALAR.missingRun] ?? 0,
  );
  scalars[SCALAR.missingRun] = 0;
}
