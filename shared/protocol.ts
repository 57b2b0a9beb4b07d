/**
 * The wire contract between server and screens. Socket.IO path `/socket.io`.
 * Requests are `noun:verb` and acknowledged with `Result`; facts are `noun:verbed` or a room's `frame`.
 */
import { z } from 'zod';
import type { AlarmsDelta, AlarmsSnapshot, AlarmStrip } from './alarms.ts';
import type { Result } from './result.ts';
import type { ScreenReport, ScreenRequest, ScreenTell } from './screens.ts';

export type { ScreenReport } from './screens.ts';
export * from './result.ts';

/** Raised with every change that an older client would misread; a client of another version reloads itself. */
export const PROTOCOL_VERSION = 2;

/** A server that sends nothing for longer than this has stopped, as far as a screen can tell. */
export const HEARTBEAT_MS = 2_000;
/** Silence after which a screen says that the server is not there. */
export const DISCONNECTED_AFTER_MS = 6_000;

/** How bad, as the wall shows it. `ok` draws nothing; `no-data` is neither good nor bad. */
export const LEVELS = ['ok', 'low', 'medium', 'high', 'critical', 'no-data'] as const;
export type Level = (typeof LEVELS)[number];

/** Which signal is the worst one of a tile. */
export const SIGNALS = ['none', 'queue', 'spam', 'lag', 'access', 'bounce', 'hold', 'data'] as const;
export type Signal = (typeof SIGNALS)[number];

/** What a source feeds; each number on a screen belongs to one feed and takes its age from it. */
export const FEEDS = ['flow', 'queue', 'filter', 'access'] as const;
export type Feed = (typeof FEEDS)[number];

/** `quiet`: it can be read but has had nothing to say for long. `failing`: the last try failed. `lost`: too long without success. */
export type SourceState = 'starting' | 'ok' | 'quiet' | 'late' | 'failing' | 'lost';

/** One source on the sources panel. Times epoch ms. */
export interface SourceReport {
  readonly id: string;
  readonly type: 'log' | 'postqueue' | 'rspamd-push';
  readonly feeds: readonly Feed[];
  readonly cluster?: string;
  /** Path, command or endpoint, as configured. */
  readonly target: string;
  readonly state: SourceState;
  /** One sentence when the state is not `ok`: what is wrong and what mends it. */
  readonly reason?: string;
  /** When it was last known to be up to date. Absent: never. */
  readonly asOfMs?: number;
  /** How often it should be. */
  readonly intervalMs: number;
  readonly counters: {
    readonly lines: number;
    readonly events: number;
    readonly unparsed: number;
    readonly foreign: number;
    readonly bytes: number;
    /** Reason → lines, bytes or listings lost for it. */
    readonly dropped: Readonly<Record<string, number>>;
  };
}

/** State of one feed for the tenants of one cluster: sources expected, fresh ones, and the oldest of their as-of times. */
export interface FeedCoverage {
  readonly expected: number;
  readonly fresh: number;
  readonly asOfMs: number | null;
  readonly intervalMs: number;
}
/** Per cluster (`''` for tenants without one). */
export type Coverage = Readonly<Record<string, Readonly<Record<Feed, FeedCoverage>>>>;

/** A tenant as screens know it; rows refer to it by its place in the list. */
export interface TenantEntry {
  readonly id: string;
  readonly name: string;
  readonly cluster?: string;
  readonly mailboxes?: number;
}

/** What one tile shows. `null` is no data, never zero. */
export interface WallRow {
  readonly level: Level;
  readonly signal: Signal;
  /** When this level began, epoch ms. */
  readonly sinceMs: number;
  /** Why, in words an operator reads: `lag ≥ 6.2 min`. */
  readonly reason: string;
  /** Recipients waiting in maildrop, incoming, active and deferred (metrics 8.1). */
  readonly queueDepth: number | null;
  /** Percent of final verdicts of the last 5 minutes (metrics 8.2). */
  readonly spamPercent: number | null;
  /** Final verdicts behind it. */
  readonly spamN: number;
  /** Effective lag, 95th percentile of delivered and still waiting together, 5 minutes (metrics 8.3). */
  readonly lagP95Ms: number | null;
  /** The 95th percentile falls on a message still waiting: the truth is this or more. */
  readonly isLagFloor: boolean;
  /** Percent of distinct users without a server fault, 5 minutes (metrics 8.10). */
  readonly accessPercent: number | null;
  /** Queue depth against five minutes ago. */
  readonly trend: 'up' | 'flat' | 'down' | null;
}

export interface PlatformRow {
  readonly queueDepth: number | null;
  readonly spamPercent: number | null;
  readonly lagP95Ms: number | null;
  readonly isLagFloor: boolean;
  readonly accessPercent: number | null;
  readonly acceptedPerMinute: number | null;
  readonly deliveredPerMinute: number | null;
  readonly oldestWaitingMs: number | null;
  /** Share of counted mail that no tenant could be found for, percent, 5 minutes. */
  readonly unattributedPercent: number | null;
  readonly sourcesUp: number;
  readonly sourcesExpected: number;
  /** Number of tenants at each level. */
  readonly levels: Readonly<Record<Level, number>>;
}

