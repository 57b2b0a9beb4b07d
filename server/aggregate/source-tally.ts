import type { MailEvent } from '../collect/event.ts';
import { ROLLING_MS } from './rolling.ts';

/** What is counted of each source. */
export const SOURCE_COUNTERS = [
  'delivered',
  'deferred',
  'bounced',
  'expired',
  'rejectedTemporary',
  'scanned',
  'softRejected',
  'loginOk',
  'loginFault',
  'troubles',
] as const;
export type SourceCounter = (typeof SOURCE_COUNTERS)[number];
export type SourceCounts = Record<SourceCounter, number>;

const SLOT_MS = 10_000;
const SLOTS = ROLLING_MS / SLOT_MS;
/** Sources counted apart; there are never more than are configured. */
const MAX_SOURCES = 1_000;

const NONE = -1;

/** Sums of the last five minutes of one source, in slots of ten seconds. */
class Tally {
  readonly #slots = new Float64Array(SLOTS * SOURCE_COUNTERS.length);
  #slot = NONE;

  add(slot: number, counter: number): void {
    if (slot !== this.#slot) this.moveTo(slot);
    const place = (slot % SLOTS) * SOURCE_COUNTERS.length + counter;
    this.#slots[place] = (this.#slots[place] ?? 0) + 1;
  }

  /** Slots that were passed over hold nothing; a clock that goes back begins anew. */
  moveTo(slot: number): void {
    const isFar = this.#slot === NONE || slot < this.#slot || slot - this.#slot >= SLOTS;
    if (isFar) this.#slots.fill(0);
    else for (let next = this.#slot + 1; next <= slot; next++) this.#empty(next);
    this.#slot = slot;
  }

  sums(): SourceCounts {
    const sums = emptySourceCounts();
    for (let i = 0; i < this.#slots.length; i++) {
      const name = SOURCE_COUNTERS[i % SOURCE_COUNTERS.length];
      if (name) sums[name] += this.#slots[i] ?? 0;
    }
    return sums;
  }

  #empty(slot: number): void {
    const from = (slot % SLOTS) * SOURCE_COUNTERS.length;
    this.#slots.fill(0, from, from + SOURCE_COUNTERS.length);
  }
}

/** What each source has told of in the last five minutes, by when it was heard. */
export class SourceTally {
  readonly #tallies = new Map<string, Tally>();
  /** Lines come in runs of one source. */
  #lastSource = '';
  #last: Tally | undefined;

  note(event: MailEvent, nowMs: number): void {
    const counter = counterOf(event);
    if (counter === NONE) return;
    const tally = event.source === this.#lastSource ? this.#last : this.#find(event.source);
    const slot = Math.floor(nowMs / SLOT_MS);
    tally?.add(slot, counter);
    if (event.kind === 'verdict' && isSoft(event.action)) tally?.add(slot, SOFT_REJECTED);
  }

  /** Null: it has told of nothing yet. */
  counts(source: string, nowMs: number): SourceCounts | null {
    const tally = this.#tallies.get(source);
    tally?.moveTo(Math.floor(nowMs / SLOT_MS));
    return tally?.sums() ?? null;
  }

  #find(source: string): Tally | undefined {
    let tally = this.#tallies.get(source);
    if (!tally && this.#tallies.size < MAX_SOURCES) this.#tallies.set(source, (tally = new Tally()));
    this.#lastSource = source;
    this.#last = tally;
    return tally;
  }
}

/** Nothing counted. */
export function emptySourceCounts(): SourceCounts {
  return Object.fromEntries(SOURCE_COUNTERS.map((name) => [name, 0])) as SourceCounts;
}

const place = (name: SourceCounter) => SOURCE_COUNTERS.indexOf(name);
const [DELIVERED, DEFERRED, BOUNCED] = [place('delivered'), place('deferred'), place('bounced')];
const [EXPIRED, REJECTED, TROUBLES] = [place('expired'), place('rejectedTemporary'), place('troubles')];
const [SCANNED, SOFT_REJECTED] = [place('scanned'), place('softRejected')];
const [LOGIN_OK, LOGIN_FAULT] = [place('loginOk'), place('loginFault')];

function counterOf(event: MailEvent): number {
  switch (event.kind) {
    case 'attempt':
      return event.status === 'sent' ? DELIVERED : event.status === 'bounced' ? BOUNCED : DEFERRED;
    case 'expired':
      return EXPIRED;
    case 'rejected':
      return event.temporary ? REJECTED : NONE;
    case 'verdict':
      return SCANNED;
    case 'login':
      return event.outcome === 'ok' ? LOGIN_OK : event.outcome === 'server-fault' ? LOGIN_FAULT : NONE;
    case 'accepted':
      return event.login === undefined ? NONE : LOGIN_OK;
    case 'trouble':
      return TROUBLES;
    default:
      return NONE;
  }
}

function isSoft(action: string): boolean {
  return action === 'soft reject' || action === 'greylist';
}
