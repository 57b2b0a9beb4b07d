/** Traffic by local hour against the busiest hour: low at four, up with the working day, a second hump after dinner. */
const BY_HOUR = [
  0.24, 0.19, 0.17, 0.16, 0.17, 0.22, 0.34, 0.56, 0.82, 0.97, 1, 0.97, 0.91, 0.94, 0.98, 0.97, 0.93, 0.86, 0.79, 0.76,
  0.73, 0.63, 0.48, 0.33,
] as const; // prettier-ignore

const HOUR_MS = 3_600_000;

/** Share of the busiest hour's traffic at this moment, without steps between the hours. */
export function dayShare(nowMs: number, utcOffsetMinutes: number): number {
  const hours = (nowMs + utcOffsetMinutes * 60_000) / HOUR_MS;
  const from = Math.floor(hours);
  const share = smooth(hours - from);
  return at(from) * (1 - share) + at(from + 1) * share;
}

function at(hour: number): number {
  return BY_HOUR[((hour % 24) + 24) % 24] ?? 1;
}

function smooth(x: number): number {
  return x * x * (3 - 2 * x);
}
