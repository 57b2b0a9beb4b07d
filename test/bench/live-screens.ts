/** Worker: many screens in one process. They say and hear on the wire what a browser does, and draw nothing. */
import { io, type Socket } from 'socket.io-client';
import { createLiveClient, type LiveClient } from '../../client/live/client.ts';
import { transportOver } from '../../client/live/socket.ts';
import {
  type ClientEvents,
  type Frame,
  type ServerEvents,
  type WallDelta,
  type WallSnapshot,
} from '../../shared/protocol.ts';
import { sleep } from './live-cpu.ts';
import { serveParent } from './live-worker.ts';

/** One frame of the wall as the screens saw it. */
export interface SeenFrame {
  readonly seq: number;
  /** Server clock. */
  readonly atMs: number;
  /** Tenant → queue depth, of the rows in the frame that reach the depth asked for. */
  readonly deep: readonly (readonly [tenantId: string, queueDepth: number])[];
  /** When each screen had it, epoch ms. */
  readonly receivedMs: number[];
}

export interface Seen {
  readonly frames: readonly SeenFrame[];
  /** What the first screen was sent, with the headers of the WebSocket. */
  readonly bytes: number;
  /** The newest frames as they were, to be sent again by another server. */
  readonly samples: readonly Frame[];
}

export interface Connect {
  readonly url: string;
  readonly count: number;
  /** Joins the wall and says what it has painted; otherwise it only listens. */
  readonly isScreen: boolean;
  readonly minDepth: number;
  /** They come one after the other in this time, as screens do: so do their pings and reports later. */
  readonly spreadMs: number;
}

export interface ScreensApi {
  connect(to: Connect): Promise<void>;
  disconnect(): void;
  /** What was seen since the last call. */
  take(): Seen;
}

type Wire = Socket<ServerEvents, ClientEvents>;

const SAMPLES = 10;
/** Two animation frames at 60 Hz: the paint comes between one and two of them after the frame. */
const [PAINT_MIN_MS, PAINT_SPREAD_MS] = [17, 16];

let wires: Wire[] = [];
let clients: LiveClient[] = [];
let tenants: readonly string[] = [];
let frames = new Map<number, SeenFrame>();
let samples: Frame[] = [];
let bytes = 0;

serveParent<ScreensApi>({ connect, disconnect, take });

async function connect(to: Connect): Promise<void> {
  disconnect();
  wires = Array.from({ length: to.count }, () =>
    io(to.url, { transports: ['websocket'], forceNew: true, autoConnect: false, reconnection: false }),
  );
  const begin = async (wire: Wire, i: number): Promise<void> => {
    await sleep((i / to.count) * to.spreadMs);
    await (to.isScreen ? show(wire, to.minDepth) : listen(wire));
  };
  await Promise.all(wires.map(begin));
  wires[0]?.io.engine.on('packet', ({ data }) => (bytes += frameBytes(data)));
}

/** Only hears what is sent. */
async function listen(wire: Wire): Promise<void> {
  wire.connect();
  await new Promise<void>((resolve, reject) => {
    wire.once('connect', resolve);
    wire.once('connect_error', reject);
  });
}

/** The client of the wall itself, down to the socket; resolves with its first snapshot. */
async function show(wire: Wire, minDepth: number): Promise<void> {
  const nothing = (): void => undefined;
  const client = createLiveClient({
    transport: transportOver(wire),
    localMs: () => performance.now(),
    dateMs: Date.now,
    onClock: () => false,
    ...{ onLink: nothing, onTick: nothing, reload: nothing },
  });
  clients.push(client);
  client.start();
  await new Promise<void>((resolve) => {
    client.open<WallSnapshot, WallDelta>('wall', {
      snapshot({ snapshot }) {
        tenants = snapshot.tenants.map(({ id }) => id);
        resolve();
      },
      frame(frame) {
        note(frame, minDepth);
        const paintMs = PAINT_MIN_MS + Math.random() * PAINT_SPREAD_MS;
        setTimeout(() => client.painted(frame.room, frame.seq), paintMs);
        return true;
      },
      phase: nothing,
    });
  });
}

function note(frame: Frame, minDepth: number): void {
  const atMs = Date.now();
  let seen = frames.get(frame.seq);
  if (!seen) {
    seen = {
      seq: frame.seq,
      atMs: frame.atMs,
      deep: deepRows(frame.delta as WallDelta, minDepth),
      receivedMs: [],
    };
    frames.set(frame.seq, seen);
    samples = [...samples, frame].slice(-SAMPLES);
  }
  seen.receivedMs.push(atMs);
}

function deepRows({ rows }: WallDelta, minDepth: number): [string, number][] {
  const [steps, depths] = rows?.queueDepth ?? [[], []];
  let place = 0;
  return depths.flatMap((depth, at) => {
    place += steps[at]!;
    return depth !== null && depth >= minDepth ? [[tenants[place]!, depth] as [string, number]] : [];
  });
}

/** Length of an unmasked frame with this Engine.IO packet (RFC 6455 section 5.2): one byte of type before the data. */
function frameBytes(data: unknown): number {
  const length = 1 + (typeof data === 'string' ? Buffer.byteLength(data) : 0);
  return length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
}

function disconnect(): void {
  for (const client of clients) client.stop();
  for (const wire of wires) wire.disconnect();
  clients = [];
  wires = [];
}

function take(): Seen {
  const seen = { frames: [...frames.values()], bytes, samples };
  frames = new Map();
  bytes = 0;
  return seen;
}
