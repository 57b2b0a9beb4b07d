import { io, type Socket } from 'socket.io-client';
import {
  PROTOCOL_VERSION,
  type ClientEvents,
  type Result,
  type ServerEvents,
} from '../../shared/protocol.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { ATTEMPT_MS } from './retry.ts';
import type { Transport, TransportHandlers } from './transport.ts';

const REQUEST_TIMEOUT_MS = 5_000;
const TRANSPORTS = ['websocket', 'polling'] as const;

/** From so many failures on, a way that WebSocket once got through may be another by now. */
const DOUBT_AFTER = 10;

/**
 * What to try first. Something on the way may swallow WebSocket without a word, so that plain requests have their turn; but where one
 * got through before, they are the worse try: browsers send them over kept connections, which an outage has killed without a word.
 */
export function transportsFor(
  failures: number,
  didWebSocket: boolean,
): readonly (typeof TRANSPORTS)[number][] {
  const isPollingsTurn = didWebSocket ? failures >= DOUBT_AFTER && failures % 5 === 0 : failures % 2 === 1;
  return isPollingsTurn ? TRANSPORTS.toReversed() : TRANSPORTS;
}

type LiveSocket = Socket<ServerEvents, ClientEvents>;

function listen(socket: LiveSocket, inbox: Inbox, handlers: TransportHandlers): void {
  socket.on('connect', () => handlers.connected());
  // What the server says no to, and a way there that failed, look the same from here.
  socket.on('connect_error', () => handlers.refused());
  socket.on('disconnect', (reason) => {
    handlers.disconnected();
    if (reason === 'io server disconnect') handlers.refused();
  });
  socket.on('room:frame', (frame) => inbox.pass(frame.room, () => handlers.frame(frame)));
  socket.on('server:beat', (beat) => handlers.beat(beat));
  socket.on('room:reset', ({ room }) => inbox.pass(room, () => handlers.reset(room)));
  socket.on('screen:asked', (request) => handlers.asked(request));
}

const unanswered: Result<never> = {
  ok: false,
  error: { code: 'unavailable', message: 'The server did not answer in time.' },
};

/** The connection to the server; the only place that knows Socket.IO. */
export function createSocketTransport(): Transport {
  return transportOver(
    io({
      autoConnect: false,
      transports: [...TRANSPORTS],
      tryAllTransports: true,
      // `retry.ts` decides when.
      reconnection: false,
      timeout: ATTEMPT_MS,
    }),
  );
}

/** The same over a socket of somebody else's. */
export function transportOver(socket: LiveSocket): Transport {
  const inbox = createInbox();
  let didWebSocket = false;
  const isOver = (name: (typeof TRANSPORTS)[number]) =>
    socket.connected && socket.io.engine.transport.name === name;
  const onConnect = () => {
    didWebSocket ||= isOver('websocket');
    socket.io.engine.once('upgrade', () => (didWebSocket = true));
  };
  return {
    start: (handlers) => {
      socket.on('connect', onConnect);
      listen(socket, inbox, handlers);
    },
    stop: () => {
      socket.removeAllListeners();
      socket.disconnect();
    },
    isConnected: () => socket.connected,
    connect: (failures) => {
      socket.disconnect();
      socket.io.opts.transports = [...transportsFor(failures, didWebSocket)];
      socket.connect();
    },
    drop: () => void socket.disconnect(),
    isPolling: () => isOver('polling'),
    join: (room, ack) =>
      socket.emit('room:join', { room, protocol: PROTOCOL_VERSION }, (result) =>
        inbox.answer(room, result, ack),
      ),
    leave: (room) => socket.emit('room:leave', { room }, () => undefined),
    sparks: (tenants) =>
      new Promise((resolve) => {
        socket
          .timeout(REQUEST_TIMEOUT_MS)
          .emit('sparks:ask', { tenants: [...tenants] }, (fault, result) =>
            resolve(fault ? unanswered : result),
          );
      }),
    // Not volatile: over plain requests what is dropped while one is under way is missed for ten seconds more.
    painted: (room, seq) => socket.emit('screen:painted', { room, seq }),
    tell: (told) => socket.emit('screen:tell', told),
    askClock: (ack) => socket.emit('clock:ask', {}, ack),
    setDemo: (request) =>
      new Promise((resolve) => {
        socket
          .timeout(REQUEST_TIMEOUT_MS)
          .emit('demo:set', request, (fault, result) => resolve(fault ? unanswered : result));
      }),
  };
}
