import type { Loss } from './conservation.ts';
import { GoneIds } from './gone-ids.ts';
import { Message } from './message.ts';

export interface LedgerLimits {
  /** Messages remembered at once; beyond it the oldest is let go and counted. */
  readonly maxMessages: number;
  /** A queue id that never reached the queue (its client gave up) is let go after this. */
  readonly unqueuedMs: number;
  /** A queued message is let go this long after its last line: Postfix' maximal_queue_lifetime and a day. */
  readonly queuedMs: number;
  /** How long after its end a message still answers to lines that come late. */
  readonly endedMs: number;
  /** What changed is asked for, to be stored. */
  readonly tracksChanges: boolean;
}

export const LEDGER_LIMITS: LedgerLimits = {
  maxMessages: 600_000,
  unqueuedMs: 3_600_000,
  queuedMs: 6 * 86_400_000,
  endedMs: 60_000,
  tracksChanges: false,
};

/** What became of messages since it was last asked. `gone` names only those that were told of before. */
export interface LedgerChanges {
  readonly alive: readonly Message[];
  readonly gone: readonly { readonly host: string; readonly queueId: string }[];
}

/** Why the ledger let messages go. */
export interface LedgerCounters {
  evicted: number;
  expired: number;
  reused: number;
}

/** Where and when a queue id begins, epoch ms. */
export interface Beginning {
  readonly host: string;
  readonly queueId: string;
  readonly atMs: number;
}

/** Messages alive, by host and queue id. Queue ids are unique per host only, and short ones come back. */
export class Ledger {
  readonly counters: LedgerCounters = { evicted: 0, expired: 0, reused: 0 };
  readonly #limits: LedgerLimits;
  readonly #hosts = new Map<string, Map<string, Message>>();
  readonly #onGone: (message: Message, loss?: Loss) => void;
  readonly #ended: { message: Message; atMs: number }[] = [];
  readonly #bringBack: (host: string, queueId: string) => Message | undefined;
  readonly #gone = new GoneIds();
  readonly #changed = new Set<Message>();
  #goneStored: { host: string; queueId: string }[] = [];
  #size = 0;
  #lastHost = '';
  #lastMap: Map<string, Message> | undefined;

  /**
   * `onGone`: it no longer waits; with how it left the books, once it has.
   * `bringBack`: one that left without an end and of which something is heard now.
   */
  constructor(
    onGone: (message: Message, loss?: Loss) => void = () => undefined,
    limits: LedgerLimits = LEDGER_LIMITS,
    bringBack: (host: string, queueId: string) => Message | undefined = () => undefined,
  ) {
    this.#onGone = onGone;
    this.#limits = limits;
    this.#bringBack = bringBack;
  }

  get size(): number {
    return this.#size;
  }

