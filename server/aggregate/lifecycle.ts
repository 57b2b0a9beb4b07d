import {
  type Attribution,
  attributeSender,
  type Instances,
  NO_ONE,
  type SenderTraits,
} from '../attribute/attribute.ts';
import type {
  Accepted,
  Expired,
  Held,
  MessageId,
  Origin,
  QueueActive,
  Released,
  Removed,
} from '../collect/event.ts';
import type { Books } from './books.ts';
import type { Message, Recipient } from './message.ts';
import { NOBODY } from '../attribute/directory.ts';
import { isOwned, IN, OUT } from './scope.ts';
import { arrivalOfLongId } from './queue-id.ts';

/** qmgr serves all smtpd instances of its queue: the name in its lines is nobody's. */
const NO_INSTANCES: Instances = new Map();

/** The message a line speaks of; one that began before we looked is taken up here. */
export function messageOf(books: Books, event: Origin & { readonly queueId: string }): Message {
  const known = books.ledger.get(event.host, event.queueId);
  if (known) return known;
  const { host, queueId } = event;
  const atMs = arrivalOfLongId(queueId, event.atMs) ?? event.atMs;
  const message = books.ledger.beginAfter(undefined, { host, queueId, atMs });
  message.lastSeenMs = event.atMs;
  return message;
}

export function foldAccepted(books: Books, event: Accepted): void {
  const before = event.requeuedFrom ? books.ledger.get(event.host, event.requeuedFrom) : undefined;
  if (before) requeue(books, before, event.queueId);
  const message = before ?? beginOf(books, event);
  message.lastSeenMs = event.atMs;
  message.isAccepted = true;
  const parent = event.origQueueId ? books.ledger.get(event.host, event.origQueueId) : undefined;
  if (parent) message.edgeAtMs = Math.min(message.edgeAtMs, parent.edgeAtMs);
  books.platformWindow(event.atMs).counts.accepted += 1;
  const { login, clientIp, instance } = event;
  message.login = login ?? '';
  message.clientIp = clientIp ?? '';
  if (!isOwned(message.sender.owner)) {
    message.sender = attributeSender(books.directory, books.instances, { login, clientIp, instance });
  }
  books.receiver = NO_ONE;
  books.sender = message.sender;
  if (login) countLogin(books, event, message);
}

/** A listing may be ahead of the log: the message it brought in is the one that begins here. */
function beginOf({ ledger }: Books, event: Accepted): Message {
  const known = ledger.get(event.host, event.queueId);
  const isAhead = known?.isFromListing && !known.isAccepted && !known.isEnded;
  return isAhead ? known : ledger.beginAfter(known, event);
}

function requeue(books: Books, message: Message, queueId: string): void {
  books.waiting?.withdraw(message);
  books.ledger.rename(message, queueId);
}

function countLogin(books: Books, event: Accepted, message: Message): void {
  const hits = books.aim(event.atMs, NO_ONE, message.sender);
  for (const { counts } of hits) counts.loginOk += 1;
  noteAccess(books, event.login ?? '', message.sender.owner, event.atMs);
}

function noteAccess(books: Books, user: string, owner: number, atMs: number): void {
  const login = { user: user.toLowerCase(), atMs, isFault: false };
  books.access?.note(isOwned(owner) ? owner : books.scopes.unattributed, 'submission', login);
  books.access?.note(books.scopes.platform, 'submission', login);
}

/** The first line of a notice; for others it says nothing new. */
export function foldMessageId(books: Books, event: MessageId): void {
  const known = books.ledger.get(event.host, event.queueId);
  const message = !known || known.isEnded ? books.ledger.beginAfter(known, event) : known;
  message.messageId = event.messageId;
}

/** qmgr takes it up: the first time it has reached the queue. */
export function foldQueueActive(books: Books, event: QueueActive): void {
  const message = messageOf(books, event);
  books.waiting?.withdraw(message);
  message.lastSeenMs = event.atMs;
  message.queueName = 'active';
  message.recipientCount = recipientCountOf(message, event);
  message.sizeBytes = event.sizeBytes;
  enterQueue(books, message, event, event.atMs);
  books.receiver = NO_ONE;
  books.sender = message.sender;
  books.waiting?.deposit(message);
}

/** A queue file that is so young is at its first attempt. */
const FIRST_MS = 60_000;

/** The line counts all recipients, those that are done too: of a message not seen from its beginning it does not tell what is left. */
function recipientCountOf(message: Message, { atMs, recipientCount }: QueueActive): number {
  const isWhole = message.isAccepted || message.messageId !== '' || atMs - message.arrivedAtMs < FIRST_MS;
  return Math.max(message.recipientCount, isWhole ? recipientCount : message.recipients.length);
}

