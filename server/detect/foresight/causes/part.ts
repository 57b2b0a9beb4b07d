import type { ForesightScope, PlatformEvent, SharedCause } from '../../../../shared/foresight.ts';
import type { Books } from '../../../aggregate/books.ts';
import { isOwned } from '../../../aggregate/scope.ts';
import type { Tenant } from '../../../attribute/tenants-file.ts';
import type { MailEvent } from '../../../collect/event.ts';
import { noDataReason } from '../../coverage.ts';
import type { ForesightViews } from '../engine.ts';
import { LATE_MS } from '../held/census.ts';
import type { ForesightFacts, ForesightPart } from '../types.ts';
import { type Change, rankCauses, type RankInput, type Unit, verdictOf } from './rank.ts';
import { type Counted, type UnitFlow, Units } from './units.ts';

/** What can be wrong with a unit; enough of it to say so, and little enough to say that it is not. */
interface Symptom {
  readonly name: string;
  readonly points: RankInput['points'];
  /** Bad ones and all of them. */
  readonly of: (counted: Counted, late: number) => { readonly bad: number; readonly n: number };
  readonly leastBad: number;
  readonly leastN: number;
  readonly share: number;
}

const SYMPTOMS: readonly Symptom[] = [
  {
    name: 'mail waits',
    points: ['change', 'cluster', 'route'],
    of: ({ sent, putOff }, late) => ({ bad: Math.max(putOff, late), n: sent + Math.max(putOff, late) }),
    ...{ leastBad: 3, leastN: 5, share: 0.25 },
  },
  {
    name: 'users are locked out',
    points: ['change', 'cluster'],
    of: ({ loginOk, loginFault }) => ({ bad: loginFault, n: loginOk + loginFault }),
    ...{ leastBad: 2, leastN: 3, share: 0.25 },
  },
  {
    name: 'mail is refused for now',
    points: ['change', 'filter', 'cluster'],
    of: ({ taken, refused }) => ({ bad: refused, n: taken + refused }),
    ...{ leastBad: 3, leastN: 5, share: 0.2 },
  },
];
const CENSUS_MS = 30_000;
/** A symptom that shows nowhere for so long is over; the next is another. */
const OVER_MS = 10 * 60_000;
/** Units from which on something shared is looked for. */
const LEAST_HIT = 2;
/** Changes looked at, before the trouble. */
const CHANGES_MS = 24 * 3_600_000;

/** One trouble, from its first unit on. */
interface Trouble {
  readonly sinceMs: number;
  lastMs: number;
}

/** Looks for what those who are hit share. Never published by itself: people decide what to tell. */
export function createCausesPart(
  tenants: readonly Tenant[],
  books: () => Books,
): ForesightPart<ForesightViews['causes']> {
  return new Causes(new Units(tenants, books));
}

class Causes implements ForesightPart<ForesightViews['causes']> {
  readonly #units: Units;
  readonly #troubles = new Map<string, Trouble>();
  #view: readonly SharedCause[] = [];
  #censusMs = -Infinity;

  constructor(units: Units) {
    this.#units = units;
  }

  event(event: MailEvent): void {
    this.#units.event(event);
  }

  advance(facts: ForesightFacts): void {
    const { atMs, books } = facts;
    if (atMs - this.#censusMs >= CENSUS_MS || atMs < this.#censusMs) {
      this.#censusMs = atMs;
      this.#countLate(books, atMs);
    }
    this.#view = SYMPTOMS.flatMap((symptom) => this.#look(symptom, facts) ?? []);
  }

  view(): ForesightViews['causes'] {
    return this.#view;
  }

  #countLate({ ledger }: Books, nowMs: number): void {
    for (const unit of this.#units.list) unit.late = 0;
    for (const { isDeposited, queueName, edgeAtMs, recipients } of ledger.all()) {
      if (!isDeposited || queueName === 'corrupt' || queueName === 'maildrop') continue;
      if (queueName !== 'hold' && nowMs - edgeAtMs <= LATE_MS) continue;
      for (const { address, owner, state, isRemoteFault } of recipients) {
        if (state === 'done' || isRemoteFault || !isOwned(owner)) continue;
        const unit = this.#units.of(address);
        if (unit) unit.late += 1;
      }
    }
  }

  #look(symptom: Symptom, { atMs, live, events }: ForesightFacts): SharedCause | null {
    const judged = this.#units.list.map((flow) => {
      const isBlind = noDataReason(live.state.coverage[flow.cluster ?? '']) !== null;
      return { flow, state: isBlind ? ('unknown' as const) : stateOf(symptom, flow, atMs) };
    });
    const hit = judged.filter(({ state }) => state === 'hit');
    const trouble = this.#follow(symptom.name, hit.length, atMs);
    if (!trouble || hit.length < LEAST_HIT) return null;
    const units = judged.map(({ flow, state }): Unit => ({ name: flow.name, state, parts: flow.keys(atMs) }));
    const candidates = rankCauses({
      units,
      changes: changesBefore(events, trouble.sinceMs),
      points: symptom.points,
    });
    const scopes = (state: Unit['state']) =>
      judged.flatMap((one) => (one.state === state ? [scopeOf(one.flow)] : []));
    return {
      id: `${symptom.name} ${trouble.sinceMs}`,
      symptom: symptom.name,
      sinceMs: trouble.sinceMs,
      hit: scopes('hit'),
      notHit: scopes('spared'),
      unknown: scopes('unknown'),
      candidates,
      verdict: verdictOf(candidates, hit.length),
    };
  }

  #follow(name: string, hit: number, atMs: number): Trouble | undefined {
    const trouble = this.#troubles.get(name);
    if (hit > 0) {
      if (trouble) trouble.lastMs = atMs;
      else this.#troubles.set(name, { sinceMs: atMs, lastMs: atMs });
    } else if (trouble && atMs - trouble.lastMs > OVER_MS) this.#troubles.delete(name);
    return this.#troubles.get(name);
  }
}

function stateOf(symptom: Symptom, flow: UnitFlow, nowMs: number): Unit['state'] {
  const { bad, n } = symptom.of(flow.counted(nowMs), flow.late);
  if (bad >= symptom.leastBad && bad >= symptom.share * n) return 'hit';
  return n >= symptom.leastN && bad < (symptom.share / 2) * n ? 'spared' : 'unknown';
}

function changesBefore(events: readonly PlatformEvent[], sinceMs: number): readonly Change[] {
  return events.flatMap(({ kind, id, text, components, atMs }) =>
    kind === 'change' && components && atMs <= sinceMs && sinceMs - atMs <= CHANGES_MS
      ? [{ id, text, components, leadMs: sinceMs - atMs }]
      : [],
  );
}

function scopeOf({ id, name, service }: UnitFlow): ForesightScope {
  return { kind: service === null ? 'tenant' : 'service', id, name };
}
