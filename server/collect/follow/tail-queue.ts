import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Loss, OnLines } from './lines.ts';
import { isSameFile } from './byte-file.ts';
import { type FilePosition, FINGERPRINT_BYTES, recognise } from './position.ts';
import type { Route } from './route.ts';
import { advance, extendHead, isMarkedTail, look, positionOf, type Step, type Tail } from './tail.ts';

export interface TailQueueOptions {
  readonly onLines: OnLines;
  readonly onLoss: (loss: Loss) => void;
  readonly clock: Clock;
  readonly chunkBytes: number;
  readonly sliceMs: number;
  readonly monotonicMs: () => number;
  /** Finds what was read up to these positions after files were moved or their content was replaced. */
  readonly reroute: (positions: readonly FilePosition[]) => Promise<Route>;
}

/** A file that was left keeps being read for so long: of several writers one may be late to open the new one. Real time. */
const LINGER_MS = 10_000;

type Outcome = 'end' | 'out-of-time' | 'changed';

/** Files to be read one after the other. One is left for the next only when the next has content: its writer has gone on. */
export class TailQueue {
  /** Oldest first; all but the last have been rotated away. */
  tails: Tail[] = [];
  /** The last one is, as far as is known, the file that the followed path names. */
  hasCurrent = false;
  readonly #options: TailQueueOptions;
  readonly #block: Buffer;

  constructor(options: TailQueueOptions) {
    this.#options = options;
    this.#block = Buffer.alloc(FINGERPRINT_BYTES + options.chunkBytes);
  }

  /** Hands over what there is; true when its time was over before the end. */
  async drain(isLive: boolean): Promise<boolean> {
    const { clock, monotonicMs, sliceMs } = this.#options;
    const untilMs = monotonicMs() + sliceMs;
    let replaced = 0;
    for (let i = 0; i < this.tails.length;) {
      const tail = this.tails[i] as Tail;
      // Asked before the last read: what the writer put here before it went on is then read as well.
      const hasSuccessor = tail.drainedAtMs !== undefined || (await hasContent(this.tails.slice(i + 1)));
      const outcome = await this.#readOn(tail, untilMs, isLive);
      if (outcome === 'out-of-time' || replaced > 1) return true;
      if (outcome === 'changed') {
        await this.#replaceChanged(tail, isLive);
        replaced += 1;
        i = 0;
        continue;
      }
      if (!hasSuccessor) return false;
      tail.drainedAtMs ??= clock.now();
      const isOld = (clock.now() - tail.drainedAtMs) / clock.speed > LINGER_MS;
      // Its successor is found by it as long as that one has no whole line of its own.
      if (isOld && this.tails.slice(i + 1).some(isMarkedTail)) await this.#drop(i);
      else i += 1;
    }
    return false;
  }

  async #readOn(tail: Tail, untilMs: number, isLive: boolean): Promise<Outcome> {
    for (;;) {
      const step = await this.#look(tail);
      if (step.kind === 'changed') return 'changed';
      if (step.kind === 'end') {
        if (step.torn > 0) await extendHead(tail);
        return 'end';
      }
      if (step.kind === 'lines') {
        this.#options.onLines({ buffer: this.#block, start: step.start, end: step.end, isLive });
      } else {
        this.#skip(tail, step.isOver);
      }
      advance(tail, this.#block, step.end);
      await extendHead(tail);
      const isAtEnd = step.kind === 'lines' && !step.isMore;
      if (this.#options.monotonicMs() >= untilMs) return isAtEnd ? 'end' : 'out-of-time';
    }
  }

  /** A damaged archive gives what it holds; the rest is lost. */
  async #look(tail: Tail): Promise<Step> {
    try {
      return await look(tail, this.#block);
    } catch (error) {
      if (!tail.file.isArchive) throw error;
      const text = `${tail.file.path} is damaged: ${messageOf(error)}`;
      if (tail.drainedAtMs === undefined) this.#options.onLoss({ reason: 'archive-unreadable', text });
      tail.drainedAtMs ??= this.#options.clock.now();
      return { kind: 'end', torn: 0 };
    }
  }

  #skip(tail: Tail, isOver: boolean): void {
    if (!tail.skippedFrom) {
      tail.skippedFrom = positionOf(tail);
      const text = `a line of more than ${this.#options.chunkBytes} bytes in ${tail.file.path} was left out`;
      this.#options.onLoss({ reason: 'too-long', text });
    }
    if (isOver) tail.skippedFrom = undefined;
  }

