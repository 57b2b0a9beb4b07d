/** The metrics that rules may name. Those of mail are read by the one definition in `history/readings.ts`. */
import type { MetricView, ScopeKind, Unit } from '../../../shared/alarms.ts';
import { limitedMetric } from '../../history/readings.ts';
import type { MetricInfo, Rule } from './types.ts';

export { feedState, lagBasis, type MetricBasis, policyRefusedOf } from '../../history/metric-basis.ts';
export { BASIS_METRICS, limitedMetric, readerOf, readingOf } from '../../history/readings.ts';

const MAIL: readonly ScopeKind[] = ['tenant', 'cluster', 'platform'];
const TENANTS: readonly ScopeKind[] = ['tenant', 'cluster'];
const MAIL_SOURCE: readonly ScopeKind[] = [...MAIL, 'source'];
const EVERYWHERE: readonly ScopeKind[] = [...MAIL_SOURCE, 'destination'];
const PLATFORM: readonly ScopeKind[] = ['platform'];
const SOURCE: readonly ScopeKind[] = ['source'];
const SCREEN: readonly ScopeKind[] = ['screen'];

type Row = readonly [name: string, label: string, scopes: readonly ScopeKind[]];

const LAGS: readonly Row[] = [
  ['lagP50Ms', 'lag, median', MAIL],
  ['lagP95Ms', 'lag, 95th percentile', MAIL],
  ['lagP99Ms', 'lag, 99th percentile', MAIL],
  ['lagMaxMs', 'lag, longest', MAIL],
  ['outboundLagP95Ms', 'outbound lag, 95th percentile', TENANTS],
  ['oldestWaitingMs', 'age of the oldest waiting mail', MAIL],
];
const SHARES: readonly Row[] = [
  ['spamPercent', 'spam share', MAIL],
  ['hostilePercent', 'hostile share of what came', MAIL],
  ['scanCoveragePercent', 'scan coverage', MAIL],
  ['softRejectPercent', 'scans answered “try again later”', MAIL_SOURCE],
  ['tempRejectPercent', 'mail told to come again', MAIL_SOURCE],
  ['accessPercent', 'access, users without a server fault', MAIL],
  ['deferralPercent', 'deferred attempts', EVERYWHERE],
  ['bouncePercent', 'bounced recipients', EVERYWHERE],
  ['policyRefusedPercent', 'refused by policy (5.7.x)', ['tenant', 'cluster', 'platform', 'destination']],
  ['loginFaultPercent', 'sign-ins failed by our fault', SOURCE],
  ['unattributedPercent', 'mail of no known tenant', PLATFORM],
];
const COUNTS: readonly Row[] = [
  ['queueDepth', 'waiting recipients', MAIL],
  ['queueIncoming', 'recipients in incoming', MAIL],
  ['queueActive', 'recipients in active', MAIL],
  ['queueDeferred', 'recipients in deferred', MAIL],
  ['queueReady', 'recipients ready (incoming and active)', MAIL],
  ['queueHold', 'held recipients', MAIL],
  ['queueCorrupt', 'recipients in corrupt', MAIL],
  ['messagesBeyond', 'messages later than the limit of the level', MAIL],
  ['spamN', 'final verdicts, 5 minutes', MAIL],
  ['accessUsers', 'users who signed in, 5 minutes', MAIL],
  ['accessFailing', 'users who fail by our fault', MAIL],
  ['accepted', 'accepted, 5 minutes', MAIL],
  ['queued', 'queued, 5 minutes', MAIL],
  ['delivered', 'delivered, 5 minutes (destination: 15)', EVERYWHERE],
  ['deferred', 'deferred, 5 minutes (destination: 15)', EVERYWHERE],
  ['bounced', 'bounced, 5 minutes (destination: 15)', EVERYWHERE],
  ['expired', 'expired, 5 minutes', MAIL],
  ['rejected', 'refused, 5 minutes', MAIL],
  ['rejectedTemporary', 'told to come again, 5 minutes', MAIL_SOURCE],
  ['rejectedPermanent', 'refused for good, 5 minutes', MAIL],
  ['held', 'put on hold, 5 minutes', MAIL],
  ['released', 'released from hold, 5 minutes', MAIL],
  ['scanned', 'scans, 5 minutes', MAIL_SOURCE],
  ['softRejected', 'scans answered “try again later”, 5 minutes', MAIL_SOURCE],
  ['loginOk', 'sign-ins, 5 minutes', MAIL_SOURCE],
  ['loginFailed', 'failed sign-ins, 5 minutes', MAIL],
  ['loginFault', 'sign-ins failed by our fault, 5 minutes', MAIL_SOURCE],
  ['late', 'lines that came late, 5 minutes', PLATFORM],
  ['troubles', 'warnings and errors, 5 minutes', ['platform', 'source']],
  ['readyMinutes', 'ready mail in minutes of deliveries', MAIL],
  ['sourcesSilent', 'sources not heard', PLATFORM],
];
const STATES: readonly Row[] = [
  ['historyFailing', 'history cannot be written', PLATFORM],
  ['alarmPathFailing', 'alarms cannot leave', PLATFORM],
  ['nobodyOnCall', 'nobody is on call', PLATFORM],
  ['sourceQuiet', 'it can be read, but has told of nothing for long', SOURCE],
  ['screenMute', 'sound held back by its browser or silenced for over an hour', SCREEN],
];

