import { io, type Socket } from 'socket.io-client';
import {
  PROTOCOL_VERSION,
  type ClientEvents,
  type Result,
  type ServerEvents,
} from '../../shared/protocol.ts';
import type { Transport, TransportHandlers } from './transport.ts';

/** All walls lose a restarting server together; half of the delay is chance, so that they do not come back together. */
const RECONNECTION = {
  reconnection: true,
  reconnectionAttempts: Infinity,
  reconnectionDelay: 500,
  reconnectionDelayMax: 2_500,
  randomizationFactor: 0.5,
  /** A connection attempt into the void is given up after this, and tried again. */
  timeout: 5_000,
} as const;
const REQUEST_TIMEOUT_MS = 5_000;

type LiveSocket = Socket<ServerEvents, ClientEvents>;

function listen(socket: LiveSocket, handlers: TransportHandlers): void {
  socket.on('connect', () => handlers.connected());
  socket.on('disconnect', () => handlers.disconnected());
  socket.on('room:frame', (frame) => handlers.frame(frame));
  socket.on('server:beat', (beat) => handlers.beat(beat));
  socket.on('room:reset', ({ room }) => handlers.reset(room));
}

const unanswered: Result<never> = {
  ok: false,
  error: { code: 'unavailable', message: 'The server did not answer in time.' },
};

/** The connection to the server; the only place that knows Socket.IO. */
export function createSocketTransport(): Transport {
  const socket: LiveSocket = io({
    autoConnect: false,
    transports: ['websocket', 'polling'],
    tryAllTransports: true,
    ...RECONNECTION,
  });
  return {
    start: (handlers) => {
      listen(socket, handlers);
      socket.connect();
    },
    stop: () => {
      socket.removeAllListeners();
      socket.disconnect();
    },
    isConnected: () => socket.connected,
    isIdle: () => !socket.active,
    reconnect: () => {
      socket.disconnect();
      socket.connect();
    },
    join: (room, ack) => socket.emit('room:join', { room, protocol: PROTOCOL_VERSION }, ack),
    leave: (room) => socket.emit('room:leave', { room }, () => undefined),
    painted: (room, seq) => socket.volatile.emit('screen:painted', { room, seq }),
    setDemo: (request) =>
      new Promise((resolve) => {
        socket
          .timeout(REQUEST_TIMEOUT_MS)
          .emit('demo:set', request, (fault, result) => resolve(fault ? unanswered : result));
      }),
  };
}
