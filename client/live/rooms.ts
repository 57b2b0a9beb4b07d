import type { Delta, Frame, Joined, Result, RoomName, Snapshot } from '../../shared/protocol.ts';
import { NEW_ROOM, stepRoom, type RoomInput, type RoomState } from './room.ts';

/** What a room's owner does with what comes. */
export interface RoomHandlers<S extends Snapshot = Snapshot, D extends Delta = Delta> {
  snapshot(joined: Joined<S>): void;
  /** False when the frame does not fit what is shown: the room is then asked for again. */
  frame(frame: Frame<D>): boolean;
  phase(state: RoomState): void;
}

interface RoomsDeps {
  readonly localMs: () => number;
  readonly join: (room: RoomName, ack: (result: Result<Joined>) => void) => void;
  readonly onJoined: (joined: Joined) => void;
  readonly onMismatch: (serverVersion: string) => void;
}

/** The rooms this screen is in. */
export interface Rooms {
  /** Returns whether this closed the room for good. */
  open(room: RoomName, handlers: RoomHandlers): () => boolean;
  feed(room: RoomName, input: RoomInput, message?: Joined | Frame): void;
  feedAll(input: RoomInput): void;
}

interface OpenRoom {
  state: RoomState;
  readonly handlers: RoomHandlers;
}

/** Runs the state machine of each open room and does what its steps say. */
export function createRooms(deps: RoomsDeps): Rooms {
  const rooms = new Map<RoomName, OpenRoom>();

  function ask(room: RoomName, attempt: number): void {
    deps.join(room, (result) => {
      if (!result.ok) return feed(room, { type: 'refused', attempt, error: result.error });
      const { seq, protocol } = result.data;
      feed(room, { type: 'joined', attempt, seq, protocol }, result.data);
    });
  }

  function feed(room: RoomName, input: RoomInput, message?: Joined | Frame): void {
    const open = rooms.get(room);
    if (!open) return;
    const step = stepRoom(open.state, input, deps.localMs());
    const isChanged = step.state.phase !== open.state.phase;
    open.state = step.state;
    if (step.effect === 'join') ask(room, step.state.attempt);
    if (step.effect === 'reload')
      deps.onMismatch(message && 'version' in message ? message.version : 'unknown');
    if (step.effect === 'show-snapshot') {
      deps.onJoined(message as Joined);
      open.handlers.snapshot(message as Joined);
    }
    if (step.effect === 'apply-frame' && !open.handlers.frame(message as Frame))
      feed(room, { type: 'reset' });
    if (isChanged) open.handlers.phase(open.state);
  }

  return {
    open: (room, handlers) => {
      const open = { state: NEW_ROOM, handlers };
      rooms.set(room, open);
      return () => rooms.get(room) === open && rooms.delete(room);
    },
    feed,
    feedAll: (input) => [...rooms.keys()].forEach((room) => feed(room, input)),
  };
}
