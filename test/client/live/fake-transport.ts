import type { ClockAnswer, DemoSet, Joined, Result, RoomName } from '../../../shared/protocol.ts';
import type { ScreenTell } from '../../../shared/screens.ts';
import type { Transport, TransportHandlers } from '../../../client/live/transport.ts';

/** A connection moved by hand. */
export interface FakeTransport extends Transport {
  handlers: TransportHandlers;
  /** Joins asked for and not answered yet. */
  readonly joins: { room: RoomName; ack: (result: Result<Joined>) => void }[];
  readonly left: RoomName[];
  readonly painteds: [RoomName, number][];
  readonly tolds: ScreenTell[];
  readonly demos: DemoSet[];
  /** Attempts to connect: failures before each. */
  readonly attempts: number[];
  drops: number;
  /** Clocks asked for and not answered yet. */
  readonly clocks: ((result: Result<ClockAnswer>) => void)[];
  /** The server takes the connection. */
  accept(): void;
  /** The connection ends by itself. */
  cut(): void;
}

export function createFakeTransport(): FakeTransport {
  let isUp = false;
  const fake: FakeTransport = {
    handlers: null as unknown as TransportHandlers,
    joins: [],
    left: [],
    painteds: [],
    tolds: [],
    demos: [],
    attempts: [],
    drops: 0,
    clocks: [],
    accept: () => {
      isUp = true;
      fake.handlers.connected();
    },
    cut: () => {
      isUp = false;
      fake.handlers.disconnected();
    },
    connect: (failures) => {
      isUp = false;
      fake.attempts.push(failures);
    },
    drop: () => {
      fake.drops += 1;
      if (isUp) fake.cut();
    },
    isPolling: () => false,
    start: (handlers) => {
      fake.handlers = handlers;
    },
    stop: () => undefined,
    isConnected: () => isUp,
    join: (room, ack) => fake.joins.push({ room, ack }),
    sparks: () => Promise.resolve({ ok: false, error: { code: 'not-found', message: 'no sparks here' } }),
    leave: (room) => fake.left.push(room),
    painted: (room, seq) => fake.painteds.push([room, seq]),
    tell: (told) => void fake.tolds.push(told),
    askClock: (ack) => fake.clocks.push(ack),
    setDemo: (request) => {
      fake.demos.push(request);
      return Promise.resolve({ ok: false, error: { code: 'not-demo', message: 'no demo here' } });
    },
  };
  return fake;
}
