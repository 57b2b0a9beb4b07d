import { waiting } from './message.ts';
import type { Message } from './message.ts';

const ORDER = ['incoming', 'active', 'deferred', 'hold'] as const;

/** What `postqueue -j` prints now: one JSON object a line, nothing for an empty queue. */
export function listQueue(messages: Iterable<Message>): string {
  const parts: Record<Message['state'], string[]> = { incoming: [], active: [], deferred: [], hold: [] };
  for (const message of messages) parts[message.state].push(entryText(message));
  return ORDER.map((state) => parts[state].join('')).join('');
}

/** Spaces as `postqueue` prints them; built by hand, as a backlog of tens of thousands is listed every few seconds. */
function entryText(m: Message): string {
  const sender = m.sender === '' ? 'MAILER-DAEMON' : m.sender;
  const recipients = waiting(m).map(({ target, reason }) => {
    const why = reason === undefined ? '' : `, "delay_reason": ${JSON.stringify(reason)}`;
    return `{"address": "${target.address}"${why}}`;
  });
  const arrival = Math.floor(m.arrivedMs / 1_000);
  return `{"queue_name": "${m.state}", "queue_id": "${m.queueId}", "arrival_time": ${arrival}, "message_size": ${m.sizeBytes}, "forced_expire": false, "sender": "${sender}", "recipients": [${recipients.join(', ')}]}\n`;
}
