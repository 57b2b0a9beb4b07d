import { attemptText } from './postfix-lines.ts';
import type { AttemptText } from './postfix-lines.ts';
import type { LineLog } from './line-log.ts';
import type { Message, Recipient } from './message.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** Postfix stops trying a destination that does not answer for `minimal_backoff_time`. */
const DEAD_MS = 300_000;
/** The connection cache forgets a connection after `smtp_connection_cache_time_limit`. */
const CACHED_MS = 2_000;
const MAX_CONN_USES = 100;

/** Recipients of one message that go the same way. */
export interface Job {
  readonly message: Message;
  readonly recipients: readonly Recipient[];
}

/** How an attempt ended for one recipient. */
export interface Result {
  readonly recipient: Recipient;
  readonly status: 'sent' | 'deferred' | 'bounced';
  readonly dsn: string;
  readonly reason: string;
}

/** One delivery over one connection. */
export interface Delivery {
  readonly relay: string;
  readonly setUpMs: number;
  readonly transmitMs: number;
  readonly results: readonly Result[];
  /** The destination as a whole did not answer; it is left alone for a while. */
  readonly isDead: boolean;
}

/** Carries a job there; calls back in simulated time. */
export type Route = (job: Job, done: (delivery: Delivery) => void) => void;

/** What a lane needs. `onResult` hears of each recipient after its line is written. */
export interface LaneDeps {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly log: LineLog;
  /** Delivery agent: `smtp` or `lmtp`. */
  readonly service: string;
  readonly slots: number;
  readonly route: Route;
  readonly onResult: (message: Message, result: Result) => void;
}

/** Deliveries to one destination: a bounded number at a time, first come first served. */
export class Lane {
  readonly #deps: LaneDeps;
  #queue: Job[] = [];
  #head = 0;
  #busy = 0;
  #dead = { untilMs: 0, dsn: '', reason: '' };
  #connection = { uses: 0, usedMs: 0 };

  constructor(deps: LaneDeps) {
    this.#deps = deps;
  }

  submit(job: Job): void {
    const { scheduler, random } = this.#deps;
    if (scheduler.now() < this.#dead.untilMs) {
      scheduler.after(random.between(0.5, 4), () => this.#suspend(job));
      return;
    }
    this.#queue.push(job);
    this.#pump();
  }

  #pump(): void {
    const { slots, route, scheduler } = this.#deps;
    for (let job = this.#queue[this.#head]; job && this.#busy < slots; job = this.#queue[this.#head]) {
      const started = job;
      const startMs = scheduler.now();
      this.#head += 1;
      this.#busy += 1;
      route(started, (delivery) => this.#finish(started, startMs, delivery));
    }
    if (this.#head > 1_000 && this.#head * 2 > this.#queue.length) this.#forgetDone();
  }

  #forgetDone(): void {
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }

  #finish(job: Job, startMs: number, delivery: Delivery): void {
    const { service } = this.#deps;
    const { activeMs, arrivedMs } = job.message;
    const { relay, setUpMs, transmitMs, results, isDead } = delivery;
    this.#busy -= 1;
    if (isDead) this.#die(results);
    const delaysMs = [activeMs - arrivedMs, startMs - activeMs, setUpMs, transmitMs] as const;
    const connUse = isDead ? undefined : this.#useConnection();
    this.#write(service, job.message, { results, relay, delaysMs, connUse });
    this.#pump();
  }

  #useConnection(): number {
    const now = this.#deps.scheduler.now();
    const { uses, usedMs } = this.#connection;
    const isCached = now - usedMs < CACHED_MS && uses < MAX_CONN_USES;
    this.#connection = { uses: isCached ? uses + 1 : 1, usedMs: now };
    return this.#connection.uses;
  }

  /** What waits behind a dead destination goes to the error agent at once. */
  #die(results: readonly Result[]): void {
    const { scheduler, log, random, service } = this.#deps;
    const { dsn = '4.4.1', reason = 'no answer' } = results[0] ?? {};
    log.syslog(`postfix/${service}`, 3_100 + random.int(40), reason);
    this.#dead = { untilMs: scheduler.now() + DEAD_MS, dsn, reason };
    const left = this.#queue.slice(this.#head);
    this.#queue = [];
    this.#head = 0;
    left.forEach((job, i) => scheduler.after(1 + i * 0.4, () => this.#suspend(job)));
  }

  #suspend({ message, recipients }: Job): void {
    const { dsn, reason } = this.#dead;
    const why = { status: 'deferred', dsn, reason: `delivery temporarily suspended: ${reason}` } as const;
    const results = recipients.map((recipient) => ({ ...why, recipient }));
    const { activeMs, arrivedMs } = message;
    const delaysMs = [activeMs - arrivedMs, this.#deps.scheduler.now() - activeMs, 0, 0] as const;
    this.#write('error', message, { results, relay: 'none', delaysMs });
  }

  #write(service: string, message: Message, how: Written): void {
    const { log, random, onResult } = this.#deps;
    const pid = (service === 'error' ? 3_300 : 3_100) + random.int(40);
    const { queueId } = message;
    const { relay, delaysMs, connUse } = how;
    for (const result of how.results) {
      const { status, dsn, reason, recipient } = result;
      const { address: to, origTo } = recipient.target;
      const text = attemptText({ queueId, to, origTo, relay, connUse, delaysMs, dsn, status, reason });
      log.syslog(`postfix/${service}`, pid, text);
      onResult(message, result);
    }
  }
}

interface Written extends Pick<AttemptText, 'relay' | 'delaysMs' | 'connUse'> {
  readonly results: readonly Result[];
}
