import type { ChannelConfig } from '../../../base/config-notify.ts';
import { createAlertmanager, type AlertTimes } from './alertmanager.ts';
import type { Channel } from './channel.ts';
import { createEmail } from './email.ts';
import { createPagerduty } from './pagerduty.ts';
import { createSlack } from './slack.ts';
import { createWebhook } from './webhook.ts';

/** The channel that a configuration describes. */
export function createChannel(config: ChannelConfig, times: AlertTimes): Channel {
  switch (config.type) {
    case 'webhook':
      return createWebhook(config, times.wallMs);
    case 'slack':
      return createSlack(config);
    case 'pagerduty':
      return createPagerduty(config);
    case 'alertmanager':
      return createAlertmanager(config, times);
    case 'email':
      return createEmail(config);
    default:
      return config satisfies never;
  }
}
