/** The forms of what HTTP answers, as schemas for the description; the types of the protocol check them. */
import { z } from 'zod';
import {
  type Coverage,
  type FeedCoverage,
  type PlatformRow,
  type SourceReport,
  type SourcesSnapshot,
  type TenantEntry,
  type WallRow,
  ERROR_CODES,
  FEEDS,
  LEVELS,
  SIGNALS,
} from '../../shared/protocol.ts';
import type { WallAt } from '../../shared/history.ts';
import { type ScreenReport, ScreenTell } from '../../shared/screens.ts';
import { atMs, reading } from './answer-parts.ts';
import { StripForm } from './answers-alarms.ts';
import type { Health } from './port.ts';

const number = z.number();

export const HealthAnswer = z.object({
  ok: z.boolean(),
  reasons: z.array(z.string()),
}) satisfies z.ZodType<Health>;

export const ErrorAnswer = z.object({
  error: z.object({
    code: z.enum(ERROR_CODES),
    message: z.string(),
    details: z.array(z.string()).exactOptional(),
  }),
});

const Tenant = z.object({
  id: z.string(),
  name: z.string(),
  cluster: z.string().exactOptional(),
  mailboxes: number.exactOptional(),
}) satisfies z.ZodType<TenantEntry>;

export const TenantsAnswer = z.object({ tenants: z.array(Tenant) });

const Row = z.object({
  level: z.enum(LEVELS),
  signal: z.enum(SIGNALS),
  sinceMs: atMs,
  reason: z.string(),
  queueDepth: reading,
  spamPercent: reading,
  spamN: number,
  lagP95Ms: reading,
  isLagFloor: z.boolean(),
  accessPercent: reading,
  trend: z.enum(['up', 'flat', 'down']).nullable(),
}) satisfies z.ZodType<WallRow>;

const Platform = z.object({
  queueDepth: reading,
  spamPercent: reading,
  lagP95Ms: reading,
  isLagFloor: z.boolean(),
  accessPercent: reading,
  acceptedPerMinute: reading,
  deliveredPerMinute: reading,
  oldestWaitingMs: reading,
  unattributedPercent: reading,
  sourcesUp: number,
  sourcesExpected: number,
  levels: z.record(z.enum(LEVELS), number),
}) satisfies z.ZodType<PlatformRow>;

const OneFeed = z.object({
  expected: number,
  fresh: number,
  asOfMs: reading,
  intervalMs: number,
}) satisfies z.ZodType<FeedCoverage>;

const CoverageByCluster = z.record(
  z.string(),
  z.record(z.enum(FEEDS), OneFeed),
) satisfies z.ZodType<Coverage>;

const Demo = z.object({
  scenario: z.string(),
  scenarios: z.array(z.object({ id: z.string(), title: z.string(), summary: z.string() })),
  speed: number,
  story: z.array(z.object({ atMs, text: z.string() })),
});

export const WallAnswer = z.object({
  atMs,
  tenants: z.array(Tenant),
  rows: z.array(Row).describe('one per tenant, in the same order'),
  sparks: z.array(z.array(reading)).describe('queue depth, one list per tenant, oldest first'),
  platform: Platform,
  coverage: CoverageByCluster,
  demo: Demo.nullable(),
  alarms: StripForm.exactOptional().describe('now; absent of a past moment'),
  tierSeconds: number.describe('length of the stored windows it was made from; 1: from memory'),
  missing: z.array(z.string()).describe('what was not kept of that time'),
}) satisfies z.ZodType<WallAt>;

const Source = z.object({
  id: z.string(),
  type: z.enum(['log', 'postqueue', 'rspamd-push']),
  feeds: z.array(z.enum(FEEDS)),
  cluster: z.string().exactOptional(),
  target: z.string(),
  state: z.enum(['starting', 'ok', 'quiet', 'late', 'failing', 'lost']),
  reason: z.string().exactOptional(),
  asOfMs: atMs.exactOptional(),
  intervalMs: number,
  counters: z.object({
    lines: number,
    events: number,
    unparsed: number,
    foreign: number,
    bytes: number,
    dropped: z.record(z.string(), number),
  }),
}) satisfies z.ZodType<SourceReport>;

export const Screen = z.object({
  id: z.string(),
  room: z.string(),
  connectedAtMs: atMs,
  paintedSeq: reading,
  paintedAtMs: reading,
  displayId: z.string().nullable().describe('null: not paired'),
  name: z.string().nullable(),
  place: z.string().nullable(),
  told: ScreenTell.nullable().describe('null: it has not told yet'),
}) satisfies z.ZodType<ScreenReport>;

export const SourcesAnswer = z.object({
  sources: z.array(Source),
  screens: z.array(Screen),
  pipeline: z.record(z.string(), number),
}) satisfies z.ZodType<SourcesSnapshot>;

export const AcceptedAnswer = z.object({ accepted: z.boolean() });
