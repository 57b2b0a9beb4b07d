import type { Remote } from './remotes.ts';
import type { Parties } from './tally.ts';
import type { Tenant } from './tenants.ts';
import type { Nature } from './verdicts.ts';

/** An envelope recipient: a mailbox of the platform, or somebody elsewhere. */
export type Target = MailboxTarget | RemoteTarget;
export interface MailboxTarget {
  readonly kind: 'mailbox';
  readonly address: string;
  readonly origTo?: string;
  readonly tenant: Tenant;
  /** `unknown`: refused at RCPT; `full`: refused by the store. */
  readonly state: 'ok' | 'full' | 'unknown';
}
export interface RemoteTarget {
  readonly kind: 'remote';
  readonly address: string;
  readonly origTo?: never;
  readonly remote: Remote;
}

/** One recipient of a queued message. */
export interface Recipient {
  readonly target: Target;
  isDone: boolean;
  /** Why the last attempt failed, as the queue listing shows it. */
  reason?: string;
}

/** A message in the queue of one cluster. */
export interface Message {
  readonly queueId: string;
  readonly messageId: string;
  readonly nature: Nature;
  /** Empty for a notice. */
  readonly sender: string;
  readonly senderTenant?: Tenant | undefined;
  /** Where a non-delivery notice goes; absent: nowhere. */
  readonly returnTo?: Target | undefined;
  readonly arrivedMs: number;
  readonly sizeBytes: number;
  readonly recipients: readonly Recipient[];
  state: 'incoming' | 'active' | 'deferred' | 'hold';
  /** When it last became active. */
  activeMs: number;
  nextTryMs: number;
  /** Attempts of this run still under way. */
  openAttempts: number;
  /** Some recipient of this run was refused for good. */
  hasBounced: boolean;
}

/** Recipients that still wait. */
export function waiting(message: Message): readonly Recipient[] {
  return message.recipients.filter((recipient) => !recipient.isDone);
}

/** Tenant of a recipient; undefined outside the platform. */
export function tenantOf(target: Target): Tenant | undefined {
  return target.kind === 'mailbox' ? target.tenant : undefined;
}

/** Sender's and recipients' tenants. */
export function partiesOf(message: Message): Parties {
  return { from: message.senderTenant, to: message.recipients.map(({ target }) => tenantOf(target)) };
}

/** Name under which deliveries queue: the cluster's own store or a remote domain. */
export function laneKey(target: Target): string {
  return target.kind === 'mailbox' ? 'store' : target.remote.domain;
}
