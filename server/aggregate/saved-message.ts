/** A message of the ledger in a form that outlives the process. Tenants by their ids: their places in the file may change. */
import { z } from 'zod';
import { jsonOf } from '../base/json.ts';
import type { Directory } from '../attribute/directory.ts';
import { NOBODY, type TenantIndex } from '../attribute/directory.ts';
import { Message } from './message.ts';

const RULES = ['instance', 'login', 'recipient-domain', 'relay', 'sender-domain'] as const;
const QUEUES = ['maildrop', 'incoming', 'active', 'deferred', 'hold', 'corrupt'] as const;
const STATES = ['pending', 'deferred', 'done'] as const;

const Saved = z.tuple([
  z.literal(1),
  z.object({
    times: z.tuple([z.number(), z.number(), z.number()]),
    sender: z.string().nullable(),
    rule: z.enum(RULES).nullable(),
    flags: z.number().int(),
    from: z.string(),
    count: z.number().int(),
    queue: z.enum(QUEUES),
    acceptedBy: z.array(z.string().nullable()),
    more: z.tuple([z.string(), z.string(), z.string(), z.number()]),
    recipients: z.array(z.tuple([z.string(), z.number().int()])),
  }),
]);

const FLAGS = [
  'isQueued',
  'isCountedQueued',
  'isEnded',
  'isFromListing',
  'isAccepted',
  'isReleased',
] as const satisfies readonly (keyof Message)[];

export function saveMessage(message: Message, directory: Directory): string {
  const idOf = (owner: TenantIndex): string | null => directory.tenants[owner]?.id ?? null;
  const saved: z.infer<typeof Saved> = [
    1,
    {
      times: [message.arrivedAtMs, message.edgeAtMs, message.lastSeenMs],
      sender: idOf(message.sender.owner),
      rule: message.sender.rule,
      flags: FLAGS.reduce((bits, flag, i) => bits | (message[flag] ? 1 << i : 0), 0),
      from: message.from,
      count: message.recipientCount,
      queue: message.queueName,
      acceptedBy: message.acceptedBy.map(idOf),
      more: [message.messageId, message.clientIp, message.login, message.sizeBytes],
      recipients: message.recipients.map(({ address, state, wasDeferred, isRemoteFault, isTold }) => [
        address,
        STATES.indexOf(state) | (wasDeferred ? 4 : 0) | (isRemoteFault ? 8 : 0) | (isTold ? 0 : 16),
      ]),
    },
  ];
  return JSON.stringify(saved);
}

/** Undefined: of a form this program does not know, or damaged. A tenant that is no more owns nothing. */
export function restoreMessage(
  { host, queueId, state }: { readonly host: string; readonly queueId: string; readonly state: string },
  directory: Directory,
): Message | undefined {
  const parsed = Saved.safeParse(jsonOf(state));
  if (!parsed.success) return undefined;
  const [, saved] = parsed.data;
  const ownerOf = (id: string | null): TenantIndex =>
    id === null ? NOBODY : directory.tenants.findIndex((tenant) => tenant.id === id);
  const message = new Message(host, queueId, saved.times[0]);
  [, message.edgeAtMs, message.lastSeenMs] = saved.times;
  const owner = ownerOf(saved.sender);
  message.sender = { owner, rule: owner === NOBODY ? null : saved.rule };
  FLAGS.forEach((flag, i) => (message[flag] = (saved.flags & (1 << i)) !== 0));
  message.from = saved.from;
  message.recipientCount = saved.count;
  message.queueName = saved.queue;
  [message.messageId, message.clientIp, message.login, message.sizeBytes] = saved.more;
  for (const id of saved.acceptedBy) message.noteAccepted(ownerOf(id));
  for (const [address, bits] of saved.recipients) {
    const recipient = message.addRecipient(address, directory.ownerOfAddress(address), (bits & 16) === 0);
    recipient.state = STATES[bits & 3] ?? 'pending';
    recipient.wasDeferred = (bits & 4) !== 0;
    recipient.isRemoteFault = (bits & 8) !== 0;
  }
  return message;
}
