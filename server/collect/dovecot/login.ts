import { ascii, COMMA, EQUALS, find, LESS, SPACE, startsWith } from '../scan/bytes.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { addressEnd } from '../scan/address.ts';

const LOGIN = ascii('Login: ');
const LOGGED_IN = ascii('Logged in: ');
const PROXY = ascii('proxy');
const STARTED_PROXYING = ascii('started proxying to ');
const USER = ascii('user=<');
const PARTS = [': user=<', ': rip=', ' user=<'].map(ascii);

/** What a failed login says of its cause. Order counts: the first that is found in the text decides. */
const CAUSES: readonly { readonly text: Uint8Array; readonly kind: string }[] = [
  { text: ascii('no auth attempts'), kind: 'no-login' },
  { text: ascii('nternal login failure'), kind: 'server-fault' },
  { text: ascii('internal failure'), kind: 'server-fault' },
  { text: ascii('emporary'), kind: 'server-fault' },
  { text: ascii('auth process communication failure'), kind: 'server-fault' },
  // A client that did not wait (a probe, a load balancer) was not turned away.
  { text: ascii('before auth was ready, waited 0 secs'), kind: 'no-login' },
  { text: ascii('before auth was ready'), kind: 'server-fault' },
  { text: ascii('auth failed'), kind: 'login-failure' },
  { text: ascii('authorization failed'), kind: 'login-failure' },
  { text: ascii('user disabled'), kind: 'login-failure' },
  { text: ascii('password expired'), kind: 'login-failure' },
  { text: ascii('tried to use disallowed'), kind: 'login-failure' },
  { text: ascii('tried to use disabled'), kind: 'login-failure' },
  { text: ascii('tried to use unsupported'), kind: 'login-failure' },
  { text: ascii('cert required'), kind: 'login-failure' },
  { text: ascii('ent invalid base64'), kind: 'login-failure' },
  { text: ascii('login disabled'), kind: 'login-failure' },
  { text: ascii('Login timed out'), kind: 'server-fault' },
  { text: ascii('connect('), kind: 'server-fault' },
  { text: ascii('[UNAVAILABLE'), kind: 'server-fault' },
  { text: ascii('Login failed'), kind: 'login-failure' },
];

/**
 * Reads what `imap-login` and its siblings say at `at`. A success, on a proxy the begin of proxying, and a session
 * that ended without one are facts; a client that never tried is none.
 */
export function scanLogin(scan: Scan, at: number): Outcome {
  const parts = scanParts(scan, at);
  scan.set(F.reason, at, Math.max(parts, at));
  scan.kind = kindOf(scan, at);
  if (scan.kind === 'login') scan.clear(F.reason);
  if (scan.kind === 'dovecot' && scan.level !== '') {
    scan.kind = scan.level;
    return 'fact';
  }
  return scan.kind === 'login' || scan.kind === 'login-failure' || scan.kind === 'server-fault'
    ? 'fact'
    : 'known';
}

function kindOf(scan: Scan, at: number): string {
  if (startsWith(scan, at, LOGIN) || startsWith(scan, at, LOGGED_IN)) return 'login';
  if (startsWith(scan, at, PROXY) && find(scan, STARTED_PROXYING, at) >= 0) return 'login';
  const end = scan.to(F.reason);
  for (const { text, kind } of CAUSES) {
    const found = find(scan, text, at);
    if (found >= 0 && found < end) return kind;
  }
  return 'dovecot';
}

/** Reads `user=<>, method=, rip=, ...` and gives the offset before which the sentence ends. */
function scanParts(scan: Scan, at: number): number {
  if (startsWith(scan, at, LOGIN)) return readParts(scan, at + LOGIN.length, at + LOGIN.length - 2);
  if (startsWith(scan, at, LOGGED_IN))
    return readParts(scan, at + LOGGED_IN.length, at + LOGGED_IN.length - 2);
  for (const mark of PARTS) {
    const found = find(scan, mark, at);
    if (found >= 0) return readParts(scan, found + (mark[0] === SPACE ? 1 : 2), found);
  }
  return startsWith(scan, at, USER) ? readParts(scan, at, at) : scan.end;
}

/**
 * The name in `user=<>` is the client's own words and may hold what looks like the parts after it,
 * so of `rip=` and the others the last one counts.
 */
function readParts(scan: Scan, from: number, before: number): number {
  const { buffer, end } = scan;
  for (let at = from; at < end; at += 1) {
    const equals = partKey(scan, at);
    const value = equals + 1;
    if (equals > at && buffer[value] === LESS) at = readBracketed(scan, at, equals);
    else if (equals > at) at = readBare(scan, at, equals);
    while (at < end && !(buffer[at] === COMMA && buffer[at + 1] === SPACE)) at += 1;
    at += 1;
  }
  return before;
}

function partKey(scan: Scan, from: number): number {
  let at = from;
  while (at < scan.end && (scan.buffer[at] ?? 0) >= 0x61 && (scan.buffer[at] ?? 0) <= 0x7a) at += 1;
  return scan.buffer[at] === EQUALS && at < scan.end ? at : -1;
}

function readBracketed(scan: Scan, key: number, equals: number): number {
  const close = addressEnd(scan, equals + 2);
  if (close < 0) return scan.end;
  const field = partField(scan, key, equals);
  if (field !== F.user || !scan.has(F.user)) scan.set(field, equals + 2, close);
  return close;
}

function readBare(scan: Scan, key: number, equals: number): number {
  let at = equals + 1;
  while (at < scan.end && scan.buffer[at] !== COMMA && scan.buffer[at] !== SPACE) at += 1;
  scan.set(partField(scan, key, equals), equals + 1, at);
  return at;
}

function partField(scan: Scan, key: number, equals: number): number {
  const first = scan.buffer[key];
  switch (equals - key) {
    case 3:
      return first === 0x72 ? F.clientIp : first === 0x6c ? F.serverIp : F.ignored;
    case 4:
      return first === 0x75 ? F.user : F.ignored;
    case 6:
      return first === 0x6d ? F.method : F.ignored;
    case 7:
      return first === 0x73 ? F.session : F.ignored;
    default:
      return F.ignored;
  }
}
