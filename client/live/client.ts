import type {
  Delta,
  DemoSet,
  DemoState,
  Frame,
  Joined,
  Result,
  RoomName,
  Snapshot,
  SparksAnswer,
} from '../../shared/protocol.ts';
import type { ScreenTell } from '../../shared/screens.ts';
import { createAsked, type Asked } from './asked.ts';
import { createEars, type Ears, type EarsDeps } from './ears.ts';
import { linkPhase } from './link.ts';
import { createRetry, type Retry } from './retry.ts';
import { createRooms, type RoomHandlers, type Rooms } from './rooms.ts';
import type { Transport, TransportHandlers } from './transport.ts';

export interface LiveDeps extends EarsDeps {
  readonly transport: Transport;
  /** From 0 to 1; so that walls do not come back together. */
  readonly random?: () => number;
  /** This page is of another version than the server. */
  readonly reload: (serverVersion: string) => void;
  /** Build of the page that the server serves; undefined: it does not say. */
  readonly onServerBuild?: (build: string | undefined) => void;
  /** Connected (anew), or not let in: who this screen is may have changed. */
  readonly onStanding?: (standing: 'connected' | 'refused') => void;
}

/** The one connection of this screen: rooms are opened and closed, everything else heals by itself. */
export interface LiveClient {
  start(): void;
  stop(): void;
  /** Joins a room and keeps it right until the returned function is called. */
  open<S extends Snapshot, D extends Delta>(room: RoomName, handlers: RoomHandlers<S, D>): () => void;
  /** Sparklines that the wall's snapshot left out, in the order of the tenants. */
  sparks(tenants: readonly string[]): Promise<Result<SparksAnswer>>;
  /** Tells the server which frame people can see. */
  painted(room: RoomName, seq: number): void;
  /** Says what this screen is and can, now and whenever it connects. */
  tell(told: ScreenTell): void;
  /** Runs when the server asks this of the screen, until the returned function is called. */
  onAsked: Asked['on'];
  setDemo(request: DemoSet): Promise<Result<DemoState>>;
  /** Looks at once, not at the next tick: the machine woke up, the network came back. */
  wake(): void;
}

const TICK_MS = 1_000;
/** A report costs the server twice what a frame does; half a second short of ten, as frames come once a second. */
const PAINTED_EVERY_MS = 9_500;
/** Ticks that are further apart: the machine slept, or the page was held. */
const SLEPT_MS = 4_000;

/** What this screen says of itself, and what is asked of it. */
interface Voice {
  readonly asked: Asked;
  tell(told: ScreenTell): void;
  /** Says again what was said last: there is another connection. */
  again(): void;
}

function createVoice(transport: Transport): Voice {
  let last: ScreenTell | null = null;
  const again = () => last && transport.tell(last);
  return {
    asked: createAsked(),
    tell: (told) => {
      last = told;
      if (transport.isConnected()) again();
    },
    again,
  };
}

/** Whom a room is refused for want of permission may no longer be who it was. */
function joinOf({ transport, onStanding }: LiveDeps, ears: Ears): Transport['join'] {
  return (room, ack) => {
    const answered = ears.asked();
    transport.join(room, (result) => {
      answered();
      if (!result.ok && result.error.code === 'forbidden') onStanding?.('refused');
      ack(result);
    });
  };
}

interface HandlerParts {
  readonly deps: LiveDeps;
  readonly ears: Ears;
  readonly rooms: Rooms;
  readonly server: { id: string | null };
  readonly voice: Voice;
  readonly retry: Retry;
}

function createHandlers({ deps, ears, rooms, server, voice, retry }: HandlerParts): TransportHandlers {
  return {
    connected: () => {
      retry.feed('connected');
      ears.connected();
      voice.again();
      rooms.feedAll({ type: 'connected' });
      deps.onStanding?.('connected');
    },
    disconnected: () => {
      ears.setLink({ isConnected: false });
      rooms.feedAll({ type: 'disconnected' });
      retry.feed('lost');
    },
    frame: (frame: Frame) => {
      ears.hear(frame);
      rooms.feed(frame.room, { type: 'frame', seq: frame.seq }, frame);
    },
    beat: (beat) => {
      const isOther = server.id !== null && beat.serverId !== server.id;
      server.id = beat.serverId;
      ears.hear(beat, isOther);
      if (isOther) rooms.feedAll({ type: 'reset' });
    },
    reset: (room) => rooms.feed(room, { type: 'reset' }),
    asked: voice.asked.feed,
    refused: () => {
      retry.feed('failed');
      deps.onStanding?.('refused');
    },
  };
}

