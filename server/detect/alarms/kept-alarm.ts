import { z } from 'zod';
import {
  ALARM_STATES,
  type AlarmReading,
  type Chatter,
  HIDDEN_KINDS,
  PRIORITIES,
  SCOPE_KINDS,
  UNITS,
} from '../../../shared/alarms.ts';
import type { Alarm } from './alarm.ts';

const Ms = z.number();
const Text = z.string();
const OrNone = <T extends z.ZodType>(type: T) => type.nullable();

const KeptHidden = z.object({
  kind: z.enum(HIDDEN_KINDS),
  by: Text,
  reason: Text,
  sinceMs: Ms,
  untilMs: OrNone(Ms),
});
const KeptReading: z.ZodType<AlarmReading> = z.object({
  metric: Text,
  value: OrNone(z.number()),
  unit: z.enum(UNITS),
  limit: OrNone(z.number()),
  side: z.enum(['above', 'below']),
  n: OrNone(z.number()),
  isFloor: z.boolean(),
  atMs: Ms,
});
const KeptChatter: z.ZodType<Chatter> = z.object({
  sinceMs: Ms,
  raises: z.number(),
  quietMs: Ms,
  proposal: z.object({ setting: z.enum(['holdSeconds', 'clearForSeconds']), seconds: z.number() }),
});

/** An alarm as it was kept by a run before. */
const KeptAlarm: z.ZodType<Alarm> = z.object({
  key: Text,
  id: Text,
  rule: Text,
  ruleVersion: z.number(),
  judged: Text,
  scope: z.object({ kind: z.enum(SCOPE_KINDS), id: Text }),
  about: z.object({
    title: Text,
    action: Text,
    runbook: OrNone(Text),
    scopeName: Text,
    cluster: OrNone(Text),
    mailboxes: OrNone(z.number()),
  }),
  state: z.enum(ALARM_STATES),
  priority: z.enum(PRIORITIES),
  groupId: Text,
  sinceMs: Ms,
  raisedAtMs: OrNone(Ms),
  returnedAtMs: OrNone(Ms),
  timers: z.object({
    trueSinceMs: z.partialRecord(z.enum(PRIORITIES), Ms),
    heldUntilMs: OrNone(Ms),
    clearSinceMs: OrNone(Ms),
    noDataSinceMs: OrNone(Ms),
  }),
  isActive: OrNone(z.boolean()),
  reading: KeptReading,
  reason: Text,
  worst: OrNone(z.number()),
  acknowledged: OrNone(z.object({ by: Text, atMs: Ms, note: Text })),
  shelved: OrNone(KeptHidden),
  suppressed: OrNone(KeptHidden),
  outOfService: OrNone(KeptHidden),
  wasAnnounced: z.boolean(),
  isUntold: z.boolean().default(false),
  chatter: OrNone(KeptChatter),
});

export function writeAlarm(alarm: Alarm): string {
  return JSON.stringify(alarm);
}

/** The alarm, or why the text is none. */
export function readAlarm(text: string): Alarm | string {
  return readJson(KeptAlarm, text);
}

/** What JSON text holds, or what is wrong with it. */
export function readJson<T extends object>(schema: z.ZodType<T>, text: string): T | string {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : z.prettifyError(result.error).replaceAll('\n', ' ');
  } catch (error) {
    return String(error);
  }
}
