/** Every recipient that was taken over, and what became of it: an account that must close (metrics 8.13). */
import type { TenantIndex } from '../attribute/directory.ts';
import type { Message, Recipient } from './message.ts';
import { type ClusterScopes, isOwned, type Scope, type Scopes } from './scope.ts';

export const FATES = ['delivered', 'bounced', 'expired', 'discarded', 'deleted'] as const;
export type Fate = (typeof FATES)[number];
/** Why a recipient left the books without a fate. `vanished`: the queue no longer has it and no line said why. */
export type Loss = 'vanished' | 'unseen';

/** Recipients of one scope since the process began; a tenant's are those it receives and those it sends, once each. */
export type Balance = Record<'accepted' | Fate | Loss, number>;

/** Messages that vanished, remembered in case something is heard of them after all. */
const MAX_VANISHED = 20_000;

/** A message that vanished, as it was. */
interface Vanished {
  readonly message: Message;
  readonly open: readonly Recipient[];
  readonly unknown: number;
}

function emptyBalance(): Balance {
  return {
    ...{ accepted: 0, delivered: 0, bounced: 0, expired: 0, discarded: 0, deleted: 0 },
    ...{ vanished: 0, unseen: 0 },
  };
}

/**
 * `enter` when a queue has it, `fate` when a line tells its end, `lose` when the books let it go. What is open is what was
 * accepted less the rest; it is held against what the queue itself lists.
 */
export class ConservationBook {
  readonly #scopes: Scopes;
  readonly #clusters: ClusterScopes;
  readonly #balances: Balance[];
  readonly #adopted: number[];
  readonly #vanished = new Map<string, Vanished>();
  readonly #maxVanished: number;
  #forgotten = 0;
  #isAdopting = false;

  constructor(scopes: Scopes, clusters: ClusterScopes, maxVanished = MAX_VANISHED) {
    this.#scopes = scopes;
    this.#clusters = clusters;
    this.#maxVanished = maxVanished;
    this.#balances = Array.from({ length: clusters.count }, emptyBalance);
    this.#adopted = new Array<number>(clusters.count).fill(0);
  }

  balance(scope: Scope): Readonly<Balance> {
    return this.#balances[scope] ?? emptyBalance();
  }

  /** Of what was accepted: taken up from an earlier run. */
  adopted(scope: Scope): number {
    return this.#adopted[scope] ?? 0;
  }

