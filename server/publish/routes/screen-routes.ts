import { z } from 'zod';
import type { TenantEntry } from '../../../shared/protocol.ts';
import type { ScreenIdentity } from '../../../shared/screens.ts';
import { AppError } from '../../base/errors.ts';
import type { DisplayForm, Identity } from '../../base/identity/types.ts';
import { AskedAnswer, ClaimAnswer, DisplayAnswer, IdentityAnswer } from '../answers-screens.ts';
import { ScreensForm, StartedAnswer } from '../answers-screens.ts';
import { type Caller, displayCookie, noDisplayCookie } from '../caller.ts';
import { type BoundRoute, defineRoute, noInput, ok } from '../route.ts';
import type { ScreensPort } from '../screens-port.ts';
import { AnyId, ByReason } from './alarm-bodies.ts';
import { ApproveBody, AskBody, assertScope, ChangeBody } from './screen-bodies.ts';
import { ClaimBody, DenyBody, EmptyBody } from './screen-bodies.ts';

/** What a screen does in its own name. */
const ITSELF = 'the screen itself';
const Done = z.object({ done: z.boolean() });

type Tenants = () => readonly TenantEntry[];

/** Pairing, and what is done about displays. `/me` and `/approve` come before `/:id`. */
export function screenRoutes(screens: ScreensPort, tenants: Tenants): readonly BoundRoute[] {
  return [
    ...pairingRoutes(screens),
    ...ownRoutes(screens),
    listRoute(screens),
    ...answerRoutes(screens, tenants),
    ...deedRoutes(screens, tenants),
  ];
}

const own = {
  ...noInput,
  permission: 'screen:pair' as const,
  scope: () => 'own' as const,
  query: z.strictObject({}),
};
const managed = {
  ...noInput,
  method: 'post' as const,
  permission: 'screens:manage' as const,
  scope: () => 'platform' as const,
  query: z.strictObject({}),
};

/** What a fresh screen asks. */
function pairingRoutes({ identity }: ScreensPort): readonly BoundRoute[] {
  return [
    defineRoute({
      ...own,
      method: 'post',
      path: '/api/v1/screens/pairings',
      summary: 'A fresh screen asks for a code to show (RFC 8628 3.1).',
      body: EmptyBody,
      answer: StartedAnswer,
      handle: async ({ caller }) => ok(await identity().startPairing(caller.address)),
    }),
    defineRoute({
      ...own,
      method: 'post',
      path: '/api/v1/screens/pairings/claim',
      summary: 'Whether it has been approved (RFC 8628 3.4); with the approval comes a cookie, once.',
      body: ClaimBody,
      answer: ClaimAnswer,
      async handle({ body: { deviceCode }, caller }) {
        const { claim, cookie } = await identity().claim(deviceCode, caller.address);
        if (cookie === undefined || claim.state !== 'approved') return ok(claim);
        await endOther(identity(), caller, claim.display.name);
        return { ...ok(claim), cookie: displayCookie(cookie, caller) };
      },
    }),
  ];
}

/** A screen that was paired already is one display from now on, not two. */
async function endOther(identity: Identity, { displayCookie: cookie }: Caller, name: string): Promise<void> {
  const before = identity.identify(cookie);
  if (before.kind === 'display') await identity.revoke(before.display.id, ITSELF, `paired anew as ${name}`);
}

