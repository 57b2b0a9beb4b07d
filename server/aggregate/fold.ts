import { type Attribution, attributeSender, NO_ONE } from '../attribute/attribute.ts';
import { NOBODY } from '../attribute/directory.ts';
import type { Login, MailEvent, Rejected, Trouble, Verdict } from '../collect/event.ts';
import { foldAttempt } from './attempts.ts';
import type { Books } from './books.ts';
import {
  foldAccepted,
  foldExpired,
  foldHeld,
  foldMessageId,
  foldQueueActive,
  foldReleased,
  foldRemoved,
} from './lifecycle.ts';
import { IN, isOwned, OUT } from './scope.ts';

/** Puts one event into the books: windows, ledger, who waits, who logs in. */
export function fold(books: Books, event: MailEvent): void {
  switch (event.kind) {
    case 'attempt':
      return foldAttempt(books, event);
    case 'queue-active':
      return foldQueueActive(books, event);
    case 'message-id':
      return foldMessageId(books, event);
    case 'removed':
      return foldRemoved(books, event);
    case 'accepted':
      return foldAccepted(books, event);
    case 'rejected':
      return foldRejected(books, event);
    case 'login':
      return foldLogin(books, event);
    case 'verdict':
      return foldVerdict(books, event);
    case 'held':
      return foldHeld(books, event);
    case 'released':
      return foldReleased(books, event);
    case 'expired':
      return foldExpired(books, event);
    case 'trouble':
      return foldTrouble(books, event);
    case 'notice':
      return clearAim(books);
    default:
      return event satisfies never;
  }
}

/** An event that comes too late for its own second: it is counted nowhere, but its message has moved on. */
export function foldLate(books: Books, event: MailEvent): void {
  if (event.kind === 'verdict' || !('queueId' in event) || event.queueId === undefined) return;
  books.uncounted(() => fold(books, event));
}

function clearAim(books: Books): void {
  books.receiver = NO_ONE;
  books.sender = NO_ONE;
}

function foldTrouble(books: Books, event: Trouble): void {
  clearAim(books);
  books.platformWindow(event.atMs).counts.troubles += 1;
}

function receiverOf(books: Books, to: string | undefined): Attribution {
  return books.receiverOf(to === undefined ? NOBODY : books.directory.ownerOfAddress(to));
}

/** SMTP stages at which a refusal concerns one command; at any other the whole message is refused and its queue id ends. */
const COMMAND_STAGES = new Set([
  'CONNECT',
  'HELO',
  'EHLO',
  'XCLIENT',
  'XFORWARD',
  'AUTH',
  'STARTTLS',
  'MAIL',
  'RCPT',
  'DATA',
  'VRFY',
  'ETRN',
]);

function foldRejected(books: Books, event: Rejected): void {
  const message = event.queueId === undefined ? undefined : books.ledger.get(event.host, event.queueId);
  const sender = attributeSender(books.directory, books.instances, event);
  const isSpam = event.milter && !event.temporary && event.stage === 'END-OF-MESSAGE';
  const receiver = receiverOf(books, event.to);
  books.journal?.rejected(event, receiver.owner, sender.owner, message);
  for (const { counts } of books.aim(event.atMs, receiver, sender)) {
    counts.rejected += 1;
    if (event.temporary) counts.rejectedTemporary += 1;
    else counts.rejectedPermanent += 1;
    if (isSpam) counts.milterSpam += 1;
  }
  if (message && !COMMAND_STAGES.has(event.stage)) books.ledger.remove(message);
}

function foldLogin(books: Books, event: Login): void {
  const owner = books.directory.ownerOfLogin(event.user);
  const attribution: Attribution = { owner, rule: isOwned(owner) ? 'login' : null };
  const direction = event.protocol === 'smtp' ? OUT : IN;
  const hits =
    direction === OUT
      ? books.aim(event.atMs, NO_ONE, attribution)
      : books.aim(event.atMs, attribution, NO_ONE);
  for (const { counts } of hits) {
    if (event.outcome === 'ok') counts.loginOk += 1;
    else counts.loginFailed += 1;
    if (event.outcome === 'server-fault') counts.loginFault += 1;
  }
  if (event.outcome === 'bad-credentials') return;
  // A fault may come before the server has learned the name; then the client's address tells users apart.
  const user = event.user === '' ? `ip:${event.clientIp ?? '?'}` : event.user.toLowerCase();
  const login = { user, atMs: event.atMs, isFault: event.outcome === 'server-fault' };
  const access = direction === OUT ? 'submission' : 'mailbox';
  books.access?.note(isOwned(owner) ? owner : books.scopes.unattributed, access, login);
  books.access?.note(books.scopes.platform, access, login);
}

const SPAM_ACTIONS: ReadonlySet<string> = new Set([
  'reject',
  'add header',
  'rewrite subject',
  'discard',
  'quarantine',
]);
/** Not final: the same message comes back and is scanned again. */
const SOFT_ACTIONS: ReadonlySet<string> = new Set(['soft reject', 'greylist']);

function foldVerdict(books: Books, event: Verdict): void {
  const sender = attributeSender(books.directory, books.instances, event);
  const owners = [...new Set(event.to.map((to) => books.directory.ownerOfAddress(to)))].filter(isOwned);
  const hits = [...books.aim(event.atMs, books.receiverOf(owners[0] ?? NOBODY), sender)];
  for (const owner of owners.slice(1)) hits.push(books.windows.window(owner, IN, event.atMs));
  for (const { counts } of hits) {
    counts.scanned += 1;
    if (SPAM_ACTIONS.has(event.action)) counts.spam += 1;
    else if (SOFT_ACTIONS.has(event.action)) counts.softRejected += 1;
  }
  nameRecipients(books, event);
  noteClass(books, event);
}

/** Of mail that passes, a score above this is nearer to spam than to nothing (rspamd adds a header from 6 on, as it comes). */
const UNSURE_FROM = 2;

function noteClass(books: Books, { host, queueId, action, score }: Verdict): void {
  const message = queueId === undefined ? undefined : books.ledger.get(host, queueId);
  if (!message || SOFT_ACTIONS.has(action)) return;
  message.spamClass = SPAM_ACTIONS.has(action) ? 'spam' : score > UNSURE_FROM ? 'unsure' : 'clean';
}

/** The filter names the recipients before Postfix does: mail waiting for its first attempt is then on the right tile. */
function nameRecipients(books: Books, event: Verdict): void {
  const message = event.queueId === undefined ? undefined : books.ledger.get(event.host, event.queueId);
  if (!message || !books.waiting || message.isEnded) return;
  books.waiting.withdraw(message);
  for (const to of event.to)
    if (!message.recipient(to)) message.addRecipient(to, books.directory.ownerOfAddress(to), false);
  books.waiting.deposit(message);
}
