import type { z } from 'zod';
import {
  type ClientEvents,
  type ClockAnswer,
  type DemoState,
  type JoinAnswer,
  type Result,
  type RoomName,
  ClockAsk,
  DemoSet,
  PROTOCOL_VERSION,
  RoomJoin,
  RoomLeave,
  ScreenPainted,
  type SparksAnswer,
  SparksAsk,
} from '../../shared/protocol.ts';
import { ScreenTell } from '../../shared/screens.ts';
import { AppError } from '../base/errors.ts';
import { type Permission, type Scope, authorise } from '../base/permissions.ts';
import { describeIssues } from './issues.ts';
import { isRoomName } from './room-variants.ts';
import type { Awaitable } from './port.ts';
import type { Screen } from './screens.ts';

export type ClientEvent = keyof ClientEvents;
type Payload<E extends ClientEvent> = Parameters<ClientEvents[E]>[0];
type Answer<E extends ClientEvent> =
  NonNullable<Parameters<ClientEvents[E]>[1]> extends (result: Result<infer T>) => void ? T : never;

/** What must be granted, and where. */
export interface Need {
  readonly permission: Permission;
  readonly scope: Scope;
}

/** One event of the contract. Expected refusals are thrown as `AppError`. */
export interface Handler<E extends ClientEvent> {
  readonly schema: z.ZodType<Payload<E>>;
  readonly needs: (request: Payload<E>) => Need;
  readonly handle: (request: Payload<E>, screen: Screen) => Awaitable<Answer<E>>;
}
export type Handlers = { readonly [E in ClientEvent]: Handler<E> };

/** What the handlers do to the hub. */
export interface LiveActions {
  /** Snapshot and subscription in one synchronous step. Undefined: no such room. */
  join(screen: Screen, room: RoomName): JoinAnswer | undefined;
  leave(screen: Screen, room: string): void;
  sparks(tenants: readonly string[]): SparksAnswer;
  /** False: it has not joined the room, or the frame does not exist yet. */
  painted(screen: Screen, room: string, seq: number): boolean;
  tell(screen: Screen, told: ScreenTell): void;
  clock(): ClockAnswer;
  setDemo(request: DemoSet): Awaitable<DemoState>;
}

/** A room of a tenant is what a person knows as the tenant. */
function missingText(room: string): string {
  return room.startsWith('tenant:')
    ? `there is no tenant ${room.slice('tenant:'.length)}`
    : `there is no room ${room}`;
}

/** The whole surface that a screen can reach. */
export function createHandlers(actions: LiveActions): Handlers {
  return {
    'room:join': {
      schema: RoomJoin,
      needs: ({ room }) => needOf(room),
      handle({ room, protocol }, screen) {
        if (protocol !== PROTOCOL_VERSION) throw new AppError('unsupported', versionMessage(protocol));
        const joined = isRoomName(room) && actions.join(screen, room);
        if (!joined) throw new AppError('not-found', missingText(room));
        return joined;
      },
    },
    'room:leave': {
      schema: RoomLeave,
      needs: () => ({ permission: 'screen:report', scope: 'own' }),
      handle({ room }, screen) {
        actions.leave(screen, room);
        return null;
      },
    },
    'sparks:ask': {
      schema: SparksAsk,
      // Of each tenant below.
      needs: () => ({ permission: 'wall:view', scope: 'own' }),
      handle({ tenants }, { principal }) {
        const refused = tenants.find((tenantId) => !authorise(principal, 'wall:view', { tenantId }).allowed);
        if (refused !== undefined)
          throw new AppError('forbidden', `sparks:ask: tenant ${refused} is not granted`);
        return actions.sparks(tenants);
      },
    },
    'screen:painted': {
      schema: ScreenPainted,
      needs: () => ({ permission: 'screen:report', scope: 'own' }),
      handle({ room, seq }, screen) {
        if (!actions.painted(screen, room, seq))
          throw new AppError('bad-request', `frame ${seq} was not sent`);
        return null;
      },
    },
    'screen:tell': {
      schema: ScreenTell,
      needs: () => ({ permission: 'screen:report', scope: 'own' }),
      handle(told, screen) {
        actions.tell(screen, told);
        return null;
      },
    },
    'clock:ask': {
      schema: ClockAsk,
      needs: () => ({ permission: 'screen:report', scope: 'own' }),
      handle: () => actions.clock(),
    },
    'demo:set': {
      schema: DemoSet,
      needs: () => ({ permission: 'demo:control', scope: 'platform' }),
      handle: (request) => actions.setDemo(request),
    },
  };
}

/** Parses, authorises, calls: throws `AppError` for what the screen did wrong, anything else for what we did. */
export function dispatch<E extends ClientEvent>(
  handlers: Handlers,
  event: E,
  { payload, screen }: { readonly payload: unknown; readonly screen: Screen },
): Awaitable<Answer<E>> {
  const handler: Handler<E> = handlers[event];
  const parsed = handler.schema.safeParse(payload);
  if (!parsed.success) {
    throw new AppError('bad-request', `${event}: not understood`, describeIssues(parsed.error));
  }
  const { permission, scope } = handler.needs(parsed.data);
  const decision = authorise(screen.principal, permission, scope);
  if (!decision.allowed) throw new AppError('forbidden', `${event} needs ${permission}: ${decision.reason}`);
  return handler.handle(parsed.data, screen);
}

function needOf(room: string): Need {
  // These are made for who sees them: of all tenants, or of some.
  if (room === 'wall') return { permission: 'wall:view', scope: 'own' };
  if (room === 'alarms') return { permission: 'alarms:view', scope: 'own' };
  if (room === 'sources') return { permission: 'sources:view', scope: 'platform' };
  return { permission: 'tenant:view', scope: { tenantId: room.slice('tenant:'.length) } };
}

function versionMessage(protocol: number): string {
  return `this server speaks protocol ${PROTOCOL_VERSION}, the screen ${protocol}: reload the page`;
}
