/** Forms of foresight, for the description of the API. */
import { z } from 'zod';
import type {
  AnomaliesView,
  CampaignView,
  ForesightSnapshot,
  LedgerView,
  MovedView,
  PlatformEvent,
  ScopeForesight,
  SharedCause,
} from '../../shared/foresight.ts';

const N = z.number();
const Text = z.string();
const Texts = z.array(z.string());
const Bounds = z.object({ low: N, high: N.nullable() });
const Scope = z.object({ kind: z.enum(['tenant', 'cluster', 'platform', 'service']), id: Text, name: Text });

const Drain = z.discriminatedUnion('state', [
  z.object({ state: z.literal('clear'), reason: Text }),
  z.object({
    state: z.literal('forecast'),
    ...{ fromMs: N, toMs: N, waiting: N, reason: Text, assumes: Texts },
    bound: z.enum(['capacity', 'retry']),
  }),
  z.object({ state: z.literal('growing'), perMinute: N, waiting: N, reason: Text }),
  z.object({ state: z.literal('no-estimate'), waiting: N.nullable(), reason: Text }),
]);
const Held = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none'), reason: Text }),
  z.object({ state: z.literal('unknown'), reason: Text }),
  z.object({
    state: z.literal('estimate'),
    messages: Bounds,
    byWaiting: N.nullable(),
    byShortfall: N.nullable(),
    mailboxesWaiting: Bounds,
    oldestMs: N.nullable(),
    ...{ sinceMs: N, inputs: Texts, reason: Text },
  }),
]);
const Affected = z.object({
  current: Bounds,
  cumulative: Bounds,
  hosted: N.nullable(),
  sinceMs: N,
  reason: Text,
});
const LedgerHourForm = z.object({
  ...{ fromMs: N, opening: N, accepted: N, delivered: N, bounced: N, expired: N, discarded: N },
  ...{ deleted: N, held: N, queued: N, unaccounted: N, settling: N, unseen: N },
  coverage: N.nullable(),
});
const Anomaly = z.object({
  ...{ id: Text, scope: Scope, metric: Text, label: Text, fromMs: N, toMs: N.nullable(), score: N },
  kind: z.enum(['level', 'drift', 'rare-count', 'flat-line', 'missing']),
  direction: z.enum(['up', 'down']).nullable(),
  text: Text,
});
const Cause = z.object({
  ...{ id: Text, symptom: Text, sinceMs: N },
  ...{ hit: z.array(Scope), notHit: z.array(Scope), unknown: z.array(Scope) },
  candidates: z.array(
    z.object({
      kind: z.enum(['cluster', 'node', 'filter', 'route', 'service', 'change']),
      ...{ id: Text, name: Text, explained: N, unexplained: N, spared: N, score: N, text: Text },
    }),
  ),
  verdict: Text,
}) satisfies z.ZodType<SharedCause>;
const Campaign = z.object({
  ...{ id: Text, title: Text, firstSeenMs: N, lastSeenMs: N, messages: N, recipients: Bounds },
  state: z.enum(['running', 'stopped', 'returned']),
  tenants: z.array(z.object({ id: Text, name: Text, messages: N })),
  verdicts: z.record(Text, N),
  ...{ senderNetworks: N, traits: Texts, canaryHits: N, cleanHits: N, merged: Texts },
  sample: z.object({ atMs: N, from: Text, to: Text, subject: Text.nullable(), symbols: Texts }),
}) satisfies z.ZodType<CampaignView>;
const Canary = z.object({
  store: Text,
  kind: z.enum(['planted', 'lives-here', 'clean']),
  ...{
    size: N,
    hits: N,
    distinctHits: N,
    firstHitMs: N.nullable(),
    lastHitMs: N.nullable(),
    p: N.nullable(),
  },
  state: z.enum(['quiet', 'hit', 'leaked', 'insufficient']),
  ...{ tenants: Texts, campaigns: Texts, text: Text },
});
const Surge = z.object({
  scope: Scope,
  kind: z.enum(['ticket', 'abuse-report']),
  ...{ sinceMs: N, reporters: N, usual: N, p: N },
  state: z.enum(['usual', 'surge', 'insufficient']),
  customersAheadMs: N.nullable(),
  text: Text,
});
const Score = z.object({ n: N, insideShare: N, medianErrorShare: N, medianWidthMs: N });

