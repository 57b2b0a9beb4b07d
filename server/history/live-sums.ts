import type { Books } from '../aggregate/books.ts';
import { isOwned } from '../aggregate/scope.ts';
import { SourceTally } from '../aggregate/source-tally.ts';
import type { PlacedWindow } from '../aggregate/window-set.ts';
import { ROLLING_MS } from '../aggregate/rolling.ts';
import type { MailEvent } from '../collect/event.ts';
import { type DestinationOf, DestinationSums } from './destination-sums.ts';
import { policyRefusedOf } from './metric-basis.ts';

interface Refusals {
  /** Second and count in turn, seconds ascending. */
  readonly entries: number[];
  sum: number;
}

const ROLLING_SECONDS = ROLLING_MS / 1000;
/** Stamps may be ahead a little; those further ahead were written before the clock was set back. */
const AHEAD_SECONDS = 150;

/** What rules ask for and tiles do not: by source, by destination, and refusals by policy. Kept only where somebody is watched over. */
export class LiveSums {
  readonly sources = new SourceTally();
  readonly destinations: DestinationSums;
  readonly #platform: number;
  readonly #refusals = new Map<number, Refusals>();

  /** `platform`: the scope whose windows hold everything once. */
  constructor(platform: number, destinationOf: DestinationOf) {
    this.#platform = platform;
    this.destinations = new DestinationSums(destinationOf);
  }

  event(mail: MailEvent, nowMs: number): void {
    this.sources.note(mail, nowMs);
    if (mail.kind === 'attempt' && mail.status === 'bounced' && mail.dsn.startsWith('5.7.'))
      this.destinations.addPolicyRefusal(mail.toDomain.toLowerCase(), mail.atMs);
  }

  /** A window as it comes to the ring of seconds. */
  placed({ scope, slot, window }: PlacedWindow): void {
    if (window.bounces) this.#noteRefusals(scope, slot, policyRefusedOf(window.bounces));
    if (scope === this.#platform && window.destinations)
      this.destinations.add(window.destinations, slot * 1000);
  }

  /** Final failures by policy in the last five minutes, both directions. */
  policyRefused(scope: number, nowMs: number): number {
    const refusals = this.#refusals.get(scope);
    if (!refusals) return 0;
    const { entries } = refusals;
    const now = Math.floor(nowMs / 1000);
    while ((entries.at(-2) ?? -Infinity) > now + AHEAD_SECONDS) refusals.sum -= entries.splice(-2)[1] ?? 0;
    while ((entries[0] ?? Infinity) <= now - ROLLING_SECONDS) refusals.sum -= entries.splice(0, 2)[1] ?? 0;
    return refusals.sum;
  }

  #noteRefusals(scope: number, second: number, count: number): void {
    if (count === 0) return;
    const refusals = this.#refusals.get(scope) ?? { entries: [], sum: 0 };
    const { entries } = refusals;
    // A log that catches up tells of what is over already.
    if (second <= (entries.at(-2) ?? -Infinity) - ROLLING_SECONDS) return;
    let place = entries.length;
    while (place > 0 && (entries[place - 2] ?? 0) > second) place -= 2;
    entries.splice(place, 0, second, count);
    refusals.sum += count;
    this.#refusals.set(scope, refusals);
    this.policyRefused(scope, (entries.at(-2) ?? second) * 1000);
  }
}

/** Sums for these books. Mail to tenants' own domains goes to no destination outside. */
export function liveSumsOf(
  { directory, scopes }: Books,
  providerOf: (domain: string) => string | undefined,
): LiveSums {
  return new LiveSums(scopes.platform, (domain) =>
    isOwned(directory.ownerOfDomain(domain)) ? null : (providerOf(domain) ?? domain),
  );
}
