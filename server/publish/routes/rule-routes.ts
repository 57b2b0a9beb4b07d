import { z } from 'zod';
import { ScopeForm } from '../answers-alarms.ts';
import { BackTestForm, FaultsForm, RulesForm, VersionForm } from '../answers-rules.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { type Alarms, AnyId, AtMs, By, Note, there } from './alarm-bodies.ts';

const DAY_MS = 86_400_000;
/** A year of hours. */
const MAX_BACK_TEST_MS = 400 * DAY_MS;
const Text = z.string().max(500_000).describe('a rules file, YAML');

const common = { ...noInput, query: z.strictObject({}), scope: () => 'platform' as const };

/** The rules: read, checked, replaced as a whole, and held against what was stored. */
export function ruleRoutes(alarms: Alarms): readonly BoundRoute[] {
  return [
    readRoute(alarms),
    writeRoute(alarms),
    checkRoute(alarms),
    versionRoute(alarms),
    ...backTestRoutes(alarms),
  ];
}

function readRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/api/v1/alarm-rules',
    summary: 'The rules in force, their file, its versions, and the metrics that rules may name.',
    permission: 'alarms:view',
    answer: RulesForm,
    handle: async () => ok(await alarms().rules.read()),
  });
}

function writeRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'put',
    path: '/api/v1/alarm-rules',
    summary:
      'Replaces the rules file; refused with every fault, or when another version than `baseVersion` is in force.',
    permission: 'alarms:configure',
    body: z.strictObject({
      text: Text,
      by: By,
      note: Note,
      baseVersion: z.int().min(0).describe('the version that was read before'),
    }),
    answer: RulesForm,
    handle: async ({ body }) => ok(await alarms().rules.write(body)),
  });
}

function checkRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'post',
    path: '/api/v1/alarm-rules/check',
    summary: 'Every fault of a rules file, with its line; nothing is changed.',
    permission: 'alarms:view',
    body: z.strictObject({ text: Text }),
    answer: FaultsForm,
    handle: ({ body: { text } }) => ok({ faults: alarms().rules.check(text) }),
  });
}

function versionRoute(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...common,
    method: 'get',
    path: '/api/v1/alarm-rules/versions/:version',
    summary: 'The rules file as it was in an earlier version.',
    permission: 'alarms:view',
    params: z.object({ version: z.coerce.number().int().min(0) }),
    answer: VersionForm,
    async handle({ params: { version } }) {
      const text = there(await alarms().rules.version(version), `version ${version} of the rules any more`);
      return ok({ version, text });
    },
  });
}

function backTestRoutes(alarms: Alarms): readonly BoundRoute[] {
  const one = {
    ...{ ...common, answer: BackTestForm, params: z.object({ id: AnyId }) },
    permission: 'alarms:view' as const,
  };
  const Asked = z
    .strictObject({
      text: Text,
      fromMs: AtMs,
      toMs: AtMs,
      scope: ScopeForm.describe('absent: everywhere the rules apply').exactOptional(),
    })
    .refine(({ fromMs, toMs }) => fromMs < toMs, { path: ['toMs'], message: 'must be after fromMs' })
    .refine(({ fromMs, toMs }) => toMs - fromMs <= MAX_BACK_TEST_MS, {
      path: ['fromMs'],
      message: 'must be at most 400 days before toMs',
    });
  return [
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/v1/alarm-rules/back-tests',
      summary: 'Begins to hold rules against what was stored; ask for its report until it is done.',
      permission: 'alarms:configure',
      body: Asked,
      answer: BackTestForm,
      handle: ({ body }) => ok(alarms().backTests.start(body)),
    }),
    defineRoute({
      ...one,
      method: 'get',
      path: '/api/v1/alarm-rules/back-tests/:id',
      summary: 'How far a back-test is, and what it found.',
      handle: ({ params: { id } }) => ok(there(alarms().backTests.report(id), `back-test ${id} any more`)),
    }),
    defineRoute({
      ...one,
      method: 'post',
      path: '/api/v1/alarm-rules/back-tests/:id/cancel',
      summary: 'Ends a back-test; what it found so far stays.',
      permission: 'alarms:configure',
      body: z.strictObject({}),
      handle: ({ params: { id } }) => ok(there(alarms().backTests.cancel(id), `back-test ${id} any more`)),
    }),
  ];
}
