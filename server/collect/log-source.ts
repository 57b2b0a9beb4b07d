import { hostname } from 'node:os';
import { z } from 'zod';
import type { SourceReport } from '../../shared/protocol.ts';
import type { Clock } from '../base/clock.ts';
import type { LogSourceConfig } from '../base/config.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Checkpoint } from '../base/store/checkpoints.ts';
import { createFollower, type Follower } from './follow/follower.ts';
import type { Lines, Loss } from './follow/lines.ts';
import { FilePosition } from './follow/position.ts';
import { judgeLog, type Remark } from './log-state.ts';
import { createLogReader, type LogReader } from './reader.ts';
import { judgeStamp, skewText } from './skew.ts';
import type { LineRef, Sink, Source } from './source.ts';
import { realWait, supervise, type Supervised } from './supervise.ts';

/** How often a log is looked at, real time. */
const POLL_MS = 100;
/** Lines that were not understood, kept for the sources panel, and how much of each. */
const SAMPLES = 20;
const SAMPLE_CHARS = 500;
const FILTER = ['filter'] as const;

const Positions = z.record(z.string(), z.array(FilePosition));

export interface LogSourceDeps {
  readonly clock: Clock;
  readonly sink: Sink;
  readonly log: Log;
  /** Where the run before had come to. */
  readonly checkpoint?: Checkpoint | undefined;
}

export interface LogSource extends Source {
  /** How far everything handed over goes; undefined before anything was looked for. Taken in the turn in which it is used. */
  checkpoint(): Checkpoint | undefined;
  readonly unparsedSamples: readonly string[];
}

/** Follows one or more log files of one mail host and hands over the facts in them. */
export function createLogSource(config: LogSourceConfig, deps: LogSourceDeps): LogSource {
  return new FollowedLogs(config, deps);
}

class FollowedLogs implements LogSource {
  readonly id: string;
  readonly unparsedSamples: string[] = [];
  readonly #config: LogSourceConfig;
  readonly #deps: LogSourceDeps;
  readonly #followers: readonly Follower[];
  readonly #loops: readonly Supervised[];
  readonly #counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0 };
  readonly #dropped: Record<string, number> = {};
  #startedAtMs = 0;
  #lastLineAtMs: number | undefined;
  #lastLoss: Remark | undefined;
  #skew: Remark | undefined;
  /** The filter writes into it as well. */
  #hasVerdicts = false;