const made = (unit: Unit, isShare: boolean, max: number) =>
  function info([name, label, scopes]: Row): MetricInfo {
    return { name, label, unit, scopes, isShare, min: 0, max };
  };

/** All of them. */
export const METRIC_INFOS: readonly MetricInfo[] = [
  ...LAGS.map(made('ms', false, Infinity)),
  ...SHARES.map(made('percent', true, 100)),
  made('ms', false, Infinity)(['screenDarkMs', 'nothing painted for', SCREEN]),
  ...COUNTS.map(made('count', false, Infinity)),
  made('per-minute', false, Infinity)(['acceptedPerMinute', 'accepted a minute', MAIL]),
  made('per-minute', false, Infinity)(['deliveredPerMinute', 'delivered a minute', MAIL]),
  made('percent', false, 100)(['diskFreePercent', 'free space of the store', PLATFORM]),
  ...STATES.map(made('state', false, 1)),
];

const BY_NAME = new Map(METRIC_INFOS.map((info) => [info.name, info]));

/** What is known of a metric; undefined when there is none of that name. */
export function metricInfo(name: string): MetricInfo | undefined {
  return BY_NAME.get(name);
}

/** Counted beyond the limit of a level; nothing by itself. */
export const LIMITED_METRIC = 'messagesBeyond';

/** The metrics as the page of rules lists them. */
export const METRIC_VIEWS: readonly MetricView[] = METRIC_INFOS.map(
  ({ name, label, unit, scopes, isShare }) => ({ name, label, unit, scopes, isShare }),
);

/** Every name under which a rule reads a number: what a back-test has to have at hand. */
export function metricsOf({ when, guards, levels }: Rule): readonly string[] {
  const names = new Set<string>('metric' in when ? [when.metric] : []);
  for (const { metric } of guards) {
    if (metric !== LIMITED_METRIC) names.add(metric);
    else for (const level of levels) names.add(limitedMetric(metric, level.above ?? level.below ?? 0));
  }
  return [...names];
}

/** The known name that is nearest to a wrong one; undefined when none is near. */
export function nearestMetric(wrong: string): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const { name } of METRIC_INFOS) {
    const distance = editDistance(name.toLowerCase(), wrong.toLowerCase());
    if (!best || distance < best.distance) best = { name, distance };
  }
  return best && best.distance <= Math.max(3, wrong.length / 2) ? best.name : undefined;
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
