/** When what is put off is tried again, of every scope with a backlog. */
import type { Message } from '../../../aggregate/message.ts';
import { isOwned, type Scopes } from '../../../aggregate/scope.ts';
import { nextTrySlots } from './fluid.ts';
import type { Pace } from './pace.ts';

/** Recipients by slot from now. */
export interface Due {
  readonly bySlot: Float64Array;
  /** Of them, nobody saw when they were last tried: they are spread over their pause. */
  readonly unknown: number;
}

class Bins {
  readonly bySlot: Float64Array;
  unknown = 0;

  constructor({ maxBackoff }: Pace) {
    this.bySlot = new Float64Array(Math.ceil(maxBackoff) + 1);
  }

  add(slot: number, n: number): void {
    const place = Math.min(this.bySlot.length - 1, Math.floor(slot));
    this.bySlot[place] = (this.bySlot[place] ?? 0) + n;
  }

  spread(slots: number, n: number): void {
    this.unknown += n;
    const steps = Math.max(1, Math.ceil(slots));
    for (let slot = 0; slot < steps; slot++) this.add(slot, n / steps);
  }
}

export interface DueAt {
  readonly scopes: Scopes;
  readonly nowMs: number;
  readonly pace: Pace;
}

/** One pass over all messages; by place of the tenant, and of the platform. What the other side holds up is left out. */
export function dueOf(messages: Iterable<Message>, { scopes, nowMs, pace }: DueAt): ReadonlyMap<number, Due> {
  const bins = new Map<number, Bins>();
  const of = (scope: number): Bins => {
    let found = bins.get(scope);
    if (!found) bins.set(scope, (found = new Bins(pace)));
    return found;
  };
  for (const message of messages) {
    if (!message.isDeposited || message.queueName !== 'deferred') continue;
    const ageMs = Math.max(0, nowMs - message.arrivedAtMs);
    const place = (bin: Bins): void => {
      if (message.putOffAtMs > 0)
        bin.add(nextTrySlots(ageMs, Math.max(0, nowMs - message.putOffAtMs), pace), 1);
      // `postsuper -H` leaves the time of the next attempt as it was: past.
      else if (message.isReleased) bin.add(0, 1);
      else bin.spread(nextTrySlots(ageMs, 0, pace), 1);
    };
    for (const { state, isRemoteFault, owner } of message.recipients) {
      if (state === 'done' || isRemoteFault) continue;
      const targets = [scopes.platform];
      if (isOwned(owner)) targets.push(owner);
      if (isOwned(message.sender.owner) && message.sender.owner !== owner) targets.push(message.sender.owner);
      for (const target of targets) place(of(target));
    }
  }
  return bins;
}

const NONE: Due = { bySlot: new Float64Array(0), unknown: 0 };

/** Of several places together. */
export function sumDue(due: ReadonlyMap<number, Due>, places: readonly number[]): Due {
  const [first = -1] = places;
  if (places.length === 1) return due.get(first) ?? NONE;
  const found = places.flatMap((place) => due.get(place) ?? []);
  const bySlot = new Float64Array(found[0]?.bySlot.length ?? 0);
  let unknown = 0;
  for (const one of found) {
    unknown += one.unknown;
    one.bySlot.forEach((n, slot) => (bySlot[slot] = (bySlot[slot] ?? 0) + n));
  }
  return { bySlot, unknown };
}
