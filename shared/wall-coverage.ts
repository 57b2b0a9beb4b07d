/** Coverage of the wall from frame to frame: as-of times move each second, the rest of it seldom does. */
import { type Coverage, type FeedAges, FEEDS } from './protocol.ts';

/** The as-of times as distances from a moment. */
export function agesOf(coverage: Coverage, atMs: number): FeedAges {
  const agesMs = Object.values(coverage).flatMap((feeds) =>
    FEEDS.map((feed) => {
      const { asOfMs } = feeds[feed];
      return asOfMs === null ? null : atMs - asOfMs;
    }),
  );
  return { atMs, agesMs };
}

/** Coverage with later as-of times; null when there are more or fewer of them than feeds. */
export function withAges(coverage: Coverage, { atMs, agesMs }: FeedAges): Coverage | null {
  const clusters = Object.entries(coverage);
  if (agesMs.length !== clusters.length * FEEDS.length) return null;
  const entries = clusters.map(([cluster, feeds], at) => {
    const aged = FEEDS.map((feed, k) => {
      const ageMs = agesMs[at * FEEDS.length + k] ?? null;
      return [feed, { ...feeds[feed], asOfMs: ageMs === null ? null : atMs - ageMs }] as const;
    });
    return [cluster, Object.fromEntries(aged)] as const;
  });
  return Object.fromEntries(entries) as Coverage;
}

/** Whether two coverages differ in nothing but their as-of times; the order of the clusters counts. */
export function isSameButAges(a: Coverage, b: Coverage): boolean {
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return names.length === others.length && names.every((name, at) => name === others[at] && isSame(name));

  function isSame(name: string): boolean {
    return FEEDS.every((feed) => {
      const [x, y] = [a[name]?.[feed], b[name]?.[feed]];
      return x?.expected === y?.expected && x?.fresh === y?.fresh && x?.intervalMs === y?.intervalMs;
    });
  }
}
