import { hostname } from 'node:os';
import type { SourceReport } from '../../../shared/protocol.ts';
import type { Clock } from '../../base/clock.ts';
import type { PostqueueSourceConfig } from '../../base/config.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Sink, Source } from '../source.ts';
import { realWait, supervise, type Supervised, type Wait } from '../supervise.ts';
import { explainFailure, type ListingFailure } from './failure.ts';
import { listQueue } from './list.ts';
import { nextDelayMs, retryDelayMs } from './pace.ts';
import type { ListingLimits, ParsedListing } from './parse.ts';
import { runCommand, type RunCommand } from './run-command.ts';
import { judgeState, type PollState } from './state.ts';

/** A longer pause before the next try is told of. */
const SAID_DELAY_MS = 60_000;

export interface PostqueueDeps {
  readonly clock: Clock;
  readonly sink: Sink;
  readonly log: Log;
  readonly run?: RunCommand;
  readonly monotonicMs?: () => number;
  readonly wait?: Wait;
  readonly random?: () => number;
  readonly limits?: ListingLimits;
}

/** Lists the queue of one Postfix again and again, as often as 5 % of the time allow. */
export function createPostqueueSource(config: PostqueueSourceConfig, deps: PostqueueDeps): Source {
  return new QueuePoller(config, deps);
}

class QueuePoller implements Source {
  readonly id: string;
  readonly #config: PostqueueSourceConfig;
  readonly #deps: Required<Omit<PostqueueDeps, 'limits'>> & Pick<PostqueueDeps, 'limits'>;
  readonly #loop: Supervised;
  readonly #counters = { lines: 0, events: 0, unparsed: 0, foreign: 0, bytes: 0 };
  readonly #dropped: Record<string, number> = {};
  #state: PollState;
  /** Monotonic; not before the first one. */
  #nextStartMs = -Infinity;

