import type { Coverage } from '../../shared/protocol.ts';
import { type AccessGauge, type QueueGauge, queueTotal, Window } from '../../shared/window.ts';
import type { Books } from '../aggregate/books.ts';
import { type CensoredQuantile, effectiveQuantile, Rolling, ROLLING_MS } from '../aggregate/rolling.ts';
import type { PlacedWindow } from '../aggregate/window-set.ts';
import { type Direction, DIRECTIONS, IN } from '../aggregate/scope.ts';
import type { LiveSums } from './live-sums.ts';
import { keyOf, Ring } from './ring.ts';
import type { Slots } from './slots.ts';

/** Seconds kept in memory. */
export const RECENT_SECONDS = 1_200;
const ROLLING_SECONDS = ROLLING_MS / 1000;
/** A clock that goes back further than this starts the live view anew; less is waited out. */
const JUMP_BACK_SECONDS = 60;
/** A demo's clock passes many seconds between two ticks: each step of this length gets the state of the queue. */
const GAUGE_SECONDS = 5;

/** The last minutes: seconds, five-minute sums, the state of the queue, and what was covered when. */
export class Recent {
  readonly ring: Ring;
  readonly counters = { placed: 0, outOfRing: 0, clockJumps: 0 };
  readonly #books: Books;
  readonly seconds: number;
  #rolling: Map<number, Rolling> = new Map();
  readonly #queues = new Map<number, QueueGauge | null>();
  readonly #access = new Map<number, AccessGauge | null>();
  readonly #coverage: { second: number; coverage: Coverage | null }[];
  #nowSecond = -1;
  /** 95th percentile of effective lag: rows and rules ask for the same one. Null: nothing delivered and nobody waits. */
  readonly #lags = new Map<number, CensoredQuantile | null>();

  readonly #slots: Slots | null;
  readonly #sums: LiveSums | null;

  /** `slots`: where what is placed goes to be kept. `sums`: what else is added up from it. */
  constructor(
    books: Books,
    seconds = RECENT_SECONDS,
    slots: Slots | null = null,
    sums: LiveSums | null = null,
  ) {
    this.#books = books;
    this.#slots = slots;
    this.#sums = sums;
    this.seconds = seconds;
    this.ring = new Ring(seconds);
    this.#coverage = Array.from({ length: seconds }, () => ({ second: -1, coverage: null }));
  }

  get nowSecond(): number {
    return this.#nowSecond;
  }

