import type { MessageRecord, RecordStatus } from '../../shared/history.ts';
import type { Attempt, Held, Origin, Rejected } from '../collect/event.ts';
import { type Directory, NOBODY, type TenantIndex } from '../attribute/directory.ts';
import type { Message, Recipient } from './message.ts';
import { queuedAs } from './queue-id.ts';
import { isOwned } from './scope.ts';

/** An entry of the message journal before it has its place there. */
export type JournalEntry = Omit<MessageRecord, 'id' | 'provider'>;

type Draft = { -readonly [K in keyof JournalEntry]: JournalEntry[K] };

/** Entries that wait to be taken; beyond it the oldest are let go and counted. */
const MAX_WAITING = 400_000;
/** Of the reason, in characters: a reply may be of any length. */
const MAX_REASON = 500;

/** What became of each recipient of each message, in the order of the lines that told. */
export class Journal {
  dropped = 0;
  readonly #directory: Directory;
  #entries: JournalEntry[] = [];

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  get waiting(): number {
    return this.#entries.length;
  }

  attempt(event: Attempt, message: Message, owner: TenantIndex): void {
    const { status, reason, dsn, relay, delaysMs, origTo } = event;
    const entry = this.#life(event, message, owner, status === 'softbounce' ? 'deferred' : status);
    entry.to = event.to;
    entry.delayMs = event.delayMs;
    entry.isFinal = status === 'sent' || status === 'bounced';
    if (origTo !== undefined) entry.origTo = origTo;
    if (relay !== '' && relay !== 'none') entry.relay = relay;
    if (delaysMs) entry.delaysMs = delaysMs;
    if (dsn !== '') entry.dsn = dsn;
    const remoteQueueId = status === 'sent' ? queuedAs(reason) : undefined;
    if (remoteQueueId !== undefined) entry.remoteQueueId = remoteQueueId;
    explain(entry, reason);
    this.#add(entry);
  }

  /** The queue gives a message up, lets it go, holds or deletes it: one entry for each recipient it concerns. */
  turn(
    event: Origin,
    message: Message,
    status: RecordStatus,
    concerns: (recipient: Recipient) => boolean,
  ): void {
    const found = message.recipients.filter(concerns);
    const whom = found.length > 0 ? found : [{ address: '', owner: NOBODY }];
    for (const { address, owner } of whom) {
      const entry = this.#life(event, message, owner, status);
      entry.to = address;
      entry.isFinal = status === 'expired' || status === 'deleted';
      this.#add(entry);
    }
  }

  held(event: Held, message: Message, owner: TenantIndex): void {
    const entry = this.#life(event, message, owner, 'held');
    entry.to = event.to ?? '';
    this.#add(entry);
  }

  rejected(event: Rejected, receiver: TenantIndex, sender: TenantIndex, message: Message | undefined): void {
    const { reason, temporary, clientIp, login, from, to, queueId } = event;
    const entry = this.#draft(event, 'rejected');
    entry.from = from ?? '';
    entry.to = to ?? '';
    entry.isFinal = !temporary;
    if (queueId !== undefined) entry.queueId = queueId;
    if (message?.messageId) entry.messageId = message.messageId;
    if (clientIp !== undefined) entry.clientIp = clientIp;
    if (login !== undefined) entry.login = login;
    this.#own(entry, receiver, sender);
    const enhanced = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(reason)?.[0];
    if (enhanced !== undefined) entry.dsn = enhanced;
    explain(entry, reason);
    this.#add(entry);
  }

  /** Hands over everything and starts empty. */
  take(): readonly JournalEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  #life(event: Origin, message: Message, receiver: TenantIndex, status: RecordStatus): Draft {
    const entry = this.#draft(event, status);
    entry.queueId = message.queueId;
    entry.from = message.from;
    if (message.messageId !== '') entry.messageId = message.messageId;
    if (message.sizeBytes !== 0) entry.sizeBytes = message.sizeBytes;
    if (message.clientIp !== '') entry.clientIp = message.clientIp;
    if (message.login !== '') entry.login = message.login;
    this.#own(entry, receiver, message.sender.owner);
    return entry;
  }

  #draft({ atMs, source, host }: Origin, status: RecordStatus): Draft {
    return { atMs, source, host, status, from: '', to: '', reason: '', isFinal: false };
  }

  #own(entry: Draft, receiver: TenantIndex, sender: TenantIndex): void {
    const { tenants } = this.#directory;
    const to = isOwned(receiver) ? tenants[receiver] : undefined;
    const from = isOwned(sender) ? tenants[sender] : undefined;
    if (to) entry.receiver = to.id;
    if (from) entry.sender = from.id;
  }

  #add(entry: JournalEntry): void {
    if (this.#entries.length >= MAX_WAITING) {
      this.dropped += MAX_WAITING / 10;
      this.#entries.splice(0, MAX_WAITING / 10);
    }
    this.#entries.push(entry);
  }
}

function explain(entry: Draft, reason: string): void {
  const code = replyCodeOf(reason);
  if (code !== undefined) entry.replyCode = code;
  entry.reason = reason.length > MAX_REASON ? reason.slice(0, MAX_REASON) : reason;
}

/** The SMTP code of the other side's answer: what stands first, or after `said: `. */
export function replyCodeOf(reason: string): number | undefined {
  const said = reason.lastIndexOf('said: ');
  const text = said < 0 ? reason : reason.slice(said + 6);
  const code = /^[245]\d\d\b/.exec(text)?.[0];
  return code === undefined ? undefined : Number(code);
}
