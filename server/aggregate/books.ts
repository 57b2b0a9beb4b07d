import type { Window } from '../../shared/window.ts';
import { NO_ONE, type Attribution, type Instances } from '../attribute/attribute.ts';
import type { Directory, TenantIndex } from '../attribute/directory.ts';
import type { Origin } from '../collect/event.ts';
import { AccessBook } from './access.ts';
import { ConservationBook } from './conservation.ts';
import { Journal } from './journal.ts';
import { Ledger, LEDGER_LIMITS, type LedgerLimits } from './ledger.ts';
import { LogProof } from './log-proof.ts';
import { type ClusterScopes, clusterScopesOf, isOwned, IN, OUT, type Scopes, scopesOf } from './scope.ts';
import { WaitingBook } from './waiting.ts';
import { WindowSet } from './window-set.ts';

export interface BooksOptions {
  readonly directory: Directory;
  readonly instances?: Instances;
  /** Length of a window: 1,000 ms live, the bucket in replay. */
  readonly slotMs: number;
  /** Keep effective lag, who waits, who logs in, rules, and tables of destinations and reasons; replay needs none of them. */
  readonly isLive: boolean;
  readonly limits?: LedgerLimits;
  /** Keep an account of each message, and of what changes in the ledger, for the store. */
  readonly isKept?: boolean;
}

/** Everything that folding an event into windows reads and writes. */
export class Books {
  readonly directory: Directory;
  readonly instances: Instances;
  readonly scopes: Scopes;
  readonly clusters: ClusterScopes;
  readonly windows: WindowSet;
  readonly ledger: Ledger;
  readonly waiting: WaitingBook | null;
  readonly #access: AccessBook | null;
  /** What became of every recipient; live only. */
  readonly conservation: ConservationBook | null;
  readonly proof = new LogProof();
  readonly isLive: boolean;
  readonly #journal: Journal | null;
  /** Windows of the event at hand: the platform first, then each tenant's. */
  readonly hits: Window[] = [];
  /** When the event at hand was heard, on our clock; its stamp may be of a clock that goes wrong. */
  #heardMs = -Infinity;
  readonly #receivers: readonly Attribution[];
  /** To whom the event at hand went, for the raw lines behind a tenant's numbers. */
  receiver: Attribution = NO_ONE;
  sender: Attribution = NO_ONE;

  constructor(options: BooksOptions) {
    this.directory = options.directory;
    this.instances = options.instances ?? new Map<string, number>();
    this.scopes = scopesOf(options.directory.tenants);
    this.clusters = clusterScopesOf(options.directory.tenants, this.scopes);
    this.#receivers = options.directory.tenants.map((_, owner) => ({ owner, rule: 'recipient-domain' }));
    this.windows = new WindowSet(this.scopes.count, options.slotMs);
    const conservation = options.isLive ? new ConservationBook(this.scopes, this.clusters) : null;
    this.conservation = conservation;
    const waiting = options.isLive
      ? new WaitingBook(this.scopes, this.clusters, (message) => conservation?.enter(message))
      : null;
    this.waiting = waiting;
    this.isLive = options.isLive;
    this.#access = options.isLive ? new AccessBook(this.scopes.count) : null;
    const isKept = options.isKept ?? false;
    this.#journal = isKept ? new Journal(options.directory) : null;
    const limits = {
      ...(options.limits ?? LEDGER_LIMITS),
      tracksChanges: isKept,
    };
    this.ledger = new Ledger(
      (message, loss) => {
        waiting?.withdraw(message);
        if (loss) conservation?.lose(message, loss);
      },
      limits,
      (host, queueId) => conservation?.bringBack(host, queueId),
    );
  }

  get heardMs(): number {
    return this.#heardMs;
  }

  /** Before it is folded: a live event, on our clock. */
  heard({ host, atMs }: Origin, nowMs: number): void {
    this.#heardMs = nowMs;
    this.proof.heard(host, atMs);
  }

  get access(): AccessBook | null {
    return this.windows.isMuted ? null : this.#access;
  }

  get journal(): Journal | null {
    return this.windows.isMuted ? null : this.#journal;
  }

  /** For an event that comes too late to be counted: what became of its message is noted all the same. */
  uncounted(work: () => void): void {
    this.windows.isMuted = true;
    try {
      work();
    } finally {
      this.windows.isMuted = false;
    }
  }

  /** The attribution of a recipient whose domain this tenant owns. */
  receiverOf(owner: TenantIndex): Attribution {
    return this.#receivers[owner] ?? NO_ONE;
  }

  platformWindow(atMs: number): Window {
    return this.windows.window(this.scopes.platform, IN, atMs);
  }

  /** Points `hits` at the windows an event of this receiver and sender counts in: once in each, once in the platform's. */
  aim(atMs: number, receiver: Attribution, sender: Attribution): readonly Window[] {
    const { hits, windows, scopes } = this;
    hits.length = 0;
    this.receiver = receiver;
    this.sender = sender;
    hits.push(windows.window(scopes.platform, IN, atMs));
    if (isOwned(receiver.owner)) hits.push(this.#noted(windows.window(receiver.owner, IN, atMs), receiver));
    if (isOwned(sender.owner)) hits.push(this.#noted(windows.window(sender.owner, OUT, atMs), sender));
    if (hits.length === 1) hits.push(windows.window(scopes.unattributed, IN, atMs));
    return hits;
  }

  #noted(window: Window, attribution: Attribution): Window {
    return this.isLive ? noteRule(window, attribution) : window;
  }
}

function noteRule(window: Window, { rule }: Attribution): Window {
  const { counts } = window;
  if (rule === 'recipient-domain') counts.byRecipientDomain += 1;
  else if (rule === 'sender-domain') counts.bySenderDomain += 1;
  else if (rule === 'login') counts.byLogin += 1;
  else if (rule === 'relay') counts.byRelay += 1;
  else if (rule === 'instance') counts.byInstance += 1;
  return window;
}
