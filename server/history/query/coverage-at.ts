import type { CoverageRun } from '../../../shared/history.ts';
import { type Coverage, FEEDS, type Feed, type FeedCoverage } from '../../../shared/protocol.ts';

/** A source looked at within this time of a moment was there at that moment. */
const NEAR_MS = 10_000;

/** Coverage of each cluster at a moment, out of the runs that were kept of the day before it. */
export function coverageAt(runs: readonly CoverageRun[], clusters: Iterable<string>, atMs: number): Coverage {
  const sources = sourcesOf(runs, atMs);
  const covers = (source: SourceAt, cluster: string) =>
    cluster === '' || source.cluster === '' || source.cluster === cluster;
  return Object.fromEntries(
    [...new Set(clusters)].map((cluster) => [
      cluster,
      clusterCoverage(sources.filter((source) => covers(source, cluster))),
    ]),
  );
}

/** How many sources there were at a moment, and how many of them were heard. */
export function sourcesAt(runs: readonly CoverageRun[], atMs: number): { up: number; expected: number } {
  const sources = sourcesOf(runs, atMs);
  return { up: sources.filter(({ isHeard }) => isHeard).length, expected: sources.length };
}

interface SourceAt {
  readonly feeds: readonly Feed[];
  readonly cluster: string;
  readonly isHeard: boolean;
  readonly asOfMs: number | null;
}

function sourcesOf(runs: readonly CoverageRun[], atMs: number): SourceAt[] {
  const bySource = new Map<string, CoverageRun[]>();
  for (const run of runs) {
    const key = `${run.source}\n${run.cluster}\n${run.feeds.join()}`;
    const others = bySource.get(key);
    if (others) others.push(run);
    else bySource.set(key, [run]);
  }
  return [...bySource.values()].flatMap((own) => sourceAt(own, atMs));
}

/** As it was: a source that was silent then was not heard, though its log was read afterwards. */
function sourceAt(runs: readonly CoverageRun[], atMs: number): SourceAt[] {
  const here = runs.filter(({ fromMs, toMs }) => fromMs <= atMs && toMs >= atMs - NEAR_MS);
  const [first] = here;
  if (!first) return [];
  const wasSilent = here.some(({ state, toMs }) => state === 'silent' && toMs >= atMs);
  const tells = ({ state }: CoverageRun) => state !== 'silent' && !(wasSilent && state === 'late');
  const before = runs.filter((run) => tells(run) && run.fromMs <= atMs);
  const asOfMs = before.length > 0 ? Math.max(...before.map(({ toMs }) => Math.min(toMs, atMs))) : null;
  const isHeard = here.some(tells) && !(wasSilent && asOfMs !== atMs);
  return [{ feeds: first.feeds, cluster: first.cluster, isHeard, asOfMs }];
}

function clusterCoverage(sources: readonly SourceAt[]): Record<Feed, FeedCoverage> {
  const feedOf = (feed: Feed): FeedCoverage => {
    const own = sources.filter(({ feeds }) => feeds.includes(feed));
    const ends = own.map(({ asOfMs }) => asOfMs);
    return {
      expected: own.length,
      fresh: own.filter(({ isHeard }) => isHeard).length,
      asOfMs: ends.length === 0 || ends.includes(null) ? null : Math.min(...ends.map((end) => end ?? 0)),
      intervalMs: own.length > 0 ? NEAR_MS : 0,
    };
  };
  return Object.fromEntries(FEEDS.map((feed) => [feed, feedOf(feed)])) as Record<Feed, FeedCoverage>;
}
