import { inflateRawSync } from 'node:zlib';
import { type Socket, io } from 'socket.io-client';
import type {
  ClientEvents,
  Frame,
  Joined,
  JoinAnswer,
  Result,
  RoomName,
  ServerEvents,
  WallDelta,
  WallRow,
  WallSnapshot,
} from '../../../shared/protocol.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol.ts';
import { until } from '../../support/until.ts';
import { applyCells } from '../../../shared/wall-rows.ts';
import { fromWire } from '../../../shared/wall-wire.ts';

/** A screen that keeps everything it is sent. */
export interface TestScreen {
  readonly socket: Socket<ServerEvents, ClientEvents>;
  readonly frames: Frame[];
  readonly beats: Parameters<ServerEvents['server:beat']>[0][];
  readonly resets: Parameters<ServerEvents['room:reset']>[0][];
  join(room: RoomName, protocol?: number): Promise<Result<Joined>>;
  /** Any event at all, as a stranger would send it. */
  send(event: string, ...args: unknown[]): Promise<Result<unknown>>;
  /** Frames of one room, once there are this many. */
  framesOf(room: RoomName, count: number): Promise<Frame[]>;
}

export async function connectScreen(
  url: string,
  options: Parameters<typeof io>[1] = {},
): Promise<TestScreen> {
  const socket: TestScreen['socket'] = io(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 20,
    ...options,
  });
  const frames: Frame[] = [];
  const beats: TestScreen['beats'] = [];
  const resets: TestScreen['resets'] = [];
  socket.on('room:frame', (frame) => void frames.push(frame));
  socket.on('server:beat', (beat) => void beats.push(beat));
  socket.on('room:reset', (fact) => void resets.push(fact));
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  const untyped = socket as unknown as Socket;
  const framesOf = (room: RoomName) => frames.filter((frame) => frame.room === room);
  return {
    socket,
    frames,
    beats,
    resets,
    join: async (room, protocol = PROTOCOL_VERSION) =>
      unpacked(await socket.timeout(5_000).emitWithAck('room:join', { room, protocol })),
    send: (event, ...args) => untyped.timeout(5_000).emitWithAck(event, ...args),
    framesOf: (room, count) => {
      const what = `${count} frames of ${room}`;
      return until(() => (framesOf(room).length >= count ? framesOf(room) : undefined), { what, everyMs: 5 });
    },
  };
}

/** What a join holds; a large snapshot comes deflated. */
function unpacked(result: Result<JoinAnswer>): Result<Joined> {
  if (!result.ok || 'snapshot' in result.data) return result as Result<Joined>;
  const { packed, ...head } = result.data;
  const snapshot = fromWire(JSON.parse(inflateRawSync(packed).toString()));
  return { ok: true, data: { ...head, snapshot } };
}

/** The rules of the wire, as a screen follows them: older frames are ignored, the next one is applied, a gap asks again. */
export interface WallFollower {
  readonly seq: number;
  readonly rows: readonly WallRow[];
  readonly rejoins: number;
  /** True while a frame must be taken as never received. */
  isDeaf: boolean;
}

export async function followWall(
  screen: TestScreen,
  onState: (seq: number, rows: readonly WallRow[]) => void,
): Promise<WallFollower> {
  const follower = { seq: -1, rows: [] as readonly WallRow[], rejoins: -1, isDeaf: false };
  let isJoining = false;
  screen.socket.on('room:frame', ({ room, seq, delta }) => {
    if (room !== 'wall' || follower.isDeaf || isJoining || seq <= follower.seq) return;
    if (seq > follower.seq + 1) return void join();
    show(seq, applyCells(follower.rows, (delta as WallDelta).rows) ?? []);
  });
  screen.socket.on('room:reset', () => void join());
  await join();
  return follower;

  async function join(): Promise<void> {
    isJoining = true;
    follower.rejoins += 1;
    const result = await screen.join('wall');
    isJoining = false;
    // Refused, perhaps for asking too often: the next frame is a gap again.
    if (!result.ok) return;
    show(result.data.seq, (result.data.snapshot as WallSnapshot).rows);
  }
  function show(seq: number, rows: readonly WallRow[]): void {
    follower.seq = seq;
    follower.rows = rows;
    onState(seq, rows);
  }
}
