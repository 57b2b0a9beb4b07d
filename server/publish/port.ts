/**
 * What publishing needs from the rest of the server; nothing here knows Express or Socket.IO.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Principal } from '../base/permissions.ts';
import type { Audience } from './audience.ts';
import type { SeriesQuery, TablesQuery, TopQuery } from '../history/query/types.ts';
import type {
  MessagePage,
  MessageQuery,
  MessageTrace,
  ScopeRef,
  SeriesAnswer,
  StorageReport,
  TablesAnswer,
  TopAnswer,
  WaitingMatrix,
  WallAt,
} from '../../shared/history.ts';
import type {
  Delta,
  DemoSet,
  DemoState,
  RoomName,
  Snapshot,
  SourcesSnapshot,
  Spark,
  TenantEntry,
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
  /** Build of the page that is served now; absent or undefined: not known. */
  readonly build?: string | undefined;
  /** The demo's clock in a demo; another one after another scenario. */
  readonly clock: Clock;
  /** Undefined: there is no such room (unknown tenant). */
  snapshot(room: RoomName): Snapshot | undefined;
  /** Sparklines of the wall as of the last tick, in the order of these tenants; null: no such tenant. */
  sparks(tenantIds: readonly string[]): readonly (Spark | null)[];
  /** Asked for once a tick, for rooms that have members only. */
  delta(room: RoomName): Delta;
  /** The rooms as an audience sees them that may not see everything. Absent: it is not let into rooms of several tenants. */
  limited?(audience: Audience): RoomsPort;
  /** Absent: not a demo. */
  setDemo?(request: DemoSet): Awaitable<DemoState>;
}

export type RoomsPort = Pick<LivePort, 'snapshot' | 'delta'>;

/** Where the list of providers is kept, as the text of its file. */
export interface ProvidersPort {
  read(): Awaitable<string>;
  /** Refused with every fault when it is not understood; in use when done. */
  write(text: string): Awaitable<void>;
}

/** Questions that HTTP asks. An `AppError` thrown here reaches the caller as it is. Undefined: there is no such scope. */
export interface QueryPort {
  /** Names that `series` and `top` understand. */
  readonly seriesMetrics: readonly string[];
  tenants(): readonly TenantEntry[];
  /** Undefined: nothing is kept of that time. */
  wall(atMs?: number): Awaitable<WallAt | undefined>;
  series(query: SeriesQuery): Awaitable<SeriesAnswer | undefined>;
  top(query: TopQuery): Awaitable<TopAnswer>;
  tables(query: TablesQuery): Awaitable<TablesAnswer | undefined>;
  /** Who waits now. */
  matrix(scope: ScopeRef): Awaitable<WaitingMatrix | undefined>;
  /** Addresses unmasked: who asks decides what may be shown, and the route masks it. */
  search(query: MessageQuery): Awaitable<MessagePage | undefined>;
  /** The life of one queue id; `aroundMs` chooses among messages that had the same. Without records and lines: nothing is kept of it. */
  trace(host: string, queueId: string, aroundMs?: number): Awaitable<MessageTrace>;
  storage(): Awaitable<StorageReport>;
  readonly providers: ProvidersPort;
  /** Which tenant a domain belongs to; undefined: none. Absent: that is not known here. */
  ownerOf?(domain: string): string | undefined;
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