  /** Takes in what was folded since the last call and moves on to `nowMs`. */
  advance(nowMs: number, coverage: Coverage): void {
    const second = Math.floor(nowMs / 1000);
    if (this.#nowSecond - second > JUMP_BACK_SECONDS) this.#startAnew();
    const before = this.#nowSecond < 0 ? second - 1 : this.#nowSecond;
    this.#nowSecond = Math.max(second, before);
    // What has left the five minutes goes out before older lines come in: those never were part of the sum.
    this.#expire(before);
    this.#lags.clear();
    this.place();
    for (let s = Math.max(before + 1, second - this.seconds); s <= second; s++)
      this.#noteCoverage(s, coverage);
    this.#gauge(before, nowMs);
  }

  rolling(scope: number, direction: Direction): Rolling {
    const key = keyOf(scope, direction);
    let rolling = this.#rolling.get(key);
    if (!rolling) this.#rolling.set(key, (rolling = new Rolling()));
    return rolling;
  }

  /** Of the five minutes and of who waits now; made once until something new comes. */
  lagP95(scope: number, direction: Direction): CensoredQuantile | null {
    const key = keyOf(scope, direction);
    let lag = this.#lags.get(key);
    if (lag === undefined) {
      const waiting = this.#queues.get(key)?.waiting;
      const { effectiveLag } = this.rolling(scope, direction);
      lag = effectiveQuantile([effectiveLag], waiting ? [waiting] : [], 0.95) ?? null;
      this.#lags.set(key, lag);
    }
    return lag;
  }

  queue(scope: number, direction: Direction): QueueGauge | null {
    return this.#queues.get(keyOf(scope, direction)) ?? null;
  }

  access(scope: number): AccessGauge | null {
    return this.#access.get(scope) ?? null;
  }

  /** Recipients waiting so many seconds ago, both directions; null when the pipeline did not run then. */
  depthAgo(scope: number, seconds: number): number | null {
    const last = this.#nowSecond - seconds;
    if (!this.coverageAt(last)) return null;
    let depth = 0;
    for (const direction of DIRECTIONS) {
      for (let second = last; second > last - GAUGE_SECONDS; second--) {
        const queue = this.ring.at(second, scope, direction)?.queue;
        if (!queue) continue;
        depth += queueTotal(queue);
        break;
      }
    }
    return depth;
  }

  /** What was covered in that second; undefined when the pipeline did not run then. */
  coverageAt(second: number): Coverage | undefined {
    const slot = this.#coverage[second % this.seconds];
    return slot?.second === second ? (slot.coverage ?? undefined) : undefined;
  }

  /** Takes up the windows of a process before this one; `second` is where in time each is put. They are kept already. */
  takeUp(windows: readonly PlacedWindow[], nowMs: number): void {
    this.#nowSecond = Math.floor(nowMs / 1000);
    for (const window of windows) {
      const placed = { ...window, slot: Math.min(window.slot, this.#nowSecond) };
      if (!this.ring.place(placed, this.#nowSecond)) continue;
      if (placed.slot > this.#nowSecond - ROLLING_SECONDS)
        this.rolling(placed.scope, placed.direction).add(placed.window);
    }
  }

  /** Takes in what was folded since the last call, without moving on. */
  place(): void {
    const { slotMs } = this.#books.windows;
    for (const taken of this.#books.windows.take()) {
      const placed = slotMs === 1_000 ? taken : { ...taken, slot: lastSecondOf(taken.slot, slotMs) };
      this.#slots?.place(placed);
      if (!this.ring.place(placed, this.#nowSecond)) {
        this.counters.outOfRing += 1;
        continue;
      }
      this.counters.placed += 1;
      this.#sums?.placed(placed);
      this.#lags.delete(keyOf(placed.scope, placed.direction));
      if (placed.slot > this.#nowSecond - ROLLING_SECONDS)
        this.rolling(placed.scope, placed.direction).add(placed.window);
    }
  }

  #expire(before: number): void {
    const first = Math.max(before, this.#nowSecond - this.seconds) - ROLLING_SECONDS + 1;
    for (let second = first; second <= this.#nowSecond - ROLLING_SECONDS; second++) {
      for (const [key, window] of this.ring.of(second)) this.#rolling.get(key)?.subtract(window);
    }
  }

  #noteCoverage(second: number, coverage: Coverage): void {
    const slot = this.#coverage[second % this.seconds];
    if (!slot) return;
    slot.second = second;
    slot.coverage = coverage;
  }

  #gauge(before: number, nowMs: number): void {
    const steps = [this.#nowSecond];
    for (
      let second = this.#nowSecond - GAUGE_SECONDS;
      second > before && steps.length < 60;
      second -= GAUGE_SECONDS
    )
      steps.push(second);
    for (let scope = 0; scope < this.#books.scopes.count; scope++) {
      for (const direction of DIRECTIONS) this.#gaugeOne(scope, direction, steps, nowMs);
    }
  }

  #gaugeOne(scope: number, direction: Direction, steps: readonly number[], nowMs: number): void {
    const queue = this.#books.waiting?.gauge(scope, direction, nowMs) ?? null;
    this.#queues.set(keyOf(scope, direction), queue);
    this.#lags.delete(keyOf(scope, direction));
    const access = direction === IN ? (this.#books.access?.gauge(scope, nowMs) ?? null) : null;
    if (direction === IN) this.#access.set(scope, access);
    if (!queue && !access) return;
    for (const second of steps) {
      this.#slots?.gauge(scope, direction, second, { queue, access });
      const window = new Window();
      window.queue = queue;
      window.access = access;
      this.ring.place({ scope, direction, slot: second, window }, this.#nowSecond);
    }
  }

  #startAnew(): void {
    this.counters.clockJumps += 1;
    this.#rolling = new Map();
    this.#lags.clear();
    this.#books.access?.clear();
    this.#nowSecond = -1;
    this.ring.clear();
    for (const slot of this.#coverage) slot.second = -1;
  }
}

/** A window of more than a second stands at the last of them, as those of an earlier process do. */
function lastSecondOf(slot: number, slotMs: number): number {
  return ((slot + 1) * slotMs) / 1000 - 1;
}
