import type { SpamAction, Verdict } from '../event.ts';
import { ascii, parseDigits, parseThousandths, startsWith } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';
import { findingsOf } from './findings.ts';

export { isSpamAction } from './spam-action.ts';

/** rspamd's words for what it does not know. */
const UNKNOWN = new Set(['', 'undef', 'unknown']);

/** The verdict of an rspamd line whose scan found one: then its action is one of rspamd's. */
export function toVerdict(scan: Scan, source: string): Verdict {
  const { host, instance } = scan.origin;
  const event: { -readonly [K in keyof Verdict]: Verdict[K] } = {
    kind: 'verdict',
    atMs: scan.atMs,
    host,
    source,
    instance,
    messageId: known(scan.text(F.messageId)),
    action: scan.common(F.action) as SpamAction,
    score: Number(scan.text(F.score)) || 0,
    from: scan.common(F.from),
    to: recipients(scan),
  };
  addOptional(scan, event);
  return event;
}

function addOptional(scan: Scan, event: { -readonly [K in keyof Verdict]: Verdict[K] }): void {
  const queueId = known(scan.common(F.queueId));
  const login = known(scan.common(F.saslUsername));
  const clientIp = known(scan.common(F.clientIp));
  if (queueId !== '') event.queueId = queueId;
  if (login !== '') event.login = login;
  if (clientIp !== '') event.clientIp = clientIp;
  if (isCut(scan)) event.isToCut = true;
  const scanMs = scanTimeMs(scan);
  if (scanMs >= 0) event.scanMs = scanMs;
  const sizeBytes = scan.has(F.size) ? parseDigits(scan, scan.from(F.size), scan.to(F.size)) : -1;
  if (sizeBytes >= 0) event.sizeBytes = sizeBytes;
  if (scan.hasFindings && scan.has(F.symbols)) event.findings = findingsOf(scan);
}

function isCut(scan: Scan): boolean {
  return scan.has(F.recipients) && startsWith(scan, scan.to(F.recipients) - CUT.length, CUT_BYTES);
}

/** Whether rspamd says that it does not know. */
export function isUnknown(text: string | undefined): boolean {
  return text === undefined || UNKNOWN.has(text);
}

function known(text: string): string {
  return UNKNOWN.has(text) ? '' : text;
}

/** Milliseconds of `12.3ms`; older versions wrote seconds, `0.012s`. -1 when unreadable. */
export function scanTimeMs(scan: Scan): number {
  if (!scan.has(F.scanTime)) return -1;
  const to = scan.to(F.scanTime);
  const isMs = scan.buffer[to - 2] === 0x6d;
  const thousandths = parseThousandths(scan, scan.from(F.scanTime), to - (isMs ? 2 : 1));
  return thousandths < 0 ? -1 : isMs ? thousandths / 1000 : thousandths;
}

/** The filter writes down the first recipients only, and this behind the last of them. */
const CUT = '...';
const CUT_BYTES = ascii(CUT);

/** Recipients between `<` and `>`, with commas between them; a comma in a quoted local part separates nothing. */
export function recipients(scan: Scan): string[] {
  const told = scan.common(F.recipients);
  const text = told.endsWith(CUT) ? told.slice(0, -CUT.length) : told;
  if (text === '') return [];
  if (!text.includes('"')) return text.split(',');
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^,"]|")+/g) ?? [];
}
