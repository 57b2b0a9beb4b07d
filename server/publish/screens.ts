import type { RoomName, ScreenReport } from '../../shared/protocol.ts';
import type { Display, ScreenTell } from '../../shared/screens.ts';
import type { Principal } from '../base/permissions.ts';

interface Painted {
  readonly seq: number;
  readonly monotonicMs: number;
}

/** A connected screen: who it is, what it has joined, what it has painted of it (undefined: nothing yet), what it says of itself. */
export interface Screen {
  readonly id: string;
  /** Another one when what it may show changes. */
  principal: Principal;
  readonly connectedMonotonicMs: number;
  readonly rooms: Map<RoomName, Painted | undefined>;
  /** Null: it has not told yet. */
  told: ScreenTell | null;
}

/** Which paired display a screen is; undefined: none. */
export type DisplayOf = (screen: Screen) => Display | undefined;

/**
 * One report per screen and room; a screen that has joined nothing is reported with an empty room.
 * Screens live in real time, the server perhaps on a demo's clock: `at` puts a monotonic time on the clock of who asks.
 */
export function reportScreens(
  screens: Iterable<Screen>,
  at: (monotonicMs: number) => number,
  displayOf: DisplayOf = () => undefined,
): ScreenReport[] {
  return [...screens].flatMap((screen) => {
    const rooms: [string, Painted | undefined][] =
      screen.rooms.size > 0 ? [...screen.rooms] : [['', undefined]];
    const display = displayOf(screen);
    return rooms.map(([room, painted]) => ({
      id: screen.id,
      room,
      connectedAtMs: at(screen.connectedMonotonicMs),
      paintedSeq: painted?.seq ?? null,
      paintedAtMs: painted ? at(painted.monotonicMs) : null,
      displayId: display?.id ?? null,
      name: display?.name ?? null,
      place: display?.place ?? null,
      told: screen.told,
    }));
  });
}