export interface DemoState {
  readonly scenario: string;
  readonly scenarios: readonly { readonly id: string; readonly title: string; readonly summary: string }[];
  readonly speed: number;
  /** What the scenario has done so far, newest last: what a reader can check the screen against. */
  readonly story: readonly { readonly atMs: number; readonly text: string }[];
}

/** Sparkline: queue depth every SPARK_STEP_MS for the last SPARK_POINTS steps, oldest first; null is a gap. */
export const SPARK_POINTS = 60;
export const SPARK_STEP_MS = 5_000;
/** A wall of more tenants draws no sparklines of all of them: its snapshot comes without, and those that are drawn are asked for. */
export const MOST_SPARKS = 120;
export type Spark = readonly (number | null)[];

export interface WallSnapshot {
  readonly tenants: readonly TenantEntry[];
  readonly rows: readonly WallRow[];
  /** In the order of the tenants; empty where they are asked for apart. */
  readonly sparks: readonly (readonly (number | null)[])[];
  readonly platform: PlatformRow;
  readonly coverage: Coverage;
  readonly demo: DemoState | null;
  /** Absent: not of this moment (a past one). */
  readonly alarms?: AlarmStrip;
}

/** Rows by columns, in the order of the tenants: how a large snapshot of the wall goes over the wire. Values as in `WallRow`. */
export interface WallColumns {
  /** Place in LEVELS. */
  readonly level: readonly number[];
  /** Place in SIGNALS. */
  readonly signal: readonly number[];
  readonly sinceMs: readonly number[];
  readonly reason: readonly string[];
  readonly queueDepth: readonly (number | null)[];
  readonly spamPercent: readonly (number | null)[];
  readonly spamN: readonly number[];
  readonly lagP95Ms: readonly (number | null)[];
  readonly isLagFloor: readonly (0 | 1)[];
  readonly accessPercent: readonly (number | null)[];
  /** -1, 0, 1. */
  readonly trend: readonly (number | null)[];
}
export type WallColumn = keyof WallColumns;

/** Cells of one column that changed: each one's place in the tenant list, as its distance from the one before, and its new value. */
export type Cells<V> = readonly [steps: readonly number[], values: readonly V[]];
/** Only cells that show something new, by columns; a column without any is left out. */
export type WallCells = { readonly [C in WallColumn]?: Cells<WallColumns[C][number]> };

/** As-of times as their distance from one moment, in the order of the clusters and of FEEDS; null: never. */
export interface FeedAges {
  readonly atMs: number;
  readonly agesMs: readonly (number | null)[];
}

export interface WallDelta {
  readonly rows: WallCells | null;
  readonly platform: PlatformRow;
  /** When anything of it but its as-of times has changed. */
  readonly coverage?: Coverage;
  /** Otherwise: its as-of times. */
  readonly asOf?: FeedAges;
  /** A new sparkline point belongs to this frame for every tenant: its current queue depth. */
  readonly spark: 0 | 1;
  readonly demo?: DemoState | null;
  /** When it changed. */
  readonly alarms?: AlarmStrip;
}

/** Tenant page charts: one value per step, oldest first, aligned; null is a gap. Times are `fromMs + i * stepMs`. */
export interface TenantSeries {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly queue: Readonly<Record<'incoming' | 'active' | 'deferred' | 'hold', readonly (number | null)[]>>;
  readonly spamPercent: readonly (number | null)[];
  readonly spamN: readonly (number | null)[];
  readonly lagP50Ms: readonly (number | null)[];
  readonly lagP95Ms: readonly (number | null)[];
  readonly lagP99Ms: readonly (number | null)[];
  readonly oldestWaitingMs: readonly (number | null)[];
}

export interface DestinationRow {
  readonly destination: string;
  readonly delivered: number;
  readonly deferred: number;
  readonly bounced: number;
}
export interface ReasonRow {
  readonly reason: string;
  readonly count: number;
}
export interface RawLine {
  readonly atMs: number;
  readonly source: string;
  readonly text: string;
  /** The attribution rule that gave it to this tenant. */
  readonly rule: string;
}

export interface TenantSnapshot {
  readonly tenant: TenantEntry;
  readonly row: WallRow;
  readonly series: TenantSeries;
  readonly destinations: readonly DestinationRow[];
  readonly reasons: readonly ReasonRow[];
  readonly lines: readonly RawLine[];
  readonly coverage: Readonly<Record<Feed, FeedCoverage>>;
  /** Attribution rule → events of the last 15 minutes. */
  readonly rules: Readonly<Record<string, number>>;
  readonly demo: DemoState | null;
}

