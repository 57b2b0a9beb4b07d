import type { Priority } from '../../../../shared/alarms.ts';
import type { Clock } from '../../../base/clock.ts';
import { targetOf, type ChannelConfig } from '../../../base/config-notify.ts';
import type { Message } from '../message.ts';
import type { Channel } from './channel.ts';
import { postJson } from './http.ts';
import { SEVERITIES } from './pagerduty.ts';

type AlertmanagerConfig = Extract<ChannelConfig, { type: 'alertmanager' }>;

/** Marks our own alerts, so that they are known when an Alertmanager sends them back to us. */
export const GROUP_LABEL = 'mailvigil_group';
/** Clocks that differ by less are taken for the same. */
const SAME_CLOCK_MS = 5_000;
const BATCH = 200;

/** What pushing alerts rests on: its times are those of the wall, ours may be those of a demo. */
export interface AlertTimes {
  readonly clock: Pick<Clock, 'now'>;
  readonly wallMs: () => number;
}

/** Alertmanager API v2. It forgets an alert at `endsAt`, so what holds is said again long before that. */
export function createAlertmanager(config: AlertmanagerConfig, times: AlertTimes): Channel {
  const url = `${(config.url ?? '').replace(/\/+$/, '')}/api/v2/alerts`;
  const post = (alerts: readonly Alert[]) =>
    postJson({ url, body: JSON.stringify(alerts), timeoutMs: config.timeoutMs });
  const write = (message: Message) => alertsOf(message, times, config.expireSeconds * 1_000);
  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    send: (message) => post(write(message)),
    refresh: {
      everyMs: config.resendSeconds * 1_000,
      async run(holding) {
        const alerts = holding.map((message) => ({ ...message, formerPriority: null })).flatMap(write);
        for (let i = 0; i < alerts.length; i += BATCH) {
          const outcome = await post(alerts.slice(i, i + BATCH));
          if (outcome.kind !== 'ok') return outcome;
        }
        return { kind: 'ok' };
      },
    },
  };
}

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** An alert is its labels: when the priority rises there is a new one, and the one before ends. */
export function alertsOf(message: Message, times: AlertTimes, expireMs: number): Alert[] {
  const { clock, wallMs } = times;
  const offsetMs = wallMs() - clock.now();
  const toWall = (atMs: number): number => (Math.abs(offsetMs) < SAME_CLOCK_MS ? atMs : atMs + offsetMs);
  const startsAtMs = toWall(message.raisedAtMs);
  const isHeld = message.phase === 'firing' || message.phase === 'acknowledged';
  const alert = (priority: Priority, endsAtMs: number): Alert => ({
    labels: labelsOf(message, priority),
    annotations: annotationsOf(message),
    startsAt: new Date(startsAtMs).toISOString(),
    // It refuses an end that is not after the beginning.
    endsAt: new Date(Math.max(endsAtMs, startsAtMs + 1)).toISOString(),
    ...(message.link === null ? {} : { generatorURL: message.link }),
  });
  const endMs = toWall(message.atMs);
  return [
    ...(message.formerPriority === null ? [] : [alert(message.formerPriority, endMs)]),
    alert(message.toldPriority, isHeld ? wallMs() + expireMs : endMs),
  ];
}

function labelsOf({ rule, groupId, cluster }: Message, priority: Priority): Record<string, string> {
  const labels = {
    alertname: rule || 'mailvigil',
    severity: SEVERITIES[priority],
    priority,
    [GROUP_LABEL]: groupId,
  };
  return cluster === null ? labels : { ...labels, cluster };
}

function annotationsOf({ subject, body, title, facts }: Message): Record<string, string> {
  const { runbook } = facts;
  return {
    summary: subject,
    description: body,
    title,
    ...(runbook === null ? {} : { runbook_url: runbook }),
  };
}
