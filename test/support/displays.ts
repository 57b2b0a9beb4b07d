import type { Display, ScreenTell } from '../../shared/screens.ts';
import type { Principal } from '../../server/base/permissions.ts';
import type { Screen } from '../../server/publish/screens.ts';

/** A display that has come for its identity. */
export function displayOf(id: string, change: Partial<Display> = {}): Display {
  return {
    ...{ id, name: `Night wall ${id}`, place: 'control room', scope: { cluster: null, tenants: null } },
    settings: { diagonalInches: null, distanceM: null, theme: null },
    ...{ pairedAtMs: 1_000, pairedBy: 'kim', lastSeenAtMs: 2_000, lastAddress: '127.0.0.1', revoked: null },
    ...change,
  };
}

export function tellOf(change: Partial<ScreenTell> = {}): ScreenTell {
  return {
    ...{ build: 'b1', page: '/', sound: 'on', silencedUntilMs: null, isVisible: true },
    ...{ widthPx: 1_920, heightPx: 1_080 },
    ...change,
  };
}

/** A connected screen; its principal has the id of its display, or is not paired. */
export function screenOf(id: string, displayId: string | null, change: Partial<Screen> = {}): Screen {
  const principal: Principal = { id: displayId ?? 'local', permissions: [], tenants: 'all' };
  return { id, principal, connectedMonotonicMs: 0, rooms: new Map(), told: tellOf(), ...change };
}
