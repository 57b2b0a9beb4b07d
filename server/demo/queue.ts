import type { Job, Lane, Result } from './lane.ts';
import { laneKey, partiesOf, tenantOf, waiting } from './message.ts';
import type { Message, Recipient } from './message.ts';
import type { Host, World } from './world.ts';

/** Postfix' `minimal_backoff_time`, `maximal_backoff_time`, `queue_run_delay`. */
const MIN_BACKOFF_MS = 300_000;
const MAX_BACKOFF_MS = 4_000_000;
const SCAN_EVERY_MS = 300_000;
/** Configured shorter than Postfix' 5 days, as at many providers whose customers want to know the same evening. */
export const LIFETIME_MS = 6 * 3_600_000;
/** `qmgr_message_active_limit` of these hosts: beyond it new mail waits in `incoming`. */
const ACTIVE_LIMIT = 1_000;
/** The queue manager reads one deferred queue file in this time. */
const READ_MS = 3;

/** Needs: `lane` for a destination, `notify` to send a non-delivery notice. */
export interface QueueDeps {
  readonly world: World;
  readonly host: Host;
  readonly lane: (key: string, recipient: Recipient) => Lane;
  readonly notify: (message: Message) => void;
}

/** Queue manager of one host; its scans of the deferred queue begin at once. */
export class Queue {
  readonly #deps: QueueDeps;
  readonly #messages = new Map<string, Message>();
  readonly #incoming: Message[] = [];
  #active = 0;
  #isPumping = false;

  constructor(deps: QueueDeps) {
    this.#deps = deps;
    const { scheduler, random } = deps.world;
    scheduler.after(random.between(0, SCAN_EVERY_MS), () => this.#scan());
  }

  /** A message that has been taken over; `isHeld` puts it aside for review. */
  accept(message: Message, isHeld: boolean): void {
    const { tally } = this.#deps.world;
    this.#messages.set(message.queueId, message);
    tally.count('accepted', partiesOf(message));
    tally.recipients('accepted', message.recipients.length);
    message.state = isHeld ? 'hold' : 'incoming';
    if (isHeld) return;
    this.#incoming.push(message);
    this.#pumpSoon();
  }

  messages(): Iterable<Message> {
    return this.#messages.values();
  }

  /** An attempt for one recipient has ended. */
  onResult(message: Message, { recipient, status, reason }: Result): void {
    const { tally, scheduler, random } = this.#deps.world;
    tally.event(`attempt ${status}`);
    const key = status === 'sent' ? 'delivered' : status;
    tally.count(key, { from: message.senderTenant, to: [tenantOf(recipient.target)] });
    if (key === 'deferred') recipient.reason = reason;
    else {
      recipient.isDone = true;
      tally.recipients(key, 1);
    }
    if (key === 'bounced') message.hasBounced = true;
    message.openAttempts -= 1;
    if (message.openAttempts > 0) return;
    scheduler.after(random.between(0.1, 0.6), () => this.#conclude(message));
  }

  /** Takes a held message back into delivery, as `postsuper -H` does. */
  release(message: Message): void {
    message.state = 'deferred';
    message.nextTryMs = this.#deps.world.scheduler.now();
    this.#operate(message, 'released from hold');
    this.#deps.world.tally.event('released');
    this.#deps.world.tally.count('released', partiesOf(message));
  }

  hold(message: Message): void {
    message.state = 'hold';
    this.#operate(message, 'placed on hold');
    this.#deps.world.tally.event('held postsuper');
    this.#deps.world.tally.count('held', partiesOf(message));
  }

  remove(message: Message): void {
    const { tally } = this.#deps.world;
    this.#messages.delete(message.queueId);
    this.#operate(message, 'removed');
    tally.event('removed postsuper');
    tally.count('deleted', partiesOf(message));
    tally.recipients('deleted', waiting(message).length);
  }

  #operate(message: Message, what: string): void {
    this.#deps.host.postsuper(`${message.queueId}: ${what}`);
  }

  #pumpSoon(): void {
    if (this.#isPumping || this.#incoming.length === 0 || this.#active >= ACTIVE_LIMIT) return;
    const { scheduler, random } = this.#deps.world;
    this.#isPumping = true;
    scheduler.after(random.between(0.5, 6), () => this.#pump());
  }

  #pump(): void {
    this.#isPumping = false;
    const room = Math.min(ACTIVE_LIMIT - this.#active, 200);
    for (const message of this.#incoming.splice(0, room)) {
      if (message.state === 'incoming') this.#activate(message);
    }
    this.#pumpSoon();
  }

  #activate(message: Message): void {
    const { world, host, lane } = this.#deps;
    const open = waiting(message);
    message.state = 'active';
    message.activeMs = world.scheduler.now();
    message.openAttempts = open.length;
    this.#active += 1;
    const { queueId, sender, sizeBytes } = message;
    host.qmgr(`${queueId}: from=<${sender}>, size=${sizeBytes}, nrcpt=${open.length} (queue active)`);
    world.tally.event('queue-active');
    for (const { key, job } of jobsOf(message, open)) lane(key, job.recipients[0]).submit(job);
  }

  #conclude(message: Message): void {
    const now = this.#deps.world.scheduler.now();
    const ageMs = now - message.arrivedMs;
    this.#active -= 1;
    if (waiting(message).length > 0 && ageMs > LIFETIME_MS) this.#expire(message);
    if (message.hasBounced) this.#deps.notify(message);
    message.hasBounced = false;
    if (waiting(message).length === 0) this.#finish(message);
    else {
      message.state = 'deferred';
      message.nextTryMs = now + Math.min(MAX_BACKOFF_MS, Math.max(MIN_BACKOFF_MS, ageMs));
    }
    this.#pumpSoon();
  }

