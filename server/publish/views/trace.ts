import type { MessageRecord, MessageTrace } from '../../../shared/history.ts';
import type { Principal } from '../../base/permissions.ts';

/** What of a trace its reader may see; undefined when that is nothing. Lines are of the whole message, and shown to those who may see all of it. */
export function visibleTrace(trace: MessageTrace, { tenants }: Principal): MessageTrace | undefined {
  if (trace.records.length === 0 && (trace.lines.length === 0 || tenants !== 'all')) return undefined;
  if (tenants === 'all') return trace;
  const isOwn = (id: string | undefined) => id !== undefined && tenants.includes(id);
  // Who sends may see all recipients; who receives sees what came to him.
  const isVisible = ({ receiver, sender }: MessageRecord) => isOwn(receiver) || isOwn(sender);
  const records = trace.records.filter(isVisible);
  if (records.length === 0) return undefined;
  if (records.length === trace.records.length) return { ...trace, records };
  const missing = [...trace.missing, 'the lines tell of mail of other tenants as well'];
  return { ...trace, records, lines: [], related: [], missing };
}
