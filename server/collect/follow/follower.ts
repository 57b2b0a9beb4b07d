import type { Clock } from '../../base/clock.ts';
import { diskFiles, type FileSystem, identify, isSameFile } from './byte-file.ts';
import { faultOf, goneFault, isFileError, missingFault } from './fault.ts';
import type { Loss, OnLines } from './lines.ts';
import { type FilePosition, isMarked } from './position.ts';
import { findRoute, type Route } from './route.ts';
import { TailQueue } from './tail-queue.ts';
import { createTailAtEnd } from './tail.ts';

/** Positions of an earlier run, or where to begin without any. A file that is missing at first is read from its start. */
export type Origin = readonly FilePosition[] | 'start' | 'end';

export interface FollowerOptions {
  readonly path: string;
  readonly from: Origin;
  readonly onLines: OnLines;
  readonly onLoss: (loss: Loss) => void;
  readonly clock: Clock;
  readonly files?: FileSystem;
  /** Read at once; a longer line is left out. */
  readonly chunkBytes?: number;
  /** How long one `poll` may go on reading, so that a backlog leaves the processor to the live wire. */
  readonly sliceMs?: number;
  readonly monotonicMs?: () => number;
}

export interface FollowerStatus {
  readonly state: 'starting' | 'catching-up' | 'live' | 'failing';
  /** When failing: what is wrong and what mends it. */
  readonly fault?: string;
  /** Clock time up to which everything written has been handed over. */
  readonly asOfMs?: number;
  /** Bytes known to be waiting (compressed ones as they lie on disk). */
  readonly behindBytes: number;
  /** Clock time at which the last `poll` ended: a file system that hangs shows here. */
  readonly polledAtMs?: number;
}

export interface Follower {
  readonly path: string;
  /** Hands over what is new; true when there is more to read at once. Must not overlap itself. */
  poll(): Promise<boolean>;
  /** What has been handed over, to be stored with what came of it; undefined while nothing was looked for yet. Not during `onLines`. */
  positions(): readonly FilePosition[] | undefined;
  status(): FollowerStatus;
  /** After the last `poll` has ended. Positions stay known. */
  close(): Promise<void>;
}

/** A path may name nothing for so long, between two steps of a rotation. Real time. */
const GONE_GRACE_MS = 5_000;
/** Lines are live when the end of the file was seen at most this long before. Real time. */
const LIVE_MS = 5_000;

/** Follows a log through rotation, truncation, absence and restarts. */
export function createFollower(options: FollowerOptions): Follower {
  return new PathFollower(options);
}

class PathFollower implements Follower {
  readonly path: string;
  readonly #options: FollowerOptions;
  readonly #clock: Clock;
  readonly #files: FileSystem;
  readonly #queue: TailQueue;
  /** Where to begin; undefined once begun. */
  #origin: Origin | undefined;
  #status: FollowerStatus = { state: 'starting', behindBytes: 0 };
  #goneSinceMs: number | undefined;

  constructor(options: FollowerOptions) {
    const { chunkBytes = 128 * 1024, sliceMs = 20, monotonicMs = () => performance.now() } = options;
    const reroute = (positions: readonly FilePosition[]): Promise<Route> => this.#findRoute(positions);
    this.path = options.path;
    this.#options = options;
    this.#clock = options.clock;
    this.#files = options.files ?? diskFiles;
    this.#origin = options.from;
    this.#queue = new TailQueue({ ...options, chunkBytes, sliceMs, monotonicMs, reroute });
  }

  async poll(): Promise<boolean> {
    const startedAtMs = this.#clock.now();
    const { state, asOfMs = -Infinity } = this.#status;
    const isLive = state === 'live' && (startedAtMs - asOfMs) / this.#clock.speed <= LIVE_MS;
    const arranged = await this.#attempt(() => this.#arrange());
    const drained = await this.#attempt(() => this.#queue.drain(isLive));
    const fault = arranged.fault ?? arranged.value ?? drained.fault;
    const isMore = drained.value ?? false;
    this.#status = await this.#statusAfter(fault, isMore, startedAtMs);
    return isMore;
  }

  async #statusAfter(
    fault: string | undefined,
    isMore: boolean,
    startedAtMs: number,
  ): Promise<FollowerStatus> {
    const isComplete = fault === undefined && !isMore && this.#goneSinceMs === undefined;
    const asOfMs = isComplete ? startedAtMs : this.#status.asOfMs;
    return {
      state: fault !== undefined ? 'failing' : isMore ? 'catching-up' : 'live',
      behindBytes: isMore ? await this.#queue.behindBytes() : 0,
      polledAtMs: this.#clock.now(),
      ...(fault !== undefined && { fault }),
      ...(asOfMs !== undefined && { asOfMs }),
    };
  }

  async #attempt<T>(work: () => Promise<T>): Promise<{ value?: T; fault?: string }> {
    try {
      return { value: await work() };
    } catch (error) {
      if (!isFileError(error)) throw error;
      return { fault: faultOf(this.path, error) };
    }
  }

  /** Sees to it that the queue holds what is to be read; says what is wrong. */
  async #arrange(): Promise<string | undefined> {
    if (this.#origin !== undefined) return this.#begin(this.#origin);
    const there = await identify(this.#files, this.path);
    const newest = this.#queue.tails.at(-1);
    if (!there) return this.#waitForPath(newest !== undefined);
    if (!newest || !this.#queue.hasCurrent || !isSameFile(there, newest.file)) {
      await this.#queue.rearrange();
    }
    this.#goneSinceMs = undefined;
    return undefined;
  }

  #waitForPath(isOpen: boolean): string | undefined {
    this.#goneSinceMs ??= this.#clock.now();
    if (!isOpen) return missingFault(this.path);
    const realMs = (this.#clock.now() - this.#goneSinceMs) / this.#clock.speed;
    return realMs > GONE_GRACE_MS ? goneFault(this.path) : undefined;
  }

  async #begin(origin: Origin): Promise<string | undefined> {
    const route = await this.#findRoute(typeof origin === 'string' ? [] : origin);
    const [first] = route.tails;
    if (!first) {
      // Positions are kept, their disk may be mounted later; without any the file is new when it comes.
      if (typeof origin === 'string') this.#origin = [];
      return missingFault(this.path);
    }
    if (typeof origin !== 'string') this.#reportLost(origin, route);
    const isAtEnd = origin === 'end';
    this.#queue.tails = isAtEnd ? [await createTailAtEnd(first.file)] : [...route.tails];
    this.#queue.hasCurrent = route.hasCurrent;
    this.#origin = undefined;
    return undefined;
  }

  #reportLost(positions: readonly FilePosition[], { resumed }: Route): void {
    for (const position of positions) {
      // Next to one that was found, a file without a whole line is among those that are read from their start.
      const isKept = resumed.has(position) || position.isDrained || (resumed.size > 0 && !isMarked(position));
      const text = `the file that was ${position.path} is not there any more, what was not yet read of it is lost`;
      if (!isKept) this.#options.onLoss({ reason: 'file-gone', text });
    }
  }

  async #findRoute(positions: readonly FilePosition[]): Promise<Route> {
    const route = await findRoute(this.#files, this.path, positions);
    for (const text of route.unreadable) this.#options.onLoss({ reason: 'archive-unreadable', text });
    return route;
  }

  positions(): readonly FilePosition[] | undefined {
    if (this.#origin === undefined) return this.#queue.positions();
    return typeof this.#origin === 'string' ? undefined : this.#origin;
  }

  status(): FollowerStatus {
    return this.#status;
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
