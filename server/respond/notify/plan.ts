/** Who is told of what, and when: pure. What happened and the time come in, messages and what to remember go out. */
import type { GroupView, Priority } from '../../../shared/alarms.ts';
import { isAtLeast } from '../../base/notify-routing.ts';
import type { Notice } from '../../detect/alarms/types.ts';
import { escalate, type OnTheWay } from './escalate.ts';
import { planFlood, reconcileFloods } from './flood-plan.ts';
import type { Phase } from './message.ts';
import type { Entry, PlanState } from './plan-state.ts';
import { firstRecipients } from './targets.ts';
import {
  closeTurn,
  isInFlood,
  isOpen,
  moment,
  newEntry,
  openTurn,
  routed,
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

/** One turn; to be called each second, as escalation and repetition come from here as well. */
export function planTurn(before: PlanState, input: PlanInput, deps: PlanDeps): Plan {
  const turn = openTurn(deps, before, input.groups, input.nowMs);
  if (deps.policy.channels.length === 0) return { state: before, planned: [] };
  for (const notice of input.notices) onNotice(turn, notice);
  tellWithheld(turn);
  tellUntold(turn);
  reconcileFloods(turn);
  escalate(turn, input);
  forget(turn);
  return { state: closeTurn(turn), planned: turn.planned };
}

function onNotice(turn: Turn, notice: Notice): void {
  if (notice.isInFlood) turn.floodSeenMs = turn.nowMs;
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
  if (notice.isInFlood) return planFlood(turn, notice, entry);
  page(turn, entry, notice);
}

/** News of what is known: to those who know of it, without a page. */
function onJoined(turn: Turn, notice: Notice): void {
  const entry = entryFor(turn, notice);
  if (entry.standing !== 'told') {
    if (entry.standing !== 'flood') onRaise(turn, notice);
    return;
  }
  if (notice.silence !== null || notice.group.isHidden || isInFlood(turn)) return;
  const { id, kind, group, by } = notice;
  // A state that waits for acknowledgement anew counts from now.
  const isAnew = entry.phase !== 'firing' && group.state === 'unacknowledged';
  const phase = group.state === 'acknowledged' ? 'acknowledged' : 'firing';
  say(turn, entry, entry.channels, { id, kind, phase, group, by, facts: entry.facts });
  const times = isAnew ? { pagedAtMs: turn.nowMs, saidAtMs: turn.nowMs, step: 0 } : {};
  turn.entries.set(group.id, { ...entry, ...times, phase });
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
  else turn.entries.set(group.id, { ...entry, phase: !isQuiet || isEnd ? phase : entry.phase });
}

/** Tells everybody whom the routes name, and those who know of it already. */
function page(
  turn: Turn,
  entry: Entry,
  notice: Pick<Notice, 'id' | 'kind' | 'group' | 'by' | 'reason'>,
): void {
  const { nowMs } = turn;
  const { id, kind, group, by } = notice;
  const found = firstRecipients(routed(group, entry.facts), moment(turn));
  if (found === null && entry.channels.length === 0) {
    turn.entries.set(group.id, { ...entry, standing: 'no-route' });
    return;
  }
  const channels = [...new Set([...(found?.channels ?? []), ...entry.channels])];
  const { priority, former } = prioritiesOf(entry, group);
  const told: Entry = { ...entry, firstId: entry.firstId === '' ? id : entry.firstId };
  say(turn, told, channels, {
    ...{ id, kind, group, by, phase: 'firing', facts: entry.facts },
    notes: [...notesOf(notice.reason), ...(found?.notes ?? [])],
    toldPriority: priority,
    formerPriority: former,
  });
  turn.entries.set(group.id, {
    ...told,
    ...{ standing: 'told', phase: 'firing', priority, channels },
    ...{ step: found?.step ?? 0, pagedAtMs: nowMs, saidAtMs: nowMs },
  });
}

/** By which those who hold it open know it from now on, and until now: it never falls while they do. */
function prioritiesOf(
  { channels, phase, priority }: Entry,
  group: GroupView,
): { readonly priority: Priority; readonly former: Priority | null } {
  const isHeld = channels.length > 0 && (phase === 'firing' || phase === 'acknowledged');
  if (!isHeld) return { priority: group.priority, former: null };
  return isAtLeast(priority, group.priority)
    ? { priority, former: null }
    : { priority: group.priority, former: priority };
}

/** What a silence or a shelf has kept back, and still waits for somebody when that is over. */
function tellWithheld(turn: Turn): void {
  for (const entry of [...turn.entries.values()]) {
    const group = turn.groups.get(entry.groupId);
    if (entry.standing !== 'withheld' || group === undefined || !isOpen(group)) continue;
    const reason = 'Its notification was withheld until now.';
    page(turn, entry, { id: `${group.id}~shown-${turn.nowMs}`, kind: 'shown', group, by: '', reason });
  }
}

function tellUntold(turn: Turn): void {
  for (const group of turn.groups.values()) {
    if (turn.entries.has(group.id) || !isOpen(group) || turn.nowMs - group.raisedAtMs < UNTOLD_MS) continue;
    const entry = newEntry(group, factsOf([], group, ''), turn.nowMs);
    page(turn, entry, { id: `${group.id}~late-${turn.nowMs}`, kind: 'raised', group, by: '', reason: '' });
  }
}

/** Groups that are gone without a word, which only happens when something was lost; nothing is said of them. */
function forget(turn: Turn): void {
  for (const [id, entry] of turn.entries)
    if (entry.standing !== 'lead' && !turn.groups.has(id) && turn.nowMs - entry.saidAtMs > 600_000)
      turn.entries.delete(id);
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

function notesOf(reason: string): string[] {
  return reason === '' ? [] : [reason];
}
