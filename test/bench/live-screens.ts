/** Worker: many screens in one process. They do on the wire what a browser does, without one. */
import { io, type Socket } from 'socket.io-client';
import {
  type ClientEvents,
  type Frame,
  PROTOCOL_VERSION,
  type ServerEvents,
  type WallDelta,
  type WallSnapshot,
} from '../../shared/protocol.ts';
import { serveParent } from './live-worker.ts';

/** One frame of the wall as the screens saw it. */
export interface SeenFrame {
  readonly seq: number;
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
  /** Joins the wall and reports what it painted; otherwise it only listens. */
  readonly isScreen: boolean;
  readonly minDepth: number;
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
let tenants: readonly string[] = [];
let frames = new Map<number, SeenFrame>();
let samples: Frame[] = [];
let bytes = 0;

serveParent<ScreensApi>({ connect, disconnect, take });

async function connect(to: Connect): Promise<void> {
  disconnect();
  wires = Array.from({ length: to.count }, () =>
    io(to.url, { transports: ['websocket'], forceNew: true, reconnection: false }),
  );
  await Promise.all(wires.map((wire, i) => open(wire, to, i === 0)));
}

async function open(wire: Wire, { isScreen, minDepth }: Connect, isFirst: boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    wire.once('connect', resolve);
    wire.once('connect_error', reject);
  });
  if (isFirst) wire.io.engine.on('packet', ({ data }) => (bytes += frameBytes(data)));
  wire.on('room:frame', (frame) => {
    note(frame, minDepth);
    if (isScreen) setTimeout(report, PAINT_MIN_MS + Math.random() * PAINT_SPREAD_MS, wire, frame);
  });
  if (!isScreen) return;
  const joined = await wire
    .timeout(10_000)
    .emitWithAck('room:join', { room: 'wall', protocol: PROTOCOL_VERSION });
  if (!joined.ok) throw new Error(joined.error.message);
  tenants = (joined.data.snapshot as WallSnapshot).tenants.map(({ id }) => id);
}

function report(wire: Wire, { room, seq }: Frame): void {
  wire.volatile.emit('screen:painted', { room, seq });
}

function note(frame: Frame, minDepth: number): void {
  const atMs = Date.now();
  let seen = frames.get(frame.seq);
  if (!seen) {
    seen = { seq: frame.seq, deep: deepRows(frame.delta as WallDelta, minDepth), receivedMs: [] };
    frames.set(frame.seq, seen);
    samples = [...samples, frame].slice(-SAMPLES);
  }
  seen.receivedMs.push(atMs);
}

function deepRows({ rows }: WallDelta, minDepth: number): [string, number][] {
  if (!rows) return [];
  return rows.queueDepth.flatMap((depth, at) =>
    depth !== null && depth >= minDepth ? [[tenants[rows.i[at]!]!, depth] as [string, number]] : [],
  );
}

/** Length of an unmasked frame with this Engine.IO packet (RFC 6455 section 5.2): one byte of type before the data. */
function frameBytes(data: unknown): number {
  const length = 1 + (typeof data === 'string' ? Buffer.byteLength(data) : 0);
  return length + (length < 126 ? 2 : length < 65_536 ? 4 : 10);
}

function disconnect(): void {
  for (const wire of wires) wire.disconnect();
  wires = [];
}

function take(): Seen {
  const seen = { frames: [...frames.values()], bytes, samples };
  frames = new Map();
  bytes = 0;
  return seen;
}
