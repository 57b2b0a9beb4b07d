/** Whether this screen has lost the server for so long that it says so aloud. Pure. */

/** Lost for so long. */
export const LOST_AFTER_MS = 30_000;
/** While it stays lost it is told again, for nobody else can tell of alarms; one that comes and goes is told no more often. */
const LOST_EVERY_MS = 300_000;
/** A longer time without a look was sleep, in which nothing can be lost. */
const SLEPT_MS = 90_000;

export interface LostContact {
  /** When it was first seen to be lost; null: it is not. */
  readonly sinceMs: number | null;
  readonly toldAtMs: number | null;
  readonly lookedAtMs: number | null;
}
export const CLEAR: LostContact = { sinceMs: null, toldAtMs: null, lookedAtMs: null };

export interface LostStep {
  readonly lost: LostContact;
  readonly isDue: boolean;
  /** When it will be, if contact stays lost; null: there is contact, or it could not sound. */
  readonly dueAtMs: number | null;
}

function sinceOf({ sinceMs, lookedAtMs }: LostContact, nowMs: number): number {
  if (sinceMs === null || sinceMs > nowMs) return nowMs;
  const hasSlept = lookedAtMs !== null && nowMs - lookedAtMs > SLEPT_MS;
  return hasSlept ? nowMs : sinceMs;
}

/** One look at the link. `isMute`: whatever is due cannot sound now, and stays due. */
export function lostStep(
  before: LostContact,
  { nowMs, isLive, isMute }: { readonly nowMs: number; readonly isLive: boolean; readonly isMute: boolean },
): LostStep {
  const toldAtMs = before.toldAtMs === null ? null : Math.min(before.toldAtMs, nowMs);
  if (isLive) {
    return { lost: { sinceMs: null, toldAtMs, lookedAtMs: nowMs }, isDue: false, dueAtMs: null };
  }
  const sinceMs = sinceOf(before, nowMs);
  const lost = { sinceMs, toldAtMs, lookedAtMs: nowMs };
  const dueAtMs = Math.max(sinceMs + LOST_AFTER_MS, (toldAtMs ?? -Infinity) + LOST_EVERY_MS);
  if (nowMs < dueAtMs || isMute) return { lost, isDue: false, dueAtMs: isMute ? null : dueAtMs };
  return { lost: { ...lost, toldAtMs: nowMs }, isDue: true, dueAtMs: nowMs + LOST_EVERY_MS };
}
