import type { SourceState } from '../../../shared/protocol.ts';

/** Without a listing for so long (real time) the source is lost; a slow one has three of its intervals. */
const LOST_MS = 60_000;
/** How much a listing may be late before it is said, real time. */
const SLACK_MS = 2_000;

/** What the poller knows of itself; clock times, but for the interval. */
export interface PollState {
  readonly startedAtMs?: number;
  /** When the last listing that succeeded began. */
  readonly asOfMs?: number;
  /** From the start of one listing to the next, real time. */
  readonly intervalMs: number;
  /** In a row. */
  readonly failures: number;
  readonly failingSinceMs?: number;
  /** Why the last one failed. */
  readonly reason?: string;
  /** A flaw of the last one, which succeeded. */
  readonly note?: string;
}

/** State of the source and, when there is something to say, why; `speed` is clock seconds per real second. */
export function judgeState(
  poll: PollState,
  nowMs: number,
  speed: number,
): { state: SourceState; reason?: string } {
  const { startedAtMs, asOfMs, intervalMs, note } = poll;
  const sinceMs = asOfMs ?? startedAtMs;
  if (sinceMs === undefined) return { state: 'starting' };
  const ageMs = (nowMs - sinceMs) / speed;
  const wrong = whatIsWrong(poll);
  if (ageMs > Math.max(LOST_MS, 3 * intervalMs)) return { state: 'lost', reason: wrong ?? slow(ageMs) };
  if (wrong !== undefined) return { state: 'failing', reason: wrong };
  if (asOfMs === undefined) return { state: 'starting' };
  if (ageMs > 2 * intervalMs + SLACK_MS) return { state: 'late', reason: slow(ageMs) };
  return note === undefined ? { state: 'ok' } : { state: 'ok', reason: note };
}

function whatIsWrong({ reason, failingSinceMs }: PollState): string | undefined {
  if (reason === undefined || failingSinceMs === undefined) return undefined;
  return `${reason}; failing since ${new Date(failingSinceMs).toISOString().slice(11, 19)} UTC`;
}

function slow(ageMs: number): string {
  return `no listing for ${Math.round(ageMs / 1_000)} s, the one under way takes long: the queue is growing or its disk busy`;
}
