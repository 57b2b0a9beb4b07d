import { createHmac } from 'node:crypto';
import type { ChannelConfig } from '../../../base/config-notify.ts';
import { targetOf } from '../../../base/config-notify.ts';
import type { Message } from '../message.ts';
import type { Channel } from './channel.ts';
import { postJson } from './http.ts';

type WebhookConfig = Extract<ChannelConfig, { type: 'webhook' }>;

/** A webhook of one's own: JSON, signed as Standard Webhooks 1.0 has it. The id stays the same when it is sent again. */
export function createWebhook(config: WebhookConfig, wallMs: () => number): Channel {
  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    send(message) {
      const body = JSON.stringify(webhookBody(message));
      const id = headerSafe(message.id);
      const timestamp = String(Math.floor(wallMs() / 1_000));
      const signature =
        config.secret === undefined
          ? {}
          : { 'webhook-signature': signWebhook({ id, timestamp, body }, config.secret) };
      return postJson({
        url: config.url ?? '',
        headers: { 'webhook-id': id, 'webhook-timestamp': timestamp, ...signature },
        body,
        timeoutMs: config.timeoutMs,
      });
    },
  };
}

/** `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. */
export function signWebhook(
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string },
  secret: string,
): string {
  const hmac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`);
  return `v1,${hmac.digest('base64')}`;
}

/** A secret with the prefix `whsec_` is base64; any other is the key itself. */
function keyOf(secret: string): Buffer {
  const PREFIX = 'whsec_';
  return secret.startsWith(PREFIX)
    ? Buffer.from(secret.slice(PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

function webhookBody(message: Message) {
  const { id, kind, phase, groupId, rule, title, priority, cluster, by, subject, body, link, facts } =
    message;
  const { atMs, sinceMs, raisedAtMs, isPage } = message;
  const alarm = { groupId, rule, title, priority, cluster, sinceMs, raisedAtMs, link };
  const { tenants, ...rest } = facts;
  return {
    type: `alarm.${kind}`,
    timestamp: new Date(atMs).toISOString(),
    data: { id, phase, isPage, by, alarm: { ...alarm, ...rest, tenants }, subject, text: body },
  };
}

/** Ids are ours, but a header takes no more than visible ASCII. */
export function headerSafe(id: string): string {
  return id.replace(/[^\x21-\x7e]/g, '_').slice(0, 200);
}
