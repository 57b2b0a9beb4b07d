import { z } from 'zod';
import type { ForesightSnapshot, ScopeForesight } from '../../../shared/foresight.ts';
import { AppError } from '../../base/errors.ts';
import type { Scope } from '../../base/permissions.ts';
import {
  eventOf,
  ForesightForm,
  LedgerForm,
  PlatformEventForm,
  ScopeForesightForm,
} from '../answers-foresight.ts';
import type { ForesightPort } from '../foresight-port.ts';
import { Instant } from '../instant.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { CLUSTER, found, PLATFORM, type ScopePath, TENANT } from './scopes.ts';

const DAY_MS = 86_400_000;
const MAX_LEDGER_MS = 92 * DAY_MS;
const MAX_EVENTS = 500;

type Port = () => ForesightPort;

/** What is coming, who is hit, why, and when it will be over; now, or as it was said then. */
export function foresightRoutes(foresight: ForesightPort | undefined): readonly BoundRoute[] {
  const port: Port = () => {
    if (!foresight) throw new AppError('unavailable', 'foresight is not worked out here');
    return foresight;
  };
  return [
    whole(port),
    ...[TENANT, CLUSTER, PLATFORM].flatMap((place) => [ofScope(port, place), ledgerOf(port, place)]),
    events(port),
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
    summary: `What is foreseen of ${place.of}; 404 while there is nothing to tell of it.`,
    ...{ permission: place.permission, scope: place.scope, params: place.params },
    query: AtQuery,
    answer: ScopeForesightForm,
    async handle({ params, query: { at } }) {
      const ref = place.ref(params);
      return ok(found(pick(await snapshotOf(port, at), ref), ref));
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
      const id = ref.kind === 'platform' ? '' : ref.id;
      return ok(found(await port().ledger({ kind: ref.kind, id }, from, to), ref));
    },
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
    answer: z.object({
      accepted: z.number(),
      refused: z.array(z.object({ id: z.string(), reason: z.string() })),
    }),
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
