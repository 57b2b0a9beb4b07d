export const FIRST_MS = 1_000;
export const LONGEST_MS = 300_000;

/** How long to wait after so many failures in a row: doubled from 1 s to 5 min, between half of it and all, so that not all come at once. */
export function backoffMs(failures: number, random: number, afterMs = 0): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(30, Math.max(0, failures - 1)));
  const jittered = Math.max(FIRST_MS, whole * (0.5 + random / 2));
  return Math.max(jittered, Math.min(afterMs, LONGEST_MS));
}
