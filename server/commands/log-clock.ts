/** Farther than this from the lines before it, a stamp moves the clock only once others stand by it. */
const FAR_MS = 5 * 60_000;
/** So many lines in a row are no stray stamps; ahead, after a pause, so much time of them is enough. */
const AGREED_LINES = 20;
const AGREED_MS = 10_000;
/** A first stamp that lies further back than this before those after it is of a clock that was not set yet. */
const UNSET_MS = 30 * 86_400_000;
/** Longer than this is no pause before the last lines. */
const PAUSE_MS = 86_400_000;

/** What time it is in an archive as it is worked through: its newest stamp, but for stamps that stray from all around them. */
export class LogClock {
  nowMs = NaN;
  /** Lines whose stamps strayed. */
  strays = 0;
  /** Of lines far from the clock, in a row: how many, the first stamp, the last. */
  #farLines = 0;
  #farFromMs = 0;
  #farToMs = 0;

  get hasBegun(): boolean {
    return !Number.isNaN(this.nowMs);
  }

  /** Begins at the first of the first stamps that is not far off the middle of them. */
  begin(stamps: readonly number[]): void {
    const first = stamps.slice(0, AGREED_LINES);
    const middleMs = first.toSorted((a, b) => a - b)[first.length >> 1] ?? NaN;
    this.nowMs = first.find((atMs) => atMs >= middleMs - UNSET_MS && atMs <= middleMs + FAR_MS) ?? NaN;
  }

  /** The time at the next line. */
  take(atMs: number): number {
    const aheadMs = atMs - this.nowMs;
    if (aheadMs > FAR_MS || aheadMs < -FAR_MS) this.#takeFar(atMs, aheadMs > 0);
    else {
      if (this.#farLines > 0) this.#stray();
      if (aheadMs > 0) this.nowMs = atMs;
    }
    return this.nowMs;
  }

  /** The time at the end: nothing comes after the last lines to stand by them. */
  end(): number {
    if (!this.hasBegun) return -Infinity;
    const aheadMs = this.#farToMs - this.nowMs;
    if (this.#farLines > 0 && aheadMs > 0 && aheadMs < PAUSE_MS) this.nowMs = this.#farToMs;
    return this.nowMs;
  }

  #takeFar(atMs: number, isAhead: boolean): void {
    const wasAhead = this.#farFromMs > this.nowMs;
    if (this.#farLines > 0 && (isAhead !== wasAhead || atMs < this.#farFromMs - FAR_MS)) this.#stray();
    if (this.#farLines === 0) this.#farFromMs = atMs;
    this.#farLines += 1;
    this.#farToMs = atMs;
    const isPauseOver = isAhead && atMs >= this.#farFromMs + AGREED_MS;
    if (this.#farLines < AGREED_LINES && !isPauseOver) return;
    // Back: what it covers begins with the first of them.
    this.nowMs = isAhead ? atMs : this.#farFromMs;
    this.#farLines = 0;
  }

  #stray(): void {
    this.strays += this.#farLines;
    this.#farLines = 0;
  }
}