/** The last step (still growing) and the one before, to be written over the series by time; tables when they changed. */
export interface TenantDelta {
  readonly row: WallRow;
  readonly series: TenantSeries;
  readonly destinations?: readonly DestinationRow[];
  readonly reasons?: readonly ReasonRow[];
  /** New lines only, oldest first. */
  readonly lines?: readonly RawLine[];
  readonly coverage: Readonly<Record<Feed, FeedCoverage>>;
  readonly rules?: Readonly<Record<string, number>>;
}

export interface SourcesSnapshot {
  readonly sources: readonly SourceReport[];
  readonly screens: readonly ScreenReport[];
  /** Join, windows, memory: counters of the pipeline itself. */
  readonly pipeline: Readonly<Record<string, number>>;
}

export type RoomName = 'wall' | 'sources' | 'alarms' | `tenant:${string}`;
export type Snapshot = WallSnapshot | TenantSnapshot | SourcesSnapshot | AlarmsSnapshot;
export type Delta = WallDelta | TenantDelta | SourcesSnapshot | AlarmsDelta;

/** One frame a second and room, volatile. `seq` goes up by one; a gap means: ask for the room again. */
export interface Frame<D extends Delta = Delta> {
  readonly room: RoomName;
  readonly seq: number;
  /** Server clock (the demo's clock in a demo). */
  readonly atMs: number;
  /** Server-clock seconds per real second; 1 but in a demo. */
  readonly speed: number;
  readonly delta: D;
}

export interface Joined<S extends Snapshot = Snapshot> {
  readonly room: RoomName;
  readonly seq: number;
  readonly atMs: number;
  readonly speed: number;
  readonly serverId: string;
  readonly version: string;
  /** Build of the page that the server serves; a page of another one reloads itself when nothing critical waits. Absent: not known. */
  readonly build?: string;
  readonly protocol: number;
  readonly snapshot: S;
}

/** A join as it goes over the wire: a large snapshot comes as `packed` (see `shared/wall-wire.ts`), made once a tick for all. */
export type JoinAnswer = Joined | (Omit<Joined, 'snapshot'> & { readonly packed: Uint8Array<ArrayBuffer> });

/** Sparklines as of frame `seq`, in the order in which they were asked for; null: no such tenant. */
export interface SparksAnswer {
  readonly seq: number;
  readonly sparks: readonly (Spark | null)[];
}

/** The server's clock as it answers: with the round trip, a screen knows how long anything can have been on its way. */
export interface ClockAnswer {
  readonly atMs: number;
  readonly speed: number;
}

export const RoomJoin = z.object({
  room: z
    .string()
    .regex(
      /^(wall|sources|alarms|tenant:[A-Za-z0-9_.-]{1,64})$/,
      'room is wall, sources, alarms or tenant:<id>',
    ),
  protocol: z.number().int(),
});
export type RoomJoin = z.infer<typeof RoomJoin>;
export const RoomLeave = z.object({ room: z.string().max(80) });
export type RoomLeave = z.infer<typeof RoomLeave>;
export const ScreenPainted = z.object({ room: z.string().max(80), seq: z.number().int().nonnegative() });
export type ScreenPainted = z.infer<typeof ScreenPainted>;
export const SparksAsk = z.object({ tenants: z.array(z.string().max(80)).min(1).max(MOST_SPARKS) });
export type SparksAsk = z.infer<typeof SparksAsk>;
/** Nothing: the answer is what is asked for. */
export const ClockAsk = z.object({});
export type ClockAsk = z.infer<typeof ClockAsk>;
export const DemoSet = z.object({ scenario: z.string().max(40), speed: z.number().min(1).max(60) });
export type DemoSet = z.infer<typeof DemoSet>;

export interface ClientEvents {
  'room:join': (request: RoomJoin, ack: (result: Result<JoinAnswer>) => void) => void;
  'room:leave': (request: RoomLeave, ack: (result: Result<null>) => void) => void;
  /** Sparklines of the wall's room that its snapshot left out. */
  'sparks:ask': (request: SparksAsk, ack: (result: Result<SparksAnswer>) => void) => void;
  /** The newest frame that has been painted (not received): the first one, then every ten seconds. */
  'screen:painted': (request: ScreenPainted, ack?: (result: Result<null>) => void) => void;
  /** What this screen is and can: when it has connected, and when it changed. */
  'screen:tell': (request: ScreenTell, ack?: (result: Result<null>) => void) => void;
  /** When a screen has connected, then every five minutes. */
  'clock:ask': (request: ClockAsk, ack: (result: Result<ClockAnswer>) => void) => void;
  'demo:set': (request: DemoSet, ack: (result: Result<DemoState>) => void) => void;
}
export interface ServerEvents {
  'room:frame': (frame: Frame) => void;
  /** Every HEARTBEAT_MS, to every connection that was not sent a frame since the last one. */
  'server:beat': (beat: { readonly atMs: number; readonly speed: number; readonly serverId: string }) => void;
  /** What this screen shows is no longer true as a whole (another demo scenario, new tenants file): join again. */
  'room:reset': (fact: { readonly room: RoomName; readonly reason: string }) => void;
  /** To one screen. */
  'screen:asked': (request: ScreenRequest) => void;
}
