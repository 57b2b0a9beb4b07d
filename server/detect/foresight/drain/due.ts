/** When what is put off is tried again, of every scope with a backlog. */
import type { Message } from '../../../aggregate/message.ts';
import { isOwned, type Scopes } from '../../../aggregate/scope.ts';
import { MAX_BACKOFF, nextTryMinutes } from './fluid.ts';

/** Recipients by minute from now. */
export interface Due {
  readonly byMinute: Float64Array;
  /** Of them, nobody saw when they were last tried: they are spread over their pause. */
  readonly unknown: number;
}

const MINUTES = Math.ceil(MAX_BACKOFF) + 1;

class Bins {
  readonly byMinute = new Float64Array(MINUTES);
  unknown = 0;

  add(minute: number, n: number): void {
    const place = Math.min(MINUTES - 1, Math.floor(minute));
    this.byMinute[place] = (this.byMinute[place] ?? 0) + n;
  }

  spread(minutes: number, n: number): void {
    this.unknown += n;
    const steps = Math.max(1, Math.ceil(minutes));
    for (let minute = 0; minute < steps; minute++) this.add(minute, n / steps);
  }
}

/** One pass over all messages; by place of the tenant, and of the platform. What the other side holds up is left out. */
export function dueOf(messages: Iterable<Message>, scopes: Scopes, nowMs: number): ReadonlyMap<number, Due> {
  const bins = new Map<number, Bins>();
  const of = (scope: number): Bins => {
    let found = bins.get(scope);
    if (!found) bins.set(scope, (found = new Bins()));
    return found;
  };
  for (const message of messages) {
    if (!message.isDeposited || message.queueName !== 'deferred') continue;
    const ageMs = Math.max(0, nowMs - message.arrivedAtMs);
    const sinceTryMs = message.putOffAtMs === 0 ? null : Math.max(0, nowMs - message.putOffAtMs);
    for (const { state, isRemoteFault, owner } of message.recipients) {
      if (state === 'done' || isRemoteFault) continue;
      const targets = [scopes.platform];
      if (isOwned(owner)) targets.push(owner);
      if (isOwned(message.sender.owner) && message.sender.owner !== owner) targets.push(message.sender.owner);
      for (const target of targets)
        if (sinceTryMs === null) of(target).spread(nextTryMinutes(ageMs, 0), 1);
        else of(target).add(nextTryMinutes(ageMs, sinceTryMs), 1);
    }
  }
  return bins;
}

const NONE: Due = { byMinute: new Float64Array(0), unknown: 0 };

/** Of several places together. */
export function sumDue(due: ReadonlyMap<number, Due>, places: readonly number[]): Due {
  const [first = -1] = places;
  if (places.length === 1) return due.get(first) ?? NONE;
  const byMinute = new Float64Array(MINUTES);
  let unknown = 0;
  for (const place of places) {
    const one = due.get(place);
    if (!one) continue;
    unknown += one.unknown;
    one.byMinute.forEach((n, minute) => (byMinute[minute] = (byMinute[minute] ?? 0) + n));
  }
  return { byMinute, unknown };
}
