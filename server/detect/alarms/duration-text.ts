const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** A duration in words with at most two units: `3 min`, `1 h 20 min`, `45 s`. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts: string[] = [];
  let rest = seconds * 1_000;
  for (const [unitMs, name] of UNITS) {
    const n = Math.floor(rest / unitMs);
    rest -= n * unitMs;
    if (n > 0) parts.push(`${n} ${name}`);
  }
  if (rest > 0 || parts.length === 0) parts.push(`${rest / 1_000} s`);
  return parts.slice(0, 2).join(' ');
}