export const ScopeForesightForm = z.object({
  scope: Scope,
  atMs: N,
  drain: Drain,
  drainScore: Score.nullable(),
  held: Held,
  affected: Affected.nullable(),
  ledger: LedgerHourForm.nullable(),
  anomalies: z.array(Anomaly),
}) satisfies z.ZodType<ScopeForesight>;

export const ForesightForm = z.object({
  atMs: N,
  platform: ScopeForesightForm,
  clusters: z.array(ScopeForesightForm),
  tenants: z.array(ScopeForesightForm),
  causes: z.array(Cause),
  campaigns: z.array(Campaign),
  unclustered: z.object({ messages: N, of: N }),
  canaries: z.array(Canary),
  surges: z.array(Surge),
  blind: Texts,
}) satisfies z.ZodType<ForesightSnapshot>;

export const LedgerForm = z.object({
  scope: Scope,
  hours: z.array(LedgerHourForm),
  claim: z.union([
    z.object({ mayBeSaid: z.literal(true), untilMs: N, lagMs: N }),
    z.object({ mayBeSaid: z.literal(false), reason: Text }),
  ]),
}) satisfies z.ZodType<LedgerView>;

const Stretches = z.array(z.object({ fromMs: N, toMs: N }));
export const AnomaliesForm = z.object({
  ...{ scope: Scope, fromMs: N, toMs: N, asOfMs: N, metrics: Texts },
  findings: z.array(Anomaly.extend({ seenMs: N })),
  watched: Stretches,
  isCut: z.boolean(),
}) satisfies z.ZodType<AnomaliesView>;

const Moved = z.object({
  ...{ id: Text, what: z.enum(['number', 'event']), scope: Scope, metric: Text.nullable(), text: Text },
  relation: z.enum(['the same', 'its cluster', 'its tenant', 'same cluster', 'the platform', 'elsewhere']),
  ...{ fromMs: N, toMs: N.nullable(), direction: z.enum(['up', 'down']).nullable() },
  ...{ score: N, strange: N, near: N, afterMs: N, reason: Text },
});
export const MovedForm = z.object({
  ...{ scope: Scope, metric: Text.nullable(), fromMs: N, toMs: N, marginMs: N, asOfMs: N },
  moved: z.array(Moved),
  more: N,
  watchedShare: N,
}) satisfies z.ZodType<MovedView>;

/** One event, as others push it. */
export const PlatformEventForm = z.strictObject({
  id: z.string().min(1).max(200).describe('the sender’s own; the same id counts once'),
  kind: z.enum(['change', 'ticket', 'abuse-report', 'note']),
  atMs: z.number().int().positive().describe('epoch ms'),
  text: z.string().max(500),
  components: z
    .array(z.string().min(1).max(120))
    .max(50)
    .optional()
    .describe(
      'of a change: what it touched, such as cluster:A, filter:<source id>, node:<host>, service:<id>',
    ),
  tenant: z.string().max(64).optional(),
  reporter: z.string().max(320).optional().describe('hashed before it is kept'),
  subject: z.string().max(500).optional(),
});

/** The event without what was not said. */
export function eventOf(form: z.infer<typeof PlatformEventForm>): PlatformEvent {
  const { id, kind, atMs, text, components, tenant, reporter, subject } = form;
  return {
    ...{ id, kind, atMs, text },
    ...(components && { components }),
    ...(tenant !== undefined && { tenant }),
    ...(reporter !== undefined && { reporter }),
    ...(subject !== undefined && { subject }),
  };
}
