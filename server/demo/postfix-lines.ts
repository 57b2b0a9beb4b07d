/** Texts behind `postfix/<service>[pid]: `, as Postfix 3.7 writes them. Times in milliseconds. */

/** One delivery line: one recipient, one attempt. */
export interface AttemptText {
  readonly queueId: string;
  readonly to: string;
  readonly origTo?: string | undefined;
  /** As logged: `host[ip]:port` or `none`. */
  readonly relay: string;
  /** Deliveries over this connection so far; logged from the second on. */
  readonly connUse?: number | undefined;
  /** Before the last queue run, in the queue manager, connection set-up, transmission. */
  readonly delaysMs: readonly [number, number, number, number];
  readonly dsn: string;
  readonly status: 'sent' | 'deferred' | 'bounced';
  readonly reason: string;
}

/** `QID: to=<>, relay=, delay=, delays=, dsn=, status= (reason)` */
export function attemptText(a: AttemptText): string {
  const origTo = a.origTo === undefined ? '' : `orig_to=<${a.origTo}>, `;
  const connUse = a.connUse === undefined || a.connUse < 2 ? '' : `conn_use=${a.connUse}, `;
  const [before, inQueue, setUp, transmission] = a.delaysMs;
  const delay = seconds(before + inQueue + setUp + transmission);
  const delays = `${seconds(before)}/${seconds(inQueue)}/${seconds(setUp)}/${seconds(transmission)}`;
  return `${a.queueId}: to=<${a.to}>, ${origTo}relay=${a.relay}, ${connUse}delay=${delay}, delays=${delays}, dsn=${a.dsn}, status=${a.status} (${a.reason})`;
}

/** Postfix' rounding (`delay_logging_resolution_limit`): two digits, nothing below a hundredth, whole seconds from ten on. */
export function seconds(ms: number): string {
  if (ms < 5) return '0';
  if (ms >= 9_950) return String(Math.round(ms / 1_000));
  if (ms >= 995) return String(Math.round(ms / 100) / 10);
  return String(Math.round(ms / 10) / 100);
}

/** Who speaks to smtpd. */
export interface Client {
  readonly host: string;
  readonly ip: string;
  readonly helo: string;
}

/** `host[ip]` */
export function clientText(client: Client): string {
  return `${client.host}[${client.ip}]`;
}

/** Envelope and greeting that end every reject and hold line. */
export interface Refused {
  readonly client: Client;
  readonly from: string;
  readonly to: string;
}

function envelopeText({ client, from, to }: Refused): string {
  return `from=<${from}> to=<${to}> proto=ESMTP helo=<${client.helo}>`;
}

/** smtpd's refusal of one recipient; `queueId` once another recipient has been accepted. */
export function rcptRejectText(queueId: string | undefined, refused: Refused, reply: string): string {
  return `${queueId ?? 'NOQUEUE'}: reject: RCPT from ${clientText(refused.client)}: ${reply}; ${envelopeText(refused)}`;
}

/** postscreen's refusal; it knows no host name. */
export function postscreenRejectText({ client, from, to }: Refused, port: number): string {
  const reply = `550 5.7.1 Service unavailable; client [${client.ip}] blocked using zen.dnsbl.example`;
  return `NOQUEUE: reject: RCPT from [${client.ip}]:${port}: ${reply}; from=<${from}>, to=<${to}>, proto=ESMTP, helo=<${client.helo}>`;
}

/** cleanup's refusal on the filter's word: the reply code is gone, the text begins with the enhanced code. */
export function milterRejectText(queueId: string, refused: Refused, text: string): string {
  return `${queueId}: milter-reject: END-OF-MESSAGE from ${clientText(refused.client)}: ${text}; ${envelopeText(refused)}`;
}

/** header_checks HOLD in cleanup. */
export function holdText(queueId: string, refused: Refused, subject: string): string {
  return `${queueId}: hold: header Subject: ${subject} from ${clientText(refused.client)}; ${envelopeText(refused)}: suspected spam, manual review`;
}

/** What one SMTP session did, for its disconnect line. */
export interface SessionCounts {
  readonly isTls: boolean;
  readonly auth?: 'ok' | 'failed';
  readonly rcptOk: number;
  readonly rcptFailed: number;
  readonly data?: 'ok' | 'failed';
}

/** `disconnect from host[ip] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4` */
export function disconnectText(client: Client, counts: SessionCounts): string {
  const rcpts = counts.rcptOk + counts.rcptFailed;
  const parts: [string, number, number][] = [['ehlo', counts.isTls ? 2 : 1, counts.isTls ? 2 : 1]];
  if (counts.isTls) parts.push(['starttls', 1, 1]);
  if (counts.auth) parts.push(['auth', counts.auth === 'ok' ? 1 : 0, 1]);
  if (rcpts > 0) parts.push(['mail', 1, 1], ['rcpt', counts.rcptOk, rcpts]);
  if (counts.data) parts.push(['data', counts.data === 'ok' ? 1 : 0, 1]);
  parts.push(['quit', 1, 1]);
  const ok = parts.reduce((sum, [, good]) => sum + good, 0);
  const total = parts.reduce((sum, [, , all]) => sum + all, 0);
  const listed = parts.map(([name, good, all]) => `${name}=${share(good, all)}`).join(' ');
  return `disconnect from ${clientText(client)} ${listed} commands=${share(ok, total)}`;
}

function share(good: number, all: number): string {
  return good === all ? String(all) : `${good}/${all}`;
}
