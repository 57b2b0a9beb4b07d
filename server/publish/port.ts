/**
 * What publishing needs from the rest of the server; nothing here knows Express or Socket.IO.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Principal } from '../base/permissions.ts';
import type {
  Delta,
  DemoSet,
  DemoState,
  RoomName,
  Snapshot,
  SourcesSnapshot,
  TenantEntry,
  WallSnapshot,
} from '../../shared/protocol.ts';

export type Awaitable<T> = T | Promise<T>;

/** Who sends this request or opens this socket. Somebody unknown is a principal without permissions. */
export type PrincipalOf = (request: IncomingMessage) => Principal;

/**
 * Rooms as a sequence of states: each tick makes one state S(k) of every room out of the one before.
 *
 * 1. Between two ticks a room does not change: `snapshot` says S(k), the state of the last tick, never something newer.
 *    Else a value that leaves and comes back between two ticks would be in the snapshot and in no delta, for ever wrong.
 * 2. `delta` is S(k) against S(k-1), whether or not anybody asked for the delta before it. It carries full new values,
 *    so it may name more than what changed, never less.
 * 3. The new states and `hub.tick()` belong to one synchronous turn, so that nobody joins between the two.
 *
 * A room shows the same to everybody who may join it, which is why it is encoded once.
 */
export interface LivePort {
  /** Of this run of the process; a screen that sees another one starts anew. */
  readonly serverId: string;
  readonly version: string;
  /** The demo's clock in a demo; another one after another scenario. */
  readonly clock: Clock;
  /** Undefined: there is no such room (unknown tenant). */
  snapshot(room: RoomName): Snapshot | undefined;
  /** Asked for once a tick, for rooms that have members only. */
  delta(room: RoomName): Delta;
  /** Absent: not a demo. */
  setDemo?(request: DemoSet): Awaitable<DemoState>;
}

/** The wall as it is or was. */
export interface WallAt extends WallSnapshot {
  readonly atMs: number;
}

export interface SeriesQuery {
  readonly tenantId: string;
  /** Of `QueryPort.seriesMetrics`. */
  readonly metrics: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** At most this many steps in the answer. */
  readonly points: number;
  /** Absent: both. */
  readonly direction?: 'in' | 'out';
}

/** One value per step, oldest first, aligned; null is no data. Step `i` begins at `fromMs + i * stepMs`. */
export interface SeriesAnswer {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly metrics: Readonly<Record<string, readonly (number | null)[]>>;
  /** Share of the expected source reports that came, 0 to 1, per step; null where nothing is known of the step. */
  readonly coverage: readonly (number | null)[];
}

/** Questions that HTTP asks. An `AppError` thrown here reaches the caller as it is. */
export interface QueryPort {
  /** Names that `series` understands. */
  readonly seriesMetrics: readonly string[];
  tenants(): readonly TenantEntry[];
  /** Undefined: nothing is kept of that time. */
  wall(atMs?: number): Awaitable<WallAt | undefined>;
  /** Undefined: no such tenant. */
  series(query: SeriesQuery): Awaitable<SeriesAnswer | undefined>;
  sources(): SourcesSnapshot;
}

/** `reasons` name fault and mend, one sentence each; empty when ok. */
export interface Health {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}
export interface HealthPort {
  /** Should this process be restarted? */
  health(): Health;
  /** Can it be asked? */
  ready(): Health;
}

export type JsonObject = Readonly<Record<string, unknown>>;
/** Where pushed reports go. Absent: no such source is configured. False: not understood, and counted by the source. */
export interface IngestPort {
  acceptRspamd?(report: JsonObject): boolean;
}
