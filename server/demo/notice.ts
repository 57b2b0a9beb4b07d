import type { Message } from './message.ts';
import type { Host, World } from './world.ts';

/**
 * A non-delivery notice for the sender of `message`, with the lines of its birth. Undefined for mail that has no
 * sender to tell: notices about notices go nowhere.
 */
export function writeNotice(world: World, host: Host, message: Message): Message | undefined {
  const { random, tally } = world;
  if (message.sender === '' || !message.returnTo) return undefined;
  const { id, us } = host.newQueueId();
  const messageId = `${id}@${host.fqdn}`;
  host.log.syslog('postfix/cleanup', 5_100 + random.int(12), `${id}: message-id=<${messageId}>`);
  const text = `${message.queueId}: sender non-delivery notification: ${id}`;
  host.log.syslog('postfix/bounce', 3_400 + random.int(6), text);
  tally.event('message-id');
  tally.event('notice');
  const arrivedMs = us / 1_000;
  return {
    queueId: id,
    messageId,
    nature: 'notice',
    sender: '',
    arrivedMs,
    sizeBytes: 2_400 + Math.min(message.sizeBytes, 50_000),
    recipients: [{ target: message.returnTo, isDone: false }],
    state: 'incoming',
    activeMs: arrivedMs,
    nextTryMs: 0,
    openAttempts: 0,
    hasBounced: false,
  };
}