interface PulseParts {
  readonly deps: LiveDeps;
  readonly ears: Ears;
  readonly rooms: Rooms;
  readonly retry: Retry;
}

/** Looks at everything once a second. */
function createPulse({ deps, ears, rooms, retry }: PulseParts) {
  const { transport, localMs } = deps;
  let lookedAtMs = localMs();
  let timer: ReturnType<typeof setInterval> | undefined;

  function look(): void {
    // Stopped for good: not even a machine that wakes up connects again.
    if (timer === undefined) return;
    const now = localMs();
    const hasSlept = now - lookedAtMs > SLEPT_MS;
    lookedAtMs = now;
    rooms.feedAll({ type: 'tick' });
    ears.tick(transport.isConnected(), hasSlept);
    // A half-open connection never reports its end: silence is enough.
    if (transport.isConnected() && linkPhase(ears.link(), now) === 'stale') {
      transport.drop();
      // Where the transport did not say so itself.
      retry.feed('lost');
    }
    if (hasSlept) retry.feed('wake');
    deps.onTick(now);
  }
  return {
    start: () => {
      lookedAtMs = localMs();
      timer = setInterval(look, TICK_MS);
    },
    stop: () => {
      clearInterval(timer);
      timer = undefined;
      retry.stop();
    },
    wake: () => {
      look();
      if (timer !== undefined) retry.feed('wake');
    },
  };
}

/** Tells the server what was painted, no more often than it wants to know. */
function createPaintReports({ transport, localMs }: LiveDeps) {
  const reportedAtMs = new Map<RoomName, number>();
  return {
    /** The room was joined anew: its next frame is a first one. */
    forget: (room: RoomName) => void reportedAtMs.delete(room),
    painted: (room: RoomName, seq: number) => {
      const now = localMs();
      const sinceMs = now - (reportedAtMs.get(room) ?? -Infinity);
      if (!transport.isConnected() || sinceMs < PAINTED_EVERY_MS) return;
      reportedAtMs.set(room, now);
      transport.painted(room, seq);
    },
  };
}

/** Makes the client over a transport; `start` connects. */
export function createLiveClient(deps: LiveDeps): LiveClient {
  const { transport, localMs, random = Math.random } = deps;
  const ears = createEars(deps, transport.askClock);
  const server: { id: string | null } = { id: null };
  const reports = createPaintReports(deps);
  const retry = createRetry({ localMs, random, connect: transport.connect, drop: transport.drop });
  const rooms = createRooms({
    localMs,
    join: joinOf(deps, ears),
    onJoined: (joined: Joined) => {
      const isOther = server.id !== null && joined.serverId !== server.id;
      server.id = joined.serverId;
      reports.forget(joined.room);
      ears.setLink({ isMismatched: false });
      ears.hear(joined, isOther);
      deps.onServerBuild?.(joined.build);
    },
    onMismatch: (serverVersion) => {
      ears.setLink({ isMismatched: true });
      deps.reload(serverVersion);
    },
  });
  const voice = createVoice(transport);
  const pulse = createPulse({ deps, ears, rooms, retry });

  return {
    start: () => {
      pulse.start();
      transport.start(createHandlers({ deps, ears, rooms, server, voice, retry }));
      retry.feed('start');
    },
    stop: () => {
      pulse.stop();
      transport.stop();
    },
    open: (room, handlers) => {
      const close = rooms.open(room, handlers as unknown as RoomHandlers);
      if (transport.isConnected()) rooms.feed(room, { type: 'connected' });
      return () => {
        if (close() && transport.isConnected()) transport.leave(room);
      };
    },
    sparks: transport.sparks,
    painted: reports.painted,
    tell: voice.tell,
    onAsked: voice.asked.on,
    setDemo: transport.setDemo,
    wake: pulse.wake,
  };
}
