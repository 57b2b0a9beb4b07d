/** Who is told of what, and when: pure. What happened and the time come in, messages and what to remember go out. */
import type { GroupView } from '../../../shared/alarms.ts';
import { JOINED_MS } from '../../detect/alarms/announce.ts';
import type { Notice } from '../../detect/alarms/types.ts';
import { escalate, type OnTheWay } from './escalate.ts';
import { beginFlood, planFlood, reconcileFloods } from './flood-plan.ts';
import { forget } from './gone.ts';
import type { Phase } from './message.ts';
import { notesOf, page } from './page.ts';
import type { Entry, PlanState } from './plan-state.ts';
import {
  closeTurn,
  incidentAfter,
  isInFlood,
  isOpen,
  isTellable,
  newEntry,
  openTurn,
  say,
  type PlanDeps,
  type Planned,
  type Turn,
} from './turn.ts';
import { factsOf } from './wording.ts';

export interface PlanInput extends OnTheWay {
  readonly notices: readonly Notice[];
  /** All that are open. */
  readonly groups: readonly GroupView[];
  readonly nowMs: number;
}
export interface Plan {
  readonly state: PlanState;
  readonly planned: readonly Planned[];
}

/** A group without any notice is told of when it has been open for so long: something was lost, or channels are new. */
const UNTOLD_MS = 5_000;
/** A little longer than the desk gathers alarms that join before it says so. */
const REOPENED_MS = JOINED_MS + 5_000;

/** One turn; to be called each second, as escalation and repetition come from here as well. */
export function planTurn(before: PlanState, input: PlanInput, deps: PlanDeps): Plan {
  const turn = openTurn(deps, before, input.groups, input.nowMs);
  if (deps.policy.channels.length === 0) return { state: before, planned: [] };
  for (const notice of input.notices) onNotice(turn, notice);
  tellWithheld(turn);
  tellUntold(turn);
  tellReopened(turn);
  reconcileFloods(turn);
  escalate(turn, input);
  forget(turn);
  return { state: closeTurn(turn), planned: turn.planned };
}

function onNotice(turn: Turn, notice: Notice): void {
  if (notice.isInFlood) beginFlood(turn);
  switch (notice.kind) {
    case 'raised':
    case 'priority':
    case 'shown':
      return onRaise(turn, notice);
    case 'joined':
      return onJoined(turn, notice);
    case 'acknowledged':
    case 'returned':
    case 'closed':
    case 'hidden':
      return onEase(turn, notice);
    case 'reminder':
    case 'escalated':
    case 'test':
      // Made here or sent directly, never told by the desk.
      return;
    default:
      return notice.kind satisfies never;
  }
}

function onRaise(turn: Turn, notice: Notice): void {
  const entry = entryFor(turn, notice);
  if (notice.silence !== null || notice.group.isHidden) {
    turn.entries.set(notice.groupId, { ...entry, standing: 'withheld' });
    return;
  }
  // Who was told of it by itself and had done with it hears of it by itself again, in a flood too.
  const isAnew = entry.standing === 'told' && entry.phase !== 'firing';
  if (notice.isInFlood && !isAnew) return planFlood(turn, notice, entry);
  page(turn, entry, notice);
}

/** News of what is known: to those who know of it, without a page. */
function onJoined(turn: Turn, notice: Notice): void {
  const entry = entryFor(turn, notice);
  if (entry.standing !== 'told') {
    const isInFloodNow = notice.isInFlood || isInFlood(turn);
    if (entry.standing !== 'flood') onRaise(turn, { ...notice, kind: 'raised', isInFlood: isInFloodNow });
    return;
  }
  if (notice.silence !== null || notice.group.isHidden) return;
  const { id, kind, group, by } = notice;
  // A state that waits for acknowledgement anew counts from now, and is said in a flood too.
  const isAnew = entry.phase !== 'firing' && group.state === 'unacknowledged';
  if (isInFlood(turn) && !isAnew) return;
  const phase = joinedPhase(entry, group);
  say(turn, entry, entry.channels, { id, kind, phase, group, by, facts: entry.facts });
  const times = isAnew ? { pagedAtMs: turn.nowMs, saidAtMs: turn.nowMs, step: 0, waitsSinceMs: null } : {};
  turn.entries.set(group.id, { ...entry, ...times, phase, incident: incidentAfter(entry, phase) });
}

