import type { Server, Socket } from 'socket.io';
import type { ClientEvents, Frame, Joined, RoomName, ServerEvents } from '../../shared/protocol.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol.ts';
import type { Telemetry } from '../base/telemetry.ts';
import type { LivePort } from './port.ts';

export type LiveServer = Server<ClientEvents, ServerEvents>;

export type LiveSocket = Socket<ClientEvents, ServerEvents>;

export interface LiveRooms {
  /** Snapshot and subscription in one synchronous step. Undefined: the port knows no such room. */
  join(socketId: string, room: RoomName): Joined | undefined;
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
  let seq = 0;
  /** Size of the frame on its way, learnt from the first connection that is handed it: to measure it is to encode it again. */
  let frameBytes = 0;

  return {
    join(socketId, room) {
      const snapshot = port.snapshot(room);
      if (!snapshot) return undefined;
      void sockets.get(socketId)?.join(room);
      const { serverId, version } = port;
      return { room, seq, ...time(), serverId, version, protocol: PROTOCOL_VERSION, snapshot };
    },
    leave: (socketId, room) => void sockets.get(socketId)?.leave(room),
    tick() {
      seq += 1;
      const slow = [...behind];
      for (const room of joinedRooms()) sendFrame(room, slow);
    },
    reset(reason) {
      // A number left out is a gap: frames from before and after can never be taken for neighbours.
      seq += 1;
      for (const room of joinedRooms()) io.to(room).emit('room:reset', { room, reason });
    },
    beat() {
      io.except([...behind, ...told]).emit('server:beat', { ...time(), serverId: port.serverId });
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

  function sendFrame(room: RoomName, slow: string[]): void {
    const members = adapter.rooms.get(room) ?? new Set();
    const skipped = slow.filter((id) => members.has(id)).length;
    try {
      const frame: Frame = { room, seq, ...time(), delta: port.delta(room) };
      frameBytes = 0;
      io.to(room).except(slow).emit('room:frame', frame);
      told.add(room);
    } catch (error) {
      // The other rooms get theirs; in this one the screens see the gap and ask for a snapshot.
      telemetry.handlerFailed('live tick', error);
      return;
    }
    telemetry.frameSent(room, frameBytes, members.size - skipped);
    if (skipped > 0) telemetry.dropped('slow-screen', 'publish', skipped);
  }

  function joinedRooms(): RoomName[] {
    return [...adapter.rooms.keys()].filter(isRoomName);
  }

  function time(): { readonly atMs: number; readonly speed: number } {
    return { atMs: port.clock.now(), speed: port.clock.speed };
  }
}

/** Whether the name is that of one of our rooms; the adapter also keeps one room per socket, named by a colonless id. */
export function isRoomName(name: string): name is RoomName {
  return name === 'wall' || name === 'sources' || name === 'alarms' || name.startsWith('tenant:');
}
