import type { Verdict } from '../collect/event.ts';

/** Scans remembered, to know one that two sources tell of. */
const REMEMBERED = 20_000;

/** The filter's log and its exporter tell of the same scan: the second telling is left out. Scans of one source all count. */
export class VerdictFilter {
  repeated = 0;
  readonly #seen = new Map<string, string>();

  isRepeated(verdict: Verdict): boolean {
    const key = keyOf(verdict);
    if (key === null) return false;
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

/** What both tellers say of one scan; null when they say nothing by which it could be known. A message without a queue id may be scanned on several hosts. */
function keyOf({ queueId, messageId, action, host }: Verdict): string | null {
  if (queueId !== undefined) return `${queueId} ${messageId} ${action}`;
  return messageId === '' ? null : `${host} ${messageId} ${action}`;
}