  /** For somebody who will change it. */
  get(host: string, queueId: string): Message | undefined {
    const message = this.#map(host).get(queueId) ?? this.comeBack(host, queueId);
    if (message && this.#limits.tracksChanges) this.#changed.add(message);
    return message;
  }

  /** A message that left the books without an end, alive again; undefined: there is none of this queue id. */
  comeBack(host: string, queueId: string): Message | undefined {
    const message = this.#bringBack(host, queueId);
    if (!message) return undefined;
    message.isStored = false;
    message.missedListings = 0;
    this.#map(host).set(queueId, message);
    this.#size += 1;
    if (message.isEnded) this.#ended.push({ message, atMs: message.lastSeenMs });
    return message;
  }

  /** For somebody who will say `touch` if it changes. */
  peek(host: string, queueId: string): Message | undefined {
    return this.#map(host).get(queueId);
  }

  touch(message: Message): void {
    if (this.#limits.tracksChanges) this.#changed.add(message);
  }

  /** Everything that changed since the last call, as it is now. */
  takeChanges(): LedgerChanges {
    const alive = [...this.#changed];
    const gone = this.#goneStored;
    this.#changed.clear();
    this.#goneStored = [];
    for (const message of alive) message.isStored = true;
    return { alive, gone };
  }

  /** Takes up a message of an earlier run. */
  restore(message: Message): void {
    message.isStored = true;
    const map = this.#map(message.host);
    if (!map.has(message.queueId)) this.#size += 1;
    map.set(message.queueId, message);
    if (message.isEnded) this.#ended.push({ message, atMs: message.lastSeenMs });
  }

  messagesOf(host: string): Iterable<Message> {
    return this.#map(host).values();
  }

  *all(): Iterable<Message> {
    for (const map of this.#hosts.values()) yield* map.values();
  }

  /** A new life of a queue id; an earlier one that was not seen to end is let go. */
  begin(host: string, queueId: string, atMs: number): Message {
    return this.beginAfter(this.#map(host).get(queueId), { host, queueId, atMs });
  }

  /** The same for somebody who has looked: `before` is what `get` answered for this queue id. */
  beginAfter(before: Message | undefined, { host, queueId, atMs }: Beginning): Message {
    const map = this.#map(host);
    if (before) {
      if (!before.isEnded) this.counters.reused += 1;
      this.remove(before);
    }
    if (this.#size >= this.#limits.maxMessages) this.#evictOldest();
    const message = new Message(host, queueId, atMs);
    map.set(queueId, message);
    this.#size += 1;
    this.touch(message);
    return message;
  }

  /** The same message goes on under another queue id (`postsuper -r`). */
  rename(message: Message, queueId: string): void {
    const map = this.#map(message.host);
    if (map.get(message.queueId) === message) map.delete(message.queueId);
    else this.#size += 1;
    this.#forgetStored(message);
    message.isStored = false;
    const before = map.get(queueId);
    if (before && before !== message) this.remove(before);
    message.queueId = queueId;
    map.set(queueId, message);
  }

  /** Its end has been seen but some of its recipients' lines may still come. */
  end(message: Message, atMs: number): void {
    message.isEnded = true;
    this.#onGone(message);
    this.#ended.push({ message, atMs });
    this.#remember(message, atMs);
  }

  /** Its end has been seen whole. */
  finish(message: Message, atMs: number): void {
    this.#remember(message, atMs);
    this.remove(message);
  }

  /** When the end of this queue id was seen, if lately. */
  goneAt(host: string, queueId: string): number | undefined {
    return this.#gone.at(host, queueId);
  }

  /** A listing of this host has been taken in: one that names what had ended before cannot come any more. */
  listed(host: string, startedAtMs: number): void {
    this.#gone.listed(host, startedAtMs);
  }

  remove(message: Message, loss: Loss = 'vanished'): void {
    const map = this.#map(message.host);
    if (map.get(message.queueId) !== message) return;
    map.delete(message.queueId);
    this.#size -= 1;
    this.#changed.delete(message);
    this.#forgetStored(message);
    this.#onGone(message, loss);
  }

  /** Lets go of what is over or forgotten. Cheap enough for every second; the long sweep is for every minute. */
  expireEnded(nowMs: number): void {
    let gone = 0;
    for (const { message, atMs } of this.#ended) {
      if (nowMs - atMs < this.#limits.endedMs) break;
      if (message.isEnded) this.remove(message);
      gone += 1;
    }
    if (gone > 0) this.#ended.splice(0, gone);
    this.#gone.expire(nowMs, this.#limits.endedMs);
  }

  sweep(nowMs: number): void {
    for (const map of this.#hosts.values()) {
      for (const message of map.values()) {
        const limit = message.isQueued ? this.#limits.queuedMs : this.#limits.unqueuedMs;
        if (nowMs - message.lastSeenMs <= limit) continue;
        this.remove(message, 'unseen');
        this.counters.expired += 1;
      }
    }
  }

  #remember({ host, queueId }: Message, atMs: number): void {
    this.#gone.add(host, queueId, atMs);
  }

  #forgetStored({ isStored, host, queueId }: Message): void {
    if (isStored) this.#goneStored.push({ host, queueId });
  }

  #evictOldest(): void {
    for (const map of this.#hosts.values()) {
      const oldest = map.values().next();
      if (oldest.done) continue;
      this.remove(oldest.value, 'unseen');
      this.counters.evicted += 1;
      return;
    }
  }

  #map(host: string): Map<string, Message> {
    if (host === this.#lastHost && this.#lastMap) return this.#lastMap;
    let map = this.#hosts.get(host);
    if (!map) this.#hosts.set(host, (map = new Map()));
    this.#lastHost = host;
    this.#lastMap = map;
    return map;
  }
}
