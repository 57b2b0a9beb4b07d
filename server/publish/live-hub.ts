import { type DemoSet, type ScreenReport, HEARTBEAT_MS } from '../../shared/protocol.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Telemetry } from '../base/telemetry.ts';
import { type LiveActions, createHandlers } from './live-handlers.ts';
import { createRequests } from './live-requests.ts';
import {
  type LiveRooms,
  type LiveServer,
  type LiveSocket,
  createLiveRooms,
  isRoomName,
} from './live-rooms.ts';
import type { LivePort, PrincipalOf } from './port.ts';
import { type Screen, reportScreens } from './screens.ts';

/** A screen shows one room, a desk perhaps three. */
const MAX_ROOMS = 4;

export interface LiveHubDeps {
  readonly io: LiveServer;
  readonly port: LivePort;
  readonly principalOf: PrincipalOf;
  readonly log: Log;
  readonly telemetry: Telemetry;
  readonly heartbeatMs?: number;
  /** Real time, whatever the port's clock does. */
  readonly monotonicMs?: () => number;
}

export interface LiveHub {
  start(): void;
  stop(): void;
  /** Sends the delta of this tick to every room that has members. In the turn in which the port moved on. */
  tick(): void;
  /** Tells every screen that what it shows is void as a whole. In the turn in which the port changed. */
  resetRooms(reason: string): void;
  screens(): ScreenReport[];
}

/** Screens come and go, join rooms, and say what they have painted; each tick the rooms send them what changed. */
export function createLiveHub(deps: LiveHubDeps): LiveHub {
  const { io, port, telemetry, principalOf, heartbeatMs = HEARTBEAT_MS } = deps;
  const { monotonicMs = () => performance.now() } = deps;
  const log = deps.log.child('live');
  const screens = new Map<string, Screen>();
  const rooms = createLiveRooms(io, port, telemetry);
  const handlers = createHandlers(createActions(rooms, port, monotonicMs));
  let heartbeat: NodeJS.Timeout | undefined;

  io.on('connection', onConnection);

  return {
    start: () => void (heartbeat = setInterval(rooms.beat, heartbeatMs)),
    stop: () => clearInterval(heartbeat),
    tick: rooms.tick,
    resetRooms(reason) {
      rooms.reset(reason);
      log.info('rooms_reset', { reason });
    },
    screens() {
      const offsetMs = port.clock.now() - monotonicMs();
      return reportScreens(screens.values(), (atMs) => Math.round(atMs + offsetMs));
    },
  };

  function onConnection(socket: LiveSocket): void {
    const { id, request } = socket;
    const screen = {
      id,
      principal: principalOf(request),
      connectedMonotonicMs: monotonicMs(),
      rooms: new Map(),
    };
    screens.set(id, screen);
    telemetry.screensConnected(screens.size);
    rooms.watch(socket);
    socket.onAny(createRequests(screen, { handlers, telemetry, log, monotonicMs }));
    socket.on('disconnect', () => {
      screens.delete(id);
      rooms.forget(id);
      telemetry.screensConnected(screens.size);
    });
  }
}

function createActions(rooms: LiveRooms, port: LivePort, monotonicMs: () => number): LiveActions {
  return {
    join(screen, room) {
      if (!screen.rooms.has(room) && screen.rooms.size >= MAX_ROOMS) {
        throw new AppError('bad-request', `a screen joins at most ${MAX_ROOMS} rooms: leave one first`);
      }
      const joined = rooms.join(screen.id, room);
      if (joined) screen.rooms.set(room, screen.rooms.get(room));
      return joined;
    },
    leave(screen, room) {
      if (!isRoomName(room) || !screen.rooms.delete(room)) return;
      rooms.leave(screen.id, room);
    },
    painted(screen, room, seq) {
      if (!isRoomName(room) || !screen.rooms.has(room) || seq > rooms.seq()) return false;
      screen.rooms.set(room, { seq, monotonicMs: monotonicMs() });
      return true;
    },
    setDemo(request: DemoSet) {
      if (!port.setDemo)
        throw new AppError('not-demo', 'this server watches a real platform: there is no demo to set');
      return port.setDemo(request);
    },
  };
}
