import type {
  Delta,
  DemoSet,
  DemoState,
  Frame,
  Joined,
  Result,
  RoomName,
  Snapshot,
} from '../../shared/protocol.ts';
import type { ClockSync } from './clock.ts';
import { linkPhase, UNLINKED, type LinkFacts } from './link.ts';
import { createRooms, type RoomHandlers, type Rooms } from './rooms.ts';
import type { Transport, TransportHandlers } from './transport.ts';

export interface LiveDeps {
  readonly transport: Transport;
  /** This screen's clock, ms. */
  readonly localMs: () => number;
  /** The viewer's time of day, epoch ms. */
  readonly dateMs: () => number;
  readonly onLink: (facts: LinkFacts) => void;
  /** A reading of the server's clock. `isAnchor`: it starts anew, for what came before may be another clock. */
  readonly onClock: (reading: ClockSync, isAnchor: boolean) => void;
  readonly onTick: (localMs: number) => void;
  /** This page is of another version than the server. */
  readonly reload: (serverVersion: string) => void;
}

/** The one connection of this screen: rooms are opened and closed, everything else heals by itself. */
export interface LiveClient {
  start(): void;
  stop(): void;
  /** Joins a room and keeps it right until the returned function is called. */
  open<S extends Snapshot, D extends Delta>(room: RoomName, handlers: RoomHandlers<S, D>): () => void;
  /** Tells the server which frame people can see. */
  painted(room: RoomName, seq: number): void;
  setDemo(request: DemoSet): Promise<Result<DemoState>>;
  /** Looks at once, not at the next tick: the machine woke up, the network came back. */
  wake(): void;
}

const TICK_MS = 1_000;
/** A report costs the server twice what a frame does; half a second short of ten, as frames come once a second. */
const PAINTED_EVERY_MS = 9_500;
/** No sooner than a connection can be made or refused. */
const RECONNECT_EVERY_MS = 5_000;

interface Ears {
  link(): LinkFacts;
  setLink(change: Partial<LinkFacts>): void;
  hear(atMs: number, speed: number, isAnchor: boolean): void;
}

/** Keeps the facts of the link: whatever is heard proves that the server is there. */
function createEars(deps: LiveDeps): Ears {
  let link: LinkFacts = UNLINKED;
  function setLink(change: Partial<LinkFacts>): void {
    link = { ...link, ...change };
    deps.onLink(link);
  }
  return {
    link: () => link,
    setLink,
    hear: (atMs, speed, isAnchor) => {
      const now = deps.localMs();
      setLink({ isConnected: true, heardAtMs: now, heardAtDateMs: deps.dateMs() });
      deps.onClock({ atMs, localMs: now, speed }, isAnchor);
      deps.onTick(now);
    },
  };
}

function createHandlers(ears: Ears, rooms: Rooms, server: { id: string | null }): TransportHandlers {
  return {
    connected: () => {
      ears.setLink({ isConnected: true });
      rooms.feedAll({ type: 'connected' });
    },
    disconnected: () => {
      ears.setLink({ isConnected: false });
      rooms.feedAll({ type: 'disconnected' });
    },
    frame: (frame: Frame) => {
      ears.hear(frame.atMs, frame.speed, false);
      rooms.feed(frame.room, { type: 'frame', seq: frame.seq }, frame);
    },
    beat: (beat) => {
      const isOther = server.id !== null && beat.serverId !== server.id;
      server.id = beat.serverId;
      ears.hear(beat.atMs, beat.speed, isOther);
      if (isOther) rooms.feedAll({ type: 'reset' });
    },
    reset: (room) => rooms.feed(room, { type: 'reset' }),
  };
}

/** Makes the client over a transport; `start` connects. */
export function createLiveClient(deps: LiveDeps): LiveClient {
  const { transport, localMs } = deps;
  const ears = createEars(deps);
  const server: { id: string | null } = { id: null };
  const reportedAtMs = new Map<RoomName, number>();
  const rooms = createRooms({
    localMs,
    join: transport.join,
    onJoined: (joined: Joined) => {
      server.id = joined.serverId;
      reportedAtMs.delete(joined.room);
      ears.setLink({ isMismatched: false });
      ears.hear(joined.atMs, joined.speed, true);
    },
    onMismatch: (serverVersion) => {
      ears.setLink({ isMismatched: true });
      deps.reload(serverVersion);
    },
  });
  let triedAtMs = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function tick(): void {
    const now = localMs();
    rooms.feedAll({ type: 'tick' });
    // A half-open connection is given up, an abandoned one taken up again.
    const isHopeless = linkPhase(ears.link(), now) === 'stale' || transport.isIdle();
    if (isHopeless && now - triedAtMs > RECONNECT_EVERY_MS) {
      triedAtMs = now;
      transport.reconnect();
    }
    deps.onTick(now);
  }

  return {
    start: () => {
      triedAtMs = localMs();
      timer = setInterval(tick, TICK_MS);
      transport.start(createHandlers(ears, rooms, server));
    },
    stop: () => {
      clearInterval(timer);
      transport.stop();
    },
    open: (room, handlers) => {
      const close = rooms.open(room, handlers as unknown as RoomHandlers);
      if (transport.isConnected()) rooms.feed(room, { type: 'connected' });
      return () => {
        if (close() && transport.isConnected()) transport.leave(room);
      };
    },
    painted: (room, seq) => {
      const now = localMs();
      const sinceMs = now - (reportedAtMs.get(room) ?? -Infinity);
      if (!transport.isConnected() || sinceMs < PAINTED_EVERY_MS) return;
      reportedAtMs.set(room, now);
      transport.painted(room, seq);
    },
    setDemo: transport.setDemo,
    wake: tick,
  };
}