function enterQueue(books: Books, message: Message, traits: SenderTraits, atMs: number): void {
  message.isQueued = true;
  if (message.isCountedQueued) return;
  message.isCountedQueued = true;
  message.from = traits.from ?? '';
  if (!isOwned(message.sender.owner)) message.sender = attributeSender(books.directory, NO_INSTANCES, traits);
  books.platformWindow(atMs).counts.queued += 1;
  if (!isOwned(message.sender.owner)) return;
  const { counts } = books.windows.window(message.sender.owner, OUT, atMs);
  counts.queued += 1;
  if (message.isAccepted) counts.accepted += 1;
}

/** Counts a message as accepted for a receiver the first time the log names one of its recipients. */
export function arriveFor(books: Books, message: Message, receiver: Attribution, atMs: number): void {
  if (!message.noteAccepted(receiver.owner)) return;
  const isNobodys = !isOwned(receiver.owner);
  if (isNobodys && isOwned(message.sender.owner)) return;
  const { counts } = books.windows.window(isNobodys ? books.scopes.unattributed : receiver.owner, IN, atMs);
  counts.queued += 1;
  if (message.isAccepted) counts.accepted += 1;
}

/** Windows of everyone a message concerns: each receiver once, the sender once, the platform once. */
function concerned(books: Books, message: Message, atMs: number, isWanted: (state: string) => boolean) {
  const owners = new Set<number>();
  for (const { owner, state } of message.recipients) if (isOwned(owner) && isWanted(state)) owners.add(owner);
  const found = [
    books.platformWindow(atMs),
    ...[...owners].map((owner) => books.windows.window(owner, IN, atMs)),
  ];
  if (isOwned(message.sender.owner)) found.push(books.windows.window(message.sender.owner, OUT, atMs));
  if (found.length === 1) found.push(books.windows.window(books.scopes.unattributed, IN, atMs));
  books.receiver = books.receiverOf([...owners][0] ?? NOBODY);
  books.sender = message.sender;
  return found;
}

const isWaiting = ({ state }: Recipient): boolean => state !== 'done';

export function foldExpired(books: Books, event: Expired): void {
  const message = messageOf(books, event);
  books.waiting?.withdraw(message);
  enterQueue(books, message, event, event.atMs);
  for (const { counts } of concerned(books, message, event.atMs, (state) => state === 'deferred'))
    counts.expired += 1;
  books.journal?.turn(event, message, 'expired', ({ state }) => state === 'deferred');
  for (const recipient of message.recipients) {
    // Those that are done already have another fate, or a line that is still to come.
    if (recipient.state !== 'done') books.conservation?.fate(message, recipient, 'expired');
    recipient.state = 'done';
  }
  message.recipientCount = message.recipients.length;
}

export function foldHeld(books: Books, event: Held): void {
  const message = messageOf(books, event);
  books.waiting?.withdraw(message);
  message.lastSeenMs = event.atMs;
  if (event.to !== undefined && !message.recipient(event.to)) {
    message.addRecipient(event.to, books.directory.ownerOfAddress(event.to));
  }
  if (event.by === 'cleanup') enterQueue(books, message, event, event.atMs);
  message.isQueued = true;
  message.queueName = 'hold';
  for (const { counts } of concerned(books, message, event.atMs, () => true)) counts.held += 1;
  if (event.by === 'cleanup')
    books.journal?.held(event, message, books.directory.ownerOfAddress(event.to ?? ''));
  else books.journal?.turn(event, message, 'held', isWaiting);
  books.waiting?.deposit(message);
}

export function foldReleased(books: Books, event: Released): void {
  const message = messageOf(books, event);
  books.waiting?.withdraw(message);
  message.isQueued = true;
  message.isReleased = true;
  message.queueName = 'deferred';
  for (const { counts } of concerned(books, message, event.atMs, () => true)) counts.released += 1;
  books.journal?.turn(event, message, 'released', isWaiting);
  books.waiting?.deposit(message);
}

export function foldRemoved(books: Books, event: Removed): void {
  // Our clock: it is held against the time at which a listing began.
  const goneAtMs = Math.max(event.atMs, books.heardMs);
  if (event.by === 'postsuper') return foldDeleted(books, event, goneAtMs);
  const message = books.ledger.get(event.host, event.queueId);
  if (!message) return;
  for (const recipient of message.recipients)
    if (!recipient.isTold) books.conservation?.strike(message, recipient);
  const isSettled =
    message.recipients.length >= message.recipientCount &&
    message.recipients.every(({ state }) => state === 'done');
  if (isSettled) books.ledger.finish(message, goneAtMs);
  else books.ledger.end(message, goneAtMs);
}

/** By an operator. */
function foldDeleted(books: Books, event: Removed, goneAtMs: number): void {
  const message = messageOf(books, event);
  for (const { counts } of concerned(books, message, event.atMs, () => true)) counts.deleted += 1;
  books.journal?.turn(event, message, 'deleted', isWaiting);
  for (const recipient of message.recipients)
    if (isWaiting(recipient)) books.conservation?.fate(message, recipient, 'deleted');
  books.conservation?.deleteUnknown(message);
  books.ledger.finish(message, goneAtMs);
}
