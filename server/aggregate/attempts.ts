import { bucketOf } from '../../shared/histogram.ts';
import { addCount, addDestination, type Window } from '../../shared/window.ts';
import type { TenantIndex } from '../attribute/directory.ts';
import type { Attempt } from '../collect/event.ts';
import type { Books } from './books.ts';
import type { Fate } from './conservation.ts';
import { arriveFor, messageOf } from './lifecycle.ts';
import type { Message, Recipient } from './message.ts';
import { queuedAs } from './queue-id.ts';
import { isOwned } from './scope.ts';

/** Different destinations and reasons kept in one window; what comes after goes to `other`. */
const MAX_KEYS = 50;
const OTHER = 'other';

/** One delivery attempt for one recipient. */
export function foldAttempt(books: Books, event: Attempt): void {
  const message = messageOf(books, event);
  if (event.status === 'sent' && hopsToFilter(books, message, event)) return;
  const owner = books.directory.ownerOfDomain(event.toDomain);
  const receiver = books.receiverOf(owner);
  books.waiting?.withdraw(message);
  const recipient = recipientOf(books, message, event, owner);
  arriveFor(books, message, receiver, event.atMs);
  const hits = books.aim(event.atMs, receiver, message.sender);
  countAttempt(hits, event, recipient);
  if (books.isLive) noteLive(hits, event, message, recipient);
  books.journal?.attempt(event, message, owner);
  settle(message, recipient, event);
  const fate = fateOf(event);
  if (fate) books.conservation?.fate(message, recipient, fate);
  books.waiting?.deposit(message);
}

/** A new one, of this owner, takes the place of the address that the filter had named for it. */
function recipientOf(books: Books, message: Message, { to, origTo }: Attempt, owner: TenantIndex): Recipient {
  const known = message.openRecipient(to) ?? (message.hasUnnamed ? undefined : message.recipient(to));
  if (known) {
    known.isTold = true;
    return known;
  }
  const stoodFor = message.hasBeenForetold ? standIn(message, owner, origTo) : undefined;
  if (stoodFor) books.conservation?.strike(message, stoodFor);
  return message.addRecipient(to, owner);
}

/** Who was named by the filter in the place of a new recipient: its alias, or somebody of its tenant when there are too many. */
function standIn(message: Message, owner: number, origTo: string | undefined): Recipient | undefined {
  const isFull = message.recipientCount > 0 && !message.hasUnnamed;
  const named = message.recipients.filter(({ isTold }) => !isTold);
  return (
    named.find(({ address }) => address === origTo) ?? named.find((each) => isFull && each.owner === owner)
  );
}

function countAttempt(hits: readonly Window[], event: Attempt, recipient: Recipient): void {
  if (event.status === 'sent') countSent(hits, event);
  else if (event.status === 'bounced') for (const { counts } of hits) counts.bounced += 1;
  else countDeferred(hits, !recipient.wasDeferred);
}

/** What only a live view shows: effective lag, tables, and whose fault a deferral is. */
function noteLive(hits: readonly Window[], event: Attempt, message: Message, recipient: Recipient): void {
  noteTables(hits, event);
  if (event.status === 'sent') noteEffectiveLag(hits, event, message, recipient);
  const isDeferred = event.status === 'deferred' || event.status === 'softbounce';
  recipient.isRemoteFault = isDeferred && isBeyondUs(recipient, event.dsn, event.reason);
}

function countSent(hits: readonly Window[], { delayMs }: Attempt): void {
  const bucket = bucketOf(delayMs);
  for (const window of hits) {
    window.counts.delivered += 1;
    window.lag.addToBucket(bucket, delayMs);
  }
}

function noteEffectiveLag(
  hits: readonly Window[],
  event: Attempt,
  message: Message,
  recipient: Recipient,
): void {
  if (recipient.isRemoteFault) return;
  const isBehindFilter = message.edgeAtMs < message.arrivedAtMs;
  const ageMs = isBehindFilter ? Math.max(event.delayMs, event.atMs - message.edgeAtMs) : event.delayMs;
  const bucket = bucketOf(ageMs);
  const isWithinTenant = recipient.owner === message.sender.owner && isOwned(recipient.owner);
  // Mail within one tenant is in its `in` window already; a second time would weigh it double.
  const count = isWithinTenant ? 2 : hits.length;
  for (let i = 0; i < count; i++) hits[i]?.effectiveLag.addToBucket(bucket, ageMs);
}

function countDeferred(hits: readonly Window[], isFirst: boolean): void {
  for (const { counts } of hits) {
    counts.deferred += 1;
    if (isFirst) counts.deferredRecipients += 1;
  }
}

