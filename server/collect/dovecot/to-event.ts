import type { Login, LoginOutcome, MailEvent } from '../event.ts';
import { toTrouble } from '../postfix/to-event.ts';
import { ascii, find, parseDigits } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

const ATTEMPTS = [ascii('auth failed, '), ascii('authorization failed, ')];

/** The event of a Dovecot line whose scan found a fact. */
export function toDovecotEvent(scan: Scan, source: string): MailEvent {
  if (scan.kind !== 'login' && scan.kind !== 'login-failure' && scan.kind !== 'server-fault') {
    return toTrouble(scan, source, processName(scan));
  }
  const { host, instance } = scan.origin;
  const event: { -readonly [K in keyof Login]: Login[K] } = {
    kind: 'login',
    atMs: scan.atMs,
    host,
    source,
    instance,
    user: scan.common(F.user),
    outcome: outcomeOf(scan.kind),
    protocol: protocolOf(scan),
    attempts: attemptsOf(scan),
    reason: scan.common(F.reason),
  };
  if (scan.has(F.clientIp)) event.clientIp = scan.common(F.clientIp);
  return event;
}

function outcomeOf(kind: string): LoginOutcome {
  if (kind === 'login') return 'ok';
  return kind === 'server-fault' ? 'server-fault' : 'bad-credentials';
}

/** `imap-login`, `auth`, `lmtp`: what stands before the first byte that is no letter, digit or dash. */
export function processName(scan: Scan): string {
  return /^[a-z0-9-]*/.exec(scan.slice(scan.body, Math.min(scan.body + 32, scan.end)))?.[0] ?? '';
}

/** Protocol by the first letter of the process: `imap-login`, `pop3-login`, `managesieve-login`, `submission-login`. */
export function protocolOf(scan: Scan): Login['protocol'] {
  switch (scan.buffer[scan.body]) {
    case 0x69:
      return 'imap';
    case 0x70:
      return 'pop3';
    case 0x6d:
      return 'sieve';
    case 0x6c:
      return 'lmtp';
    case 0x73:
      return 'smtp';
    default:
      return 'other';
  }
}

/** One session may have failed several times: `(auth failed, 3 attempts in 16 secs)`. */
export function attemptsOf(scan: Scan): number {
  if (scan.kind !== 'login-failure') return 1;
  for (const mark of ATTEMPTS) {
    const found = find(scan, mark, scan.from(F.reason));
    if (found < 0 || found > scan.to(F.reason)) continue;
    const from = found + mark.length;
    let to = from;
    while (to < scan.end && parseDigits(scan, to, to + 1) >= 0) to += 1;
    return Math.max(parseDigits(scan, from, to), 1);
  }
  return 1;
}
