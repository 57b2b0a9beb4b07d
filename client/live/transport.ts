import type {
  ClockAnswer,
  DemoSet,
  DemoState,
  Frame,
  Joined,
  Result,
  RoomName,
  ServerEvents,
  SparksAnswer,
} from '../../shared/protocol.ts';
import type { ScreenRequest, ScreenTell } from '../../shared/screens.ts';

/** What a connection tells. */
export interface TransportHandlers {
  connected(): void;
  disconnected(): void;
  frame(frame: Frame): void;
  beat(beat: Parameters<ServerEvents['server:beat']>[0]): void;
  reset(room: RoomName): void;
  /** The server asks something of this screen. */
  asked(request: ScreenRequest): void;
  /** An attempt to connect has failed, or the server has thrown this screen out. */
  refused(): void;
}

/** The connection as the rest of the client needs it; tests put a pair of hands in its place. */
export interface Transport {
  /** Listens; nothing is connected yet. */
  start(handlers: TransportHandlers): void;
  stop(): void;
  isConnected(): boolean;
  /** Drops what there is and connects anew, once: ends in `connected` or `refused`. `failures`: attempts before it that failed. */
  connect(failures: number): void;
  /** Drops what there is. */
  drop(): void;
  /** Whether WebSocket does not get through and every frame is a request of its own. */
  isPolling(): boolean;
  join(room: RoomName, ack: (result: Result<Joined>) => void): void;
  leave(room: RoomName): void;
  /** Sparklines that the wall's snapshot left out. */
  sparks(tenants: readonly string[]): Promise<Result<SparksAnswer>>;
  painted(room: RoomName, seq: number): void;
  /** What this screen is and can. */
  tell(told: ScreenTell): void;
  /** What the server's clock says. */
  askClock(ack: (result: Result<ClockAnswer>) => void): void;
  setDemo(request: DemoSet): Promise<Result<DemoState>>;
}
