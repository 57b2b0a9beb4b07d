import type { PlatformEvent } from '../../shared/foresight.ts';
import type { Canaries } from './canaries.ts';
import type { Directory } from './directory.ts';
import type { Filter } from './filter.ts';
import type { LineLog } from './line-log.ts';
import type { Queue } from './queue.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Mail, Reply } from './session.ts';
import type { Tally } from './tally.ts';
import type { ClusterId } from './tenants.ts';

/** How a story differs from the one that happened. */
export interface Variation {
  /** So much later in the day, or earlier. */
  readonly shiftMs: number;
  /** Size of what makes the trouble; 1 as it was. */
  readonly scale: number;
}

/** Everything a deed may touch. */
export interface World {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly tally: Tally;
  readonly directory: Directory;
  /** Addresses that nobody knows but the store they are in. */
  readonly canaries: Canaries;
  /** Traffic against the full demo's; 1 in the product, less in tests over whole days. */
  readonly volume: number;
  readonly variation: Variation;
  readonly clusters: Readonly<Record<ClusterId, Cluster>>;
  /** Says what has just happened, for a reader to check the screens against. */
  tell(text: string): void;
  /** What people and other systems would report of it: a change, a ticket. */
  happen(event: Omit<PlatformEvent, 'id' | 'atMs'>): void;
  /** Legitimate recipients whose mail a server outside brings again later, more or fewer by this many. */
  retrying(recipients: number): void;
}

/** Mailbox store of a cluster; scenarios change it. */
export interface Store {
  /** `store-a.mailhub.example[10.20.1.10]:24` */
  readonly relay: string;
  state: 'up' | 'refused' | 'timeout';
  /** Median time to store one message. */
  serviceMs: number;
}

/** What the operators of a cluster have set for the time being. */
export interface Rules {
  /** Share of listed senders that the block list knows already. */
  blockListShare: number;
  /** Subject of a header rule that puts a message on hold; undefined lets it pass. */
  hold?: ((mail: Mail) => string | undefined) | undefined;
}

/** One Postfix host with its Dovecot, filter and store. */
export interface Host {
  readonly id: ClusterId;
  readonly name: string;
  readonly fqdn: string;
  readonly ip: string;
  readonly log: LineLog;
  readonly filterLog: LineLog;
  readonly filter: Filter;
  readonly store: Store;
  readonly rules: Rules;
  qmgr(text: string): void;
  postsuper(text: string): void;
  /** Queue id of a file that is made now, and the microsecond it carries. */
  newQueueId(): { readonly id: string; readonly us: number };
}

/** A host at work. */
export interface Cluster extends Host {
  readonly queue: Queue;
  /** Takes a message over SMTP, or refuses it. */
  readonly receive: (mail: Mail, done: (reply: Reply) => void) => void;
}
