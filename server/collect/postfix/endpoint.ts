import { CLOSE_SQUARE, COLON, OPEN_SQUARE, parseDigits } from '../scan/bytes.ts';
import { F, type Scan } from '../scan/scan.ts';

/**
 * Splits `host[address]` or `host[address]:port` between `from` and `to` into the client fields.
 * `[address]:port`, as postscreen writes it, has no host; `local` has no address.
 */
export function scanClientEndpoint(scan: Scan, from: number, to: number): void {
  const open = lastOpen(scan, from, to);
  if (open < 0) {
    if (to > from) scan.set(F.clientHost, from, to);
    return;
  }
  let close = open + 1;
  while (close < to && scan.buffer[close] !== CLOSE_SQUARE) close += 1;
  if (open > from) scan.set(F.clientHost, from, open);
  scan.set(F.clientIp, open + 1, close);
  if (scan.buffer[close + 1] === COLON && close + 2 < to && parseDigits(scan, close + 2, to) >= 0) {
    scan.set(F.clientPort, close + 2, to);
  }
}

function lastOpen(scan: Scan, from: number, to: number): number {
  for (let at = to - 1; at >= from; at -= 1) if (scan.buffer[at] === OPEN_SQUARE) return at;
  return -1;
}
