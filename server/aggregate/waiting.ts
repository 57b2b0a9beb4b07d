import { Histogram } from '../../shared/histogram.ts';
import type { QueueGauge } from '../../shared/window.ts';
import type { QueueName } from '../collect/event.ts';
import type { Message, Recipient } from './message.ts';
import { type ClusterScopes, IN, isOwned, OUT, type Scopes } from './scope.ts';

/** Mail waiting for one (scope, direction): recipients by queue, and by the second of arrival. */
class Account {
  readonly byQueue: Record<QueueName, number> = {
    maildrop: 0,
    incoming: 0,
    active: 0,
    deferred: 0,
    hold: 0,
    corrupt: 0,
  };
  /** Second of arrival → recipients: deliverable ones, and of those the ones that count for effective lag. */
  readonly deliverable = new Map<number, number>();
  readonly effective = new Map<number, number>();
}

/**
 * Who waits, for whom and since when; kept up as messages change.
 * Callers bracket each change of a message: `withdraw` before, `deposit` after.
 */
export class WaitingBook {
  readonly #scopes: Scopes;
  readonly #accounts: Account[];
  readonly #clusters: ClusterScopes;
  readonly #onDeposit: (message: Message) => void;

  constructor(
    scopes: Scopes,
    clusters: ClusterScopes,
    onDeposit: (message: Message) => void = () => undefined,
  ) {
    this.#scopes = scopes;
    this.#clusters = clusters;
    this.#onDeposit = onDeposit;
    this.#accounts = Array.from({ length: clusters.count * 2 }, () => new Account());
  }

  deposit(message: Message): void {
    if (message.isDeposited || message.isEnded || !message.isQueued) return;
    message.isDeposited = true;
    this.#move(message, 1);
    this.#onDeposit(message);
  }

  withdraw(message: Message): void {
    if (!message.isDeposited) return;
    message.isDeposited = false;
    this.#move(message, -1);
  }

  /** The state now; null when nobody waits. */
  gauge(scope: number, direction: number, nowMs: number): QueueGauge | null {
    const account = this.#accounts[scope * 2 + direction];
    if (!account) return null;
    const { maildrop, incoming, active, deferred, hold, corrupt } = account.byQueue;
    if (maildrop + incoming + active + deferred + hold + corrupt === 0) return null;
    const waiting = new Histogram();
    for (const [second, count] of account.effective) waiting.add(Math.max(0, nowMs - second * 1000), count);
    let oldest = Infinity;
    for (const second of account.deliverable.keys()) if (second < oldest) oldest = second;
    const oldestMs = oldest === Infinity ? null : Math.max(0, nowMs - oldest * 1000);
    return { atMs: nowMs, incoming: incoming + maildrop, active, deferred, hold, corrupt, oldestMs, waiting };
  }

  /** Recipients by queue, as the books are now. */
  byQueue(scope: number, direction: number): Readonly<Record<QueueName, number>> | undefined {
    return this.#accounts[scope * 2 + direction]?.byQueue;
  }

  #move(message: Message, sign: 1 | -1): void {
    let known = 0;
    for (const recipient of message.recipients) {
      known += 1;
      if (recipient.state !== 'done') this.#moveRecipient(message, recipient, sign);
    }
    const unknown = message.recipientCount - known;
    if (unknown <= 0) return;
    // Postfix names a recipient at the first attempt only; until then we know how many there are, and who sends.
    if (isOwned(message.sender.owner))
      this.#enter(message.sender.owner * 2 + OUT, message, sign * unknown, true);
    this.#enterCluster(this.#clusters.of(message.sender.owner), message, sign * unknown);
    this.#enter(this.#scopes.platform * 2 + IN, message, sign * unknown, true);
  }

  #moveRecipient(message: Message, recipient: Recipient, sign: 1 | -1): void {
    const isEffective = !recipient.isRemoteFault;
    const { owner } = recipient;
    if (isOwned(owner)) this.#enter(owner * 2 + IN, message, sign, isEffective);
    if (isOwned(message.sender.owner) && message.sender.owner !== owner)
      this.#enter(message.sender.owner * 2 + OUT, message, sign, isEffective);
    if (!isOwned(owner) && !isOwned(message.sender.owner))
      this.#enter(this.#scopes.unattributed * 2 + IN, message, sign, isEffective);
    this.#enter(this.#scopes.platform * 2 + IN, message, sign, isEffective);
    const [to, from] = [this.#clusters.of(owner), this.#clusters.of(message.sender.owner)];
    this.#enterCluster(to, message, sign);
    if (from !== to) this.#enterCluster(from, message, sign);
  }

  /** By queue only: how long mail waits in a cluster is told of its tenants. */
  #enterCluster(scope: number | undefined, { queueName }: Message, count: number): void {
    const account = scope === undefined ? undefined : this.#accounts[scope * 2 + IN];
    if (account) account.byQueue[queueName] += count;
  }

  #enter(key: number, message: Message, count: number, isEffective: boolean): void {
    const account = this.#accounts[key];
    if (!account) return;
    account.byQueue[message.queueName] += count;
    if (message.queueName === 'hold' || message.queueName === 'corrupt') return;
    const second = Math.floor(message.edgeAtMs / 1000);
    bump(account.deliverable, second, count);
    if (isEffective) bump(account.effective, second, count);
  }
}

function bump(map: Map<number, number>, key: number, by: number): void {
  const count = (map.get(key) ?? 0) + by;
  if (count === 0) map.delete(key);
  else map.set(key, count);
}
