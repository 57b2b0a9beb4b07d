/** A tick that comes sooner after the last one than this shows nothing that was not shown, ms. */
const TIMER_MS = 950;
/** Frames of two rooms come within milliseconds of each other; those of two seconds never so close. */
const HEARD_MS = 300;

/**
 * Whether the page's clock is to move now: all ages on the page are made anew when it does. It moves with what is heard; the
 * timer moves it only when nothing is, so that it is not moved twice a second. `heardAtMs`: when something was last heard.
 */
export function createPace(): (atMs: number, heardAtMs: number | null) => boolean {
  let movedAtMs = -Infinity;
  return (atMs, heardAtMs) => {
    const leastMs = heardAtMs === atMs ? HEARD_MS : TIMER_MS;
    // A clock that was set back moves at once.
    if (atMs >= movedAtMs && atMs - movedAtMs < leastMs) return false;
    movedAtMs = atMs;
    return true;
  };
}
