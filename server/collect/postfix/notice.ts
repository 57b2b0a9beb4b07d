import { ascii, find, startsWith } from '../scan/bytes.ts';
import type { Outcome } from '../scan/outcome.ts';
import { F, type Scan } from '../scan/scan.ts';
import { hasQueueId, queueIdLength } from './queue-id.ts';

const SENDER = ascii('sender ');
const POSTMASTER = ascii('postmaster ');
const NOTIFICATION = ascii('notification: ');

/** bounce's `sender non-delivery notification: QID2` and its siblings (delay, delivery status, to the postmaster). */
export function scanNotice(scan: Scan, at: number): Outcome | undefined {
  if (!startsWith(scan, at, SENDER) && !startsWith(scan, at, POSTMASTER)) return undefined;
  const mark = find(scan, NOTIFICATION, at);
  if (mark < 0) return undefined;
  const id = mark + NOTIFICATION.length;
  const length = queueIdLength(scan, id);
  if (length < 6) return undefined;
  scan.set(F.noticeQueueId, id, id + length);
  scan.kind = 'bounce-notice';
  return hasQueueId(scan) ? 'fact' : 'known';
}
