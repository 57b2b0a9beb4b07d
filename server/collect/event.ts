/**
 * What collectors produce: one fact about one message or one login.
 * Times are epoch milliseconds, delays milliseconds, sizes bytes. Addresses stand without `<>` and, as Postfix keeps them itself, without the quotes of a local part.
 */

/** Where a fact comes from. `source` is the id of the configured source, `host` the host named in the line. */
export interface Origin {
  readonly atMs: number;
  readonly host: string;
  readonly source: string;
  /** Program without its last part: `postfix`, `postfix/submission`, `postfix-slow`. Queue ids are unique per host and instance. */
  readonly instance: string;
}

/** smtpd `QID: client=` or pickup `QID: uid=`: a queue id begins. */
export interface Accepted extends Origin {
  readonly kind: 'accepted';
  readonly queueId: string;
  readonly via: 'smtpd' | 'pickup';
  readonly clientIp?: string;
  /** Name of the client as Postfix resolved it, `unknown` when it could not. Not given to counting readers. */
  readonly clientHost?: string;
  readonly login?: string;
  /** Queue id before the content filter (`orig_queue_id=`). */
  readonly origQueueId?: string;
  /** `orig_id=` of a pickup line after `postsuper -r`: the same message goes on under `queueId`. */
  readonly requeuedFrom?: string;
}

/** cleanup `QID: message-id=<...>`. The first line of a bounce or delivery notice. */
export interface MessageId extends Origin {
  readonly kind: 'message-id';
  readonly queueId: string;
  readonly messageId: string;
}

/** qmgr `QID: from=<>, size=, nrcpt= (queue active)`; logged again at each retry. */
export interface QueueActive extends Origin {
  readonly kind: 'queue-active';
  readonly queueId: string;
  readonly from: string;
  /** What stands after the last `@` of `from`, as logged. */
  readonly fromDomain: string;
  readonly sizeBytes: number;
  readonly recipientCount: number;
}

export type AttemptStatus = 'sent' | 'deferred' | 'bounced' | 'softbounce';

/** One delivery attempt for one recipient. Address probes (`deliverable`, `undeliverable`) never become one. */
export interface Attempt extends Origin {
  readonly kind: 'attempt';
  readonly queueId: string;
  readonly to: string;
  /** What stands after the last `@` of `to`, as logged. */
  readonly toDomain: string;
  readonly origTo?: string;
  readonly relay: string;
  readonly delayMs: number;
  /** `delays=a/b/c/d`: before the queue manager, in it, connecting, transmitting. Not given to counting readers. */
  readonly delaysMs?: readonly [number, number, number, number];
  readonly dsn: string;
  readonly status: AttemptStatus;
  /** Text between the outer parentheses. */
  readonly reason: string;
  readonly service: string;
}

/** qmgr `status=expired` (or `force-expired`), returned to sender. */
export interface Expired extends Origin {
  readonly kind: 'expired';
  readonly queueId: string;
  readonly from: string;
}

/** End of a queue id. `postsuper`: deleted by the operator. `cleanup`: cancelled or discarded before it was queued. */
export interface Removed extends Origin {
  readonly kind: 'removed';
  readonly queueId: string;
  readonly by: 'qmgr' | 'postsuper' | 'cleanup';
}

/** One reject line, whatever its number of recipients. */
export interface Rejected extends Origin {
  readonly kind: 'rejected';
  /** Absent for NOQUEUE. */
  readonly queueId?: string;
  readonly temporary: boolean;
  readonly milter: boolean;
  readonly stage: string;
  readonly from?: string;
  readonly to?: string;
  readonly login?: string;
  readonly clientIp?: string;
  readonly reason: string;
}

/** cleanup `hold:` or `milter-hold:` (with from/to) or postsuper `placed on hold`. */
export interface Held extends Origin {
  readonly kind: 'held';
  readonly queueId: string;
  readonly by: 'cleanup' | 'postsuper';
  readonly from?: string;
  readonly to?: string;
}

/** postsuper `released from hold`. */
export interface Released extends Origin {
  readonly kind: 'released';
  readonly queueId: string;
}