  constructor(config: LogSourceConfig, deps: LogSourceDeps) {
    this.id = config.id;
    this.#config = config;
    this.#deps = deps;
    const before = Positions.safeParse(deps.checkpoint?.position);
    const positions = before.success ? before.data : {};
    if (deps.checkpoint && !before.success) {
      const text = `the stored position is of another form and was not used: reading began at the ${config.initial}, what was written meanwhile may be missing`;
      this.#lose({ reason: 'position-unreadable', text });
    }
    this.#followers = config.paths.map((path) => this.#follow(path, positions[path]));
    this.#loops = this.#followers.map((follower) =>
      supervise({
        name: `${config.id} ${follower.path}`,
        log: deps.log,
        run: (signal) => keepPolling(follower, signal),
      }),
    );
  }

  async start(): Promise<void> {
    this.#startedAtMs = this.#deps.clock.now();
    for (const loop of this.#loops) loop.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    await Promise.all(this.#followers.map((follower) => follower.close()));
  }

  checkpoint(): Checkpoint | undefined {
    const position = Object.fromEntries(
      this.#followers.flatMap((follower) => {
        const positions = follower.positions();
        return positions ? [[follower.path, [...positions]]] : [];
      }),
    );
    if (Object.keys(position).length === 0) return undefined;
    return { sourceId: this.id, takenAtMs: this.#deps.clock.now(), position };
  }

  report(nowMs: number): SourceReport {
    const { id, format, cluster, paths, quietAfterMs } = this.#config;
    const facts = {
      statuses: this.#followers.map((follower) => follower.status()),
      startedAtMs: this.#startedAtMs,
      lastLineAtMs: this.#lastLineAtMs,
      quietAfterMs,
      skew: this.#skew,
      loss: this.#lastLoss,
    };
    return {
      id,
      type: 'log',
      feeds: format === 'rspamd' ? ['filter'] : ['flow', 'access', ...(this.#hasVerdicts ? FILTER : [])],
      ...(cluster === undefined ? {} : { cluster }),
      target: paths.join(', '),
      ...judgeLog(facts, nowMs, this.#deps.clock.speed),
      intervalMs: 5_000,
      counters: { ...this.#counters, dropped: { ...this.#dropped } },
    };
  }

  #follow(path: string, positions: readonly FilePosition[] | undefined): Follower {
    const { format, timezone, initial, host = hostname() } = this.#config;
    const { clock } = this.#deps;
    const now = () => clock.now();
    const reader = createLogReader({ format, source: this.id, timezone, host, now, hasFindings: true });
    return createFollower({
      path,
      clock,
      from: positions ?? initial,
      onLines: (lines) => this.#readLines(reader, path, lines),
      onLoss: (loss) => this.#lose(loss),
    });
  }

  #readLines(reader: LogReader, stream: string, { buffer, start, end, isLive }: Lines): void {
    this.#counters.bytes += end - start;
    this.#lastLineAtMs = this.#deps.clock.now();
    for (let from = start; from < end;) {
      const newline = buffer.indexOf(0x0a, from);
      const to = newline < 0 || newline > end ? end : newline;
      this.#readLine(reader, { buffer, start: from, end: to, stream }, isLive);
      from = to + 1;
    }
  }

  /** What a line makes throw is a bug here: it is counted and said, and must not have the lines before it read again. */
  #readLine(reader: LogReader, line: LineRef, isLive: boolean): void {
    this.#counters.lines += 1;
    try {
      const found = reader.read(line.buffer, line.start, line.end);
      if (found === 'event') this.#handOver(reader, line, isLive);
      else if (found === 'foreign') this.#counters.foreign += 1;
      else if (found === 'unparsed') this.#keepUnparsed(line);
    } catch (error) {
      this.#drop('internal-fault');
      this.#deps.log.error('line_failed', { source: this.id, error: messageOf(error) });
    }
  }

  #handOver(reader: LogReader, line: LineRef, isLive: boolean): void {
    const { clock, sink } = this.#deps;
    const nowMs = clock.now();
    const { event } = reader;
    if (event.kind === 'verdict') this.#hasVerdicts = true;
    const stamp = judgeStamp(event.atMs, nowMs, isLive, clock.speed);
    if (stamp.use === 'none') return this.#drop(stamp.reason);
    if (stamp.use === 'receipt') this.#skew = { text: skewText(reader.host, stamp.skewMs), atMs: nowMs };
    const timed = stamp.use === 'receipt' ? { ...event, atMs: nowMs } : event;
    for (let n = 0; n < reader.repeat; n++) {
      this.#counters.events += 1;
      sink.event(timed, line);
    }
  }

  #keepUnparsed({ buffer, start, end }: LineRef): void {
    this.#counters.unparsed += 1;
    this.unparsedSamples.push(buffer.toString('utf8', start, Math.min(end, start + SAMPLE_CHARS)));
    if (this.unparsedSamples.length > SAMPLES) this.unparsedSamples.shift();
  }

  #lose({ reason, text }: Loss | { reason: 'position-unreadable'; text: string }): void {
    this.#drop(reason);
    this.#lastLoss = { text, atMs: this.#deps.clock.now() };
    this.#deps.log.warn('source_lost_data', { source: this.id, reason, text });
  }

  #drop(reason: string): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
  }
}

async function keepPolling(follower: Follower, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isMore = await follower.poll();
    await realWait(isMore ? 0 : POLL_MS, signal);
  }
}
