import type { SourceState } from '../../shared/protocol.ts';
import type { FollowerStatus } from './follow/follower.ts';

/** No success for so long is a lost source. All of these in real time. */
const LOST_MS = 60_000;
/** A burst that is read within so long is nothing to tell of. */
const LATE_MS = 2_000;
/** How long a wrong clock is told of after its last line. */
const SKEW_SHOWN_MS = 60_000;
/** How long a loss is told of; it stays counted. */
const LOSS_SHOWN_MS = 3_600_000;

/** Something that happened at a clock time. */
export interface Remark {
  readonly text: string;
  readonly atMs: number;
}

/** What a log source knows of itself; clock times. */
export interface LogFacts {
  readonly statuses: readonly FollowerStatus[];
  readonly startedAtMs: number;
  readonly lastLineAtMs?: number | undefined;
  readonly quietAfterMs: number;
  readonly skew?: Remark | undefined;
  readonly loss?: Remark | undefined;
}

export interface LogState {
  readonly state: SourceState;
  readonly reason?: string;
  /** Up to when every one of its files has been read. */
  readonly asOfMs?: number;
}

/** State of a log source and, when there is something to say, why. `speed`: clock seconds per real second. */
export function judgeLog(facts: LogFacts, nowMs: number, speed: number): LogState {
  const asOf = facts.statuses.flatMap(({ asOfMs }) => asOfMs ?? []);
  const isComplete = asOf.length === facts.statuses.length;
  const asOfMs = isComplete ? Math.min(...asOf) : undefined;
  const realSince = (atMs: number): number => (nowMs - atMs) / speed;
  const verdict = whatIsWrong(facts, asOfMs, realSince) ?? whatIsOdd(facts, realSince);
  return asOfMs === undefined ? verdict : { ...verdict, asOfMs };
}

type RealSince = (atMs: number) => number;

function whatIsWrong(
  facts: LogFacts,
  asOfMs: number | undefined,
  realSince: RealSince,
): LogState | undefined {
  const { statuses, startedAtMs } = facts;
  const ageMs = realSince(asOfMs ?? startedAtMs);
  const failing = statuses.find(({ state }) => state === 'failing');
  if (failing) {
    return { state: ageMs > LOST_MS ? 'lost' : 'failing', reason: failing.fault ?? 'it cannot be read' };
  }
  const polledAtMs = Math.min(...statuses.map((status) => status.polledAtMs ?? startedAtMs));
  if (realSince(polledAtMs) > LOST_MS) {
    const reason =
      'reading has not come back for more than a minute: see whether the disk or the mount answers';
    return { state: 'lost', reason };
  }
  const behindBytes = statuses.reduce((sum, status) => sum + status.behindBytes, 0);
  if (behindBytes > 0 && (asOfMs === undefined || ageMs > LATE_MS)) {
    return { state: 'late', reason: `catching up, ${sizeText(behindBytes)} behind` };
  }
  return asOfMs === undefined ? { state: 'starting' } : undefined;
}

function whatIsOdd(
  { skew, loss, quietAfterMs, lastLineAtMs, startedAtMs }: LogFacts,
  realSince: RealSince,
): LogState {
  if (skew && realSince(skew.atMs) < SKEW_SHOWN_MS) return { state: 'ok', reason: skew.text };
  const quietMs = realSince(lastLineAtMs ?? startedAtMs);
  if (quietMs > quietAfterMs) {
    const reason = `no line for ${Math.round(quietMs / 60_000)} min: see whether the mail host still logs here`;
    return { state: 'quiet', reason };
  }
  return loss && realSince(loss.atMs) < LOSS_SHOWN_MS ? { state: 'ok', reason: loss.text } : { state: 'ok' };
}

function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
