import type { DemoSet, Joined, Result, RoomName } from '../../../shared/protocol.ts';
import type { Transport, TransportHandlers } from '../../../client/live/transport.ts';

/** A connection moved by hand. */
export interface FakeTransport extends Transport {
  handlers: TransportHandlers;
  /** Joins asked for and not answered yet. */
  readonly joins: { room: RoomName; ack: (result: Result<Joined>) => void }[];
  readonly left: RoomName[];
  readonly painteds: [RoomName, number][];
  readonly demos: DemoSet[];
  reconnects: number;
  connect(): void;
  drop(): void;
}

export function createFakeTransport(): FakeTransport {
  let isUp = false;
  const fake: FakeTransport = {
    handlers: null as unknown as TransportHandlers,
    joins: [],
    left: [],
    painteds: [],
    demos: [],
    reconnects: 0,
    connect: () => {
      isUp = true;
      fake.handlers.connected();
    },
    drop: () => {
      isUp = false;
      fake.handlers.disconnected();
    },
    start: (handlers) => {
      fake.handlers = handlers;
    },
    stop: () => undefined,
    isConnected: () => isUp,
    isIdle: () => false,
    reconnect: () => {
      fake.reconnects += 1;
    },
    join: (room, ack) => fake.joins.push({ room, ack }),
    leave: (room) => fake.left.push(room),
    painted: (room, seq) => fake.painteds.push([room, seq]),
    setDemo: (request) => {
      fake.demos.push(request);
      return Promise.resolve({ ok: false, error: { code: 'not-demo', message: 'no demo here' } });
    },
  };
  return fake;
}
