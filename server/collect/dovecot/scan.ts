import { ascii, COLON, findByte, GREATER, OPEN_ROUND, SPACE, startsWith } from '../scan/bytes.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { scanLogin } from './login.ts';

const OWN_NAME = ascii('dovecot: ');
const LEVELS = [
  { level: 'error', text: ascii('Error: ') },
  { level: 'warning', text: ascii('Warning: ') },
  { level: 'fatal', text: ascii('Fatal: ') },
  { level: 'panic', text: ascii('Panic: ') },
  { level: '', text: ascii('Info: ') },
  { level: '', text: ascii('Debug: ') },
];
const LOGIN = ascii('-login');

/** Reads the text of a Dovecot line: `process[(user)<pid><session>]: [Level: ]text`. */
export function scanDovecot(scan: Scan): Outcome {
  if (startsWith(scan, scan.body, OWN_NAME)) scan.body += OWN_NAME.length;
  const name = nameEnd(scan, scan.body);
  if (name === scan.body) return 'unknown';
  const isLogin = startsWith(scan, name - LOGIN.length, LOGIN) && name - LOGIN.length > scan.body;
  const colon = textAfterTag(scan, name);
  if (colon < 0) return 'unknown';
  const text = skipLevel(scan, colon);
  if (isLogin) return scanLogin(scan, text);
  scan.kind = scan.level === '' ? 'dovecot' : scan.level;
  scan.set(F.reason, text, scan.end);
  return scan.level === '' ? 'known' : 'fact';
}

/** End of the process name: letters, digits and dashes. */
function nameEnd(scan: Scan, from: number): number {
  let at = from;
  for (; at < scan.end; at += 1) {
    const byte = scan.buffer[at] ?? 0;
    const isName = (byte >= 0x61 && byte <= 0x7a) || byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
    if (!isName) return at;
  }
  return at;
}

/** Offset of the text after `name: `, `name(user)<pid><session>: `; -1 when there is none. */
function textAfterTag(scan: Scan, name: number): number {
  const { buffer, end } = scan;
  const first = buffer[name];
  if (first !== COLON && first !== OPEN_ROUND && first !== 0x3c) return -1;
  for (let at = name; at < end; at += 1) {
    at = findByte(scan, COLON, at, end);
    if (at < 0) return -1;
    const before = buffer[at - 1];
    const isTagEnd = at === name || before === 0x29 || before === GREATER;
    if (isTagEnd && (at + 1 === end || buffer[at + 1] === SPACE)) return Math.min(at + 2, end);
  }
  return -1;
}

function skipLevel(scan: Scan, at: number): number {
  for (const { level, text } of LEVELS) {
    if (!startsWith(scan, at, text)) continue;
    scan.level = level;
    return at + text.length;
  }
  return at;
}
