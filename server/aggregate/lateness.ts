/** Lines this far behind their stream still go to their own second (metrics: event time with 60 s allowed lateness). */
export const ALLOWED_LATENESS_MS = 60_000;
/** Streams and hosts remembered; a log in which more hosts stand begins anew. */
const MOST_MARKS = 10_000;

interface Mark {
  atMs: number;
}

/**
 * How far each host has come in event time in each stream (a file, or a source that has none). A line is late against its
 * own: a file that catches up, or a host whose clock goes behind, is not late for being read beside others.
 */
export class Watermarks {
  readonly #byStream = new Map<string, Map<string, Mark>>();
  #count = 0;
  #lastStream = '';
  #lastHost = '';
  #last: Mark | undefined;

  /** Whether an event comes too late for its own second. Stamps from the future do not push the mark beyond `nowMs`. */
  isLate(stream: string, host: string, atMs: number, nowMs: number): boolean {
    const mark = this.#markOf(stream, host);
    const markMs = Math.min(mark.atMs, nowMs);
    if (atMs > markMs) mark.atMs = Math.min(atMs, nowMs);
    return atMs < markMs - ALLOWED_LATENESS_MS;
  }

  #markOf(stream: string, host: string): Mark {
    if (this.#last && stream === this.#lastStream && host === this.#lastHost) return this.#last;
    if (this.#count >= MOST_MARKS) this.#clear();
    let hosts = this.#byStream.get(stream);
    if (!hosts) this.#byStream.set(stream, (hosts = new Map()));
    let mark = hosts.get(host);
    if (!mark) {
      hosts.set(host, (mark = { atMs: -Infinity }));
      this.#count += 1;
    }
    this.#lastStream = stream;
    this.#lastHost = host;
    this.#last = mark;
    return mark;
  }

  #clear(): void {
    this.#byStream.clear();
    this.#count = 0;
  }
}
