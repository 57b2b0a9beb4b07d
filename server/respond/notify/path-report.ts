import type { AlarmPathReport, ChannelReport } from '../../../shared/alarms.ts';
import type { Channel } from './channels/channel.ts';
import type { LaneReport } from './outbox.ts';
import type { PathFinding } from './path-check.ts';

export interface PathFacts {
  readonly channels: readonly {
    readonly channel: Pick<Channel, 'id' | 'type' | 'target'>;
    readonly finding: PathFinding | null;
    readonly lane: LaneReport;
  }[];
  readonly checkedAtMs: number | null;
  readonly deadMan: AlarmPathReport['deadMan'];
  /** Rows of a run before that lead nowhere now. */
  readonly lost: number;
}

/** Whether alarms can leave without the platform: checked connections and what came of sending, as one. */
export function pathReport({ channels, checkedAtMs, deadMan, lost }: PathFacts): AlarmPathReport {
  const reports = channels.map((each) => ({
    report: channelReport(each),
    isWhole: each.finding?.isWhole ?? false,
  }));
  const all = { checkedAtMs, channels: reports.map(({ report }) => report), deadMan };
  return { ...stateOf(reports, deadMan, lost), ...all };
}

function channelReport({ channel, finding, lane }: PathFacts['channels'][number]): ChannelReport {
  const { id, type, target } = channel;
  const fault = finding?.isOk === false ? finding.reason : null;
  const reasons = [fault, lane.fault === null || lane.fault === fault ? null : `sending: ${lane.fault}`];
  const reason = reasons.filter((each) => each !== null).join('; ');
  return {
    ...{ id, type, target, reason },
    state: reason !== '' ? 'failing' : finding === null ? 'unknown' : 'ok',
    dependsOnPlatform: finding?.dependsOnPlatform ?? null,
    waiting: lane.waiting,
    sent: lane.sent,
    dead: lane.dead,
    lastSentMs: lane.lastSentMs,
    oldestWaitingMs: lane.oldestCreatedMs,
  };
}

type Reported = { readonly report: ChannelReport; readonly isWhole: boolean };

function stateOf(
  reports: readonly Reported[],
  deadMan: AlarmPathReport['deadMan'],
  lost: number,
): Pick<AlarmPathReport, 'state' | 'reason'> {
  if (reports.length === 0)
    return {
      state: 'none',
      reason: 'No channel is configured: alarms are shown here and told to nobody. Configure `notify`.',
    };
  if (reports.every(({ report }) => report.state === 'unknown'))
    return { state: 'unknown', reason: 'Not checked yet.' };
  const isFree = ({ report, isWhole }: Reported): boolean => report.state !== 'failing' && !isWhole;
  const faults = faultsOf(reports, deadMan, lost);
  if (!reports.some(isFree))
    return {
      state: 'failing',
      reason: `No alarm can leave without the watched platform. ${faults.join(' ')}`,
    };
  return faults.length === 0 ? { state: 'ok', reason: '' } : { state: 'degraded', reason: faults.join(' ') };
}

function faultsOf(reports: readonly Reported[], deadMan: AlarmPathReport['deadMan'], lost: number): string[] {
  const ofChannels = reports.flatMap(({ report: { id, state, reason, dependsOnPlatform } }) => [
    ...(state === 'failing' ? [`${id}: ${reason}.`] : []),
    ...(dependsOnPlatform === null ? [] : [`${id} depends on the watched platform: ${dependsOnPlatform}.`]),
  ]);
  const ofDeadMan = deadMan?.isOk === false ? [`Outside watch: ${deadMan.reason}.`] : [];
  const ofLost =
    lost === 0 ? [] : [`${lost} messages of a run before lead to channels that are not configured any more.`];
  return [...ofChannels, ...ofDeadMan, ...ofLost];
}
