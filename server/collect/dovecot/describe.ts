import type { RecordDraft } from '../parse-record.ts';
import { F, type Scan } from '../scan/scan.ts';
import { attemptsOf, processName, protocolOf } from './to-event.ts';

/** `passwd-file(user,ip,<session>): why` of an auth process, wherever it stands in the line. */
const AUTH = /\b[\w-]+\(([^(),\n]{0,255}),([0-9A-Fa-f.:]{3,45})(?:,[^)\n]{0,100})?\): ?(.*)/;
/** `lmtp(user)<pid><session>`, `imap(user)`. */
const SESSION = /^[a-z0-9-]+\(([^()\s]*@[^()\s]*|[A-Za-z][^()\s]*)\)/;
const MESSAGE_ID = /\bmsgid=<?([^\s>,]{0,998})/;

/** Adds what a Dovecot line says beyond its plain fields. */
export function describeDovecot(scan: Scan, draft: RecordDraft): void {
  draft.component = processName(scan);
  if (scan.has(F.user) || scan.has(F.clientIp)) return describeLogin(scan, draft);
  const text = scan.slice(scan.body, scan.end);
  const auth = AUTH.exec(text);
  if (auth) return describeAuth(auth, draft);
  const user = SESSION.exec(text)?.[1];
  if (user !== undefined) draft.user = user;
  const messageId = MESSAGE_ID.exec(text)?.[1];
  if (messageId !== undefined) draft.messageId = messageId;
}

function describeLogin(scan: Scan, draft: RecordDraft): void {
  draft.protocol = protocolOf(scan);
  const isLogin = scan.kind === 'login';
  if (isLogin || scan.kind === 'login-failure' || scan.kind === 'server-fault') {
    draft.kind = isLogin ? 'login' : 'login-failure';
    draft.success = isLogin;
    draft.attempts = attemptsOf(scan);
  } else if (scan.kind === 'no-login') draft.kind = 'disconnect';
}

function describeAuth([, user, clientIp, reason]: RegExpExecArray, draft: RecordDraft): void {
  draft.kind = 'auth-failure';
  draft.success = false;
  if (user !== undefined && user !== '') draft.user = user;
  if (clientIp !== undefined) draft.clientIp = clientIp;
  if (reason !== undefined) draft.reason = reason;
}
