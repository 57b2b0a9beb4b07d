import { ascii, startsWith } from '../scan/bytes.ts';
import type { Scan } from '../scan/scan.ts';

/** How lines begin that state no fact, by kind. The text after the beginning is only read for `parse`. */
const BEGINNINGS: Record<string, readonly string[]> = {
  connect: ['connect from ', 'CONNECT from '],
  disconnect: ['disconnect from ', 'DISCONNECT '],
  'lost-connection': [
    'lost connection after ',
    'lost connection with ',
    'timeout after ',
    'conversation with ',
    'too many errors after ',
    'bare <LF> received',
    'bare <CR> received',
    'improper command pipelining after ',
    'warn: ',
  ],
  'tls-error': [
    'SSL_accept error from ',
    'SSL_connect error to ',
    'TLS handshake failed for ',
    'Cannot start TLS',
    'certificate verification failed for ',
    'certificate peer name verification failed for ',
    'server certificate verification failed for ',
    'Server certificate not ',
    'TLS is required',
    'TLS library problem',
    'cannot load ',
  ],
  tls: [
    'Anonymous TLS connection ',
    'Trusted TLS connection ',
    'Untrusted TLS connection ',
    'Verified TLS connection ',
    'Host offered STARTTLS',
    'setting up TLS connection ',
    'initializing the ',
    'certificate ',
    'using DANE RR',
    'subject=',
    'subject_CN=',
    'fingerprint=',
    'save session ',
    'reusing session',
    'Reusing old session',
    'SSL_accept:',
    'SSL_connect:',
    'TLS SNI ',
  ],
  'connect-failed': ['connect to '],
  'remote-reply': ['host '],
  statistics: ['statistics: '],
  'pass-on': ['passing '],
  workaround: ['enabling PIX workarounds', 'breaking line '],
  skipped: ['skipped, '],
  requeued: ['requeued'],
  expired: ['expired'],
  notice: ['not sending ', 'sender ', 'postmaster '],
  summary: [
    'Deleted: ',
    'Requeued: ',
    'Placed on hold: ',
    'Released from hold: ',
    'Expired: ',
    'Renamed to match inode number: ',
    'renamed to match inode number',
    'renaming ',
  ],
  postscreen: [
    'PASS NEW ',
    'PASS OLD ',
    'ALLOWLISTED ',
    'WHITELISTED ',
    'DENYLISTED ',
    'BLACKLISTED ',
    'ALLOWLIST VETO ',
    'WHITELIST VETO ',
    'DNSBL ',
    'PREGREET ',
    'HANGUP ',
    'COMMAND TIME LIMIT ',
    'COMMAND COUNT LIMIT ',
    'COMMAND LENGTH LIMIT ',
    'COMMAND PIPELINING ',
    'NON-SMTP COMMAND ',
    'BARE NEWLINE ',
    'entering STRESS mode',
    'leaving STRESS mode',
  ],
  dnsbl: ['addr '],
  cache: ['cache ', 'close database ', 'open database ', 'delete smtpd session'],
  restart: [
    'table ',
    'reload',
    'refreshing',
    'idle timeout',
    'max_use',
    'daemon started',
    'terminating on signal',
  ],
  debug: [
    '< ',
    '> ',
    '<<< ',
    '>>> ',
    '--- ',
    '+++ ',
    'auto_clnt',
    'vstream_',
    'dict_',
    'match_',
    'name_mask',
    'smtp_',
    'smtpd_',
  ],
  dns: ['no MX host ', 'mx host ', 'name service error', 'Name service error', 'looking for ', 'dns_'],
  milter: ['milter ', 'milter-'],
  sasl: ['SASL ', 'xsasl_', 'sql auxprop ', 'sql_select ', 'auxpropfunc ', 'DIGEST-MD5 ', 'GSSAPI '],
  message: ['uid=', 'message ', 'mail ', 'expanded ', 'file ', 'queue file ', 'data ', 'UTF8', 'SMTPUTF8 '],
};

interface Beginning {
  readonly text: Uint8Array;
  readonly kind: string;
}

/** Beginnings by their first byte. */
const BY_FIRST: readonly (readonly Beginning[])[] = index();

function index(): Beginning[][] {
  const lists: Beginning[][] = Array.from({ length: 256 }, () => []);
  for (const [kind, texts] of Object.entries(BEGINNINGS)) {
    for (const text of texts) lists[text.charCodeAt(0)]?.push({ text: ascii(text), kind });
  }
  return lists;
}

/** Kind of the form that the text at `at` begins like; nothing when it fits none. */
export function knownKind(scan: Scan, at: number): string | undefined {
  if (at >= scan.end) return undefined;
  for (const { text, kind } of BY_FIRST[scan.buffer[at] ?? 0] ?? []) {
    if (startsWith(scan, at, text)) return kind;
  }
  return undefined;
}
