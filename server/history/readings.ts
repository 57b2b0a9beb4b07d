/** Every metric of mail that rules may name, from one basis: the live number and that of a back-test have this one definition. */
import type { Feed } from '../../shared/protocol.ts';
import type { Counts } from '../../shared/window.ts';
import { ROLLING_MS } from '../aggregate/rolling.ts';
import type { LagBasis, MetricBasis, QueueState, Reading } from './metric-basis.ts';
import { spamShare } from './series.ts';

/** Deliveries a minute below which the queue is not divided by them: a fifth a minute, one in five minutes. */
const LEAST_PER_MINUTE = 0.2;
const MINUTES = ROLLING_MS / 60_000;
/** Between a metric and the limit that it is read against: `messagesBeyond@300000`. */
const AT = '@';

type Read = (basis: MetricBasis) => Reading;

const NOTHING: Reading = { value: null, n: null };
const LOST: Readonly<Record<Feed, Reading>> = {
  flow: { value: null, n: null, noData: 'the mail log is not heard' },
  queue: { value: null, n: null, noData: 'the queue is not heard' },
  filter: { value: null, n: null, noData: 'the spam filter is not heard' },
  access: { value: null, n: null, noData: 'the log of sign-ins is not heard' },
};

const READINGS: Readonly<Record<string, Read>> = {
  lagP50Ms: lagOf(0.5),
  lagP95Ms: lagOf(0.95),
  lagP99Ms: lagOf(0.99),
  lagMaxMs: lagOf(1),
  outboundLagP95Ms: needs('flow', ({ lag }) => quantileOf(lag.outbound, 0.95)),
  queueDepth: queueOf(({ incoming, active, deferred }) => incoming + active + deferred),
  queueIncoming: queueOf(({ incoming }) => incoming),
  queueActive: queueOf(({ active }) => active),
  queueDeferred: queueOf(({ deferred }) => deferred),
  queueHold: queueOf(({ hold }) => hold),
  queueCorrupt: queueOf(({ corrupt }) => corrupt),
  queueReady: queueOf(({ incoming, active }) => incoming + active),
  readyMinutes: needs('flow', whenQueue(readyMinutes)),
  oldestWaitingMs: whenQueue(({ queues }) =>
    single(
      queues.reduce<number | null>(
        (most, { oldestMs }) => (oldestMs === null ? most : Math.max(most ?? 0, oldestMs)),
        null,
      ),
    ),
  ),
  spamPercent: whenVerdicts((basis) => {
    const { n, spam } = spamShare(basis.inbound, basis.feeds.filter !== 'none', basis.milterSeen);
    return share(spam, n);
  }),
  scanCoveragePercent: needs('filter', needs('flow', scanCoverage)),
  hostilePercent: needs('flow', whenVerdicts(hostile)),
  softRejectPercent: needs('filter', ({ inbound }) => share(inbound.softRejected, inbound.scanned)),
  tempRejectPercent: needs('flow', ({ inbound }) =>
    share(inbound.rejectedTemporary, inbound.rejectedTemporary + inbound.queued),
  ),
  accessPercent: needs('access', ({ access }) =>
    access ? share(access.users - access.failing, access.users) : NOTHING,
  ),
  accessUsers: needs('access', ({ access }) => single(access?.users ?? 0)),
  accessFailing: needs('access', ({ access }) => single(access?.failing ?? 0)),
  deferralPercent: needs('flow', (basis) => {
    const deferred = sum(basis, 'deferred');
    return share(deferred, deferred + sum(basis, 'delivered') + sum(basis, 'bounced'));
  }),
  bouncePercent: needs('flow', (basis) => {
    const failed = sum(basis, 'bounced') + sum(basis, 'expired');
    return share(failed, failed + sum(basis, 'delivered'));
  }),
  policyRefusedPercent: needs('flow', (basis) => {
    const whole = sum(basis, 'delivered') + sum(basis, 'bounced');
    if (basis.policyRefused === null)
      return { value: null, n: null, noData: 'refusals by policy are not counted here' };
    return share(Math.min(basis.policyRefused, whole), whole);
  }),
  acceptedPerMinute: needs('flow', (basis) => single(sum(basis, 'accepted') / MINUTES)),
  deliveredPerMinute: needs('flow', (basis) => single(sum(basis, 'delivered') / MINUTES)),
  accepted: countOf('accepted'),
  delivered: countOf('delivered'),
  deferred: countOf('deferred'),
  bounced: countOf('bounced'),
  expired: countOf('expired'),
  rejected: countOf('rejected'),
  rejectedTemporary: countOf('rejectedTemporary'),
  rejectedPermanent: countOf('rejectedPermanent'),
  held: countOf('held'),
  released: countOf('released'),
  queued: countOf('queued'),
  late: countOf('late'),
  troubles: countOf('troubles'),
  scanned: countOf('scanned', 'filter'),
  softRejected: countOf('softRejected', 'filter'),
  spamN: whenVerdicts((basis) =>
    single(spamShare(basis.inbound, basis.feeds.filter !== 'none', basis.milterSeen).n),
  ),
  loginOk: countOf('loginOk', 'access'),
  loginFailed: countOf('loginFailed', 'access'),
  loginFault: countOf('loginFault', 'access'),
};