function ownRoutes({ identity }: ScreensPort): readonly BoundRoute[] {
  return [
    defineRoute({
      ...own,
      method: 'get',
      path: '/api/v1/screens/me',
      summary: 'Who this screen is.',
      answer: IdentityAnswer,
      async handle({ caller }) {
        const { displayCookie: cookie = '' } = caller;
        const answer = identityOf(identity(), caller);
        const isRenewed = answer.kind === 'display' && (await identity().renew(cookie));
        return { ...ok(answer), ...(isRenewed && { cookie: displayCookie(cookie, caller) }) };
      },
    }),
    defineRoute({
      ...own,
      method: 'post',
      path: '/api/v1/screens/me/leave',
      summary: 'A display gives up its own identity; its browser is what it was before it was paired.',
      body: EmptyBody,
      answer: Done,
      async handle({ caller }) {
        const { kind, display } = identityOf(identity(), caller);
        if (kind !== 'display' || !display) throw new AppError('bad-request', 'this screen is not paired');
        await identity().revoke(display.id, ITSELF, 'given up at the screen');
        return { ...ok({ done: true }), cookie: noDisplayCookie(caller) };
      },
    }),
  ];
}

function identityOf(identity: Identity, { displayCookie: cookie }: Caller): ScreenIdentity {
  const found = identity.identify(cookie);
  if (found.kind === 'unknown') throw new AppError('unavailable', 'screens cannot be told apart now');
  if (found.kind === 'none') return { kind: 'local', display: null };
  return { kind: found.kind, display: found.display };
}

function listRoute(screens: ScreensPort): BoundRoute {
  return defineRoute({
    ...noInput,
    method: 'get',
    path: '/api/v1/screens',
    summary:
      'Every display and how it does, screens that wait to be paired, and the others that are connected.',
    permission: 'screens:view',
    scope: () => 'platform',
    query: z.strictObject({}),
    answer: ScreensForm,
    handle: async () => ok(await screens.answer()),
  });
}

/** What somebody says to a code. */
function answerRoutes({ identity }: ScreensPort, tenants: Tenants): readonly BoundRoute[] {
  return [
    defineRoute({
      ...managed,
      path: '/api/v1/screens/approve',
      summary: 'Lets the screen in that shows this code, under a name of its own.',
      body: ApproveBody,
      answer: DisplayAnswer,
      async handle({ body: { userCode, by, ...form } }) {
        assertScope(form.scope, tenants());
        return ok(await identity().approve(userCode, form satisfies DisplayForm, by));
      },
    }),
    defineRoute({
      ...managed,
      path: '/api/v1/screens/deny',
      summary: 'Sends the screen away that shows this code.',
      body: DenyBody,
      answer: Done,
      async handle({ body: { userCode, by } }) {
        await identity().deny(userCode, by);
        return ok({ done: true });
      },
    }),
  ];
}

function deedRoutes(screens: ScreensPort, tenants: Tenants): readonly BoundRoute[] {
  const { identity } = screens;
  const one = { ...managed, params: z.object({ id: AnyId }) };
  return [
    defineRoute({
      ...one,
      path: '/api/v1/screens/:id/change',
      summary: 'Another name, place, scope or settings; a connected screen goes by them at once.',
      body: ChangeBody,
      answer: DisplayAnswer,
      async handle({ params: { id }, body: { by, ...form } }) {
        assertScope(form.scope, tenants());
        return ok(await identity().change(id, form satisfies DisplayForm, by));
      },
    }),
    defineRoute({
      ...one,
      path: '/api/v1/screens/:id/revoke',
      summary: 'It shows nothing any more, at once and for good; it stays listed as revoked.',
      body: ByReason,
      answer: DisplayAnswer,
      handle: async ({ params: { id }, body: { by, reason } }) => ok(await identity().revoke(id, by, reason)),
    }),
    defineRoute({
      ...one,
      path: '/api/v1/screens/:id/ask',
      summary: 'Asks a connected screen to load its page anew, or to sound once.',
      body: AskBody,
      answer: AskedAnswer,
      handle({ params: { id }, body: { what, by } }) {
        const asked = screens.ask(id, { what, reason: `asked for by ${by}` });
        if (asked > 0) return ok({ asked });
        const display = identity().displayOf({ displayId: id });
        if (!display) throw new AppError('not-found', `there is no display or screen ${id}`);
        throw new AppError('unavailable', `${display.name} is not connected`);
      },
    }),
  ];
}
