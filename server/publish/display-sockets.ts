import type { LiveRooms, LiveServer } from './live-rooms.ts';
import type { PrincipalOf } from './port.ts';
import type { Screen } from './screens.ts';

/** What becomes of connected screens when what a display may show changes. */
export interface DisplaySockets {
  /** What its screens show is void, and they join anew as who they are now. In this turn. */
  refresh(displayId: string, reason: string): void;
  /** The same, for everybody who may see some tenants only: there are others now. */
  refreshLimited(reason: string): void;
  /** It may show nothing any more: its screens go blank, and are disconnected in this turn. */
  expel(displayId: string, reason: string): void;
}

export interface DisplaySocketsDeps {
  readonly io: LiveServer;
  readonly screens: ReadonlyMap<string, Screen>;
  readonly rooms: Pick<LiveRooms, 'leave'>;
  readonly principalOf: PrincipalOf;
}

/** A connection that has not taken its last packet by then is cut. */
const GRACE_MS = 2_000;

export function createDisplaySockets({
  io,
  screens,
  rooms,
  principalOf,
}: DisplaySocketsDeps): DisplaySockets {
  return {
    refresh(displayId, reason) {
      for (const screen of of(displayId)) refresh(screen, reason);
    },
    refreshLimited(reason) {
      for (const screen of screens.values()) if (screen.principal.tenants !== 'all') refresh(screen, reason);
    },
    expel(displayId, reason) {
      for (const { id } of of(displayId)) expel(id, reason);
    },
  };

  function of(displayId: string): readonly Screen[] {
    return [...screens.values()].filter(({ principal }) => principal.displayId === displayId);
  }

  function refresh(screen: Screen, reason: string): void {
    const socket = io.sockets.sockets.get(screen.id);
    if (!socket) return;
    screen.principal = principalOf(socket.request);
    for (const room of screen.rooms.keys()) {
      rooms.leave(screen.id, room);
      socket.emit('room:reset', { room, reason });
    }
    screen.rooms.clear();
  }

  function expel(screenId: string, reason: string): void {
    const socket = io.sockets.sockets.get(screenId);
    if (!socket) return;
    socket.emit('screen:asked', { what: 'blank', reason });
    const { conn } = socket;
    socket.disconnect(true);
    setTimeout(() => conn.close(true), GRACE_MS).unref();
  }
}