/** The `discard` transport says `sent`. */
function fateOf({ status, service }: Attempt): Fate | null {
  if (status === 'sent') return service === 'discard' ? 'discarded' : 'delivered';
  return status === 'bounced' ? 'bounced' : null;
}

function settle(message: Message, recipient: Recipient, event: Attempt): void {
  message.lastSeenMs = event.atMs;
  if (event.status === 'sent' || event.status === 'bounced') {
    recipient.state = 'done';
    return;
  }
  // A line that comes out of its turn brings nobody back.
  recipient.state = recipient.hasFate ? 'done' : 'deferred';
  recipient.wasDeferred = true;
  message.putOffAtMs = event.atMs;
  message.queueName = 'deferred';
}

/**
 * Whether a deferral is out of the platform's hands, so that it does not count as the platform's lag (metrics 8.3):
 * a full mailbox anywhere; for recipients elsewhere also no answer, greylisting and policy of the other side.
 */
export function isBeyondUs(recipient: Pick<Recipient, 'owner'>, dsn: string, reason: string): boolean {
  if (/^[45]\.2\./.test(dsn) || / [45]\.2\.2 /.test(reason)) return true;
  if (isOwned(recipient.owner)) return false;
  return (
    /^[45]\.(4|7)\./.test(dsn) ||
    / said: | refused to talk | timed out|lost connection with |^connect to /.test(reason)
  );
}

const SENT = { delivered: 1, deferred: 0, bounced: 0 };
const DEFERRED = { delivered: 0, deferred: 1, bounced: 0 };
const BOUNCED = { delivered: 0, deferred: 0, bounced: 1 };

function noteTables(hits: readonly Window[], { toDomain, status, reason, dsn }: Attempt): void {
  const domain = toDomain.toLowerCase() || OTHER;
  const counts = status === 'sent' ? SENT : status === 'bounced' ? BOUNCED : DEFERRED;
  for (const window of hits) addDestination(window, boundedKey(window.destinations, domain), counts);
  if (counts === BOUNCED)
    for (const window of hits) window.bounces = addCount(window.bounces, boundedKey(window.bounces, dsn), 1);
  if (counts !== DEFERRED) return;
  const cause = reasonKey(reason);
  const pair = `${domain}\t${cause}`;
  for (const window of hits) {
    window.reasons = addCount(window.reasons, boundedKey(window.reasons, cause), 1);
    window.causes = addCount(window.causes, boundedKey(window.causes, pair), 1);
  }
}

function boundedKey(map: ReadonlyMap<string, unknown> | null, key: string): string {
  return !map || map.size < MAX_KEYS || map.has(key) ? key : OTHER;
}

/** A reason without what differs from message to message, so that equal causes fall together. */
export function reasonKey(reason: string): string {
  return reason
    .replace(/<[^<>\s]*>/g, '<…>')
    .replace(/\[[0-9A-Fa-f.:]+\]/g, '[…]')
    .replace(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '…')
    .replace(/\b(?=[A-Za-z]*\d)(?=\w*[A-Za-z])\w{9,}\b/g, '…')
    .slice(0, 160);
}

/**
 * `sent` into a content filter on the same host is no delivery: the reply names the queue id under which
 * the message came back, and that id is alive here, or was until just now. Its age goes on from the first hop.
 */
function hopsToFilter(books: Books, message: Message, event: Attempt): boolean {
  const nextId = queuedAs(event.reason);
  if (nextId === undefined || nextId === event.queueId) return false;
  const next = books.ledger.get(event.host, nextId);
  if (!next) return hasGoneOn(books, message, event, nextId);
  books.waiting?.withdraw(message);
  books.waiting?.withdraw(next);
  next.edgeAtMs = Math.min(next.edgeAtMs, message.edgeAtMs);
  if (!isOwned(next.sender.owner)) next.sender = message.sender;
  handOn(books, message, event);
  books.waiting?.deposit(message);
  books.waiting?.deposit(next);
  return true;
}

/** The filter was so quick that the other end of the hop is logged first: what came back is delivered and removed. */
function hasGoneOn(books: Books, message: Message, event: Attempt, nextId: string): boolean {
  const goneAtMs = books.ledger.goneAt(event.host, nextId);
  if (goneAtMs === undefined || goneAtMs < message.arrivedAtMs) return false;
  books.waiting?.withdraw(message);
  handOn(books, message, event);
  books.waiting?.deposit(message);
  return true;
}

function handOn(books: Books, message: Message, event: Attempt): void {
  const recipient = recipientOf(books, message, event, books.directory.ownerOfDomain(event.toDomain));
  recipient.state = 'done';
  books.conservation?.handOn(message, recipient);
  books.platformWindow(event.atMs).counts.filterHops += 1;
}