/** Name under which a metric that is counted beyond a limit is read: `messagesBeyond@300000`. */
export function limitedMetric(metric: string, limit: number): string {
  return `${metric}${AT}${limit}`;
}

/** Names of the metrics of mail. `messagesBeyond` is read against a limit (`limitedMetric`). */
export const BASIS_METRICS: readonly string[] = [...Object.keys(READINGS), 'messagesBeyond'];

/** The function that reads a metric from a basis; undefined when there is no such metric. */
export function readerOf(metric: string): Read | undefined {
  const at = metric.indexOf(AT);
  if (at < 0) return Object.hasOwn(READINGS, metric) ? READINGS[metric] : undefined;
  const limitMs = Number(metric.slice(at + 1));
  if (metric.slice(0, at) !== 'messagesBeyond' || !Number.isFinite(limitMs)) return undefined;
  return needs('flow', ({ lag }) => single(shown(lag).beyond(limitMs)));
}

/** One number. An unknown metric is no data, never zero. */
export function readingOf(metric: string, basis: MetricBasis): Reading {
  const read = readerOf(metric);
  return read ? read(basis) : { value: null, n: null, noData: `there is no metric '${metric}'` };
}

/** As on the tile: of inbound mail; of outbound where there is no other. */
function shown({ inbound, outbound }: MetricBasis['lag']): LagBasis {
  return inbound.quantile(0.95) ? inbound : outbound;
}

function lagOf(q: number): Read {
  return needs('flow', ({ lag }) => quantileOf(shown(lag), q));
}

function quantileOf(lag: LagBasis, q: number): Reading {
  const quantile = lag.quantile(q);
  if (!quantile) return NOTHING;
  return { value: quantile.valueMs, n: lag.count(), isFloor: quantile.isFloor };
}

/** Without the feed nothing is known; without any source of it there is nothing to measure. */
function needs(feed: Feed, read: Read): Read {
  return (basis) => {
    const state = basis.feeds[feed];
    return state === 'fresh' ? read(basis) : state === 'lost' ? LOST[feed] : NOTHING;
  };
}

/** Who waits is told by a listing where there is one, else by the log. */
function whenQueue(read: Read): Read {
  const [byListing, byLog] = [needs('queue', read), needs('flow', read)];
  return (basis) => (basis.feeds.queue === 'none' ? byLog(basis) : byListing(basis));
}

/** Verdicts are told by the filter where there is one, else by what Postfix says of it. */
function whenVerdicts(read: Read): Read {
  const [byFilter, byLog] = [needs('filter', read), needs('flow', read)];
  return (basis) => (basis.feeds.filter === 'none' ? byLog(basis) : byFilter(basis));
}

function queueOf(read: (queue: QueueState) => number): Read {
  return whenQueue(({ queues }) => {
    let total = 0;
    for (const queue of queues) total += read(queue);
    return single(total);
  });
}

function readyMinutes(basis: MetricBasis): Reading {
  let ready = 0;
  for (const { incoming, active } of basis.queues) ready += incoming + active;
  const perMinute = sum(basis, 'delivered') / MINUTES;
  return { value: ready / Math.max(perMinute, LEAST_PER_MINUTE), n: ready };
}

/** Final verdicts of all messages that came past the filter: those that were queued, and those that it refused. */
function scanCoverage(basis: MetricBasis): Reading {
  const whole = sum(basis, 'queued') + sum(basis, 'milterSpam');
  const final = sum(basis, 'scanned') - sum(basis, 'softRejected');
  // A verdict and the queueing that follows it may fall to either side of an end of the five minutes.
  return share(Math.max(0, Math.min(final, whole)), whole);
}

function hostile({ inbound, feeds, milterSeen }: MetricBasis): Reading {
  const { n, spam } = spamShare(inbound, feeds.filter !== 'none', milterSeen);
  const before = Math.max(0, inbound.rejectedPermanent - inbound.milterSpam);
  return share(before + spam, before + n);
}

function countOf(name: keyof Counts, feed: Feed = 'flow'): Read {
  return needs(feed, (basis) => single(sum(basis, name)));
}

function sum({ inbound, outbound }: MetricBasis, name: keyof Counts): number {
  return inbound[name] + outbound[name];
}

function share(part: number, n: number): Reading {
  return n > 0 ? { value: (100 * part) / n, n, part } : NOTHING;
}

function single(value: number | null): Reading {
  return { value, n: null };
}
