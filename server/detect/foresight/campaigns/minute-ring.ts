/** Counts of the last hour by minute. */
const MINUTE_MS = 60_000;
const MINUTES = 60;

export class MinuteRing {
  readonly #counts = new Uint32Array(MINUTES);
  /** The newest minute it knows of; -1: none. */
  #newest = -1;

  add(atMs: number, n = 1): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    this.#advance(minute);
    if (minute > this.#newest - MINUTES)
      this.#counts[minute % MINUTES] = (this.#counts[minute % MINUTES] ?? 0) + n;
  }

  /** Of the last so many minutes, the running one included. */
  sum(nowMs: number, minutes = MINUTES): number {
    const now = Math.floor(nowMs / MINUTE_MS);
    let sum = 0;
    for (
      let minute = Math.max(now - minutes + 1, this.#newest - MINUTES + 1);
      minute <= Math.min(now, this.#newest);
      minute++
    )
      sum += this.#counts[minute % MINUTES] ?? 0;
    return sum;
  }

  absorb(other: MinuteRing): void {
    for (let minute = other.#newest - MINUTES + 1; minute <= other.#newest; minute++) {
      const n = minute < 0 ? 0 : (other.#counts[minute % MINUTES] ?? 0);
      if (n > 0) this.add(minute * MINUTE_MS, n);
    }
  }

  #advance(minute: number): void {
    if (minute <= this.#newest) return;
    const from = Math.max(this.#newest + 1, minute - MINUTES + 1);
    for (let each = from; each <= minute; each++) this.#counts[each % MINUTES] = 0;
    this.#newest = minute;
  }
}
