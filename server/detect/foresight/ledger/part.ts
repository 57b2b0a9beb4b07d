import type { LedgerHour, LedgerView } from '../../../../shared/foresight.ts';
import { type Balance, FATES } from '../../../aggregate/conservation.ts';
import { DIRECTIONS } from '../../../aggregate/scope.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import { noDataReason } from '../../coverage.ts';
import type { ForesightViews } from '../engine.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { Account, type Sample, SETTLE_MS } from './account.ts';

/** Real time that reading may be behind. */
const BEHIND_MS = 10_000;
const settleOf = (speed: number) => Math.max(SETTLE_MS, BEHIND_MS * speed);

/** Rows of this kind: one hour of one scope. */
export const LEDGER_ROW = 'ledger';

const KEYS = ['accepted', ...FATES, 'vanished', 'unseen'] as const satisfies readonly (keyof Balance)[];

export interface LedgerPart extends ForesightPart<ForesightViews['ledger']> {
  /** Whether it may be said of a scope that no mail was lost since this process began. */
  claim(key: string, facts: ForesightFacts): LedgerView['claim'];
}

/** The account of every scope, by the hour. */
export function createLedgerPart(): LedgerPart {
  return new Ledgers();
}

class Ledgers implements LedgerPart {
  readonly #accounts = new Map<string, Account>();
  #rows: ForesightRow[] = [];

  advance(facts: ForesightFacts): void {
    for (const scope of facts.scopes) {
      const key = keyOf(scope);
      const ended = this.#of(key).take(sampleOf(facts, scope));
      if (ended && isWorthKeeping(ended))
        this.#rows.push({ kind: LEDGER_ROW, scope: key, atMs: ended.fromMs, text: JSON.stringify(ended) });
    }
  }

  view(): ForesightViews['ledger'] {
    return new Map(
      [...this.#accounts].flatMap(([key, account]) => {
        const hour = account.hour();
        return hour ? [[key, hour] as const] : [];
      }),
    );
  }

  takeRows(): readonly ForesightRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  claim(key: string, { atMs, speed, live, scopes }: ForesightFacts): LedgerView['claim'] {
    const not = (reason: string) => ({ mayBeSaid: false, reason }) as const;
    const account = this.#accounts.get(key);
    const scope = scopes.find((each) => keyOf(each) === key);
    const hour = account?.hour();
    if (!account || !scope || !hour) return not('nothing is counted yet');
    const coverage = live.state.coverage[scope.cluster ?? ''];
    const blind = noDataReason(coverage);
    if (blind !== null) return not(blind);
    if ((coverage?.queue.expected ?? 0) === 0) return not('nothing lists the queue');
    if (account.missing !== 0) return not(`${account.missing} recipients are not accounted for`);
    if (account.unseen > 0) return not(`of ${account.unseen} recipients we have not seen the whole life`);
    if ((hour.coverage ?? 0) < 1) return not('sources were silent in this hour');
    const lagMs = settleOf(speed);
    return { mayBeSaid: true, untilMs: atMs - lagMs, lagMs };
  }

  #of(key: string): Account {
    let found = this.#accounts.get(key);
    if (!found) this.#accounts.set(key, (found = new Account()));
    return found;
  }
}

function sampleOf({ atMs, speed, live, books }: ForesightFacts, scope: ScopeInfo): Sample {
  const places = scope.kind === 'platform' ? [live.scopes.platform] : scope.places;
  const balance = emptyBalance();
  let [queued, held] = [0, 0];
  for (const place of places) {
    const one = books.conservation?.balance(place);
    for (const key of KEYS) balance[key] += one?.[key] ?? 0;
    for (const direction of DIRECTIONS) {
      const queue = books.waiting?.byQueue(place, direction);
      if (!queue) continue;
      // What lies in maildrop has not been taken over yet.
      queued += queue.incoming + queue.active + queue.deferred + queue.corrupt;
      held += queue.hold;
    }
  }
  return {
    atMs,
    balance,
    queued,
    held,
    settleMs: settleOf(speed),
    isCovered: noDataReason(live.state.coverage[scope.cluster ?? '']) === null,
  };
}

function emptyBalance(): Balance {
  return Object.fromEntries(KEYS.map((key) => [key, 0])) as Balance;
}

/** An hour in which nothing was and nothing came says nothing. */
function isWorthKeeping({ opening, accepted, unaccounted, unseen }: LedgerHour): boolean {
  return opening > 0 || accepted !== 0 || unaccounted !== 0 || unseen > 0;
}
