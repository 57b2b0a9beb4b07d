/** Texts behind `dovecot: `, as Dovecot 2.3 writes them (it names its process inside the text, not in the tag). */

/** One client connection of a mailbox user. */
export interface LoginText {
  readonly protocol: 'imap' | 'pop3';
  readonly user: string;
  readonly remoteIp: string;
  readonly localIp: string;
  readonly session: string;
  readonly pid: number;
}

function tail(l: LoginText, withPid: boolean): string {
  const mpid = withPid ? `, mpid=${l.pid}` : '';
  return `user=<${l.user}>, method=PLAIN, rip=${l.remoteIp}, lip=${l.localIp}${mpid}, TLS, session=<${l.session}>`;
}

/** `imap-login: Login: user=<...>, ...` */
export function loginText(l: LoginText): string {
  return `${l.protocol}-login: Login: ${tail(l, true)}`;
}

/** The session's end. */
export function logoutText(l: LoginText, bytesOut: number): string {
  if (l.protocol === 'pop3') {
    return `pop3(${l.user})<${l.pid}><${l.session}>: Disconnected: Logged out top=0/0, retr=1/${bytesOut}, del=0/12, size=${bytesOut * 9}`;
  }
  const counters = 'deleted=0 expunged=0 trashed=0 hdr_count=1 hdr_bytes=412 body_count=0 body_bytes=0';
  return `imap(${l.user})<${l.pid}><${l.session}>: Disconnected: Logged out in=117 out=${bytesOut} ${counters}`;
}

/** What the auth process says of a wrong password or an unknown user, before the login process gives up. */
export function authFailureText(l: LoginText, why: 'Password mismatch' | 'unknown user'): string {
  return `auth: passwd-file(${l.user},${l.remoteIp},<${l.session}>): ${why}`;
}

/** A session that never got in for the user's own fault. */
export function loginFailedText(l: LoginText, attempts: number, seconds: number): string {
  return `${l.protocol}-login: Disconnected: Connection closed (auth failed, ${attempts} attempts in ${seconds} secs): ${tail(l, false)}`;
}

/** Right password, but the mail process could not open the mailbox: the platform's fault. */
export function internalFailureText(l: LoginText, id: number): string {
  return `${l.protocol}-login: Disconnected: Internal login failure (pid=${l.pid} id=${id}) (internal failure, 1 successful auths): ${tail(l, true)}`;
}

/** The user data base did not answer: `Temporary authentication failure` to the client, the platform's fault. */
export function temporaryFailureText(l: LoginText): string {
  return `${l.protocol}-login: Disconnected: Connection closed (auth service reported temporary failure): ${tail(l, false)}`;
}

/** `lmtp(user)<pid><session>: msgid=<...>: saved mail to INBOX` */
export function savedText(user: string, pid: number, id: { session: string; messageId: string }): string {
  return `lmtp(${user})<${pid}><${id.session}>: msgid=<${id.messageId}>: saved mail to INBOX`;
}
