/** Queue ids whose end was seen lately: a listing that began before may still name them, and so may a hop that is logged after it. */

/** For so long without a listing nobody waits for one: the longest that a listing may take, and more. */
const UNLISTED_MS = 1_800_000;
const MAX_IDS = 100_000;

interface Host {
  /** Queue id → when its end was seen. Oldest first. */
  readonly ids: Map<string, number>;
  listedMs: number;
}

/** Remembers them until a later listing of their host has been taken in. */
export class GoneIds {
  readonly #hosts = new Map<string, Host>();

  add(host: string, queueId: string, atMs: number): void {
    const { ids } = this.#of(host);
    ids.delete(queueId);
    ids.set(queueId, atMs);
    if (ids.size <= MAX_IDS) return;
    const oldest = ids.keys().next();
    if (!oldest.done) ids.delete(oldest.value);
  }

  at(host: string, queueId: string): number | undefined {
    return this.#hosts.get(host)?.ids.get(queueId);
  }

  listed(host: string, startedAtMs: number): void {
    this.#of(host).listedMs = startedAtMs;
  }

  /** Lets go of those that are older than `keepMs` and that no listing under way can name. */
  expire(nowMs: number, keepMs: number): void {
    for (const { ids, listedMs } of this.#hosts.values()) {
      for (const [queueId, atMs] of ids) {
        const ageMs = nowMs - atMs;
        const mayBeListed = listedMs > -Infinity && atMs >= listedMs && ageMs < UNLISTED_MS;
        if (ageMs < keepMs || mayBeListed) break;
        ids.delete(queueId);
      }
    }
  }

  #of(host: string): Host {
    let found = this.#hosts.get(host);
    if (!found) this.#hosts.set(host, (found = { ids: new Map(), listedMs: -Infinity }));
    return found;
  }
}
