/** Every recipient that was taken over, and what became of it: an account that must close (metrics 8.13). */
import type { TenantIndex } from '../attribute/directory.ts';
import { NOBODY } from '../attribute/directory.ts';
import type { Message, Recipient } from './message.ts';
import { isOwned, type Scope, type Scopes } from './scope.ts';

export const FATES = ['delivered', 'bounced', 'expired', 'discarded', 'deleted'] as const;
export type Fate = (typeof FATES)[number];
/** Why a recipient left the books without a fate. `vanished`: the queue no longer has it and no line said why. */
export type Loss = 'vanished' | 'unseen';

/** Recipients of one scope since the process began; a tenant's are those it receives and those it sends, once each. */
export type Balance = Record<'accepted' | Fate | Loss, number>;

/** Queue ids that vanished, remembered in case their lines come late. */
const MAX_LOST = 20_000;

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
  readonly #balances: Balance[];
  /** Queue ids that vanished → recipients of whom no line came. */
  readonly #lost = new Map<
    string,
    { readonly owner: TenantIndex; readonly sender: TenantIndex; n: number }
  >();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
    this.#balances = Array.from({ length: scopes.count }, emptyBalance);
  }

  balance(scope: Scope): Readonly<Balance> {
    return this.#balances[scope] ?? emptyBalance();
  }

  /** Counts as accepted what is not yet: recipients, and those that are only a number so far. */
  enter(message: Message): void {
    // Not taken over yet: pickup gives it another queue id, and no line ever names this one.
    if (message.queueName === 'maildrop') return;
    if (message.enteredAs === null) message.enteredAs = message.sender.owner;
    for (const recipient of message.recipients) this.#enterOne(message, recipient);
    const unknown = message.recipientCount - message.recipients.length - message.enteredUnknown;
    if (unknown <= 0) return;
    message.enteredUnknown += unknown;
    this.#book('accepted', unknown, this.#scopes.platform);
    if (isOwned(message.enteredAs)) this.#book('accepted', unknown, message.enteredAs);
  }

  /** A line told what became of it. Told twice it counts once. */
  fate(message: Message, recipient: Recipient, fate: Fate): void {
    if (recipient.hasFate) return;
    recipient.hasFate = true;
    if (this.#comesLate(message, recipient, fate)) return;
    if (message.enteredAs === null) message.enteredAs = message.sender.owner;
    this.#enterOne(message, recipient);
    for (const scope of this.#scopesOf(message, recipient)) this.#book(fate, 1, scope);
  }

  /** Deleted by an operator before any line named its recipients. */
  deleteUnknown(message: Message): void {
    const { enteredUnknown: n, enteredAs } = message;
    if (n === 0) return;
    message.enteredUnknown = 0;
    this.#book('deleted', n, this.#scopes.platform);
    if (enteredAs !== null && isOwned(enteredAs)) this.#book('deleted', n, enteredAs);
  }

  /** Handed on to another queue id on this host (a content filter): there it is accepted again. */
  handOn(message: Message, recipient: Recipient): void {
    if (recipient.hasFate) return;
    recipient.hasFate = true;
    if (message.enteredAs === null) message.enteredAs = message.sender.owner;
    this.#enterOne(message, recipient);
    for (const scope of this.#scopesOf(message, recipient)) this.#book('accepted', -1, scope);
  }

  /** Taken up from an earlier run: accepted then. */
  adopt(message: Message): void {
    message.enteredAs = message.sender.owner;
    for (const recipient of message.recipients) {
      recipient.isEntered = true;
      recipient.hasFate = recipient.state === 'done';
    }
    message.enteredUnknown = Math.max(0, message.recipientCount - message.recipients.length);
    if (message.isQueued && !message.isEnded) this.#bookOpen(message, 'accepted');
  }

  /** The books let it go, with whatever is open. */
  lose(message: Message, loss: Loss): void {
    const open = this.#bookOpen(message, loss);
    if (open === 0) return;
    if (loss === 'vanished') this.#rememberLost(message, open);
    for (const recipient of message.recipients) recipient.hasFate = true;
    message.enteredUnknown = 0;
  }

  /** How many were open. */
  #bookOpen(message: Message, as: Loss | 'accepted'): number {
    let open = message.enteredUnknown;
    if (open > 0) {
      this.#book(as, open, this.#scopes.platform);
      if (message.enteredAs !== null && isOwned(message.enteredAs)) this.#book(as, open, message.enteredAs);
    }
    for (const recipient of message.recipients) {
      if (!recipient.isEntered || recipient.hasFate) continue;
      open += 1;
      for (const scope of this.#scopesOf(message, recipient)) this.#book(as, 1, scope);
    }
    return open;
  }

  #enterOne(message: Message, recipient: Recipient): void {
    if (recipient.isEntered) return;
    recipient.isEntered = true;
    const wasCounted = message.enteredUnknown > 0;
    if (wasCounted) message.enteredUnknown -= 1;
    for (const scope of this.#scopesOf(message, recipient)) {
      const isKnown = scope === this.#scopes.platform || scope === message.enteredAs;
      if (!wasCounted || !isKnown) this.#book('accepted', 1, scope);
    }
  }

  #scopesOf({ enteredAs }: Message, { owner }: Recipient): readonly Scope[] {
    const { platform, unattributed } = this.#scopes;
    const sender = enteredAs ?? NOBODY;
    if (isOwned(owner))
      return isOwned(sender) && sender !== owner ? [platform, owner, sender] : [platform, owner];
    return [platform, isOwned(sender) ? sender : unattributed];
  }

  #rememberLost(message: Message, n: number): void {
    const [first] = message.recipients;
    if (this.#lost.size >= MAX_LOST) {
      const oldest = this.#lost.keys().next();
      if (!oldest.done) this.#lost.delete(oldest.value);
    }
    const sender = message.enteredAs ?? NOBODY;
    this.#lost.set(keyOf(message), { owner: first?.owner ?? NOBODY, sender, n });
  }

  /** The line of a recipient that had vanished: it has not. */
  #comesLate(message: Message, recipient: Recipient, fate: Fate): boolean {
    const lost = this.#lost.get(keyOf(message));
    if (!lost || recipient.isEntered || lost.owner !== recipient.owner) return false;
    lost.n -= 1;
    if (lost.n === 0) this.#lost.delete(keyOf(message));
    message.enteredAs = lost.sender;
    recipient.isEntered = true;
    for (const scope of this.#scopesOf(message, recipient)) {
      this.#book('vanished', -1, scope);
      this.#book(fate, 1, scope);
    }
    return true;
  }

  #book(as: keyof Balance, n: number, scope: Scope): void {
    const balance = this.#balances[scope];
    if (balance) balance[as] += n;
  }
}

function keyOf({ host, queueId }: Message): string {
  return `${host} ${queueId}`;
}
