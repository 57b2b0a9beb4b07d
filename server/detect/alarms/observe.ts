import type { Priority } from '../../../shared/alarms.ts';
import type { Level, Rule, Verdict } from '../rules/types.ts';
import { type Alarm, rankOf, type Timers } from './alarm.ts';
import { chatterOf } from './chatter.ts';
import { Draft, type Step, watch } from './draft.ts';
import { durationText } from './duration-text.ts';
import { endShelf, judgedOf, restartTimers, returnNow } from './operate.ts';
import type { PointContext } from './point-types.ts';

/** A pending alarm outlives a shorter break of its condition than this, with its hold begun anew: noise makes no record. */
const MAX_DROP_SECONDS = 30;
const NO_TIMERS: Timers = { trueSinceMs: {}, heldUntilMs: null, clearSinceMs: null, noDataSinceMs: null };

/** The watch has looked. */
export function observe(alarm: Alarm | null, verdict: Verdict, nowMs: number, context: PointContext): Step {
  const isNormal = alarm === null || alarm.state === 'normal';
  if (isNormal && verdict.level < 0) return idle(alarm, nowMs);
  const draft = new Draft(isNormal ? begin(alarm, verdict, nowMs, context) : alarm, nowMs);
  endShelf(draft);
  look(draft.alarm, verdict, context);
  if (draft.alarm.judged !== judgedOf(verdict.rule)) restartTimers(draft, verdict.rule);
  if (verdict.noData !== null) noData(draft, verdict, verdict.noData);
  else {
    if (draft.alarm.timers.noDataSinceMs !== null) dataAgain(draft);
    time(draft, verdict);
    if (draft.alarm.state === 'normal' && matured(draft, verdict.rule) === undefined)
      draft.go('pending', 'pending', watch(verdict.reason));
    move(draft, verdict, context);
  }
  if (draft.alarm.state !== 'normal' && (isNormal || draft.records.length > 0))
    draft.hide(context.hidingOf(draft.alarm), watch('no longer covered by it'));
  return draft.done(alarm);
}

function idle(alarm: Alarm | null, nowMs: number): Step {
  if (alarm === null) return { alarm, records: [], isAnnunciated: false };
  const draft = new Draft(alarm, nowMs);
  endShelf(draft);
  return draft.done(alarm);
}

function begin(shelved: Alarm | null, verdict: Verdict, nowMs: number, context: PointContext): Alarm {
  const { key, rule, scope, reading, reason } = verdict;
  const { name, cluster, mailboxes } = context.describe();
  return {
    key,
    id: context.newId(key, nowMs),
    rule: rule.id,
    ruleVersion: context.ruleVersion,
    judged: judgedOf(rule),
    scope,
    about: { ...wordsOf(rule), scopeName: name, cluster, mailboxes },
    state: 'normal',
    priority: rule.levels[verdict.level]?.priority ?? 'low',
    groupId: '',
    sinceMs: nowMs,
    raisedAtMs: null,
    returnedAtMs: null,
    timers: NO_TIMERS,
    isActive: true,
    reading,
    reason,
    worst: reading.value,
    acknowledged: null,
    shelved: shelved?.shelved ?? null,
    suppressed: null,
    outOfService: null,
    wasAnnounced: false,
    isUntold: false,
    chatter: null,
  };
}

function wordsOf({ title, action, runbook }: Rule): Pick<Alarm['about'], 'title' | 'action' | 'runbook'> {
  return { title, action, runbook };
}

/** Takes over the number and its words. */
function look(alarm: Draft['alarm'], verdict: Verdict, context: PointContext): void {
  const { rule, reading, reason } = verdict;
  const { about } = alarm;
  if (about.title !== rule.title || about.action !== rule.action || about.runbook !== rule.runbook) {
    const { name, cluster, mailboxes } = context.describe();
    alarm.about = { ...wordsOf(rule), scopeName: name, cluster, mailboxes };
  }
  alarm.reading = reading;
  alarm.reason = reason;
  const { value, side } = reading;
  if (value === null) return;
  const worse = side === 'above' ? Math.max : Math.min;
  alarm.worst = alarm.worst === null ? value : worse(alarm.worst, value);
}

/** It waits: a hold stands still, a return begins anew, and what is only pending is forgotten after the keep-firing time. */
function noData(draft: Draft, { rule }: Verdict, reason: string): void {
  const { alarm, nowMs } = draft;
  if (alarm.timers.noDataSinceMs === null) {
    const heldUntilMs = alarm.timers.heldUntilMs ?? nowMs;
    alarm.timers = { ...alarm.timers, heldUntilMs, clearSinceMs: null, noDataSinceMs: nowMs };
    alarm.isActive = null;
    draft.note('no-data', watch(reason));
  }
  const since = alarm.timers.noDataSinceMs ?? nowMs;
  if (alarm.state === 'pending' && nowMs - since >= rule.keepFiringSeconds * 1_000)
    draft.end('dropped', watch(`${reason}, for ${durationText(rule.keepFiringSeconds * 1_000)}`));
}

function dataAgain(draft: Draft): void {
  const { alarm, nowMs } = draft;
  const { timers } = alarm;
  const awayMs = nowMs - (timers.noDataSinceMs ?? nowMs);
  const moved = Object.entries(timers.trueSinceMs).map(([priority, at]) => [priority, at + awayMs]);
  alarm.timers = { ...timers, trueSinceMs: Object.fromEntries(moved), noDataSinceMs: null };
  draft.note('data-again', watch(`data again after ${durationText(awayMs)}`));
}

