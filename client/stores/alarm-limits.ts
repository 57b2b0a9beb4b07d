/** What a deed must give before it is sent: a reason, an end, and not too late an end. */

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The longest that the server takes. */
export const MAX_SHELF_MS = 8 * HOUR_MS;
export const MAX_SILENCE_MS = 24 * HOUR_MS;
export const MAX_MAINTENANCE_MS = 12 * HOUR_MS;
export const MAX_RECURRING_MS = 366 * 24 * HOUR_MS;

/** An end to choose. Without one, `reason` says why it cannot be chosen. */
export interface EndPreset {
  readonly name: '30m' | '1h' | 'shift';
  readonly label: string;
  readonly untilMs: number | null;
  readonly reason: string;
}

/** Half an hour, an hour, the end of the shift when it is known and near enough. */
export function endPresets(nowMs: number, shiftEndMs: number | null, maxMs: number): readonly EndPreset[] {
  const shiftReason =
    shiftEndMs === null || shiftEndMs <= nowMs
      ? 'nobody knows when this shift ends'
      : shiftEndMs - nowMs > maxMs
        ? `it ends later than ${maxMs / HOUR_MS} h from now`
        : '';
  return [
    { name: '30m', label: '30 min', untilMs: nowMs + 30 * MINUTE_MS, reason: '' },
    { name: '1h', label: '1 h', untilMs: nowMs + HOUR_MS, reason: '' },
    {
      name: 'shift',
      label: 'end of shift',
      untilMs: shiftReason === '' ? shiftEndMs : null,
      reason: shiftReason,
    },
  ];
}

/** The next change of whoever is on call: the end of this shift. */
export function shiftEnd(
  onCall: readonly { readonly untilMs: number | null }[],
  nowMs: number,
): number | null {
  const ends = onCall.flatMap(({ untilMs }) => (untilMs !== null && untilMs > nowMs ? [untilMs] : []));
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Why a deed cannot be sent yet, one sentence each. `maxMs` absent: it needs no end. */
export function deedFaults(asked: {
  readonly by: string;
  readonly reason: string;
  readonly untilMs?: number | null;
  readonly nowMs: number;
  readonly maxMs?: number;
}): readonly string[] {
  const { by, reason, untilMs = null, nowMs, maxMs } = asked;
  const faults = [
    by.trim() === '' ? 'Say who you are.' : '',
    reason.trim() === '' ? 'Give a reason: the next shift must know why.' : '',
  ];
  if (maxMs !== undefined) {
    if (untilMs === null) faults.push('Say until when: it must end by itself.');
    else if (untilMs <= nowMs) faults.push('The end lies in the past.');
    else if (untilMs - nowMs > maxMs) faults.push(`The end is too far away: at most ${maxMs / HOUR_MS} h.`);
  }
  return faults.filter(Boolean);
}
