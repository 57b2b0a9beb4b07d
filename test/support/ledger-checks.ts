/** What must hold of the ledger at every moment. */
import type { LedgerHour } from '../../shared/foresight.ts';
import type { ForesightFacts } from '../../server/detect/foresight/types.ts';
import type { LedgerRun } from './ledger-run.ts';

/** Zero: what was open and what came is where the row says that it is. */
export function residual(hour: LedgerHour): number {
  const { opening, accepted, delivered, bounced, expired, discarded, deleted, unseen } = hour;
  const gone = delivered + bounced + expired + discarded + deleted + unseen;
  return opening + accepted - gone - hour.held - hour.queued - hour.unaccounted - hour.settling;
}

export interface Watched {
  /** Scopes of which an hour did not close at some moment, with the most that was said to be missing. */
  readonly off: Readonly<Record<string, number>>;
  /** Everything that was said of the claim, and what was said last. */
  readonly said: ReadonlySet<string>;
  readonly claim: string;
}

/** Lives through it. At every step each row adds up, and hours and claim do not contradict each other; else it throws. */
export function watchLedger(run: LedgerRun, key = '_platform'): Watched {
  const off: Record<string, number> = {};
  const said = new Set<string>();
  let claim = '';
  run.run((facts) => {
    for (const [scope, hour] of run.ledger.view()) {
      check(run, facts, scope, hour);
      if (hour.unaccounted !== 0) off[scope] = Math.max(off[scope] ?? 0, Math.abs(hour.unaccounted));
    }
    claim = claimText(run, facts, key);
    said.add(claim);
  });
  return { off, said, claim };
}

function check(run: LedgerRun, facts: ForesightFacts, scope: string, hour: LedgerHour): void {
  if (residual(hour) !== 0) throw new Error(`${scope} does not add up: ${JSON.stringify(hour)}`);
  if (hour.unaccounted + hour.unseen === 0) return;
  const claim = claimText(run, facts, scope);
  const n = hour.unaccounted === 0 ? 'not seen' : String(Math.abs(hour.unaccounted));
  if (!claim.includes(n)) throw new Error(`${scope}: ${hour.unaccounted}, and the claim says: ${claim}`);
}

function claimText(run: LedgerRun, facts: ForesightFacts, key: string): string {
  const claim = run.ledger.claim(key, facts);
  return claim.mayBeSaid ? 'may be said' : claim.reason;
}
