import { createHash } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, collectDefaultMetrics, type Registry } from 'prom-client';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

/** Where in the flow something was lost: the folder it happened in. */
export type Stage = 'collect' | 'attribute' | 'aggregate' | 'history' | 'detect' | 'publish';

/** What one source has read since it started. */
export interface ReadCounts {
  readonly lines: number;
  readonly events: number;
  readonly unparsed: number;
  readonly foreign: number;
  readonly bytes: number;
}
const READ_KINDS = [
  'lines',
  'events',
  'unparsed',
  'foreign',
  'bytes',
] as const satisfies readonly (keyof ReadCounts)[];

/** The product watching itself: the only place where an internal event becomes log and metric, so that the two agree. */
export interface Telemetry {
  start(): void;
  stop(): void;
  /** Running totals of a source; what it adds to the last call counts. */
  sourceRead(source: string, totals: ReadCounts): void;
  /** `reason` is one of a bounded list, never text from outside. */
  dropped(reason: string, stage: Stage, count?: number): void;
  /** One tick of the pipeline, from closed windows to frames handed over. */
  tickDone(tookMs: number): void;
  /** `bytes` is the size of the one encoded frame, `clients` how many sockets it went to. */
  frameSent(room: string, bytes: number, clients: number): void;
  screensConnected(count: number): void;
  joinRefused(room: string, reason: string): void;
  requestAnswered(route: string, status: number): void;
  /** A bug or an I/O fault; the answer is the id under which it is in the log, the same for the same fault again. */
  handlerFailed(handler: string, error: unknown): string;
  /** 99th percentile of the time by which timers were late, over the last full interval. */
  loopLagMs(): number;
}

const LOOP_RESOLUTION_MS = 20;
const LOOP_INTERVAL_MS = 10_000;
const TICK_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Telemetry on the given registry; rooms are labelled by kind, as tenants would make a series each. */
export function createTelemetry(log: Log, registry: Registry): Telemetry {
  const metrics = createMetrics(registry);
  const loop = createLoopLag();
  metrics.gauge('event_loop_lag_seconds', '99th percentile of late timers', () => loop.lagMs() / 1_000);
  collectDefaultMetrics({ register: registry });

  const drops = metrics.counter('dropped_total', 'Things lost, by stage and reason', ['stage', 'reason']);
  const tick = metrics.histogram(
    'tick_seconds',
    'From closed windows to frames handed over',
    TICK_BUCKETS_SECONDS,
  );
  const frames = metrics.counter('live_frames_total', 'Frames encoded', ['room']);
  const frameBytes = metrics.counter('live_frame_bytes_total', 'Bytes of frames as encoded', ['room']);
  const sent = metrics.counter('live_frames_sent_total', 'Frames handed to sockets', ['room']);
  const screens = metrics.gauge('live_screens', 'Connected screens');
  const refusals = metrics.counter('live_joins_refused_total', 'Refused joins', ['room', 'reason']);
  const requests = metrics.counter('http_requests_total', 'Answered requests', ['route', 'status']);
  const failures = metrics.counter('handler_failures_total', 'Faults that left as "internal"', ['handler']);

  return {
    start: loop.start,
    stop: loop.stop,
    loopLagMs: loop.lagMs,
    sourceRead: createReadCounters(metrics),
    dropped(reason, stage, count = 1) {
      drops.inc({ stage, reason }, count);
      log.child(stage).warn(`dropped_${reason}`, { count });
    },
    tickDone: (tookMs) => tick.observe(tookMs / 1_000),
    frameSent(room, bytes, clients) {
      const label = { room: kindOf(room) };
      frames.inc(label);
      frameBytes.inc(label, bytes);
      sent.inc(label, clients);
    },
    screensConnected: (count) => screens.set(count),
    joinRefused(room, reason) {
      refusals.inc({ room: kindOf(room), reason });
      log.warn('join_refused', { room, reason });
    },
    requestAnswered: (route, status) => requests.inc({ route, status }),
    handlerFailed(handler, error) {
      const text = describe(error);
      // Of the fault, not of its occurrence: the log leaves out repetitions, and an id that is not in it helps nobody.
      const id = createHash('sha256').update(`${handler} ${text}`).digest('hex').slice(0, 12);
      failures.inc({ handler });
      log.error('handler_failed', { source: id, handler, error: text });
      return id;
    },
  };
}

function kindOf(room: string): string {
  return room.split(':', 1)[0] ?? room;
}

function describe(error: unknown): string {
  return error instanceof Error && error.stack ? error.stack : messageOf(error);
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  return {
    counter: <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      new Counter({ name: `mailvigil_${name}`, help, labelNames: [...labelNames], registers }),
    gauge(name: string, help: string, read?: () => number) {
      const collect = read && { collect: (): void => gauge.set(read()) };
      const gauge = new Gauge({ name: `mailvigil_${name}`, help, registers, ...collect });
      return gauge;
    },
    histogram: (name: string, help: string, buckets: number[]) =>
      new Histogram({ name: `mailvigil_${name}`, help, buckets, registers }),
  };
}

/** Samples how late timers fire; intervals, because a percentile since the start would hide the present. */
function createLoopLag() {
  const delay = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  let lagMs = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    lagMs: () => lagMs,
    start(): void {
      delay.enable();
      timer = setInterval(() => {
        lagMs = Math.max(0, delay.percentile(99) / 1e6 - LOOP_RESOLUTION_MS);
        delay.reset();
      }, LOOP_INTERVAL_MS).unref();
    },
    stop(): void {
      clearInterval(timer);
      delay.disable();
    },
  };
}

/** Counts what the totals of a source have grown by. */
function createReadCounters(metrics: ReturnType<typeof createMetrics>): Telemetry['sourceRead'] {
  const read = READ_KINDS.map((kind) => ({
    kind,
    counter: metrics.counter(`source_${kind}_total`, `What sources have read: ${kind}`, ['source']),
  }));
  const before = new Map<string, ReadCounts>();
  return (source, totals) => {
    const last = before.get(source);
    // Another run of the source counts from zero.
    const isSameRun = last !== undefined && last.bytes <= totals.bytes && last.lines <= totals.lines;
    for (const { kind, counter } of read)
      counter.inc({ source }, Math.max(0, totals[kind] - (isSameRun ? last[kind] : 0)));
    before.set(source, totals);
  };
}