function time(draft: Draft, { rule, level, isClear }: Verdict): void {
  const { alarm, nowMs } = draft;
  const { timers } = alarm;
  const trueSinceMs = trueSince(timers.trueSinceMs, rule.levels, level, nowMs);
  const heldUntilMs = level >= 0 ? null : (timers.heldUntilMs ?? nowMs);
  const clearSinceMs = level < 0 && isClear ? (timers.clearSinceMs ?? nowMs) : null;
  // Between the limits it is as it was: up when it is up.
  alarm.isActive =
    level >= 0 || (!isClear && (alarm.state === 'unacknowledged' || alarm.state === 'acknowledged'));
  const isSame =
    trueSinceMs === timers.trueSinceMs &&
    heldUntilMs === timers.heldUntilMs &&
    clearSinceMs === timers.clearSinceMs;
  if (!isSame) alarm.timers = { ...timers, trueSinceMs, heldUntilMs, clearSinceMs };
}

type TrueSince = Timers['trueSinceMs'];

function trueSince(before: TrueSince, levels: readonly Level[], level: number, nowMs: number): TrueSince {
  const after: Partial<Record<Priority, number>> = {};
  let isSame = true;
  for (const [i, { priority }] of levels.entries()) {
    if (i > level) break;
    const since = before[priority] ?? nowMs;
    after[priority] = since;
    isSame &&= since === before[priority];
  }
  return isSame && Object.keys(before).length === Object.keys(after).length ? before : after;
}

/** The highest level that has held for long enough. */
function matured({ alarm, nowMs }: Draft, { levels }: Rule): Level | undefined {
  return levels.findLast(({ priority, holdSeconds }) => {
    const since = alarm.timers.trueSinceMs[priority];
    return since !== undefined && nowMs - since >= holdSeconds * 1_000;
  });
}

function move(draft: Draft, verdict: Verdict, context: PointContext): void {
  const { alarm, nowMs } = draft;
  const level = matured(draft, verdict.rule);
  if (alarm.state === 'pending' || alarm.state === 'normal') {
    if (level) raise(draft, verdict, level, context);
    else dropWhenOver(draft, verdict);
    return;
  }
  if (alarm.state === 'returned') {
    if (!level) return;
    if (rankOf(level.priority) > rankOf(alarm.priority)) alarm.priority = level.priority;
    alarm.returnedAtMs = null;
    alarm.isActive = true;
    alarm.raisedAtMs ??= nowMs;
    draft.go('reraised', 'unacknowledged', watch(heldText(verdict, level)));
    announce(draft, verdict.rule, level, context);
    return;
  }
  if (level && rankOf(level.priority) > rankOf(alarm.priority)) rise(draft, verdict, level);
  else returnWhenOver(draft, verdict);
}

function raise(draft: Draft, verdict: Verdict, level: Level, context: PointContext): void {
  const { alarm, nowMs } = draft;
  const { rule } = verdict;
  alarm.priority = level.priority;
  alarm.raisedAtMs = nowMs;
  alarm.ruleVersion = context.ruleVersion;
  alarm.groupId = context.groupOf(alarm.rule, alarm.about.cluster, alarm.sinceMs);
  draft.go('raised', 'unacknowledged', watch(heldText(verdict, level)));
  announce(draft, rule, level, context);
}

function announce(draft: Draft, rule: Rule, level: Level, { episodes }: PointContext): void {
  draft.isNews = true;
  const chatter = chatterOf(rule, level, episodes, draft.nowMs);
  if (!chatter) return;
  draft.alarm.chatter = chatter;
  const { setting, seconds } = chatter.proposal;
  const quiet = durationText(chatter.quietMs);
  const text = `raised ${chatter.raises} times in a short while: it stays up until it has been quiet for ${quiet}; ${setting}: ${seconds} would end this`;
  draft.note('chattering', watch(text));
}

function rise(draft: Draft, verdict: Verdict, level: Level): void {
  const { alarm } = draft;
  const before = alarm.priority;
  alarm.priority = level.priority;
  alarm.acknowledged = null;
  draft.go('priority', 'unacknowledged', watch(`${before} → ${level.priority}: ${heldText(verdict, level)}`));
  draft.isNews = true;
}

function dropWhenOver(draft: Draft, { rule, reason }: Verdict): void {
  const { heldUntilMs } = draft.alarm.timers;
  if (heldUntilMs === null) return;
  const afterMs = Math.min(rule.clearForSeconds, MAX_DROP_SECONDS) * 1_000;
  if (draft.nowMs - heldUntilMs >= afterMs) draft.end('dropped', watch(`not for long enough: ${reason}`));
}

function returnWhenOver(draft: Draft, { rule, reason, isClear }: Verdict): void {
  const { alarm, nowMs } = draft;
  const { clearSinceMs, heldUntilMs } = alarm.timers;
  if (!isClear || clearSinceMs === null || heldUntilMs === null) return;
  const quietMs = Math.max(rule.keepFiringSeconds * 1_000, alarm.chatter?.quietMs ?? 0);
  const clearMs = rule.clearForSeconds * 1_000;
  if (nowMs - clearSinceMs < clearMs || nowMs - heldUntilMs < quietMs) return;
  returnNow(draft, watch(`back to normal${clearMs > 0 ? ` for ${durationText(clearMs)}` : ''}: ${reason}`));
}

function heldText({ reason }: Verdict, { holdSeconds }: Level): string {
  return holdSeconds > 0 ? `${reason}, for ${durationText(holdSeconds * 1_000)}` : reason;
}
