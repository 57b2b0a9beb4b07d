import { z } from 'zod';
import type { ForesightSnapshot, ScopeForesight } from '../../../shared/foresight.ts';
import type { ScopeRef } from '../../../shared/history.ts';
import { AppError } from '../../base/errors.ts';
import type { Scope } from '../../base/permissions.ts';
import {
  AnomaliesForm,
  eventOf,
  ForesightForm,
  LedgerForm,
  MovedForm,
  PlatformEventForm,
  ScopeForesightForm,
} from '../answers-foresight.ts';
import type { ForesightPort, ForesightScopeRef } from '../foresight-port.ts';
import { Instant } from '../instant.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { CLUSTER, found, PLATFORM, type ScopePath, TENANT } from './scopes.ts';

const DAY_MS = 86_400_000;
const MAX_LEDGER_MS = 92 * DAY_MS;
const MAX_EVENTS = 500;
const MAX_LOOK_MS = 400 * DAY_MS;
const MAX_MOVED_MS = 7 * DAY_MS;
/** Before and after what is asked about, minutes. */
const MARGIN = { least: 1, most: 180, usual: 15 };
const MINUTE_MS = 60_000;

type Port = () => ForesightPort;

/** What is coming, who is hit, why, and when it will be over; now, or as it was said then. */
export function foresightRoutes(foresight: ForesightPort | undefined): readonly BoundRoute[] {
  const port: Port = () => {
    if (!foresight) throw new AppError('unavailable', 'foresight is not worked out here');
    return foresight;
  };
  return [
    whole(port),
    ...[TENANT, CLUSTER, PLATFORM].flatMap((place) => [
      ofScope(port, place),
      ledgerOf(port, place),
      anomaliesOf(port, place),
      movedBeside(port, place),
    ]),
    events(port),
    report(port),
  ];
}

const AtQuery = z.object({ at: Instant.optional().describe('default: now') });
const platform = (): Scope => 'platform';

function whole(port: Port): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/foresight',
    summary:
      'Forecasts, estimates, causes, campaigns, canaries and reports; with `at` as they were said then.',
    permission: 'foresight:view',
    scope: platform,
    query: AtQuery,
    answer: ForesightForm,
    handle: async ({ query: { at } }) => ok(await snapshotOf(port, at)),
  });
}

function ofScope(port: Port, place: ScopePath): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: `${place.path}/foresight`,
    summary: `What is foreseen of ${place.of}; with \`at\` as it was said then, 404 where there was nothing to tell.`,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    query: AtQuery,
    answer: ScopeForesightForm,
    async handle({ params, query: { at } }) {
      const ref = place.ref(params);
      const snapshot = await snapshotOf(port, at);
      return ok(found(at === undefined ? port().told(scopeOf(ref)) : pick(snapshot, ref), ref));
    },
  });
}

async function snapshotOf(port: Port, at: number | undefined): Promise<ForesightSnapshot> {
  const snapshot = at === undefined ? port().snapshot() : await port().at(at);
  if (snapshot) return snapshot;
  throw new AppError(
    at === undefined ? 'unavailable' : 'not-found',
    at === undefined ? 'nothing has been worked out yet' : 'nothing is kept of what was foreseen then',
  );
}

function pick(
  snapshot: ForesightSnapshot,
  ref: { readonly kind: 'tenant' | 'cluster' | 'platform'; readonly id?: string },
): ScopeForesight | undefined {
  if (ref.kind === 'platform') return snapshot.platform;
  const list = ref.kind === 'cluster' ? snapshot.clusters : snapshot.tenants;
  return list.find(({ scope }) => scope.id === ref.id);
}

function ledgerOf(port: Port, place: ScopePath): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: `${place.path}/ledger`,
    summary: `Where the mail of ${place.of} went, by the hour, in recipients; and whether “no mail lost” may be said.`,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    query: z
      .object({ from: Instant, to: Instant })
      .refine(
        ({ from, to }) => from < to && to - from <= MAX_LEDGER_MS,
        'from must be before to, at most 92 days',
      ),
    answer: LedgerForm,
    async handle({ params, query: { from, to } }) {
      const ref = place.ref(params);
      return ok(found(await port().ledger(scopeOf(ref), from, to), ref));
    },
  });
}

function anomaliesOf(port: Port, place: ScopePath): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: `${place.path}/anomalies`,
    summary: `What was strange in the numbers of ${place.of}, and when the detectors looked. Strange says look: it calls nobody.`,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    query: z
      .object({ from: Instant, to: Instant })
      .refine(
        ({ from, to }) => from < to && to - from <= MAX_LOOK_MS,
        'from must be before to, at most 400 days',
      ),
    answer: AnomaliesForm,
    async handle({ params, query: { from, to } }) {
      const ref = place.ref(params);
      return ok(found(await port().anomalies(scopeOf(ref), from, to), ref));
    },
  });
}

const Metric = z.string().regex(/^[A-Za-z0-9]{1,64}$/);

/** It tells of other tenants too: whoever asks may see the whole. */
function movedBeside(port: Port, place: ScopePath): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: `${place.path}/moved`,
    summary: `What else moved at that time, beside ${place.of}: numbers and events everywhere, ranked by how strange they were and how near in time.`,
    ...{ permission: 'foresight:view', scope: platform, params: place.params },
    query: z
      .object({
        ...{ from: Instant, to: Instant },
        metric: Metric.optional().describe('the one it is asked about: left out of the answer'),
        margin: z.coerce
          .number()
          .min(MARGIN.least)
          .max(MARGIN.most)
          .default(MARGIN.usual)
          .describe('minutes before and after'),
      })
      .refine(
        ({ from, to }) => from < to && to - from <= MAX_MOVED_MS,
        'from must be before to, at most 7 days',
      ),
    answer: MovedForm,
    async handle({ params, query: { from, to, metric = null, margin } }) {
      const ref = place.ref(params);
      const query = { fromMs: from, toMs: to, metric, marginMs: margin * MINUTE_MS };
      return ok(found(await port().moved(scopeOf(ref), query), ref));
    },
  });
}

function scopeOf(ref: ScopeRef): ForesightScopeRef {
  return { kind: ref.kind, id: ref.kind === 'platform' ? '' : ref.id };
}

const Taken = z.object({
  accepted: z.number(),
  refused: z.array(z.object({ id: z.string(), reason: z.string() })),
});

/** A mail as a whole, as a mail server pipes it here. */
function report(port: Port): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'post',
    path: '/ingest/v1/arf',
    summary:
      'A report of abuse as mail (ARF, RFC 5965): a complaint of the customer who got the mail; who it was is hashed.',
    permission: 'ingest:push',
    scope: platform,
    body: z.instanceof(Uint8Array),
    bodyTypes: ['message/rfc822', 'multipart/report'],
    answer: Taken,
    handle: ({ body }) => ok(port().acceptReport(body)),
  });
}

/** One event or several; each is answered for itself, so that a sender can tell which to send again. */
function events(port: Port): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'post',
    path: '/ingest/v1/events',
    summary: 'Changes, tickets and abuse reports from other systems.',
    permission: 'ingest:push',
    scope: platform,
    body: z.union([PlatformEventForm, z.array(PlatformEventForm).min(1).max(MAX_EVENTS)]),
    answer: Taken,
    handle({ body }) {
      const list = Array.isArray(body) ? body : [body];
      const refused = list.flatMap((form) => {
        const reason = port().accept(eventOf(form));
        return reason === null ? [] : [{ id: form.id, reason }];
      });
      return ok({ accepted: list.length - refused.length, refused });
    },
  });
}
