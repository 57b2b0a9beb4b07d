/** The forms of silences and maintenance windows; the types of `shared/alarms.ts` check them. */
import { z } from 'zod';
import { type MaintenanceView, type SilenceView, PRIORITIES } from '../../shared/alarms.ts';
import { atMs } from './answer-parts.ts';

const text = z.string();

const ids = z.array(text.min(1).max(256)).min(1).max(1_000).exactOptional();
export const MatcherForm = z
  .strictObject({
    rules: ids,
    tenants: ids,
    clusters: ids,
    sources: ids,
    destinations: ids,
    screens: ids,
    upTo: z.enum(PRIORITIES).describe('at most this priority').exactOptional(),
  })
  .describe('all that is given must match; empty: everything');

const weekly = {
  zone: text.describe('IANA name: Europe/London'),
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).describe('1 Monday to 7 Sunday'),
  from: text.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM, 00:00 to 23:59'),
  minutes: z.int().min(1).max(720).describe('at most 12 hours'),
  untilMs: atMs.describe('it never recurs after this'),
};
export const MaintenanceTimeForm = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('once'), fromMs: atMs, untilMs: atMs }),
  z.strictObject({ kind: z.literal('weekly'), ...weekly }),
]);

export const SilenceForm = z.object({
  id: text,
  matcher: MatcherForm,
  by: text,
  reason: text,
  fromMs: atMs,
  untilMs: atMs,
  isActive: z.boolean(),
  hides: z.array(text).describe('ids of alarms'),
  withheld: z.number().describe('notifications, so far'),
}) satisfies z.ZodType<SilenceView>;

export const MaintenanceForm = z.object({
  id: text,
  matcher: MatcherForm,
  by: text,
  reason: text,
  when: MaintenanceTimeForm,
  isActive: z.boolean(),
  nextFromMs: atMs.nullable(),
  nextUntilMs: atMs.nullable(),
  hides: z.array(text).describe('ids of alarms'),
}) satisfies z.ZodType<MaintenanceView>;
