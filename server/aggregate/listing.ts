import { attributeSender } from '../attribute/attribute.ts';
import type { QueueEntry, QueueListing } from '../collect/event.ts';
import type { Books } from './books.ts';
import { isBeyondUs } from './attempts.ts';
import type { Message, Recipient } from './message.ts';
import { isOwned } from './scope.ts';

/** A listing is no snapshot: a message may slip through one, hardly through two in a row. */
const MISSES_TO_DROP = 2;
/** Messages that moved while the listing ran are left as the log has them. */
const SETTLE_MS = 2_000;
/** Arrival times further apart than this belong to two lives of one short queue id. */
const SAME_LIFE_MS = 5_000;

/** How far the log's view of the queue was from the listing. */
export interface Drift {
  readonly listed: number;
  readonly added: number;
  readonly dropped: number;
}

/** Anchors who waits to what the queue really holds. */
export function foldListing(books: Books, listing: QueueListing): Drift {
  const seen = new Set<Message>();
  let added = 0;
  for (const entry of listing.entries) {
    const goneAt = books.ledger.goneAt(listing.host, entry.queueId);
    if (goneAt !== undefined && goneAt >= listing.startedAtMs - SETTLE_MS) continue;
    const known = livingMessage(books, listing, entry);
    if (!known) added += 1;
    const message = known ?? beginListed(books, listing.host, entry);
    takeOver(books, message, entry, listing.startedAtMs);
    seen.add(message);
  }
  const dropped = listing.isPartial ? 0 : dropMissing(books, listing, seen);
  books.ledger.listed(listing.host, listing.startedAtMs);
  return { listed: listing.entries.length, added, dropped };
}

function beginListed(books: Books, host: string, entry: QueueEntry): Message {
  const message = books.ledger.begin(host, entry.queueId, entry.arrivedAtMs);
  message.isFromListing = true;
  return message;
}

function livingMessage(books: Books, listing: QueueListing, entry: QueueEntry): Message | undefined {
  const known =
    books.ledger.peek(listing.host, entry.queueId) ?? books.ledger.comeBack(listing.host, entry.queueId);
  if (!known || known.isEnded) return undefined;
  return Math.abs(known.arrivedAtMs - entry.arrivedAtMs) <= SAME_LIFE_MS || known.isAccepted
    ? known
    : undefined;
}

function takeOver(books: Books, message: Message, entry: QueueEntry, atMs: number): void {
  books.waiting?.withdraw(message);
  message.missedListings = 0;
  message.isQueued = true;
  message.from ||= entry.sender;
  if (!isOwned(message.sender.owner)) {
    message.sender = attributeSender(books.directory, books.instances, { from: entry.sender });
  }
  message.edgeAtMs = Math.min(message.edgeAtMs, entry.arrivedAtMs);
  if (message.lastSeenMs <= atMs) {
    if (nameRecipients(books, message, entry) || message.queueName !== entry.queueName)
      books.ledger.touch(message);
    message.queueName = entry.queueName;
    message.lastSeenMs = atMs;
  }
  books.waiting?.deposit(message);
}

/** Whether it told something new. A listing names every waiting message each time: most of it is known. */
function nameRecipients(books: Books, message: Message, entry: QueueEntry): boolean {
  const listed = new Set<Recipient>();
  let isNew = message.recipientCount !== message.recipients.length;
  for (const { address, delayReason } of entry.recipients) {
    const known = listedRecipient(message, address, listed);
    const recipient = known ?? message.addRecipient(address, books.directory.ownerOfAddress(address));
    listed.add(recipient);
    const state = delayReason === undefined ? 'pending' : 'deferred';
    isNew ||= !known || recipient.state !== state;
    recipient.isTold = true;
    // Its line may be ahead of the listing.
    if (recipient.hasFate) continue;
    recipient.state = state;
    recipient.isRemoteFault = delayReason !== undefined && isBeyondUs(recipient, '', delayReason);
  }
  for (const recipient of message.recipients) {
    if (listed.has(recipient)) continue;
    isNew ||= recipient.state !== 'done';
    if (recipient.isTold) recipient.state = 'done';
    else books.conservation?.strike(message, recipient);
  }
  message.recipientCount = message.recipients.length;
  return isNew;
}

/** An address may be listed twice. One whose end was read already is ahead of the listing. */
function listedRecipient(
  message: Message,
  address: string,
  listed: ReadonlySet<Recipient>,
): Recipient | undefined {
  const open = message.openRecipient(address, listed);
  if (open) return open;
  const isRepeated = [...listed].some((each) => each.address === address);
  const first = message.recipient(address);
  return first && !listed.has(first) && !(isRepeated && message.hasUnnamed) ? first : undefined;
}

function dropMissing(books: Books, listing: QueueListing, seen: ReadonlySet<Message>): number {
  let dropped = 0;
  for (const message of books.ledger.messagesOf(listing.host)) {
    if (seen.has(message) || !message.isDeposited || message.lastSeenMs > listing.startedAtMs - SETTLE_MS)
      continue;
    message.missedListings += 1;
    if (message.missedListings < MISSES_TO_DROP) continue;
    const isUnseen = books.proof.mayBeInHole(message.lastSeenMs);
    books.ledger.remove(message, isUnseen ? 'unseen' : 'vanished');
    if (!isUnseen) books.proof.await(listing.host, listing.startedAtMs);
    dropped += 1;
  }
  return dropped;
}

/** Adds what one listing showed to what all have. */
export function addDrift(sum: { -readonly [K in keyof Drift | 'listings']: number }, drift: Drift): void {
  sum.listings += 1;
  sum.listed += drift.listed;
  sum.added += drift.added;
  sum.dropped += drift.dropped;
}