/** bounce `sender non-delivery notification: QID2` and its siblings. */
export interface Notice extends Origin {
  readonly kind: 'notice';
  readonly queueId: string;
  readonly noticeQueueId: string;
}

/** Why a login failed. `server-fault` is ours (temporary failure, internal error, timeout); the rest is the user's or an attacker's. */
export type LoginOutcome = 'ok' | 'bad-credentials' | 'server-fault';

/** One login, or one failed session with its number of attempts. `user` is empty when the line does not name one. */
export interface Login extends Origin {
  readonly kind: 'login';
  readonly user: string;
  readonly outcome: LoginOutcome;
  readonly protocol: 'imap' | 'pop3' | 'smtp' | 'sieve' | 'lmtp' | 'other';
  readonly attempts: number;
  readonly clientIp?: string;
  readonly reason: string;
}

export type SpamAction =
  | 'no action'
  | 'greylist'
  | 'soft reject'
  | 'add header'
  | 'rewrite subject'
  | 'reject'
  | 'discard'
  | 'quarantine';

/** What the filter found in a message: enough to know mail of one kind again, bounded, and without addresses. */
export interface Findings {
  /** Names of the rules that hit, each once, sorted. Who writes a mail can have rules hit, and options of them look like rules. */
  readonly symbols: readonly string[];
  /** A mark per MIME part: `+` of a good type, `~` of none in particular, `-` of a bad one. */
  readonly mimeTrace?: string;
  /** The type that holds the others, `multipart/related`, when the filter names it. */
  readonly mimeType?: string;
  /** Hosts of links that a list or a rule named. */
  readonly urlHosts: readonly string[];
  /** Fuzzy hashes that the filter's store knew. */
  readonly fuzzy: readonly string[];
  /** Of the content: the same for the same text and parts. Not told by the exporter. */
  readonly digest?: string;
  /** Told by the exporter only. */
  readonly subject?: string;
}

/** One scan of one message by the filter. */
export interface Verdict extends Origin {
  readonly kind: 'verdict';
  /** Absent when the filter did not know it (`unknown` or `undef`). */
  readonly queueId?: string;
  readonly messageId: string;
  readonly action: SpamAction;
  readonly score: number;
  /** Empty for the null sender. */
  readonly from: string;
  readonly to: readonly string[];
  /** There were more recipients than the filter has written down. */
  readonly isToCut?: boolean;
  /** Authenticated user, when the message was submitted. */
  readonly login?: string;
  readonly clientIp?: string;
  readonly scanMs?: number;
  readonly sizeBytes?: number;
  /** Live readers only. */
  readonly findings?: Findings;
}

/** A warning, error, fatal or panic of a mail program: counted, by service. */
export interface Trouble extends Origin {
  readonly kind: 'trouble';
  readonly level: 'warning' | 'error' | 'fatal' | 'panic';
  readonly service: string;
  readonly reason: string;
}

export type MailEvent =
  | Accepted
  | MessageId
  | QueueActive
  | Attempt
  | Expired
  | Removed
  | Rejected
  | Held
  | Released
  | Notice
  | Login
  | Verdict
  | Trouble;

/** Postfix' queues as `postqueue -j` names them. */
export type QueueName = 'maildrop' | 'incoming' | 'active' | 'deferred' | 'hold' | 'corrupt';

/** One queue file of a listing; recipients whose bounce is already written are left out. */
export interface QueueEntry {
  readonly queueName: QueueName;
  readonly queueId: string;
  readonly arrivedAtMs: number;
  readonly sizeBytes: number;
  readonly sender: string;
  readonly recipients: readonly { readonly address: string; readonly delayReason?: string }[];
}

/** A whole listing. An empty one is a fact (`entries: []`); a failed command never becomes one. */
export interface QueueListing {
  readonly source: string;
  readonly host: string;
  readonly startedAtMs: number;
  readonly tookMs: number;
  /** It was cut at a limit: what it does not name may still be there. */
  readonly isPartial: boolean;
  readonly entries: readonly QueueEntry[];
}
