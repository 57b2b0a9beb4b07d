import { decode, type Bytes } from '../scan/byte-cache.ts';
import { COLON, OPEN_SQUARE, SPACE } from '../scan/bytes.ts';

/** Which grammar a program's lines follow. `foreign`: a program we do not claim. */
export type Family = 'postfix' | 'dovecot' | 'rspamd' | 'foreign';

/**
 * What a Postfix service does: `agent` handles messages or clients, and a line of it that we can't read is a miss;
 * `keeper` (master, anvil, tlsmgr, command line tools) only talks.
 */
export type Role = 'agent' | 'keeper' | 'other';

/** Who wrote a line: shared by all lines with the same host and program. */
export interface Origin {
  readonly host: string;
  /** Whole program name: `postfix/submission/smtpd`. */
  readonly program: string;
  /** Program without its last part. */
  readonly instance: string;
  /** Last part of the program. */
  readonly service: string;
  readonly family: Family;
  readonly role: Role;
}

const AGENTS = new Set(
  `smtpd smtp lmtp qmgr oqmgr nqmgr cleanup pickup bounce defer trace local virtual pipe error retry discard
   postscreen postsuper tlsproxy dnsblog qmqpd spawn`.split(/\s+/),
);
const KEEPERS = new Set(
  `master anvil scache tlsmgr trivial-rewrite rewrite verify flush proxymap proxywrite showq postqueue postdrop
   sendmail postmap postalias postlog postlogd postfix postfix-script postfix-tls-script postmulti postconf postkick
   postcat postlock post-install postfix-wrapper newaliases mailq qshape smtp-sink smtp-source policy-spf`.split(
    /\s+/,
  ),
);
/** Suites that also name their programs `suite/service`, with services of the same names. */
const OTHER_SUITES = new Set([
  'cyrus',
  'dovecot',
  'exim',
  'courier',
  'sendmail',
  'haraka',
  'smtpd',
  'kernel',
  'systemd',
]);

/** Reads `host tag` (the bytes before `[pid]:` or `:`) of a syslog header; a tag alone has no host. */
export function readOrigin(bytes: Bytes, from: number, to: number): Origin {
  const text = decode(bytes, from, to);
  const space = text.lastIndexOf(' ');
  return createOrigin(space < 0 ? '' : text.slice(0, space).trimEnd(), text.slice(space + 1));
}

/** The origin of a host and a program name. */
export function createOrigin(host: string, program: string): Origin {
  const slash = program.lastIndexOf('/');
  const service = program.slice(slash + 1);
  const instance = slash < 0 ? program : program.slice(0, slash);
  const family = familyOf(program, service);
  return { host, program, instance, service, family, role: family === 'postfix' ? roleOf(service) : 'other' };
}

function familyOf(program: string, service: string): Family {
  if (program === 'dovecot') return 'dovecot';
  if (program === 'rspamd' || program.startsWith('rspamd_')) return 'rspamd';
  if (program.startsWith('postfix')) return 'postfix';
  const slash = program.indexOf('/');
  if (slash < 0 || OTHER_SUITES.has(program.slice(0, slash))) return 'foreign';
  return AGENTS.has(service) || KEEPERS.has(service) ? 'postfix' : 'foreign';
}

function roleOf(service: string): Role {
  if (AGENTS.has(service)) return 'agent';
  return KEEPERS.has(service) ? 'keeper' : 'other';
}

/** End of `host tag`, which is where `[`, `:` or a space after the tag stands; -1 when the line ends before. */
export function tagEnd(bytes: Bytes, from: number, end: number): number {
  const buffer = bytes.buffer;
  for (let at = from; at < end; at += 1) {
    const byte = buffer[at];
    if (byte === OPEN_SQUARE || byte === COLON || byte === SPACE) return at;
  }
  return -1;
}
