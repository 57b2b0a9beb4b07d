/** Whether it may be said that no mail was lost. */
import type { LedgerHour, LedgerView } from '../../../../shared/foresight.ts';
import type { Feed, FeedCoverage } from '../../../../shared/protocol.ts';
import type { Account } from './account.ts';
import { blindReason } from './cover.ts';

export interface ClaimFacts {
  readonly account: Account | undefined;
  readonly coverage: Readonly<Record<Feed, FeedCoverage>> | undefined;
  /** A host whose log has not yet told of the time at which something left its queue. */
  readonly awaited: string | undefined;
  readonly settleMs: number;
  readonly atMs: number;
  readonly speed: number;
}

/** Only when every recipient of the hours of the last day has its place, up to a time at which that was certain. */
export function claimOf(facts: ClaimFacts): LedgerView['claim'] {
  const not = (reason: string) => ({ mayBeSaid: false, reason }) as const;
  const { account, coverage, awaited, settleMs, atMs } = facts;
  const hour = account?.hour();
  if (!account || !hour) return not('nothing is counted yet');
  const open =
    countText(account, hour, 'unaccounted', 'not accounted for') ??
    countText(account, hour, 'unseen', 'not seen from beginning to end');
  if (open !== null) return not(open);
  const blind = blindReason(coverage);
  if (blind !== null) return not(blind);
  if (awaited !== undefined)
    return not(`mail left the queue of ${awaited}, and its log has not told of that time yet`);
  if (!account.isSettled)
    return not(`all sources must have been read for ${Math.round(settleMs / 60_000)} min in a row`);
  const untilMs = certainMs(facts);
  return untilMs === null
    ? not('nothing is counted yet')
    : { mayBeSaid: true, untilMs, lagMs: atMs - untilMs };
}

/** A message that is lost is found when two listings in a row lack it, and is missing when it has stayed so. */
function certainMs({ coverage, settleMs, atMs, speed }: ClaimFacts): number | null {
  const [flow, queue] = [coverage?.flow.asOfMs ?? null, coverage?.queue.asOfMs ?? null];
  if (flow === null || queue === null || !coverage) return null;
  return Math.min(atMs, flow, queue - coverage.queue.intervalMs * speed) - settleMs;
}

function countText(
  account: Account,
  hour: LedgerHour,
  of: 'unaccounted' | 'unseen',
  what: string,
): string | null {
  const [now, before] = [hour[of], account.earlier(of)];
  const n = now + before;
  if (n === 0) return null;
  const when = before === 0 ? '' : now === 0 ? ' of earlier hours' : ` (${count(before)} of earlier hours)`;
  const are = Math.abs(n) === 1 ? 'is' : 'are';
  if (n < 0) return `${count(-n)} more went than came${when}`;
  return now === 0 || before === 0
    ? `${count(n)}${when} ${are} ${what}`
    : `${count(n)} ${are} ${what}${when}`;
}

function count(n: number): string {
  return `${n.toLocaleString('en-GB')} ${Math.abs(n) === 1 ? 'recipient' : 'recipients'}`;
}