  async #replaceChanged(tail: Tail, isLive: boolean): Promise<void> {
    if (tail.drainedAtMs !== undefined) {
      // Somebody overwrote a file that was read to its end; what is older has been read as well.
      for (const { file } of this.tails.splice(0, this.tails.indexOf(tail) + 1)) await file.close();
      return;
    }
    const isFound = await this.rearrange(tail);
    const text = `${tail.file.path} was truncated before it had been read to its end`;
    // When the end had been seen shortly before, nothing is known to be lost.
    if (!isFound && !isLive) this.#options.onLoss({ reason: 'truncated', text });
  }

  /**
   * Another file stands at the path, or `changed` has another content: what was read keeps its place, what is younger
   * follows. Says whether the rest of `changed` was found in a copy.
   */
  async rearrange(changed?: Tail): Promise<boolean> {
    const before = this.#known();
    const positions = before.map(positionOf);
    const route = await this.#options.reroute(positions);
    const found = before.map((_, i) => route.resumed.get(positions[i] as FilePosition));
    const tails = await merge(before, found, route);
    const unused = [...this.tails, ...route.tails].filter((tail) => !tails.includes(tail));
    this.tails = tails;
    this.hasCurrent = route.hasCurrent;
    for (const { file } of unused) await file.close();
    return changed === undefined || found[before.indexOf(changed)] !== undefined;
  }

  /** Closes a file that was left long ago. */
  async #drop(i: number): Promise<void> {
    const [tail] = this.tails.splice(i, 1);
    if (!tail) return;
    const rest = await this.#look(tail);
    const text = `the last line of ${tail.file.path} has no end`;
    if (rest.kind === 'end' && rest.torn > 0) this.#options.onLoss({ reason: 'torn', text });
    await tail.file.close();
  }

  /** Tails that tell where reading stands: not those that stayed without a line and were left. */
  #known(): readonly Tail[] {
    return this.tails.filter((tail) => tail.drainedAtMs === undefined || isMarkedTail(tail));
  }

  positions(): readonly FilePosition[] {
    return this.#known().map(positionOf);
  }

  async behindBytes(): Promise<number> {
    let sum = 0;
    for (const { file, offset, drainedAtMs } of this.tails) {
      if (drainedAtMs === undefined)
        sum += Math.max(0, (await file.sizeBytes()) - (file.isArchive ? 0 : offset));
    }
    return sum;
  }

  /** Positions stay known. */
  async close(): Promise<void> {
    for (const { file } of this.tails) await file.close();
  }
}

/** A file that had content and is empty now was written to as well. */
async function hasContent(tails: readonly Tail[]): Promise<boolean> {
  for (const { file, head } of tails) if (head.length > 0 || (await file.sizeBytes()) > 0) return true;
  return false;
}

/**
 * The tails of a new route, with those that are open already in the place of their likes: an open file stays readable
 * whatever becomes of its name. `found[i]` is where the route goes on with `before[i]`.
 */
async function merge(
  before: readonly Tail[],
  found: readonly (Tail | undefined)[],
  route: Route,
): Promise<Tail[]> {
  const tails = [...route.tails];
  const current = route.hasCurrent ? tails.at(-1) : undefined;
  let after = 0;
  for (const [i, open] of before.entries()) {
    const other = found[i];
    const isAnchored = other !== undefined;
    if (isAnchored) after = tails.indexOf(other) + 1;
    // The same lines in the current file (an editor, a restored copy): its writer goes on there.
    if (other && other === current && !isSameFile(other.file, open.file)) continue;
    const isSame = other !== undefined && isSameFile(other.file, open.file);
    if (!isSame && !(await isStillThere(open))) continue;
    if (isAnchored) {
      tails[after - 1] = open;
    } else if (isMarkedTail(open) || route.resumed.size === 0) {
      tails.splice(after, 0, open);
      after += 1;
    }
  }
  return tails;
}

async function isStillThere(tail: Tail): Promise<boolean> {
  return (await recognise(tail.file, positionOf(tail))) !== undefined;
}
