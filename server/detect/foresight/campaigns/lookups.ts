/** Which mail of the last minutes is of which kind, for who sees a single mail and asks. */
import { currentOf, type Nucleus } from './nucleus.ts';

/** Asked for later, a mail is not known any more. */
export const LOOKUP_MS = 15 * 60_000;
const MAX_ENTRIES = 60_000;
/** Recipients of one message that are noted. */
const MAX_RECIPIENTS = 20;

interface Entry {
  readonly nucleus: Nucleus;
  readonly atMs: number;
}

export class Lookups {
  readonly #entries = new Map<string, Entry>();
  dropped = 0;

  /** `ids`: queue id and message id, those that are known. */
  note(ids: readonly string[], to: readonly string[], entry: Entry): void {
    for (const id of ids)
      for (const recipient of to.slice(0, MAX_RECIPIENTS)) this.#entries.set(keyOf(id, recipient), entry);
    while (this.#entries.size > MAX_ENTRIES) {
      const oldest = this.#entries.keys().next();
      if (oldest.done) return;
      this.#entries.delete(oldest.value);
      this.dropped += 1;
    }
  }

  of(id: string, recipient: string): Nucleus | null {
    const entry = this.#entries.get(keyOf(id, recipient));
    return entry ? currentOf(entry.nucleus) : null;
  }

  forget(nowMs: number): void {
    for (const [key, { atMs }] of this.#entries) {
      if (nowMs - atMs <= LOOKUP_MS) return;
      this.#entries.delete(key);
    }
  }
}

function keyOf(id: string, recipient: string): string {
  return `${id} ${recipient.toLowerCase()}`;
}
