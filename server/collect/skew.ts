/** A live stamp further off than this is not believed (real time); the time of receipt takes its place (formats.md 3.3). */
const MAX_SKEW_MS = 120_000;
/** Further off than this it is a line of another day: dropped. */
const MAX_AGE_MS = 86_400_000;

export type Stamp =
  | { readonly use: 'own' }
  | { readonly use: 'receipt'; readonly skewMs: number }
  | { readonly use: 'none'; readonly reason: 'too-old' | 'in-the-future' };

/**
 * Which time a line counts at. `isLive`: it was written just now, so that its stamp should say so;
 * a line read while catching up may be old with good reason, up to a day. `speed`: of a demo's clock.
 */
export function judgeStamp(atMs: number, nowMs: number, isLive: boolean, speed: number): Stamp {
  const skewMs = (atMs - nowMs) / speed;
  if (skewMs < -MAX_AGE_MS) return { use: 'none', reason: 'too-old' };
  if (skewMs > MAX_AGE_MS) return { use: 'none', reason: 'in-the-future' };
  const isWrong = skewMs > MAX_SKEW_MS || (isLive && skewMs < -MAX_SKEW_MS);
  return isWrong ? { use: 'receipt', skewMs } : { use: 'own' };
}

/** `mx1 is 61 min ahead`: for the sources panel. */
export function skewText(host: string, skewMs: number): string {
  const minutes = Math.round(Math.abs(skewMs) / 60_000);
  return `the clock of ${host || 'a host without a name'} is ${minutes} min ${skewMs > 0 ? 'ahead' : 'behind'}: its lines count at the time of receipt; set its clock, or the source's timezone`;
}
