import type { QueueName } from '../collect/event.ts';
import { type Attribution, NO_ONE } from '../attribute/attribute.ts';
import type { TenantIndex } from '../attribute/directory.ts';

/** `done`: delivered, bounced or expired. `deferred` stays so while it is tried again. */
export type RecipientState = 'pending' | 'deferred' | 'done';

/** By the filter's action and score: `unsure` passed, but nearer to the limit than to nothing. */
export type SpamClass = 'clean' | 'unsure' | 'spam';

export interface Recipient {
  readonly address: string;
  readonly owner: TenantIndex;
  state: RecipientState;
  wasDeferred: boolean;
  /** The other side holds it up: full mailbox, greylisting, unreachable. */
  isRemoteFault: boolean;
  /** Named by Postfix itself. The filter names envelope addresses: an alias, or one of two that become one, never gets a line. */
  isTold: boolean;
  /** Accounts: it has been counted as accepted; what became of it is known. */
  isEntered: boolean;
  hasFate: boolean;
}

/** Most messages have few recipients and many have none yet: these arrays are shared until something is put in. */
const NONE: Recipient[] = [];
const NOBODY_YET: TenantIndex[] = [];

/** Recipients from which on a message looks them up by an index. */
const INDEX_FROM = 24;

/** One life of one queue id on one host: what earlier lines told, for the lines that tell less. */
export class Message {
  readonly host: string;
  queueId: string;
  /** When this queue id began, and when the platform first had the message (earlier, behind a content filter). Epoch ms. */
  arrivedAtMs: number;
  edgeAtMs: number;
  lastSeenMs: number;
  /** When it was last put off; 0: never seen to be. */
  putOffAtMs = 0;
  /** Who sends: owner of the login, of the relay network, or of the sender's domain; with the rule that told. */
  sender: Attribution = NO_ONE;
  isQueued = false;
  /** Its way into the queue has been counted. */
  isCountedQueued = false;
  /** Its end was seen; kept a while for lines that come late. */
  isEnded = false;
  from = '';
  /** For the journal; empty or 0 until a line has told. */
  messageId = '';
  clientIp = '';
  login = '';
  sizeBytes = 0;
  recipientCount = 0;
  queueName: QueueName = 'incoming';
  recipients: Recipient[] = NONE;
  /** Tenants that have been counted as its receivers. */
  acceptedBy: TenantIndex[] = NOBODY_YET;
  /** A listing named it before the log did. */
  isFromListing = false;
  /** Began with a line that accepted it, and not as a notice or before we looked. */
  isAccepted = false;
  isDeposited = false;
  /** It was let go from hold: what was not put off yet is tried with the next scan of the queue. */
  isReleased = false;
  /** What the filter made of it; null: no verdict was seen. */
  spamClass: SpamClass | null = null;
  /** Queue listings in a row that did not name it. */
  missedListings = 0;
  /** The store knows of it: its end has to be told there too. */
  isStored = false;
  /** Accounts: the sender's tenant when it was first counted; null: not counted yet. */
  enteredAs: TenantIndex | null = null;
  /** Accounts: recipients counted that no line has named yet. */
  enteredUnknown = 0;
  /** The filter has named some, once: else none needs to be looked for. */
  hasBeenForetold = false;
  #index: Map<string, Recipient> | null = null;

  constructor(host: string, queueId: string, atMs: number) {
    this.host = host;
    this.queueId = queueId;
    this.arrivedAtMs = atMs;
    this.edgeAtMs = atMs;
    this.lastSeenMs = atMs;
  }

  /** The first of this address: two aliases of one person are two recipients. */
  recipient(address: string): Recipient | undefined {
    if (this.#index) return this.#index.get(address);
    for (const recipient of this.recipients) if (recipient.address === address) return recipient;
    return undefined;
  }

  /** Of this address and with no end yet, apart from those of `but`. */
  openRecipient(address: string, but?: ReadonlySet<Recipient>): Recipient | undefined {
    const first = this.recipient(address);
    if (!first || (!first.hasFate && !but?.has(first))) return first;
    return this.recipients.find((each) => each.address === address && !each.hasFate && !but?.has(each));
  }

  /** More than any line has named. */
  get hasUnnamed(): boolean {
    return this.recipientCount > this.recipients.length;
  }

  /** Notes a tenant as receiver; false when it was one already. */
  noteAccepted(owner: TenantIndex): boolean {
    if (this.acceptedBy.includes(owner)) return false;
    if (this.acceptedBy === NOBODY_YET) this.acceptedBy = [owner];
    else this.acceptedBy.push(owner);
    return true;
  }

  addRecipient(address: string, owner: TenantIndex, isTold = true): Recipient {
    const recipient: Recipient = {
      address,
      owner,
      state: 'pending',
      wasDeferred: false,
      isRemoteFault: false,
      isTold,
      isEntered: false,
      hasFate: false,
    };
    if (!isTold) this.hasBeenForetold = true;
    if (this.recipients === NONE) this.recipients = [recipient];
    else this.recipients.push(recipient);
    if (this.#index && !this.#index.has(address)) this.#index.set(address, recipient);
    else if (!this.#index && this.recipients.length > INDEX_FROM)
      this.#index = new Map(this.recipients.toReversed().map((each) => [each.address, each]));
    return recipient;
  }

  /** It is none after all. */
  dropRecipient(recipient: Recipient): void {
    this.recipients = this.recipients.filter((each) => each !== recipient);
    if (this.#index?.get(recipient.address) === recipient) this.#index.delete(recipient.address);
  }
}
