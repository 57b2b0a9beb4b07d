import type { Rule } from '../rules/types.ts';
import { type Hiding, isRaised } from './alarm.ts';
import { type Deed, type Draft, watch } from './draft.ts';
import type { PointInput } from './point-types.ts';

export const MAX_SHELF_MS = 8 * 3_600_000;

export type Act = Exclude<PointInput, { kind: 'observe' | 'clock' }>;

/** What people, plans and rules do to an alarm. */
export function act(draft: Draft, input: Act): void {
  switch (input.kind) {
    case 'tick':
      return tick(draft);
    case 'acknowledge':
      return acknowledge(draft, input.by, input.note);
    case 'resolve':
      return resolve(draft, input);
    case 'shelve':
      return shelve(draft, input.untilMs, input);
    case 'unshelve':
      return unshelve(draft, input);
    case 'suppress':
      return hide(draft, { suppressed: input.hidden }, NO_REASON);
    case 'out-of-service':
      return hide(draft, { outOfService: input.hidden }, NO_REASON);
    case 'unsuppress':
      return hide(draft, { suppressed: null }, input);
    case 'in-service':
      return hide(draft, { outOfService: null }, input);
    case 'gone':
      return gone(draft, input);
    case 'rules-changed':
      return restartTimers(draft, input.rule);
    default:
      return input satisfies never;
  }
}

/** Another system told of the end while it was latched, and tells of it no more: the latch ends by itself. */
function tick(draft: Draft): void {
  endShelf(draft);
  const { scope, state, chatter, isActive, timers, reason } = draft.alarm;
  const isUp = state === 'unacknowledged' || state === 'acknowledged';
  if (scope.kind !== 'external' || !isUp || !chatter || isActive !== false) return;
  if (timers.heldUntilMs === null || draft.nowMs - timers.heldUntilMs < chatter.quietMs) return;
  returnNow(draft, watch(`back to normal: ${reason}`));
}

/** The condition is over, and has been for long enough. */
export function returnNow(draft: Draft, why: Deed): void {
  const { alarm, nowMs } = draft;
  alarm.chatter = null;
  alarm.returnedAtMs = nowMs;
  if (alarm.state === 'acknowledged') draft.end('closed', why);
  else if (!alarm.wasAnnounced)
    draft.end('closed', watch(`${why.reason}; it was hidden while it held, so nobody was told`));
  else draft.go('returned', 'returned', why);
}

function acknowledge(draft: Draft, by: string, note: string): void {
  const { alarm, nowMs } = draft;
  const reason = note === '' ? `acknowledged by ${by}` : note;
  const wasReturned = alarm.state === 'returned';
  if (!wasReturned && alarm.state !== 'unacknowledged') return;
  draft.go('acknowledged', 'acknowledged', { by, reason });
  alarm.acknowledged = { by, atMs: nowMs, note };
  if (wasReturned) draft.end('closed', watch('acknowledged, and it was back to normal'));
}

function resolve(draft: Draft, why: Deed): void {
  const { alarm } = draft;
  // Another system may be gone for good: nobody else would end its alarms.
  const isEndable = alarm.isActive !== true || alarm.scope.kind === 'external';
  if (isRaised(alarm) && isEndable) draft.end('resolved', why);
}

function unshelve(draft: Draft, why: Deed): void {
  if (draft.alarm.shelved === null) return;
  draft.alarm.shelved = null;
  draft.shown('unshelved', why);
}

function shelve(draft: Draft, untilMs: number, { by, reason }: Deed): void {
  const { alarm, nowMs } = draft;
  if (untilMs <= nowMs || alarm.state === 'normal') return;
  const end = Math.min(untilMs, nowMs + MAX_SHELF_MS);
  alarm.shelved = { kind: 'shelved', by, reason, sinceMs: nowMs, untilMs: end };
  draft.note('shelved', { by, reason });
}

/** A shelf ends by itself. */
export function endShelf(draft: Draft): void {
  const until = draft.alarm.shelved?.untilMs;
  if (typeof until === 'number' && until <= draft.nowMs)
    unshelve(draft, watch('its time on the shelf is over'));
}

/** What hides gives its own reason. */
const NO_REASON = watch('');

function hide(draft: Draft, change: Partial<Hiding>, why: Deed): void {
  const { state, suppressed, outOfService } = draft.alarm;
  if (state !== 'normal') draft.hide({ suppressed, outOfService, ...change }, why);
}

function gone(draft: Draft, why: Deed): void {
  const { alarm } = draft;
  if (alarm.state === 'pending') draft.end('dropped', why);
  else if (alarm.state !== 'normal') draft.end('closed', why);
  if (alarm.shelved === null) return;
  alarm.shelved = null;
  draft.note('unshelved', why);
}

/** What is true of one condition is not yet true of another. */
export function restartTimers(draft: Draft, rule: Rule): void {
  const { alarm } = draft;
  alarm.timers = { ...alarm.timers, trueSinceMs: {}, clearSinceMs: null };
  alarm.judged = judgedOf(rule);
}

const names = new WeakMap<Rule, string>();
/** Names all of a rule that its timers are counted by. */
export function judgedOf(rule: Rule): string {
  let name = names.get(rule);
  if (name === undefined) {
    const limits = rule.levels.map(({ priority, above, below }) => [priority, above, below]);
    name = JSON.stringify([rule.when, rule.guards, limits, rule.clearRatio]);
    names.set(rule, name);
  }
  return name;
}