function joinedPhase(entry: Entry, { state }: GroupView): Phase {
  if (state === 'unacknowledged') return 'firing';
  return state === 'acknowledged' ? 'acknowledged' : entry.phase;
}

/**
 * It eases: those who were told hear of it. A silence keeps back all but the end, which is told once: who was woken by it, or
 * another system that holds it open, must learn that it is over.
 */
function onEase(turn: Turn, notice: Notice): void {
  const { id, kind, by, reason, text, priority } = notice;
  // Of a group that is over nothing is left but what the notice says.
  const group: GroupView = { ...notice.group, text, priority };
  const entry = turn.entries.get(notice.groupId);
  if (entry === undefined) return;
  const phase = phaseOf(notice);
  const isEnd =
    (phase === 'resolved' || phase === 'hidden') && ['firing', 'acknowledged'].includes(entry.phase);
  const isQuiet = notice.silence !== null || entry.standing !== 'told';
  if (!isQuiet || isEnd)
    say(turn, entry, entry.channels, {
      id,
      kind,
      phase,
      group,
      by,
      facts: entry.facts,
      notes: notesOf(reason),
    });
  if (kind === 'closed') turn.entries.delete(group.id);
  else if (!isQuiet || isEnd || entry.standing === 'flood')
    turn.entries.set(group.id, { ...entry, phase, incident: incidentAfter(entry, phase) });
}

/** What a silence or a shelf has kept back, and still waits for somebody when that is over. */
function tellWithheld(turn: Turn): void {
  for (const entry of [...turn.entries.values()]) {
    const group = turn.groups.get(entry.groupId);
    if (entry.standing !== 'withheld' || group === undefined || !isTellable(group)) continue;
    const reason = 'Its notification was withheld until now.';
    page(turn, entry, { id: `${group.id}~shown-${turn.nowMs}`, kind: 'shown', group, by: '', reason });
  }
}

function tellUntold(turn: Turn): void {
  for (const group of turn.groups.values()) {
    if (turn.entries.has(group.id) || !isTellable(group)) continue;
    if (turn.nowMs - group.raisedAtMs < UNTOLD_MS) continue;
    const entry = newEntry(group, factsOf([], group, ''), turn.nowMs);
    page(turn, entry, { id: `${group.id}~late-${turn.nowMs}`, kind: 'raised', group, by: '', reason: '' });
  }
}

/** What was told and done with, and is open again: told again when the desk has not said so after the time in which it gathers news. */
function tellReopened(turn: Turn): void {
  for (const entry of [...turn.entries.values()]) {
    const group = turn.groups.get(entry.groupId);
    const isWaiting =
      entry.standing === 'told' && entry.phase !== 'firing' && group !== undefined && isOpen(group);
    if (!isWaiting) {
      if (entry.waitsSinceMs !== null) turn.entries.set(entry.groupId, { ...entry, waitsSinceMs: null });
    } else if (entry.waitsSinceMs === null)
      turn.entries.set(entry.groupId, { ...entry, waitsSinceMs: turn.nowMs });
    else if (turn.nowMs - entry.waitsSinceMs >= REOPENED_MS && isTellable(group)) {
      const id = `${group.id}~again-${turn.nowMs}`;
      page(turn, entry, { id, kind: 'raised', group, by: '', reason: 'It waits for somebody again.' });
    }
  }
}

function phaseOf({ kind, group, members }: Notice): Phase {
  if (kind === 'closed') return 'resolved';
  if (kind === 'hidden') return group.isHidden ? 'hidden' : 'firing';
  if (group.state === 'unacknowledged') return 'firing';
  const isHeld =
    group.active > 0 || members.some(({ state, isActive }) => state === 'acknowledged' && isActive !== false);
  if (kind === 'returned' && !isHeld) return 'resolved';
  return group.state === 'returned' && !isHeld ? 'resolved' : 'acknowledged';
}

/** The entry of the group with what the notice says of it. */
function entryFor(turn: Turn, notice: Notice): Entry {
  const { groupId, group, members, reason } = notice;
  const facts = factsOf(members, group, reason);
  const before = turn.entries.get(groupId);
  if (before === undefined) return newEntry(group, facts, turn.nowMs);
  const tenants = [...new Set([...before.facts.tenants, ...facts.tenants])];
  const entry = { ...before, facts: members.length === 0 ? before.facts : { ...facts, tenants } };
  turn.entries.set(groupId, entry);
  return entry;
}
