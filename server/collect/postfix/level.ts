import { ascii, CLOSE_SQUARE, COLON, COMMA, find, OPEN_SQUARE, SPACE, startsWith } from '../scan/bytes.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { isCheck, scanCheck } from './action.ts';
import { scanClientEndpoint } from './endpoint.ts';
import { scanPairs } from './pairs.ts';

const LEVELS = ['warning', 'error', 'fatal', 'panic'].map((level) => ({ level, text: ascii(`${level}: `) }));
const SASL = ascii(' SASL ');
const FAILED = ascii(' authentication failed: ');
const FAILED_BARE = ascii(' authentication failed');
const USERNAME = ascii(', sasl_username=');

/** `warning:`, `error:`, `fatal:` or `panic:` at `at`; nothing when there is no level. */
export function scanLevel(scan: Scan, at: number): Outcome | undefined {
  for (const { level, text } of LEVELS) {
    if (!startsWith(scan, at, text)) continue;
    scan.level = level;
    return scanTrouble(scan, at + text.length);
  }
  return undefined;
}

function scanTrouble(scan: Scan, at: number): Outcome {
  scan.kind = scan.level;
  scan.set(F.reason, at, scan.end);
  if (scan.level !== 'warning') return 'fact';
  if (isCheck(scan, at)) {
    // A WARN action of header_checks: what the operator asked to see, no trouble.
    scanCheck(scan, at);
    return 'known';
  }
  return scanSasl(scan, at) ?? 'fact';
}

/** `host[ip]: SASL LOGIN authentication failed: reason[, sasl_username=x]`. */
function scanSasl(scan: Scan, at: number): Outcome | undefined {
  const sasl = find(scan, SASL, at);
  if (sasl < 0 || scan.buffer[sasl - 1] !== COLON || !isEndpoint(scan, at, sasl - 1)) return undefined;
  const method = sasl + SASL.length;
  const failed = find(scan, FAILED_BARE, method);
  if (failed < 0) return undefined;
  scanClientEndpoint(scan, at, sasl - 1);
  scan.set(F.saslMethod, method, failed);
  scan.kind = 'auth-failure';
  scanWhy(scan, failed);
  return 'fact';
}

function scanWhy(scan: Scan, failed: number): void {
  const from = startsWith(scan, failed, FAILED) ? failed + FAILED.length : scan.end;
  const username = find(scan, USERNAME, from);
  scan.set(F.reason, from, username < 0 ? scan.end : username);
  if (username >= 0) scanPairs(scan, username + 2);
}

/** Whether `host[ip]` or `host[ip]:port` stands between `from` and `to`. */
function isEndpoint(scan: Scan, from: number, to: number): boolean {
  let open = -1;
  for (let at = from; at < to; at += 1) {
    const byte = scan.buffer[at];
    if (byte === SPACE || byte === COMMA) return false;
    if (byte === OPEN_SQUARE) open = at;
    else if (byte === CLOSE_SQUARE && open >= 0) return true;
  }
  return false;
}
