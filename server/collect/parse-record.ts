import { findClientAddress } from './client-address.ts';
import { internalForm } from './scan/internal-form.ts';
import { describeDovecot } from './dovecot/describe.ts';
import { describePostfix } from './postfix/describe.ts';
import { describeRspamd } from './rspamd/describe.ts';
import type { Outcome } from './scan/outcome.ts';
import { F, type Scan } from './scan/scan.ts';
import { formatStamp } from './syslog/format-stamp.ts';
import type { Zone } from './syslog/zone.ts';

/** One line as `parse` prints it; a key is absent where the line has nothing for it. */
export interface ParsedLine {
  /** 1-based number of the input line. */
  readonly line: number;
  /** Set on lines that were not understood; then only what their header says is there. */
  readonly unparsed?: true;
  /** RFC 3339 with zone. */
  readonly time?: string;
  readonly host?: string;
  readonly program?: string;
  readonly pid?: number;
  readonly service?: string;
  readonly kind?: string;
  /** How often the line happened, when a syslog daemon folded repetitions into one. */
  readonly repeat?: number;
  readonly queueId?: string;
  readonly messageId?: string;
  readonly remoteQueueId?: string;
  /** Queue id of the notice that a bounce line announces. */
  readonly bounceQueueId?: string;
  /** Queue id before a content filter, or before `postsuper -r`. */
  readonly origQueueId?: string;
  readonly from?: string;
  readonly to?: string | readonly string[];
  readonly origTo?: string;
  readonly sizeBytes?: number;
  readonly recipientCount?: number;
  readonly clientHost?: string;
  readonly clientIp?: string;
  readonly clientPort?: number;
  readonly helo?: string;
  readonly protocol?: string;
  readonly saslMethod?: string;
  readonly saslUsername?: string;
  readonly saslSender?: string;
  readonly uid?: number;
  readonly relay?: string;
  readonly relayHost?: string;
  readonly relayIp?: string;
  readonly relayPort?: number;
  readonly connUse?: number;
  readonly delaySeconds?: number;
  readonly delays?: readonly number[];
  readonly dsn?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly replyCode?: number;
  readonly enhancedCode?: string;
  readonly action?: string;
  readonly stage?: string;
  readonly level?: string;
  readonly user?: string;
  readonly success?: boolean;
  readonly attempts?: number;
  readonly session?: string;
  /** Process of a suite that logs under one program name: `imap-login`, `auth`, `lmtp`. */
  readonly component?: string;
  readonly score?: number;
  readonly requiredScore?: number;
  readonly scanMs?: number;
  readonly rank?: number;
  readonly tlsVersion?: string;
  readonly tlsCipher?: string;
}

/** A record while it is put together. */
export type RecordDraft = { -readonly [K in keyof ParsedLine]?: ParsedLine[K] };

export interface RecordContext {
  readonly hasHeader: boolean;
  readonly outcome: Outcome;
  readonly lineNumber: number;
  readonly zone: Zone;
}

/** What `parse` prints of a scanned line. */
export function toRecord(scan: Scan, { hasHeader, outcome, lineNumber, zone }: RecordContext): ParsedLine {
  const draft: RecordDraft = {};
  if (hasHeader) addHeader(scan, draft, zone);
  const { family } = scan.origin;
  if (outcome === 'unknown') addUnknown(scan, draft, hasHeader);
  else {
    draft.kind = scan.kind;
    if (scan.repeat > 1) draft.repeat = scan.repeat;
    addFields(scan, draft);
    if (family === 'postfix') describePostfix(scan, draft);
    else if (family === 'dovecot') describeDovecot(scan, draft);
    else if (family === 'rspamd') describeRspamd(scan, draft);
  }
  return { line: lineNumber, ...draft };
}

function addHeader(scan: Scan, draft: RecordDraft, zone: Zone): void {
  const { host, program, service } = scan.origin;
  draft.time = formatStamp(scan, zone);
  if (host !== '') draft.host = host;
  if (program !== '') draft.program = program;
  if (scan.has(F.pid)) draft.pid = Number(scan.text(F.pid));
  if (Number.isNaN(draft.pid)) delete draft.pid;
  if (service !== '') draft.service = service;
}

/** Lines of programs we do not read are not understood, but who the client was can often be told. */
function addUnknown(scan: Scan, draft: RecordDraft, hasHeader: boolean): void {
  draft.unparsed = true;
  if (hasHeader && scan.origin.family === 'postfix') {
    scan.kind = '';
    describePostfix(scan, draft);
    return;
  }
  const clientIp = findClientAddress(scan.slice(scan.body, scan.end));
  if (clientIp !== undefined) draft.clientIp = clientIp;
}

const TEXTS = [
  [F.queueId, 'queueId'],
  [F.messageId, 'messageId'],
  [F.noticeQueueId, 'bounceQueueId'],
  [F.origQueueId, 'origQueueId'],
  [F.requeuedFrom, 'origQueueId'],
  [F.clientHost, 'clientHost'],
  [F.clientIp, 'clientIp'],
  [F.helo, 'helo'],
  [F.protocol, 'protocol'],
  [F.saslMethod, 'saslMethod'],
  [F.saslUsername, 'saslUsername'],
  [F.saslSender, 'saslSender'],
  [F.relay, 'relay'],
  [F.dsn, 'dsn'],
  [F.status, 'status'],
  [F.reason, 'reason'],
  [F.enhancedCode, 'enhancedCode'],
  [F.action, 'action'],
  [F.stage, 'stage'],
  [F.user, 'user'],
  [F.method, 'saslMethod'],
  [F.session, 'session'],
] as const;

const ADDRESSES = [
  [F.from, 'from'],
  [F.to, 'to'],
  [F.origTo, 'origTo'],
] as const;

const NUMBERS = [
  [F.size, 'sizeBytes'],
  [F.recipientCount, 'recipientCount'],
  [F.clientPort, 'clientPort'],
  [F.uid, 'uid'],
  [F.connUse, 'connUse'],
  [F.delay, 'delaySeconds'],
  [F.replyCode, 'replyCode'],
  [F.score, 'score'],
  [F.requiredScore, 'requiredScore'],
] as const;

function addFields(scan: Scan, draft: RecordDraft): void {
  for (const [field, key] of TEXTS) if (scan.has(field)) draft[key] = scan.text(field);
  for (const [field, key] of ADDRESSES) if (scan.has(field)) draft[key] = internalForm(scan.text(field));
  for (const [field, key] of NUMBERS) {
    if (!scan.has(field)) continue;
    const text = scan.text(field);
    const value = Number(text);
    if (text !== '' && Number.isFinite(value)) draft[key] = value;
  }
  if (scan.level !== '') draft.level = scan.level;
}