  #expire(message: Message): void {
    const { host, world } = this.#deps;
    const left = waiting(message);
    host.qmgr(`${message.queueId}: from=<${message.sender}>, status=expired, returned to sender`);
    world.tally.event('expired');
    world.tally.count('expired', partiesOf(message));
    world.tally.recipients('expired', left.length);
    for (const recipient of left) recipient.isDone = true;
    message.hasBounced = true;
  }

  #finish(message: Message): void {
    this.#deps.host.qmgr(`${message.queueId}: removed`);
    this.#deps.world.tally.event('removed qmgr');
    this.#messages.delete(message.queueId);
  }

  #scan(): void {
    const { scheduler } = this.#deps.world;
    const due = [...this.#messages.values()].filter((message) => this.#isDue(message));
    this.#feed(due, 0);
    scheduler.after(SCAN_EVERY_MS, () => this.#scan());
  }

  /** It may have been put on hold, deleted or tried by another scan while it waited to be read. */
  #isDue({ queueId, state, nextTryMs }: Message): boolean {
    return (
      state === 'deferred' && nextTryMs <= this.#deps.world.scheduler.now() && this.#messages.has(queueId)
    );
  }

  /** One at a time, as reading takes time, and not while `active` is full. */
  #feed(due: readonly Message[], from: number): void {
    const message = due[from];
    if (!message) return;
    const { scheduler } = this.#deps.world;
    const isFull = this.#active >= ACTIVE_LIMIT;
    if (!isFull && this.#isDue(message)) this.#activate(message);
    scheduler.after(isFull ? 1_000 : READ_MS, () => this.#feed(due, isFull ? from : from + 1));
  }
}

interface LaneJob {
  readonly key: string;
  readonly job: Job & { readonly recipients: [Recipient, ...Recipient[]] };
}

/** Recipients of a message by the way they go, in the order of the envelope. */
function jobsOf(message: Message, open: readonly Recipient[]): readonly LaneJob[] {
  const jobs: LaneJob[] = [];
  for (const recipient of open) {
    const key = laneKey(recipient.target);
    const known = jobs.find((candidate) => candidate.key === key);
    if (known) known.job.recipients.push(recipient);
    else jobs.push({ key, job: { message, recipients: [recipient] } });
  }
  return jobs;
}
