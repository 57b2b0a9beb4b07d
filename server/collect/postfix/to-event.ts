import type {
  Accepted,
  Attempt,
  AttemptStatus,
  Held,
  Login,
  LoginOutcome,
  MailEvent,
  Rejected,
  Removed,
  Trouble,
} from '../event.ts';
import { ascii, find, findByte, parseDigits, parseThousandths, startsWith } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';
import { hasQueueId } from './queue-id.ts';

type Building<T> = { -readonly [K in keyof T]: T[K] };

/** The event of a Postfix line whose scan found a fact. */
export function toPostfixEvent(scan: Scan, source: string): MailEvent {
  switch (scan.kind) {
    case 'queue-active':
      return toQueueActive(scan, source);
    case 'message-id':
      return toMessageId(scan, source);
    case 'delivery':
      return toAttempt(scan, source);
    case 'removed':
      return toRemoved(scan, source);
    case 'client':
    case 'pickup':
      return toAccepted(scan, source);
    case 'reject':
    case 'milter-reject':
    case 'proxy-reject':
      return toRejected(scan, source);
    default:
      return toRareEvent(scan, source);
  }
}

function toRareEvent(scan: Scan, source: string): MailEvent {
  switch (scan.kind) {
    case 'hold':
    case 'milter-hold':
      return toHeld(scan, source);
    case 'released':
      return { ...begin(scan, source, 'released'), queueId: scan.queueId };
    case 'expired':
      return { ...begin(scan, source, 'expired'), queueId: scan.queueId, from: scan.common(F.from) };
    case 'bounce-notice': {
      const noticeQueueId = scan.common(F.noticeQueueId);
      return { ...begin(scan, source, 'notice'), queueId: scan.queueId, noticeQueueId };
    }
    case 'auth-failure':
      return toLogin(scan, source);
    default:
      return toTrouble(scan, source, scan.origin.service);
  }
}

function begin<K extends MailEvent['kind']>(scan: Scan, source: string, kind: K) {
  return { kind, atMs: scan.atMs, host: scan.origin.host, source, instance: scan.origin.instance };
}

function toQueueActive(scan: Scan, source: string): MailEvent {
  const { host, instance } = scan.origin;
  const from = scan.address(F.from);
  return {
    kind: 'queue-active',
    atMs: scan.atMs,
    host,
    source,
    instance,
    queueId: scan.queueId,
    from: from.text,
    fromDomain: from.domain,
    sizeBytes: Math.max(parseDigits(scan, scan.from(F.size), scan.to(F.size)), 0),
    recipientCount: Math.max(parseDigits(scan, scan.from(F.recipientCount), scan.to(F.recipientCount)), 0),
  };
}

function toRemoved(scan: Scan, source: string): MailEvent {
  const { host, instance } = scan.origin;
  const { atMs, queueId } = scan;
  return { kind: 'removed', atMs, host, source, instance, queueId, by: remover(scan) };
}

function toMessageId(scan: Scan, source: string): MailEvent {
  const { host, instance } = scan.origin;
  return {
    kind: 'message-id',
    atMs: scan.atMs,
    host,
    source,
    instance,
    queueId: scan.queueId,
    messageId: scan.isCounting ? '' : scan.text(F.messageId),
  };
}

function toAttempt(scan: Scan, source: string): Attempt {
  const { host, instance, service } = scan.origin;
  const to = scan.address(F.to);
  const event: Building<Attempt> = {
    kind: 'attempt',
    atMs: scan.atMs,
    host,
    source,
    instance,
    queueId: scan.queueId,
    to: to.text,
    toDomain: to.domain,
    relay: scan.isCounting ? '' : scan.common(F.relay),
    delayMs: Math.max(parseThousandths(scan, scan.from(F.delay), scan.to(F.delay)), 0),
    dsn: scan.isCounting ? '' : dsnOf(scan),
    status: statusOf(scan),
    reason: scan.isCounting ? nextHop(scan) : scan.phrase(F.reason),
    service,
  };
  if (scan.has(F.origTo)) event.origTo = scan.common(F.origTo);
  const delaysMs = scan.isCounting ? undefined : delaysMsOf(scan);
  if (delaysMs) event.delaysMs = delaysMs;
  return event;
}

/** `a/b/c/d` in seconds, as milliseconds; nothing unless it is four numbers. */
function delaysMsOf(scan: Scan): Attempt['delaysMs'] {
  if (!scan.has(F.delays)) return undefined;
  const end = scan.to(F.delays);
  const slashes = [scan.from(F.delays) - 1];
  for (let i = 0; i < 3; i += 1) {
    const at = findByte(scan, SLASH, (slashes[i] ?? end) + 1, end);
    if (at < 0) return undefined;
    slashes.push(at);
  }
  const part = (i: number) => parseThousandths(scan, (slashes[i] ?? end) + 1, slashes[i + 1] ?? end);
  const delaysMs = [part(0), part(1), part(2), part(3)] as const;
  return delaysMs.every((ms) => ms >= 0) ? delaysMs : undefined;
}

