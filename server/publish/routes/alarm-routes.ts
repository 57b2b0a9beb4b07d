import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import type { Permission, Principal } from '../../base/permissions.ts';
import type { ActionResult, AlarmAction } from '../../detect/alarms/types.ts';
import type { AlarmsPort } from '../alarms-port.ts';
import { AlarmsForm, KpisForm, ResultForm, ScopeForm } from '../answers-alarms.ts';
import { Instant } from '../instant.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { mayAt, mayEverywhere, visibleAlarms } from '../views/alarms.ts';
import { type Alarms, AnyId, AtMs, By, Note, Reason } from './alarm-bodies.ts';
import { onCallRoutes } from './on-call-routes.ts';
import { recordRoutes } from './record-routes.ts';
import { ruleRoutes } from './rule-routes.ts';
import { demand } from './scopes.ts';
import { silenceRoutes } from './silence-routes.ts';

/** A group of everything there is in a flood; one click acknowledges it. */
const MAX_IDS = 10_000;
const Ids = z.array(AnyId).min(1).max(MAX_IDS).describe('ids of alarms; a group is its members');

/** All that is asked about alarms and done to them. */
export function alarmRoutes(port: AlarmsPort | undefined): readonly BoundRoute[] {
  const alarms: Alarms = () => {
    if (port) return port;
    throw new AppError('unavailable', 'alarms are not watched here; start `mailvigil serve`');
  };
  return [
    snapshotRoute(alarms),
    ...deedRoutes(alarms),
    ...serviceRoutes(alarms),
    kpisRoute(alarms),
    ...recordRoutes(alarms),
    ...silenceRoutes(alarms),
    ...ruleRoutes(alarms),
    ...onCallRoutes(alarms),
  ];
}

function snapshotRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/alarms',
    summary: 'Every alarm that is not normal, and all that stands around it, as the caller may see it.',
    permission: 'alarms:view',
    scope: () => 'own',
    query: z.strictObject({}),
    answer: AlarmsForm,
    handle: ({ principal }) => ok(visibleAlarms(alarms().snapshot(), principal)),
  });
}

function deedRoutes(alarms: Alarms): readonly BoundRoute[] {
  const common = {
    ...noInput,
    method: 'post' as const,
    permission: 'alarms:act' as const,
    scope: () => 'own' as const,
    answer: ResultForm,
  };
  const told = z.strictObject({ ids: Ids, by: By, reason: Reason });
  const reply = async (principal: Principal, deed: Deed) => ok(await actOn(alarms(), principal, deed));
  return [
    defineRoute({
      ...common,
      path: '/api/v1/alarms/acknowledge',
      summary: 'Somebody has seen them and takes them. Nothing else changes; no further escalation.',
      body: z.strictObject({ ids: Ids, by: By, note: Note }),
      handle: ({ body, principal }) => reply(principal, { kind: 'acknowledge', ...body }),
    }),
    defineRoute({
      ...common,
      path: '/api/v1/alarms/resolve',
      summary: 'Closes alarms whose condition does not hold; refused for those where it does.',
      body: told,
      handle: ({ body, principal }) => reply(principal, { kind: 'resolve', ...body }),
    }),
    defineRoute({
      ...common,
      path: '/api/v1/alarms/shelve',
      summary: 'Takes them off the list until a time, at most 8 hours; their life goes on.',
      body: told.extend({ untilMs: AtMs }),
      handle: ({ body, principal }) => reply(principal, { kind: 'shelve', ...body }),
    }),
    defineRoute({
      ...common,
      path: '/api/v1/alarms/unshelve',
      summary: 'Puts them back on the list.',
      body: told,
      handle: ({ body, principal }) => reply(principal, { kind: 'unshelve', ...body }),
    }),
  ];
}

type Deed = Extract<AlarmAction, { readonly ids: readonly string[] }>;

/** Alarms of others are, for who may not see them, not there. */
async function actOn(port: AlarmsPort, principal: Principal, deed: Deed): Promise<ActionResult> {
  if (mayEverywhere(principal, 'alarms:act')) return port.act(deed);
  const theirs = new Set(
    port
      .lookup()
      .alarms.filter(({ scope }) => mayAt(principal, 'alarms:act', scope))
      .map(({ id }) => id),
  );
  const unknown = deed.ids
    .filter((id) => !theirs.has(id))
    .map((id) => ({ id, reason: 'there is no such alarm' }));
  const ids = deed.ids.filter((id) => theirs.has(id));
  if (ids.length === 0) return { done: [], refused: unknown };
  const { done, refused } = await port.act({ ...deed, ids });
  return { done, refused: [...refused, ...unknown] };
}

function serviceRoutes(alarms: Alarms): readonly BoundRoute[] {
  const permission: Permission = 'alarms:configure';
  const summaries = {
    'out-of-service': 'A rule is not annunciated any more, everywhere or at one scope, until it is put back.',
    'in-service': 'It is annunciated again; what holds now at once.',
  } as const;
  return (['out-of-service', 'in-service'] as const).map((kind) =>
    defineRoute({
      ...noInput,
      method: 'post',
      path: `/api/v1/alarms/${kind}`,
      summary: summaries[kind],
      permission,
      scope: () => 'own',
      body: z.strictObject({
        rule: AnyId,
        scope: ScopeForm.describe('absent: everywhere').exactOptional(),
        by: By,
        reason: Reason,
      }),
      answer: ResultForm,
      async handle({ body, principal }) {
        const { kind: of, id: tenantId } = body.scope ?? { kind: 'platform', id: '' };
        demand(principal, permission, of === 'tenant' ? { tenantId } : 'platform');
        return ok(await alarms().act({ kind, ...body }));
      },
    }),
  );
}

function kpisRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/alarms/kpis',
    summary: 'Figures of a shift against the published limits (EEMUA 191, ISA-18.2).',
    permission: 'alarms:view',
    scope: () => 'platform',
    query: z
      .strictObject({ fromMs: Instant, toMs: Instant })
      .refine(({ fromMs, toMs }) => fromMs < toMs, { path: ['toMs'], message: 'must be after fromMs' }),
    answer: KpisForm,
    handle: async ({ query: { fromMs, toMs } }) => ok(await alarms().kpis(fromMs, toMs)),
  });
}
