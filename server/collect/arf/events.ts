import type { PlatformEvent } from '../../../shared/foresight.ts';
import type { ArfReport } from './parse.ts';

/** What customers complain of; `not-spam` and failures of authentication are other things. */
const COMPLAINTS: ReadonlySet<string> = new Set(['abuse', 'fraud', 'virus', 'other']);
/** When it was written counts only if it can be: clocks are wrong, and reports are kept back. */
const BEHIND_MS = 86_400_000;
const AHEAD_MS = 300_000;

export interface ArfDeps {
  /** Null: of none of ours. */
  readonly tenantOf: (address: string) => string | null;
  readonly nowMs: number;
}
export interface ArfEvents {
  readonly events: readonly PlatformEvent[];
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/** One event for each recipient of ours who complains; who it was is hashed where events are taken. */
export function eventsOfArf(report: ArfReport, { tenantOf, nowMs }: ArfDeps): ArfEvents {
  const { id, type, recipients, writtenMs } = report;
  if (!COMPLAINTS.has(type))
    return { events: [], refused: [{ id, reason: `a report of “${type.slice(0, 40)}” is no complaint` }] };
  const isUsable = writtenMs !== null && nowMs - writtenMs < BEHIND_MS && writtenMs - nowMs < AHEAD_MS;
  const atMs = isUsable ? Math.min(writtenMs, nowMs) : nowMs;
  const events: PlatformEvent[] = [];
  const refused: { id: string; reason: string }[] = [];
  recipients.forEach((reporter, i) => {
    const own = recipients.length === 1 ? id : `${id}.${i}`;
    const tenant = tenantOf(reporter);
    if (tenant === null) refused.push({ id: own, reason: 'its recipient is of none of the tenants' });
    else events.push({ id: own, kind: 'abuse-report', atMs, text: `complaint (${type})`, tenant, reporter });
  });
  return { events, refused };
}
