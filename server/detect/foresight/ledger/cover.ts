import type { Feed, FeedCoverage } from '../../../../shared/protocol.ts';

/** Why the account of a scope cannot be closed now; null: every log and every queue of it is read. One that is not may hide anything. */
export function blindReason(coverage: Readonly<Record<Feed, FeedCoverage>> | undefined): string | null {
  if (!coverage) return 'no source covers it';
  const { flow, queue } = coverage;
  if (flow.expected === 0) return 'nothing reads the log';
  if (queue.expected === 0) return 'nothing lists the queue';
  return silentText(flow, 'log') ?? silentText(queue, 'queue listing');
}

function silentText({ expected, fresh }: FeedCoverage, what: string): string | null {
  if (fresh >= expected) return null;
  const which = expected === 1 ? `the ${what} is` : `${expected - fresh} of ${expected} ${what}s are`;
  return `${which} silent or read late`;
}
