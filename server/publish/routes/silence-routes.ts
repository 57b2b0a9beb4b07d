import { z } from 'zod';
import type { Matcher } from '../../../shared/alarms.ts';
import { AppError } from '../../base/errors.ts';
import type { Permission, Principal } from '../../base/permissions.ts';
import { isZone } from '../../base/zoned.ts';
import { ResultForm } from '../answers-alarms.ts';
import { MaintenanceTimeForm, MatcherForm } from '../answers-silences.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import { mayMatch } from '../views/alarms.ts';
import { type Alarms, AnyId, AtMs, By, ByReason, ends, Reason, there } from './alarm-bodies.ts';

/** Silences withhold notifications; maintenance keeps alarms of planned work from being annunciated. Both always end. */
export function silenceRoutes(alarms: Alarms): readonly BoundRoute[] {
  return [setSilence(alarms), endSilence(alarms), setMaintenance(alarms), endMaintenance(alarms)];
}

const post = { ...noInput, method: 'post' as const, scope: () => 'own' as const, answer: ResultForm };
const ended = { params: z.object({ id: AnyId }), body: ByReason };

function setSilence(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...post,
    path: '/api/v1/silences',
    summary: 'Withholds notifications of what it matches, at most 24 hours.',
    permission: 'alarms:act',
    body: ends(z.strictObject({ matcher: MatcherForm, by: By, reason: Reason, fromMs: AtMs, untilMs: AtMs })),
    async handle({ body: silence, principal }) {
      demandMatch(principal, 'alarms:act', silence.matcher);
      return ok(await alarms().act({ kind: 'silence', silence }));
    },
  });
}

function endSilence(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...{ ...post, ...ended },
    path: '/api/v1/silences/:id/end',
    summary: 'Ends a silence before its time.',
    permission: 'alarms:act',
    async handle({ params: { id }, body, principal }) {
      const silence = alarms()
        .lookup()
        .silences.find((it) => it.id === id);
      there(ifTheirs(silence, principal, 'alarms:act'), `silence ${id}`);
      return ok(await alarms().act({ kind: 'end-silence', id, ...body }));
    },
  });
}

const When = MaintenanceTimeForm.superRefine((when, context) => {
  if (when.kind === 'once' && when.fromMs >= when.untilMs)
    context.addIssue({ code: 'custom', path: ['untilMs'], message: 'must be after fromMs' });
  if (when.kind === 'weekly' && !isZone(when.zone))
    context.addIssue({
      code: 'custom',
      path: ['zone'],
      message: `'${when.zone}' is not a time zone; write an IANA name, such as Europe/London`,
    });
});

function setMaintenance(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...post,
    path: '/api/v1/maintenance',
    summary:
      'Plans work whose alarms are not to be annunciated: once or weekly, each time at most 12 hours, over within a year.',
    permission: 'alarms:configure',
    body: z.strictObject({ matcher: MatcherForm, by: By, reason: Reason, when: When }),
    async handle({ body: maintenance, principal }) {
      demandMatch(principal, 'alarms:configure', maintenance.matcher);
      return ok(await alarms().act({ kind: 'maintain', maintenance }));
    },
  });
}

function endMaintenance(alarms: Alarms): BoundRoute {
  return defineRoute({
    ...{ ...post, ...ended },
    path: '/api/v1/maintenance/:id/end',
    summary: 'Ends a maintenance window before its time, and all of its recurrences.',
    permission: 'alarms:configure',
    async handle({ params: { id }, body, principal }) {
      const window = alarms()
        .lookup()
        .maintenance.find((it) => it.id === id);
      there(ifTheirs(window, principal, 'alarms:configure'), `maintenance window ${id}`);
      return ok(await alarms().act({ kind: 'end-maintenance', id, ...body }));
    },
  });
}

function demandMatch(principal: Principal, permission: Permission, matcher: Matcher): void {
  if (mayMatch(principal, permission, matcher)) return;
  throw new AppError('forbidden', `needs ${permission} for all that it matches; name tenants that are yours`);
}

function ifTheirs<T extends { readonly matcher: Matcher }>(
  it: T | undefined,
  principal: Principal,
  permission: Permission,
): T | undefined {
  return it && mayMatch(principal, permission, it.matcher) ? it : undefined;
}
