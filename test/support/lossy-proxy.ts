import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between a screen and its server that can be broken in all the ways networks break. */
export interface LossyProxy {
  readonly port: number;
  readonly url: string;
  /** Ends every connection; new ones get through. */
  cut(): void;
  /** Ends every connection and refuses new ones, as a machine does on which nothing listens. */
  refuse(): Promise<void>;
  /** Swallows all that is sent, without a word of it: connections seem to stand, and new ones seem to be taken. */
  swallow(): void;
  /** Holds back what is sent from now on, in order. */
  delay(toServerMs: number, toClientMs: number): void;
  /** Lets no connection become a WebSocket: swallows what asks for one. */
  blockWebSocket(): void;
  /** Writes one text for another of the same length in all that goes to the client. */
  rewrite(from: string, to: string): void;
  /** All is well again; what was swallowed is gone, and so are the connections that it was of. */
  heal(): Promise<void>;
  /** Connections that were taken so far. */
  taken(): number;
  /** Parts that were swallowed so far. */
  swallowed(): number;
  stop(): Promise<void>;
}

interface Wire {
  readonly client: Socket;
  readonly server: Socket;
  isSwallowed: boolean;
}

interface State {
  isSwallowing: boolean;
  isBlockingWebSocket: boolean;
  swallowed: number;
  toServerMs: number;
  toClientMs: number;
  change: { readonly from: Buffer; readonly to: Buffer } | null;
  /** Lets go what is held back, each its part. */
  readonly held: Set<() => void>;
}

const WELL = { isSwallowing: false, isBlockingWebSocket: false, toServerMs: 0, toClientMs: 0, change: null };

/** Starts one on a free port before a server on loopback. */
export async function startLossyProxy(targetPort: number): Promise<LossyProxy> {
  const state: State = { ...WELL, swallowed: 0, held: new Set() };
  const wires = new Set<Wire>();
  let count = 0;
  const take = (client: Socket): void => {
    count += 1;
    join(client, targetPort, state, wires);
  };
  let listener = createServer(take);
  const port = await listen(listener, 0);
  const cut = (): void =>
    wires.forEach(({ client, server }) => [client, server].forEach((end) => end.resetAndDestroy()));

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    cut,
    async refuse() {
      const closed = close(listener);
      cut();
      await closed;
    },
    swallow() {
      state.isSwallowing = true;
      wires.forEach((wire) => (wire.isSwallowed = true));
    },
    delay: (toServerMs, toClientMs) => void Object.assign(state, { toServerMs, toClientMs }),
    blockWebSocket: () => void (state.isBlockingWebSocket = true),
    rewrite(from, to) {
      if (from.length !== to.length) throw new Error('a text of another length would not fit its frame');
      state.change = { from: Buffer.from(from), to: Buffer.from(to) };
    },
    async heal() {
      Object.assign(state, WELL);
      state.held.forEach((release) => release());
      if (listener.listening) return;
      listener = createServer(take);
      await listen(listener, port);
    },
    taken: () => count,
    swallowed: () => state.swallowed,
    async stop() {
      const closed = listener.listening ? close(listener) : undefined;
      cut();
      await closed;
    },
  };
}

/** Two ends, each handed what the other sends. */
function join(client: Socket, port: number, state: State, wires: Set<Wire>): void {
  const server = connect(port, '127.0.0.1');
  const wire: Wire = { client, server, isSwallowed: state.isSwallowing };
  wires.add(wire);
  const lose = (): void => void (state.swallowed += 1);
  pump(client, server, {
    isLost: (chunk) => {
      if (state.isBlockingWebSocket && chunk.includes('Upgrade: websocket')) wire.isSwallowed = true;
      return wire.isSwallowed;
    },
    lose,
    hold: () => hold(state, state.toServerMs),
    change: (chunk) => chunk,
  });
  pump(server, client, {
    isLost: () => wire.isSwallowed,
    lose,
    hold: () => hold(state, state.toClientMs),
    change: (chunk) => changed(chunk, state.change),
  });
  // What is swallowed has no end either.
  const end = (): void => {
    if (wire.isSwallowed && !client.destroyed) return;
    client.destroy();
    server.destroy();
    wires.delete(wire);
  };
  for (const socket of [client, server]) socket.on('close', end).on('error', end);
}

interface Pump {
  readonly isLost: (chunk: Buffer) => boolean;
  readonly lose: () => void;
  readonly hold: () => Promise<void>;
  readonly change: (chunk: Buffer) => Buffer;
}

/** Hands on in order, however long each part is held back. */
function pump(from: Socket, to: Socket, { isLost, lose, hold, change }: Pump): void {
  let before = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    if (isLost(chunk)) return void lose();
    const due = hold();
    before = before.then(() => due).then(() => void (to.writable && to.write(change(chunk))));
  });
}

function hold({ held }: State, ms: number): Promise<void> {
  if (ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const release = (): void => {
      held.delete(release);
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(release, ms).unref();
    held.add(release);
  });
}

function changed(chunk: Buffer, change: State['change']): Buffer {
  if (!change) return chunk;
  const copy = Buffer.from(chunk);
  for (let at = copy.indexOf(change.from); at >= 0; at = copy.indexOf(change.from, at + 1))
    change.to.copy(copy, at);
  return copy;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
