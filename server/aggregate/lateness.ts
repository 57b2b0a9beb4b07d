/** Lines this far behind their source still go to their own second (metrics: event time with 60 s allowed lateness). */
export const ALLOWED_LATENESS_MS = 60_000;

/** How far each source has come in event time; a line is late against its own source, so a log that catches up is not. */
export class Watermarks {
  readonly #bySource = new Map<string, number>();

  /** Whether an event comes too late for its own second. Stamps from the future do not push the mark beyond `nowMs`. */
  isLate(source: string, atMs: number, nowMs: number): boolean {
    const mark = Math.min(this.#bySource.get(source) ?? -Infinity, nowMs);
    if (atMs > mark) this.#bySource.set(source, Math.min(atMs, nowMs));
    return atMs < mark - ALLOWED_LATENESS_MS;
  }
}
