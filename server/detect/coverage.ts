import {
  FEEDS,
  type Coverage,
  type Feed,
  type FeedCoverage,
  type SourceReport,
} from '../../shared/protocol.ts';

/** Coverage of every cluster (`''`: tenants without one) from what the sources say of themselves. */
export function coverageOf(reports: readonly SourceReport[], clusters: Iterable<string>): Coverage {
  const all = new Set(['', ...clusters]);
  return Object.fromEntries(
    [...all].map((cluster) => [
      cluster,
      clusterCoverage(reports.filter((report) => covers(report, cluster))),
    ]),
  );
}

/** A source of one cluster covers its tenants; a source without one covers everybody. Tenants without a cluster may be on any. */
function covers(report: SourceReport, cluster: string): boolean {
  return cluster === '' || report.cluster === undefined || report.cluster === cluster;
}

function clusterCoverage(reports: readonly SourceReport[]): Record<Feed, FeedCoverage> {
  const feed = (name: Feed) => feedCoverage(reports.filter(({ feeds }) => feeds.includes(name)));
  return Object.fromEntries(FEEDS.map((name) => [name, feed(name)])) as Record<Feed, FeedCoverage>;
}

function feedCoverage(reports: readonly SourceReport[]): FeedCoverage {
  const fresh = reports.filter(({ state }) => state === 'ok' || state === 'quiet').length;
  const known = reports.map(({ asOfMs }) => asOfMs);
  const asOfMs =
    known.length === 0 || known.includes(undefined) ? null : Math.min(...known.map((at) => at ?? 0));
  const intervalMs = Math.max(0, ...reports.map((report) => report.intervalMs));
  return { expected: reports.length, fresh, asOfMs, intervalMs };
}

/** Why nothing can be said about the tenants of a cluster; null when something covers them (metrics: coverage < 0.5 → null). */
export function noDataReason(coverage: Readonly<Record<Feed, FeedCoverage>> | undefined): string | null {
  if (!coverage) return 'no source covers this tenant';
  const { flow, queue } = coverage;
  if (flow.expected + queue.expected === 0) return 'no source covers this tenant';
  const share = (flow.fresh + queue.fresh) / (flow.expected + queue.expected);
  if (share >= 0.5) return null;
  return flow.asOfMs === null && queue.asOfMs === null ? 'no data yet' : 'sources silent';
}
