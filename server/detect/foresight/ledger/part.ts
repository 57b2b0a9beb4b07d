import type { LedgerHour, LedgerView } from '../../../../shared/foresight.ts';
import { type Balance, FATES } from '../../../aggregate/conservation.ts';
import { DIRECTIONS } from '../../../aggregate/scope.ts';
import type { ForesightRow } from '../../../history/foresight-store.ts';
import type { ForesightViews } from '../engine.ts';
import { type ForesightFacts, type ForesightPart, keyOf, type ScopeInfo } from '../types.ts';
import { Account, SETTLE_MS } from './account.ts';
import { claimOf } from './claim.ts';
import { blindReason } from './cover.ts';
import type { KeptHours, Sample } from './hours.ts';
import { keptText, parseKept } from './kept.ts';

/** Real time that reading may be behind. */
const BEHIND_MS = 10_000;
/** Between two times at which the hours are written down, for a process that does not end in peace. */
const KEEP_MS = 60_000;

/** Rows of this kind: one hour of one scope. */
export const LEDGER_ROW = 'ledger';

const KEYS = ['accepted', ...FATES, 'vanished', 'unseen'] as const satisfies readonly (keyof Balance)[];
const ZERO = Object.fromEntries(KEYS.map((key) => [key, 0])) as Balance;

export interface LedgerPart extends ForesightPart<ForesightViews['ledger']> {
  /** Whether it may be said of a scope that no mail was lost within a day, or since counting began. */
  claim(key: string, facts: ForesightFacts): LedgerView['claim'];
}

/** The account of every scope, by the hour; goes on with what an earlier run kept. `settleMs`: the grace, at speed 1. */
export function createLedgerPart(kept?: string, settleMs = SETTLE_MS): LedgerPart {
  return new Ledgers(parseKept(kept), settleMs);
}

class Ledgers implements LedgerPart {
  readonly #accounts = new Map<string, Account>();
  readonly #kept: ReadonlyMap<string, KeptHours>;
  readonly #settleMs: number;
  #rows: ForesightRow[] = [];
  #facts: ForesightFacts | null = null;
  #keptMs = -Infinity;

  constructor(kept: ReadonlyMap<string, KeptHours>, settleMs: number) {
    this.#kept = kept;
    this.#settleMs = settleMs;
  }

  advance(facts: ForesightFacts): void {
    this.#facts = facts;
    for (const scope of facts.scopes) {
      const key = keyOf(scope);
      for (const hour of this.#of(key, scope, facts).take(this.#sample(facts, scope)))
        if (isWorthKeeping(hour))
          this.#rows.push({ kind: LEDGER_ROW, scope: key, atMs: hour.fromMs, text: JSON.stringify(hour) });
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

  /** As the books are now: lines may have been read since the last step. */
  takeKept(isLast = false): string | undefined {
    const facts = this.#facts;
    if (!facts || (!isLast && Math.abs(facts.atMs - this.#keptMs) < KEEP_MS)) return undefined;
    this.#keptMs = facts.atMs;
    const hours = facts.scopes.flatMap((scope) => {
      const key = keyOf(scope);
      const kept = this.#accounts.get(key)?.kept(this.#sample(facts, scope));
      return kept && (isWorthKeeping(kept.hour) || kept.earlier.length > 0) ? [[key, kept] as const] : [];
    });
    return keptText(new Map(hours));
  }

  claim(key: string, facts: ForesightFacts): LedgerView['claim'] {
    const scope = facts.scopes.find((each) => keyOf(each) === key);
    return claimOf({
      account: this.#accounts.get(key),
      coverage: facts.live.state.coverage[scope?.cluster ?? ''],
      awaited: facts.books.proof.awaited(facts.atMs),
      settleMs: this.#settleOf(facts.speed),
      ...{ atMs: facts.atMs, speed: facts.speed },
    });
  }

  #sample(facts: ForesightFacts, scope: ScopeInfo): Sample {
    return { ...sampleOf(facts, scope), settleMs: this.#settleOf(facts.speed) };
  }

  #settleOf(speed: number): number {
    return speed > 1 ? Math.max(this.#settleMs, BEHIND_MS * speed) : this.#settleMs;
  }

  #of(key: string, scope: ScopeInfo, facts: ForesightFacts): Account {
    let found = this.#accounts.get(key);
    if (found) return found;
    const hours = this.#kept.get(key);
    found = new Account(hours ? { hours, adopted: adoptedOf(facts, scope) } : null);
    this.#accounts.set(key, found);
    return found;
  }
}

function sampleOf(facts: ForesightFacts, scope: ScopeInfo): Omit<Sample, 'settleMs'> {
  const { atMs, live, books } = facts;
  const place = placeOf(facts, scope) ?? -1;
  const balance = books.conservation?.balance(place) ?? ZERO;
  let [queued, held] = [0, 0];
  for (const direction of DIRECTIONS) {
    const queue = books.waiting?.byQueue(place, direction);
    if (!queue) continue;
    // What lies in maildrop has not been taken over yet.
    queued += queue.incoming + queue.active + queue.deferred + queue.corrupt;
    held += queue.hold;
  }
  const isSeen = blindReason(live.state.coverage[scope.cluster ?? '']) === null;
  const isCovered = isSeen && books.proof.awaited(atMs) === undefined;
  return { atMs, balance: { ...balance }, queued, held, isCovered };
}

function adoptedOf(facts: ForesightFacts, scope: ScopeInfo): number {
  return facts.books.conservation?.adopted(placeOf(facts, scope) ?? -1) ?? 0;
}

/** One account: mail between two tenants of a cluster is in the cluster's once. */
function placeOf({ live, books }: ForesightFacts, { kind, id, places }: ScopeInfo): number | undefined {
  if (kind === 'platform') return live.scopes.platform;
  return kind === 'cluster' ? books.clusters.scopeOf(id) : places[0];
}

/** An hour in which nothing was and nothing came says nothing. */
function isWorthKeeping({ opening, accepted, unaccounted, unseen }: LedgerHour): boolean {
  return opening > 0 || accepted !== 0 || unaccounted !== 0 || unseen > 0;
}
