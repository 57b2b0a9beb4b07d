import { targetOf, type ChannelConfig } from '../../../base/config-notify.ts';
import type { Channel } from './channel.ts';
import { postJson } from './http.ts';

type SlackConfig = Extract<ChannelConfig, { type: 'slack' }>;

/** Longest text of a section block. */
const MAX_SECTION = 3_000;

/** An incoming webhook in the form of Slack, which Mattermost, Rocket.Chat and others take as well. */
export function createSlack(config: SlackConfig): Channel {
  return {
    id: config.id,
    type: config.type,
    target: targetOf(config),
    send: ({ subject, body }) =>
      postJson({
        url: config.url ?? '',
        body: JSON.stringify({
          text: escapeSlack(subject),
          blocks: [
            {
              type: 'section',
              text: { type: 'mrkdwn', text: `*${escapeSlack(subject).replaceAll('*', '')}*` },
            },
            { type: 'section', text: { type: 'mrkdwn', text: escapeSlack(body).slice(0, MAX_SECTION) } },
          ],
        }),
        timeoutMs: config.timeoutMs,
      }),
  };
}

/** The three characters that have a meaning of their own there; `<!channel>` must not come from a name. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
