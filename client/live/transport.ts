import type {
  DemoSet,
  DemoState,
  Frame,
  Joined,
  Result,
  RoomName,
  ServerEvents,
} from '../../shared/protocol.ts';

/** What a connection tells. */
export interface TransportHandlers {
  connected(): void;
  disconnected(): void;
  frame(frame: Frame): void;
  beat(beat: Parameters<ServerEvents['server:beat']>[0]): void;
  reset(room: RoomName): void;
}

/** The connection as the rest of the client needs it; tests put a pair of hands in its place. */
export interface Transport {
  start(handlers: TransportHandlers): void;
  stop(): void;
  isConnected(): boolean;
  /** Neither connected nor trying: nobody would ever try again. */
  isIdle(): boolean;
  /** Drops what there is and connects anew. */
  reconnect(): void;
  join(room: RoomName, ack: (result: Result<Joined>) => void): void;
  leave(room: RoomName): void;
  painted(room: RoomName, seq: number): void;
  setDemo(request: DemoSet): Promise<Result<DemoState>>;
}
