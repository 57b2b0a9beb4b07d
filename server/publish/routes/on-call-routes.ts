import { z } from 'zod';
import { IdForm, OnCallAnswer, TakenForm, TestForm } from '../answers-rules.ts';
import { Instant } from '../instant.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { type Alarms, AnyId, AtMs, By, ends, Reason } from './alarm-bodies.ts';

const common = { ...noInput, scope: () => 'platform' as const };

/** Who is on call, whether people can be reached, and alarms that others tell us of. */
export function onCallRoutes(alarms: Alarms): readonly BoundRoute[] {
  return [
    whoRoute(alarms),
    overrideRoute(alarms),
    endOverrideRoute(alarms),
    testRoute(alarms),
    alertmanagerRoute(alarms),
  ];
}

function whoRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/api/v1/on-call',
    summary: 'Who is on call by each schedule, now or at a time; who may be put in; and the overrides.',
    permission: 'alarms:view',
    query: z.strictObject({ at: Instant.optional() }),
    answer: OnCallAnswer,
    handle({ query: { at } }) {
      const { onCall, snapshot } = alarms();
      // The live room says the same of now, on the clock of the watch: a demo's is not ours.
      const now = at === undefined ? snapshot().onCall : onCall.at(at);
      return ok({ now, people: onCall.people(), overrides: onCall.overrides() });
    },
  });
}

function overrideRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/api/v1/on-call/overrides',
    summary: 'Somebody else takes a part of a schedule.',
    permission: 'alarms:configure',
    body: ends(
      z.strictObject({
        schedule: AnyId,
        person: AnyId,
        fromMs: AtMs,
        untilMs: AtMs,
        by: By,
        reason: Reason,
      }),
    ),
    answer: IdForm,
    handle: async ({ body }) => ok(await alarms().onCall.override(body)),
  });
}

function endOverrideRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/api/v1/on-call/overrides/:id/end',
    summary: 'The schedule holds again from now on.',
    permission: 'alarms:configure',
    params: z.object({ id: AnyId }),
    body: z.strictObject({ by: By }),
    answer: IdForm,
    async handle({ params: { id }, body: { by } }) {
      await alarms().onCall.endOverride(id, by);
      return ok({ id });
    },
  });
}

function testRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/api/v1/alarm-channels/:id/test',
    summary: 'Sends a test through one channel, and says what came of it.',
    permission: 'alarms:configure',
    params: z.object({ id: AnyId }),
    body: z.strictObject({ by: By }),
    answer: TestForm,
    handle: async ({ params: { id }, body: { by } }) => ok(await alarms().test(id, by)),
  });
}

function alertmanagerRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/ingest/v1/alertmanager',
    summary: 'The webhook of a Prometheus Alertmanager (version 4 of its form).',
    permission: 'ingest:push',
    body: z.record(z.string(), z.unknown()),
    answer: TakenForm,
    handle: ({ body }) => ok(alarms().acceptAlertmanager(body)),
  });
}
