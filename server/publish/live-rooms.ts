import type { Server, Socket } from 'socket.io';
import type { ClientEvents, Frame, JoinAnswer, RoomName, ServerEvents } from '../../shared/protocol.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol.ts';
import type { Telemetry } from '../base/telemetry.ts';
import { createPacker } from './packed.ts';
import type { LivePort } from './port.ts';
import { createRoomVariants, type RoomVariants, type Variant } from './room-variants.ts';
import type { Screen } from './screens.ts';

export type LiveServer = Server<ClientEvents, ServerEvents>;

export type LiveSocket = Socket<ClientEvents, ServerEvents>;

export interface LiveRooms {
  /** Snapshot and subscription in one synchronous step. Undefined: the port knows no such room. */
  join(screen: Pick<Screen, 'id' | 'principal'>, room: RoomName): JoinAnswer | undefined;
  leave(socketId: string, room: RoomName): void;
  /** One frame to each room that has members. */
  tick(): void;
  reset(reason: string): void;
  beat(): void;
  /** Number of the last tick. */
  seq(): number;
  /** Keeps an eye on what the connection has not sent yet. */
  watch(socket: Pick<LiveSocket, 'id' | 'conn'>): void;
  forget(socketId: string): void;
}

/**
 * The rooms, on one counter of ticks. It is the sequence of every room, so nothing has to be kept per room: a snapshot
 * has the number of the last tick, and the next frame of any room is that plus one.
 */
export function createLiveRooms(io: LiveServer, port: LivePort, telemetry: Telemetry): LiveRooms {
  const { sockets, adapter } = io.of('/');
  /**
   * Sockets with a packet that even their transport has not taken. They miss the tick, see the gap and join again, so a
   * screen that cannot follow holds one tick of frames in memory and no more. It is what `volatile` is for, decided once a
   * tick: `volatile` drops a packet whenever the transport is busy at that instant, which it is for the rest of the turn
   * after any packet; a screen in two rooms would never be sent a frame of the second.
   */
  const behind = new Set<string>();
  /** Rooms that were sent a frame since the last beat: it proves as much, and a beat costs as much as a frame. */
  const told = new Set<string>();
  const packer = createPacker();
  const variants = createRoomVariants(port);
  let seq = 0;
  /** Size of the frame on its way, learnt from the first connection that is handed it: to measure it is to encode it again. */
  let frameBytes = 0;

  return {
    join({ id, principal }, room) {
      const variant = variants.for(principal, room);
      const outgoing = packer(variant.name, seq, () => variant.port.snapshot(room));
      if (!outgoing) return undefined;
      void sockets.get(id)?.join(variant.name);
      return { room, seq, ...timeOf(port), ...serverOf(port), ...outgoing };
    },
    leave: (socketId, room) => leaveRoom(sockets.get(socketId), room, variants),
    tick() {
      seq += 1;
      const slow = [...behind];
      variants.keep((name) => adapter.rooms.has(name));
      for (const variant of joinedRooms()) sendFrame(variant, slow);
    },
    reset(reason) {
      // A number left out is a gap: frames from before and after can never be taken for neighbours.
      seq += 1;
      for (const { name, room } of joinedRooms()) io.to(name).emit('room:reset', { room, reason });
    },
    beat() {
      io.except([...behind, ...told]).emit('server:beat', { ...timeOf(port), serverId: port.serverId });
      told.clear();
    },
    seq: () => seq,
    watch({ id, conn }) {
      conn.on('packetCreate', ({ data }: { readonly data?: unknown }) => {
        behind.add(id);
        if (frameBytes === 0 && typeof data === 'string') frameBytes = Buffer.byteLength(data);
      });
      conn.on('drain', () => behind.delete(id));
    },
    forget: (socketId) => void behind.delete(socketId),
  };

  function sendFrame({ name, room, port: { delta } }: Variant, slow: string[]): void {
    const members = adapter.rooms.get(name) ?? new Set();
    const skipped = slow.filter((id) => members.has(id)).length;
    try {
      const frame: Frame = { room, seq, ...timeOf(port), delta: delta(room) };
      frameBytes = 0;
      io.to(name).except(slow).emit('room:frame', frame);
      told.add(name);
    } catch (error) {
      // The other rooms get theirs; in this one the screens see the gap and ask for a snapshot.
      telemetry.handlerFailed('live tick', error);
      return;
    }
    telemetry.frameSent(room, frameBytes, members.size - skipped);
    if (skipped > 0) telemetry.dropped('slow-screen', 'publish', skipped);
  }

  function joinedRooms(): Variant[] {
    return [...adapter.rooms.keys()].flatMap((name) => variants.named(name) ?? []);
  }
}

/** Under whatever name it was joined: who the screen is may have changed since. */
function leaveRoom(socket: LiveSocket | undefined, room: RoomName, variants: RoomVariants): void {
  for (const name of socket?.rooms ?? []) if (variants.named(name)?.room === room) void socket?.leave(name);
}

function timeOf({ clock }: LivePort): { readonly atMs: number; readonly speed: number } {
  return { atMs: clock.now(), speed: clock.speed };
}

function serverOf({ serverId, version, build }: LivePort) {
  return { serverId, version, protocol: PROTOCOL_VERSION, ...(build !== undefined && { build }) };
}
