/** A longer pause between two looks counts for no timer. */
const MAX_STEP_MS = 120_000;
/** Between two runs nobody watched, however short that was; up to this it is only how old the kept clock is. */
const MAX_RESTART_MS = 5_000;

/** Whether nobody watched in a pause before a look. */
export function isGap(awayMs: number, hasWatched: boolean, maxStepMs = MAX_STEP_MS): boolean {
  return awayMs > (hasWatched ? maxStepMs : Math.min(maxStepMs, MAX_RESTART_MS));
}
