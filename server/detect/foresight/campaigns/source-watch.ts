/** Whether sources tell of verdicts at all: without them nothing can be said to be over. */
import type { SourceReport } from '../../../../shared/protocol.ts';

/** A source that has told of no mail at all for so long may tell of nothing. */
const SILENT_MS = 5 * 60_000;
/** A filter has few sources. */
const MAX_SOURCES = 256;

export class SourceWatch {
  readonly #heardMs = new Map<string, number>();
  #live = new Set<string>();
  #silent: readonly string[] = [];

  heard(source: string, atMs: number): void {
    const before = this.#heardMs.get(source);
    if (before !== undefined || this.#heardMs.size < MAX_SOURCES)
      this.#heardMs.set(source, Math.max(before ?? 0, atMs));
  }

  look(reports: readonly SourceReport[], nowMs: number): void {
    const isFresh = (id: string) => nowMs - (this.#heardMs.get(id) ?? -Infinity) <= SILENT_MS;
    this.#live = new Set(
      reports.filter(({ id, state }) => state === 'ok' && isFresh(id)).map(({ id }) => id),
    );
    this.#silent = reports
      .filter(({ id, feeds }) => feeds.includes('filter') && this.#heardMs.has(id) && !this.#live.has(id))
      .map(({ id }) => id);
  }

  /** Whether all of them tell of mail now. */
  isHeard(sources: readonly string[]): boolean {
    return sources.length > 0 && sources.every((source) => this.#live.has(source));
  }

  /** Sources of the filter that have told of mail and do not now. */
  silent(): readonly string[] {
    return this.#silent;
  }
}
