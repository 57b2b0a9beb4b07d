/** Whether a host's log has told everything up to the moment from which its queue lacked something (metrics 8.13). */

import type { SourceReport } from '../../shared/protocol.ts';

/** A host that logs nothing for so long has nothing to tell of it. */
const SILENT_MS = 1_800_000;

/** Mail that left a queue without a line is missing only when lines of a later time have been read: else they may be under way. */
export class LogProof {
  /** Host → when the listing began that lacked something, the latest of them. */
  readonly #awaited = new Map<string, number>();
  #linesLost = 0;
  #holeMs = -Infinity;

  /** A line of this host and time has been read. */
  heard(host: string, atMs: number): void {
    if (this.#awaited.size === 0) return;
    const sinceMs = this.#awaited.get(host);
    if (sinceMs !== undefined && atMs >= sinceMs) this.#awaited.delete(host);
  }

  /** A listing begun then lacked something of which no line told. */
  await(host: string, sinceMs: number): void {
    this.#awaited.set(host, Math.max(sinceMs, this.#awaited.get(host) ?? -Infinity));
  }

  /** What the sources say of themselves: lines of a log that could not be read are of any time up to now. */
  read(reports: readonly SourceReport[], nowMs: number): void {
    const dropped = reports.flatMap(({ type, counters }) =>
      type === 'log' ? Object.values(counters.dropped) : [],
    );
    const linesLost = dropped.reduce((sum, n) => sum + n, 0);
    if (linesLost > this.#linesLost) this.#holeMs = nowMs;
    this.#linesLost = linesLost;
  }

  /** Whether the end of what was last heard of then may have been in lines that were lost. */
  mayBeInHole(lastSeenMs: number): boolean {
    return lastSeenMs <= this.#holeMs;
  }

  /** A host whose lines are still awaited; undefined: what is missing is missing. */
  awaited(nowMs: number): string | undefined {
    for (const [host, sinceMs] of this.#awaited) {
      if (Math.abs(nowMs - sinceMs) < SILENT_MS) return host;
      this.#awaited.delete(host);
    }
    return undefined;
  }
}
