import type { Priority } from '../../../../shared/alarms.ts';
import { targetOf, type ChannelConfig } from '../../../base/config-notify.ts';
import type { Message, Phase } from '../message.ts';
import type { Channel } from './channel.ts';
import { headerSafe } from './webhook.ts';
import { postJson } from './http.ts';

type PagerdutyConfig = Extract<ChannelConfig, { type: 'pagerduty' }>;

/** Four there as here: critical, error, warning, info. */
export const SEVERITIES: Readonly<Record<Priority, string>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
};
const ACTIONS: Readonly<Record<Phase, string>> = {
  firing: 'trigger',
  acknowledged: 'acknowledge',
  resolved: 'resolve',
  hidden: 'resolve',
};
const MAX_SUMMARY = 1_024;

/** PagerDuty Events API v2. One group is one incident: `dedup_key` is its id, so that a message sent twice changes nothing. */
export function createPagerduty(config: PagerdutyConfig): Channel {
  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    send: (message) =>
      postJson({
        url: config.url,
        body: JSON.stringify(eventOf(message, config.routingKey ?? '')),
        timeoutMs: config.timeoutMs,
      }),
  };
}

/** An event in the published form; only a trigger has a payload. */
export function eventOf(message: Message, routingKey: string) {
  const action = ACTIONS[message.phase];
  const event = { routing_key: routingKey, event_action: action, dedup_key: headerSafe(message.groupId) };
  if (action !== 'trigger') return event;
  const { subject, body, priority, facts, rule, cluster, link, raisedAtMs } = message;
  return {
    ...event,
    client: 'Mailvigil',
    ...(link === null ? {} : { client_url: link, links: [{ href: link, text: 'Open the alarm' }] }),
    payload: {
      summary: subject.slice(0, MAX_SUMMARY),
      source: cluster ?? facts.names[0] ?? 'platform',
      severity: SEVERITIES[priority],
      timestamp: new Date(raisedAtMs).toISOString(),
      component: cluster ?? undefined,
      class: rule,
      custom_details: { text: body, number: facts.number, mailboxes: facts.mailboxes, action: facts.action },
    },
  };
}
