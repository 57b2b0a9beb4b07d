import { z } from 'zod';
import { jsonOf } from '../../base/json.ts';
import { PRIORITIES, UNITS } from '../../../shared/alarms.ts';
import { NOTICE_KINDS } from '../../detect/alarms/types.ts';

/** What a receiver that keeps a state of its own should hold of the group after a message. */
export const PHASES = ['firing', 'acknowledged', 'resolved', 'hidden'] as const;
export type Phase = (typeof PHASES)[number];

/** What is worth saying of a group besides its line; kept, so that a reminder says it again. */
export const Facts = z.object({
  /** Why it was raised, with its number and limit. */
  what: z.string(),
  number: z.string(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.enum(UNITS).nullable(),
  metric: z.string(),
  /** Names of whom it concerns, the most mailboxes first; at most MAX_NAMES. */
  names: z.array(z.string()),
  /** How many it concerns. */
  count: z.number(),
  mailboxes: z.number().nullable(),
  /** Ids, for routes. */
  tenants: z.array(z.string()),
  action: z.string(),
  runbook: z.string().nullable(),
});
export type Facts = z.infer<typeof Facts>;

/** One message, the same for every channel: it is written once and waits as JSON in the outbox. */
export const Message = z.object({
  /** Stable: a receiver that gets it twice can tell by it. */
  id: z.string().min(1),
  kind: z.enum(NOTICE_KINDS),
  phase: z.enum(PHASES),
  /** It should wake somebody. */
  isPage: z.boolean(),
  groupId: z.string(),
  /** Id of the first message of the group: what follows is threaded below it. */
  firstId: z.string(),
  atMs: z.number(),
  sinceMs: z.number(),
  raisedAtMs: z.number(),
  rule: z.string(),
  title: z.string(),
  priority: z.enum(PRIORITIES),
  /** By which receivers that keep a state of their own know it: of a group that eases it stays what they were told. */
  toldPriority: z.enum(PRIORITIES),
  /** By which they knew it until now; null: by the same, or not at all. */
  formerPriority: z.enum(PRIORITIES).nullable(),
  cluster: z.string().nullable(),
  by: z.string(),
  /** One line. */
  subject: z.string(),
  /** The same in full, plain text. */
  body: z.string(),
  link: z.string().nullable(),
  facts: Facts,
  /** Which incident of the group it belongs to, and the one it takes the place of; null: of none. */
  incident: z.number().default(0),
  formerIncident: z.number().nullable().default(null),
});
export type Message = z.infer<typeof Message>;

/** A message that waited in the store; undefined when it cannot be read. */
export function readMessage(text: string): Message | undefined {
  return Message.safeParse(jsonOf(text)).data;
}