const SLASH = 0x2f;
const QUEUED_AS = ascii('queued as ');

/** The end of a reply that names the next queue id: by it a hop into a filter is told from a delivery. */
function nextHop(scan: Scan): string {
  if (scan.buffer[scan.from(F.status)] !== SENT || !scan.has(F.reason)) return '';
  const at = find(scan, QUEUED_AS, scan.from(F.reason));
  return at < 0 ? '' : scan.slice(at, scan.to(F.reason));
}

const SENT = 0x73;
const SUCCESS = ascii('2.0.0');

/** Nearly always `2.0.0`, which needs no look into a cache. */
function dsnOf(scan: Scan): string {
  const isFive = scan.to(F.dsn) - scan.from(F.dsn) === SUCCESS.length;
  return isFive && scan.has(F.dsn) && startsWith(scan, scan.from(F.dsn), SUCCESS)
    ? '2.0.0'
    : scan.common(F.dsn);
}

function statusOf(scan: Scan): AttemptStatus {
  switch (scan.buffer[scan.from(F.status)]) {
    case 0x73:
      return 'sent';
    case 0x64:
      return 'deferred';
    case 0x62:
      return 'bounced';
    default:
      return 'softbounce';
  }
}

/** A deletion by postsuper is the operator's; cleanup's `removed (canceled)` never was in the queue. */
function remover(scan: Scan): Removed['by'] {
  const { service } = scan.origin;
  return service === 'postsuper' || service === 'cleanup' ? service : 'qmgr';
}

function toAccepted(scan: Scan, source: string): Accepted {
  const { host, instance } = scan.origin;
  const via = scan.kind === 'pickup' ? 'pickup' : 'smtpd';
  const queueId = scan.queueId;
  const event: Building<Accepted> = {
    kind: 'accepted',
    atMs: scan.atMs,
    host,
    source,
    instance,
    queueId,
    via,
  };
  if (scan.has(F.clientIp)) event.clientIp = scan.common(F.clientIp);
  if (!scan.isCounting && scan.has(F.clientHost)) event.clientHost = scan.common(F.clientHost);
  if (scan.has(F.saslUsername)) event.login = scan.common(F.saslUsername);
  if (scan.has(F.origQueueId)) event.origQueueId = scan.common(F.origQueueId);
  if (scan.has(F.requeuedFrom)) event.requeuedFrom = scan.common(F.requeuedFrom);
  return event;
}

function toRejected(scan: Scan, source: string): Rejected {
  const event: Building<Rejected> = {
    ...begin(scan, source, 'rejected'),
    temporary: isTemporary(scan),
    milter: scan.kind === 'milter-reject',
    stage: scan.common(F.stage),
    reason: scan.remark(F.reason),
  };
  if (hasQueueId(scan)) event.queueId = scan.queueId;
  if (scan.has(F.from)) event.from = scan.common(F.from);
  if (scan.has(F.to)) event.to = scan.common(F.to);
  if (scan.has(F.saslUsername)) event.login = scan.common(F.saslUsername);
  if (scan.has(F.clientIp)) event.clientIp = scan.common(F.clientIp);
  return event;
}

/** By the reply code, which a milter's END-OF-MESSAGE line lacks; postscreen's refusals without any are 421. */
function isTemporary(scan: Scan): boolean {
  const field = scan.has(F.replyCode) ? F.replyCode : F.enhancedCode;
  if (scan.has(field)) return scan.buffer[scan.from(field)] === 0x34;
  return scan.origin.service === 'postscreen';
}

function toHeld(scan: Scan, source: string): Held {
  const by = scan.origin.service === 'postsuper' ? 'postsuper' : 'cleanup';
  const event: Building<Held> = { ...begin(scan, source, 'held'), queueId: scan.queueId, by };
  if (scan.has(F.from)) event.from = scan.common(F.from);
  if (scan.has(F.to)) event.to = scan.common(F.to);
  return event;
}

/** Cyrus SASL says `generic failure` when saslauthd does not answer; Dovecot's auth says the others. */
const SERVER_FAULT =
  /lost to authentication server|temporary|generic failure|authentication server|internal error/i;

function toLogin(scan: Scan, source: string): Login {
  const reason = scan.common(F.reason);
  const outcome: LoginOutcome = SERVER_FAULT.test(reason) ? 'server-fault' : 'bad-credentials';
  const user = scan.common(F.saslUsername);
  const event: Building<Login> = {
    ...begin(scan, source, 'login'),
    user: user === '(unavailable)' ? '' : user,
    outcome,
    protocol: 'smtp',
    attempts: 1,
    reason,
  };
  if (scan.has(F.clientIp)) event.clientIp = scan.common(F.clientIp);
  return event;
}

/** A warning, error, fatal or panic. */
export function toTrouble(scan: Scan, source: string, service: string): Trouble {
  const level =
    scan.level === 'error' || scan.level === 'fatal' || scan.level === 'panic' ? scan.level : 'warning';
  return {
    ...begin(scan, source, 'trouble'),
    level,
    service,
    reason: scan.isCounting ? '' : scan.text(F.reason),
  };
}
