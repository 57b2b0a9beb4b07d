import type { IncomingMessage } from 'node:http';
import type { ScreenRequest } from '../../shared/screens.ts';
import { principalFor, type Tenants } from '../base/identity/principals.ts';
import type { DisplayEvents, Identity } from '../base/identity/types.ts';
import { callerOf } from './caller.ts';
import type { LiveHub } from './live-hub.ts';
import type { PrincipalOf } from './port.ts';
import type { Screen } from './screens.ts';

/** Who comes in: asked at every request and every connection, and answered from memory. */
export interface Door {
  readonly principalOf: PrincipalOf;
  /** A display has connected. */
  connected(screen: Screen, request: IncomingMessage): void;
  /** It is still there. */
  painted(screen: Screen): void;
}

export function createDoor(identity: () => Identity, tenants: () => Tenants): Door {
  return {
    principalOf: (request) => principalFor(identity().identify(callerOf(request).displayCookie), tenants()),
    connected({ principal: { displayId } }, request) {
      if (displayId !== undefined) identity().seen(displayId, callerOf(request).address);
    },
    painted({ principal: { displayId } }) {
      if (displayId !== undefined) identity().seen(displayId);
    },
  };
}

/** What a change of a display does to its screens, in the turn in which it holds. */
export function displayEvents(
  hub: () => Pick<LiveHub, 'connected' | 'ask' | 'refresh' | 'expel'>,
): DisplayEvents {
  return {
    changed(display) {
      const request: ScreenRequest = { what: 'identity', identity: { kind: 'display', display } };
      for (const { id, principal } of hub().connected()) {
        if (principal.displayId === display.id) hub().ask(id, request);
      }
      hub().refresh(display.id, 'this screen has been set anew');
    },
    revoked({ id, revoked }) {
      hub().expel(id, revoked ? `revoked by ${revoked.by}: ${revoked.reason}` : 'revoked');
    },
  };
}
