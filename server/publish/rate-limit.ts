/** Admits at most `limit` calls in each window of `windowMs`; the window begins with the first call after the one before. */
export function createRateLimit(limit: number, windowMs: number): (nowMs: number) => boolean {
  let windowStartMs = -Infinity;
  let used = 0;
  return (nowMs) => {
    if (nowMs - windowStartMs >= windowMs) {
      windowStartMs = nowMs;
      used = 0;
    }
    used += 1;
    return used <= limit;
  };
}