  /** Messages that vanished and were too many to be remembered: a late line begins them anew. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Counts as accepted what is not yet: recipients, and those that are only a number so far. */
  enter(message: Message): void {
    // Not taken over yet: pickup gives it another queue id, and no line ever names this one.
    if (message.queueName === 'maildrop') return;
    if (message.enteredAs === null) message.enteredAs = message.sender.owner;
    else if (message.enteredAs !== message.sender.owner) this.#changeSender(message);
    for (const recipient of message.recipients) this.#enterOne(message, recipient);
    const unknown = message.recipientCount - message.recipients.length - message.enteredUnknown;
    if (unknown <= 0) return;
    message.enteredUnknown += unknown;
    for (const scope of this.#scopesOfSender(message.enteredAs)) this.#book('accepted', unknown, scope);
  }

  /** A line told what became of it. Told twice it counts once. */
  fate(message: Message, recipient: Recipient, fate: Fate): void {
    if (recipient.hasFate) return;
    recipient.hasFate = true;
    if (message.enteredAs === null) message.enteredAs = message.sender.owner;
    this.#enterOne(message, recipient);
    for (const scope of this.#scopesOf(message, recipient)) this.#book(fate, 1, scope);
  }

  /** Deleted by an operator before any line named its recipients. */
  deleteUnknown(message: Message): void {
    const { enteredUnknown: n, enteredAs } = message;
    if (n === 0) return;
    message.enteredUnknown = 0;
    for (const scope of this.#scopesOfSender(enteredAs)) this.#book('deleted', n, scope);
  }

  /** Handed on to another queue id on this host (a content filter): there it is accepted again. */
  handOn(message: Message, recipient: Recipient): void {
    if (recipient.hasFate) return;
    recipient.hasFate = true;
    if (message.enteredAs === null) message.enteredAs = message.sender.owner;
    this.#enterOne(message, recipient);
    for (const scope of this.#scopesOf(message, recipient)) this.#book('accepted', -1, scope);
  }

  /** Named by the filter only, and no recipient of the message that was queued. */
  strike(message: Message, recipient: Recipient): void {
    message.dropRecipient(recipient);
    if (!recipient.isEntered || recipient.hasFate) return;
    for (const scope of this.#scopesOf(message, recipient)) this.#book('accepted', -1, scope);
  }

  /** Taken up from an earlier run: what was in the queue then was accepted then. */
  adopt(message: Message): void {
    const isIn = message.isQueued && message.queueName !== 'maildrop';
    for (const recipient of message.recipients) {
      recipient.hasFate = recipient.state === 'done';
      recipient.isEntered = isIn || recipient.hasFate;
    }
    if (!isIn) return;
    message.enteredAs = message.sender.owner;
    message.enteredUnknown = Math.max(0, message.recipientCount - message.recipients.length);
    this.#isAdopting = true;
    this.#bookAll(openOf(message), 'accepted', 1);
    this.#isAdopting = false;
  }

  /** The books let it go, with whatever is open. */
  lose(message: Message, loss: Loss): void {
    const lost = openOf(message);
    if (lost.unknown + lost.open.length === 0) return;
    this.#bookAll(lost, loss, 1);
    if (loss === 'vanished') this.#remember(lost);
    for (const recipient of message.recipients) recipient.hasFate = true;
    message.enteredUnknown = 0;
  }

  /** A message that vanished, as it was before: something was heard of it. It is not missing any more. */
  bringBack(host: string, queueId: string): Message | undefined {
    if (this.#vanished.size === 0) return undefined;
    const key = `${host} ${queueId}`;
    const found = this.#vanished.get(key);
    if (!found) return undefined;
    this.#vanished.delete(key);
    const { message, open, unknown } = found;
    this.#bookAll(found, 'vanished', -1);
    for (const recipient of open) recipient.hasFate = false;
    message.enteredUnknown = unknown;
    return message;
  }

  #bookAll({ message, open, unknown }: Vanished, as: Loss | 'accepted', sign: 1 | -1): void {
    if (unknown > 0)
      for (const scope of this.#scopesOfSender(message.enteredAs)) this.#book(as, sign * unknown, scope);
    for (const recipient of open)
      for (const scope of this.#scopesOf(message, recipient)) this.#book(as, sign, scope);
  }

  /** Who sends was learnt after it was counted. What has an end stays where it was counted. */
  #changeSender(message: Message): void {
    const open = openOf(message);
    this.#bookAll(open, 'accepted', -1);
    message.enteredAs = message.sender.owner;
    this.#bookAll(open, 'accepted', 1);
  }

  #enterOne(message: Message, recipient: Recipient): void {
    if (recipient.isEntered) return;
    recipient.isEntered = true;
    const wasCounted = message.enteredUnknown > 0;
    if (wasCounted) message.enteredUnknown -= 1;
    const counted = wasCounted ? this.#scopesOfSender(message.enteredAs) : [];
    for (const scope of this.#scopesOf(message, recipient))
      if (!counted.includes(scope)) this.#book('accepted', 1, scope);
  }

  #scopesOf({ enteredAs }: Message, { owner }: Recipient): readonly Scope[] {
    const scopes = this.#scopesOfSender(enteredAs);
    if (!isOwned(owner)) return scopes.length > 1 ? scopes : [...scopes, this.#scopes.unattributed];
    const cluster = this.#clusters.of(owner);
    const own = cluster === undefined ? [owner] : [owner, cluster];
    return [...scopes, ...own.filter((scope) => !scopes.includes(scope))];
  }

  /** Of recipients nobody has named yet: there we know who sends. */
  #scopesOfSender(enteredAs: TenantIndex | null): readonly Scope[] {
    const { platform } = this.#scopes;
    if (enteredAs === null || !isOwned(enteredAs)) return [platform];
    const cluster = this.#clusters.of(enteredAs);
    return cluster === undefined ? [platform, enteredAs] : [platform, enteredAs, cluster];
  }

  #remember(lost: Vanished): void {
    const { host, queueId } = lost.message;
    if (this.#vanished.size >= this.#maxVanished) {
      const oldest = this.#vanished.keys().next();
      if (!oldest.done) this.#vanished.delete(oldest.value);
      this.#forgotten += 1;
    }
    this.#vanished.set(`${host} ${queueId}`, lost);
  }

  #book(as: keyof Balance, n: number, scope: Scope): void {
    const balance = this.#balances[scope];
    if (balance) balance[as] += n;
    if (this.#isAdopting) this.#adopted[scope] = this.adopted(scope) + n;
  }
}

/** What was accepted and has no end yet. */
function openOf(message: Message): Vanished {
  const open = message.recipients.filter(({ isEntered, hasFate }) => isEntered && !hasFate);
  return { message, open, unknown: message.enteredUnknown };
}
