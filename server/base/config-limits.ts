import { z } from 'zod';

/** Every level of a tile comes from these; the units are in the names. */
export const Thresholds = z.strictObject({
  lagMediumMs: z.number().positive().default(60_000).describe('effective lag p95: the service objective'),
  lagHighMs: z.number().positive().default(300_000),
  lagCriticalMs: z.number().positive().default(900_000),
  lagMinMessages: z
    .number()
    .int()
    .positive()
    .default(3)
    .describe('messages beyond the limit before it is called high or critical'),
  accessHighPercent: z.number().default(99).describe('distinct users without a server fault, below'),
  accessCriticalPercent: z.number().default(95),
  accessMinUsers: z
    .number()
    .int()
    .positive()
    .default(30)
    .describe('distinct users before access is judged by its percentage'),
  queueMediumMinutes: z
    .number()
    .positive()
    .default(5)
    .describe('incoming and active, in minutes of deliveries'),
  queueHighMinutes: z.number().positive().default(15),
  queueMinRecipients: z.number().int().positive().default(100),
  spamMediumPercent: z.number().default(50),
  spamMinVerdicts: z.number().int().positive().default(50),
  bounceMediumPercent: z.number().default(20),
  bounceMinRecipients: z.number().int().positive().default(50),
  holdLowRecipients: z.number().int().positive().default(50),
});
export type Thresholds = z.infer<typeof Thresholds>;
export const DEFAULT_THRESHOLDS: Thresholds = Thresholds.parse({});

/** What Postfix is set to, so that it is known when mail that waits is tried again. */
export const RetryConfig = z.strictObject({
  minimalBackoffSeconds: z.number().positive().default(300).describe('`minimal_backoff_time`'),
  maximalBackoffSeconds: z.number().positive().default(4_000).describe('`maximal_backoff_time`'),
  queueRunDelaySeconds: z.number().positive().default(300).describe('`queue_run_delay`'),
});
export type RetryConfig = z.infer<typeof RetryConfig>;
export const DEFAULT_RETRIES: RetryConfig = RetryConfig.parse({});

const days = (value: number) => z.number().positive().default(value);
const bytes = (value: number) => z.number().positive().default(value);
/** How long and how much is kept. What is oldest goes first; the finest first when the whole is too large. */
export const RetentionConfig = z.strictObject({
  tenSecondsDays: days(7).describe('windows of ten seconds, days'),
  minutesDays: days(90).describe('windows of a minute, days'),
  hoursDays: days(1_095).describe('windows of an hour, days'),
  journalDays: days(30).describe('entries of the message journal, days'),
  linesDays: days(14).describe('log lines behind the journal, days'),
  journalBytes: bytes(20e9),
  linesBytes: bytes(5e9),
  totalBytes: bytes(50e9).describe('of the whole store'),
});
export type RetentionConfig = z.infer<typeof RetentionConfig>;
export const DEFAULT_RETENTION_CONFIG: RetentionConfig = RetentionConfig.parse({});
