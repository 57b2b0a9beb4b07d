import type { RoomName, ScreenReport } from '../../shared/protocol.ts';
import type { Principal } from '../base/permissions.ts';

interface Painted {
  readonly seq: number;
  readonly monotonicMs: number;
}

/** A connected screen: who it is, what it has joined, and what it has painted of it (undefined: nothing yet). */
export interface Screen {
  readonly id: string;
  readonly principal: Principal;
  readonly connectedMonotonicMs: number;
  readonly rooms: Map<RoomName, Painted | undefined>;
}

/**
 * One report per screen and room; a screen that has joined nothing is reported with an empty room.
 * Screens live in real time, the server perhaps on a demo's clock: `at` puts a monotonic time on the server's clock.
 */
export function reportScreens(
  screens: Iterable<Screen>,
  at: (monotonicMs: number) => number,
): ScreenReport[] {
  return [...screens].flatMap((screen) => {
    const rooms: [string, Painted | undefined][] =
      screen.rooms.size > 0 ? [...screen.rooms] : [['', undefined]];
    return rooms.map(([room, painted]) => ({
      id: screen.id,
      room,
      connectedAtMs: at(screen.connectedMonotonicMs),
      paintedSeq: painted?.seq ?? null,
      paintedAtMs: painted ? at(painted.monotonicMs) : null,
    }));
  });
}
