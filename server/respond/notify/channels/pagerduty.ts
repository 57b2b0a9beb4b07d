import type { Priority } from '../../../../shared/alarms.ts';
import { targetOf, type ChannelConfig } from '../../../base/config-notify.ts';
import type { Message, Phase } from '../message.ts';
import { OK, type Channel } from './channel.ts';
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

/**
 * PagerDuty Events API v2. One group is one incident: `dedup_key` is its id, so that a message sent twice changes nothing. A
 * trigger is added to an acknowledged incident without a word to anybody: what pages after that is an incident of its own.
 */
export function createPagerduty(config: PagerdutyConfig): Channel {
  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    async send(message) {
      for (const event of eventsOf(message, config.routingKey ?? '')) {
        const outcome = await postJson({
          url: config.url,
          body: JSON.stringify(event),
          timeoutMs: config.timeoutMs / (message.formerIncident === null ? 1 : 2),
        });
        if (outcome.kind !== 'ok') return outcome;
      }
      return OK;
    },
  };
}

/** The event, and after it the end of the incident whose place it takes: the page is never the one that is missing. */
export function eventsOf(message: Message, routingKey: string) {
  const event = eventOf(message, routingKey);
  if (message.formerIncident === null) return [event];
  const dedup_key = dedupKey(message.groupId, message.formerIncident);
  return [event, { routing_key: routingKey, event_action: 'resolve', dedup_key }];
}

function dedupKey(groupId: string, incident: number): string {
  const id = headerSafe(groupId);
  return incident === 0 ? id : `${id}#${incident}`;
}

/** An event in the published form; only a trigger has a payload. */
export function eventOf(message: Message, routingKey: string) {
  const action = ACTIONS[message.phase];
  const event = {
    routing_key: routingKey,
    event_action: action,
    dedup_key: dedupKey(message.groupId, message.incident),
  };
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
