import type { Verdict } from '../collect/event.ts';

/** Scans remembered, to know one that two sources tell of. */
const REMEMBERED = 20_000;

/** The filter's log and its exporter tell of the same scan: the second telling is left out. Scans of one source all count. */
export class VerdictFilter {
  repeated = 0;
  readonly #seen = new Map<string, string>();

  isRepeated(verdict: Verdict): boolean {
    const key = `${verdict.queueId ?? ''} ${verdict.messageId} ${verdict.action}`;
    const source = this.#seen.get(key);
    if (source !== undefined && source !== verdict.source) {
      this.repeated += 1;
      this.#seen.delete(key);
      return true;
    }
    if (this.#seen.size >= REMEMBERED) this.#dropOldest();
    this.#seen.set(key, verdict.source);
    return false;
  }

  #dropOldest(): void {
    const oldest = this.#seen.keys().next();
    if (!oldest.done) this.#seen.delete(oldest.value);
  }
}
