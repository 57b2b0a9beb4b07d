import type { RecordDraft } from '../parse-record.ts';
import { F, type Scan } from '../scan/scan.ts';
import { isUnknown, recipients, scanTimeMs } from './to-event.ts';

/** Adds what a verdict line says beyond its plain fields. */
export function describeRspamd(scan: Scan, draft: RecordDraft): void {
  if (scan.kind !== 'verdict') return;
  const to = recipients(scan);
  const [first] = to;
  if (first !== undefined) draft.to = to.length === 1 ? first : to;
  draft.from ??= '';
  const scanMs = scanTimeMs(scan);
  if (scanMs >= 0) draft.scanMs = scanMs;
  if (scan.has(F.saslUsername)) draft.user = scan.text(F.saslUsername);
  if (isUnknown(draft.queueId)) delete draft.queueId;
  if (isUnknown(draft.messageId)) delete draft.messageId;
  if (isUnknown(draft.clientIp)) delete draft.clientIp;
}
