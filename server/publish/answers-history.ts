/** The forms of what HTTP answers of the past, as schemas for the description; the types of `shared/history.ts` check them. */
import { z } from 'zod';
import {
  type MessagePage,
  type MessageRecord,
  type MessageTrace,
  type SeriesAnswer,
  type StorageReport,
  type TablesAnswer,
  type TopAnswer,
  type WaitingMatrix,
  AGE_MINUTES,
  COMPARE_KINDS,
  RECORD_STATUSES,
} from '../../shared/history.ts';
import { atMs, reading } from './answer-parts.ts';

const number = z.number();
const columns = z
  .record(z.string(), z.array(reading))
  .describe('aligned, oldest first; step i begins at fromMs + i * stepMs');

export const SeriesForm = z.object({
  fromMs: atMs,
  stepMs: number,
  metrics: columns,
  coverage: z.array(reading).describe('share of the expected reports that came, 0 to 1'),
  tierSeconds: number.describe('length of the stored windows it was made from; 1: from memory'),
  asOfMs: reading.describe('up to when what it was made from is complete'),
  marks: z.array(
    z.object({
      atMs,
      toMs: atMs.exactOptional(),
      kind: z.enum(['change', 'alarm', 'note']),
      text: z.string(),
      href: z.string().exactOptional(),
    }),
  ),
  compare: z.array(z.object({ kind: z.enum(COMPARE_KINDS), metrics: columns })).exactOptional(),
  notes: z.array(z.string()).describe('how it was made, and what could not be done').exactOptional(),
}) satisfies z.ZodType<SeriesAnswer>;

export const TopForm = z.object({
  metric: z.string(),
  fromMs: atMs,
  toMs: atMs,
  rows: z.array(z.object({ id: z.string(), value: number })),
  unknown: number.describe('tenants of which nothing is known'),
}) satisfies z.ZodType<TopAnswer>;

const Totals = z.object({ destination: z.string(), delivered: number, deferred: number, bounced: number });

export const TablesForm = z.object({
  fromMs: atMs.describe('the range is moved out to whole windows'),
  toMs: atMs,
  destinations: z.array(Totals),
  providers: z.array(Totals.extend({ destinations: number })),
  causes: z
    .array(z.object({ destination: z.string(), reason: z.string(), count: number }))
    .describe('deferrals by destination and reason'),
  bounces: z.array(z.object({ dsn: z.string(), label: z.string(), count: number })),
}) satisfies z.ZodType<TablesAnswer>;

const ages = z
  .array(number)
  .describe(`recipients by age: up to ${AGE_MINUTES.join(', ')} minutes, and beyond`);

export const MatrixForm = z.object({
  atMs,
  rows: z.array(z.object({ destination: z.string(), total: number, ages })),
  total: ages,
  otherDestinations: number.describe('destinations summed up in the row `other`'),
}) satisfies z.ZodType<WaitingMatrix>;

const text = z.string();
const Record = z.object({
  id: number,
  atMs,
  source: text,
  host: text,
  queueId: text.exactOptional(),
  messageId: text.exactOptional(),
  status: z.enum(RECORD_STATUSES),
  from: text.describe('masked without addresses:view'),
  to: text,
  origTo: text.exactOptional(),
  receiver: text.describe('tenant of the recipient').exactOptional(),
  sender: text.describe('tenant of the sender').exactOptional(),
  relay: text.exactOptional(),
  provider: text.exactOptional(),
  delayMs: number.exactOptional(),
  delaysMs: z
    .tuple([number, number, number, number])
    .readonly()
    .describe('before the queue manager, in the queue, connecting, transmitting')
    .exactOptional(),
  dsn: text.exactOptional(),
  replyCode: number.exactOptional(),
  reason: text,
  sizeBytes: number.exactOptional(),
  clientIp: text.exactOptional(),
  login: text.exactOptional(),
  remoteQueueId: text.exactOptional(),
  isFinal: z.boolean(),
}) satisfies z.ZodType<MessageRecord>;

export const PageForm = z.object({
  records: z.array(Record).describe('newest first'),
  cursor: text.describe('asks for older ones; absent: there are none').exactOptional(),
  searchedBackToMs: reading,
  isComplete: z.boolean(),
  keptFromMs: reading,
}) satisfies z.ZodType<MessagePage>;

export const TraceForm = z.object({
  host: text,
  queueId: text,
  records: z.array(Record),
  lines: z.array(z.object({ source: text, atMs, text })),
  related: z.array(z.object({ host: text, queueId: text, how: text })),
  missing: z.array(text),
}) satisfies z.ZodType<MessageTrace>;

export const StorageForm = z.object({
  state: z.enum(['ok', 'behind', 'failing', 'off']),
  reason: text.exactOptional(),
  path: text,
  committedAtMs: reading,
  commitP50Ms: reading,
  commitP99Ms: reading,
  waitingBatches: number,
  parts: z.array(
    z.object({
      name: text,
      bytes: number,
      rows: reading,
      budgetBytes: reading,
      keepDays: reading,
      oldestMs: reading,
    }),
  ),
  totalBytes: number,
  budgetBytes: number,
  freeBytes: reading,
  diskBytes: reading.exactOptional(),
}) satisfies z.ZodType<StorageReport>;

export const ProvidersForm = z.object({
  text: text.max(1_000_000).describe('the providers file, YAML or JSON'),
});