  constructor(config: PostqueueSourceConfig, deps: PostqueueDeps) {
    this.id = config.id;
    this.#config = config;
    this.#deps = {
      run: runCommand,
      monotonicMs: () => performance.now(),
      wait: realWait,
      random: Math.random,
      ...deps,
    };
    this.#state = { intervalMs: config.intervalMs, failures: 0 };
    this.#loop = supervise({
      name: config.id,
      log: deps.log,
      run: (signal) => this.#keepListing(signal),
      wait: this.#deps.wait,
      random: this.#deps.random,
      monotonicMs: this.#deps.monotonicMs,
    });
  }

  async start(): Promise<void> {
    this.#state = { ...this.#state, startedAtMs: this.#deps.clock.now() };
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  report(nowMs: number): SourceReport {
    const { id, cluster, command } = this.#config;
    const { asOfMs, intervalMs } = this.#state;
    const { state, reason } = judgeState(this.#state, nowMs, this.#deps.clock.speed);
    return {
      id,
      type: 'postqueue',
      feeds: ['queue'],
      ...(cluster === undefined ? {} : { cluster }),
      target: command.join(' '),
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(asOfMs === undefined ? {} : { asOfMs }),
      intervalMs,
      counters: { ...this.#counters, dropped: { ...this.#dropped } },
    };
  }

  async #keepListing(signal: AbortSignal): Promise<void> {
    const { wait, monotonicMs } = this.#deps;
    while (!signal.aborted) {
      const pauseMs = Math.ceil(this.#nextStartMs - monotonicMs());
      if (pauseMs > 0) await wait(pauseMs, signal);
      if (!signal.aborted) await this.#listOnce(signal);
    }
  }

  async #listOnce(signal: AbortSignal): Promise<void> {
    const { clock, run, monotonicMs, limits } = this.#deps;
    const { command: argv, timeoutMs, intervalMs } = this.#config;
    const [startedAtMs, startedMs] = [clock.now(), monotonicMs()];
    const outcome = await listQueue({ argv, run, timeoutMs, ...(limits ? { limits } : {}) }, signal);
    if (signal.aborted) return;
    const endedMs = monotonicMs();
    const tookMs = endedMs - startedMs;
    // Set before the listing is handed over: a fault there must not make the next one come sooner.
    this.#nextStartMs = endedMs + nextDelayMs(intervalMs, tookMs);
    this.#count(outcome.listing);
    if (outcome.ok) {
      this.#handOver(outcome.listing, startedAtMs, tookMs);
      this.#succeed(noteOf(outcome.listing, outcome.stderr), startedAtMs, tookMs);
    } else {
      this.#nextStartMs = endedMs + this.#fail(outcome.failure, startedAtMs, tookMs);
    }
  }

  #handOver(listing: ParsedListing, startedAtMs: number, tookMs: number): void {
    const { host = hostname() } = this.#config;
    const { entries } = listing;
    const isPartial = isIncomplete(listing);
    try {
      this.#deps.sink.listing({ source: this.id, host, startedAtMs, tookMs, isPartial, entries });
    } catch (error) {
      this.#noteFailure(
        `an internal fault (${messageOf(error)}), it is tried again: see the log`,
        startedAtMs,
      );
      throw error;
    }
    this.#counters.events += entries.length;
  }

  #succeed(note: string | undefined, asOfMs: number, tookMs: number): void {
    const { failures, startedAtMs = asOfMs } = this.#state;
    if (failures > 0) this.#deps.log.info('queue_listing_recovered', { source: this.id, failures });
    if (note !== undefined) this.#deps.log.warn('queue_listing_flawed', { source: this.id, reason: note });
    const intervalMs = Math.round(tookMs + nextDelayMs(this.#config.intervalMs, tookMs));
    this.#state = { startedAtMs, asOfMs, intervalMs, failures: 0, ...(note === undefined ? {} : { note }) };
  }

  /** Gives how long to wait before the next try. */
  #fail(failure: ListingFailure, atMs: number, tookMs: number): number {
    const { command, intervalMs } = this.#config;
    const failures = this.#state.failures + 1;
    const delayMs = retryDelayMs({ intervalMs, tookMs, failures, random: this.#deps.random() });
    const { reason } = explainFailure(failure, command);
    const isLong = delayMs >= SAID_DELAY_MS;
    this.#noteFailure(
      isLong ? `${reason}; tried again ${Math.round(delayMs / 60_000)} min later` : reason,
      atMs,
    );
    this.#drop('listing-failed', 1);
    const fields = { source: this.id, kind: failure.kind, reason, failures, delay_ms: Math.round(delayMs) };
    this.#deps.log.warn('queue_listing_failed', fields);
    return delayMs;
  }

  #noteFailure(reason: string, atMs: number): void {
    const { failures, failingSinceMs = atMs } = this.#state;
    this.#state = { ...this.#state, failures: failures + 1, failingSinceMs, reason };
  }

  #count(listing: ParsedListing): void {
    const { lines, bytes, unknownQueue, notUnderstood, tooLong, isTorn, isCut } = listing;
    this.#counters.lines += lines;
    this.#counters.bytes += bytes;
    this.#counters.unparsed += unknownQueue;
    this.#drop('not-understood', notUnderstood);
    this.#drop('too-long', tooLong);
    this.#drop('torn', Number(isTorn));
    this.#drop('cut', Number(isCut));
  }

  #drop(reason: string, count: number): void {
    if (count > 0) this.#dropped[reason] = (this.#dropped[reason] ?? 0) + count;
  }
}

function isIncomplete({ isCut, notUnderstood, tooLong }: ParsedListing): boolean {
  return isCut || notUnderstood + tooLong > 0;
}

/** What an operator should know of a listing that can be believed nevertheless. */
function noteOf(listing: ParsedListing, stderr: string): string | undefined {
  const { entries, isCut, notUnderstood, tooLong, unknownQueue } = listing;
  // As root, postqueue reads the queue by itself then.
  if (/mail system is down/i.test(stderr))
    return 'Postfix is not running, its queue was read without it: start Postfix';
  if (isCut) return `the listing was cut after ${entries.length} entries: the queue is longer than it says`;
  const odd = notUnderstood + tooLong;
  if (odd > 0) return `${odd} line(s) of the listing were not understood: the queue is longer than it says`;
  return unknownQueue > 0
    ? `${unknownQueue} entries are in an unknown queue, counted as deferred`
    : undefined;
}
