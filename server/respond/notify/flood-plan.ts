/** In a flood one notice stands for all that come with it: who is woken once need not be woken forty times. */
import type { GroupView, Priority } from '../../../shared/alarms.ts';
import { isAtLeast } from '../../base/notify-routing.ts';
import type { Notice } from '../../detect/alarms/types.ts';
import { floodGroup, listed } from './flood-group.ts';
import { page, prioritiesOf } from './page.ts';
import type { Entry } from './plan-state.ts';
import { firstRecipients } from './targets.ts';
import {
  incidentAfter,
  isInFlood,
  isOpen,
  isTellable,
  moment,
  newEntry,
  routed,
  say,
  type Turn,
} from './turn.ts';

/** A notice of a flood came: it goes on, or another begins, with which what stood for the one before has nothing to do. */
export function beginFlood(turn: Turn): void {
  if (!isInFlood(turn)) endFloods(turn);
  turn.floodSeenMs = turn.nowMs;
}

/** A group came in a flood, or rose in it: it is told with the flood when all notices of this turn are in. */
export function planFlood(turn: Turn, notice: Notice, entry: Entry): void {
  const { groupId, kind, group } = notice;
  if (recipientsOf(turn, group, entry) === null) {
    turn.entries.set(groupId, { ...entry, standing: 'no-route' });
    return;
  }
  if (entry.channels.length === 0) {
    const phase = kind === 'priority' ? entry.phase : 'resolved';
    turn.entries.set(groupId, { ...entry, standing: 'flood', phase, saidAtMs: turn.nowMs });
  }
  turn.flooded.add(groupId);
  addTo(turn, currentLead(turn) ?? newLead(turn, notice, entry), [groupId]);
}

/**
 * A flood is acknowledged when nothing of it waits for that any more, told again when something does, and over when nothing
 * of it is open.
 */
export function reconcileFloods(turn: Turn): void {
  settleMembers(turn);
  for (const { groupId, standing } of [...turn.entries.values()]) {
    const entry = turn.entries.get(groupId);
    if (standing === 'lead' && entry) reconcile(turn, entry);
  }
  if (!isInFlood(turn)) endFloods(turn);
}

/** Of the groups of a flood, those that wait and of which, since they do, neither they themselves nor the lead were told. */
export function unsaid(turn: Turn, lead: Entry): GroupView[] {
  if (lead.standing !== 'lead') return [];
  return lead.members.flatMap((id) => {
    const [group, entry] = [turn.groups.get(id), turn.entries.get(id)];
    const isUnsaid = entry?.standing === 'flood' && entry.phase !== 'firing';
    return isUnsaid && group && isTellable(group) ? [group] : [];
  });
}

/** The lead was told of: all that wait with it have been told by that. */
export function saidByLead(turn: Turn, lead: Entry): void {
  for (const { id } of unsaid(turn, lead)) {
    const entry = turn.entries.get(id);
    if (entry) turn.entries.set(id, { ...entry, phase: 'firing', saidAtMs: turn.nowMs });
  }
}

function leads(turn: Turn): Entry[] {
  return [...turn.entries.values()].filter(({ standing }) => standing === 'lead');
}

function currentLead(turn: Turn): Entry | undefined {
  return leads(turn).find(({ isOver }) => !isOver);
}

function endFloods(turn: Turn): void {
  for (const lead of leads(turn)) if (!lead.isOver) turn.entries.set(lead.groupId, { ...lead, isOver: true });
}

function newLead(turn: Turn, notice: Notice, entry: Entry): Entry {
  const id = `flood-${notice.id}`;
  return { ...newEntry({ ...notice.group, id }, entry.facts, turn.nowMs), standing: 'lead', firstId: id };
}

function addTo(turn: Turn, lead: Entry, ids: readonly string[]): void {
  turn.entries.set(lead.groupId, { ...lead, members: [...new Set([...lead.members, ...ids])] });
}

/** Members that have eased wait anew when they come again; those that no lead stands for are told with the flood, or by themselves. */
function settleMembers(turn: Turn): void {
  const led = new Set(leads(turn).flatMap(({ members }) => members));
  for (const entry of [...turn.entries.values()]) {
    if (entry.standing !== 'flood') continue;
    const group = turn.groups.get(entry.groupId);
    const isWaiting = group !== undefined && isOpen(group);
    if (!isWaiting && entry.phase === 'firing')
      turn.entries.set(entry.groupId, { ...entry, phase: 'acknowledged' });
    if (isWaiting && isTellable(group) && !led.has(entry.groupId)) tellOutside(turn, [group]);
  }
}

/** With the flood that goes on; without one each by itself. */
function tellOutside(turn: Turn, groups: readonly GroupView[]): void {
  const lead = currentLead(turn);
  for (const group of groups) {
    const before = turn.entries.get(group.id);
    if (before === undefined) continue;
    const entry: Entry = { ...before, phase: 'resolved' };
    turn.entries.set(group.id, entry);
    if (lead) turn.flooded.add(group.id);
    const id = `${group.id}~after-${turn.nowMs}`;
    const reason = 'It came with a flood of alarms.';
    if (!lead) page(turn, entry, { id, kind: 'raised', group, by: '', reason });
  }
  if (lead)
    addTo(
      turn,
      lead,
      groups.map(({ id }) => id),
    );
}

function reconcile(turn: Turn, before: Entry): void {
  const lead = { ...before, members: before.members.filter((id) => turn.groups.has(id)) };
  if (lead.members.length === 0) {
    easeFlood(turn, before, floodGroup(turn.groups, lead), 'closed');
    turn.entries.delete(lead.groupId);
    return;
  }
  if (lead.members.length < before.members.length) turn.entries.set(lead.groupId, lead);
  const fresh = unsaid(turn, lead);
  const came = [...new Set([...fresh, ...lead.members.flatMap((id) => cameNow(turn, id))])];
  if (lead.isOver) {
    // It is no part of what its people know as this flood.
    if (fresh.length > 0) leave(turn, lead, fresh);
  } else if (lead.phase !== 'firing' && came.length > 0) return tellFlood(turn, lead, came);
  else if (lead.phase === 'firing' && tellMore(turn, lead)) return;
  settle(turn, turn.entries.get(lead.groupId) ?? lead);
}

function cameNow(turn: Turn, id: string): GroupView[] {
  const group = turn.flooded.has(id) ? turn.groups.get(id) : undefined;
  return group && isOpen(group) ? [group] : [];
}

function leave(turn: Turn, lead: Entry, groups: readonly GroupView[]): void {
  const gone = new Set(groups.map(({ id }) => id));
  turn.entries.set(lead.groupId, { ...lead, members: lead.members.filter((id) => !gone.has(id)) });
  tellOutside(turn, groups);
}

/** Nothing of it waits any more: said once. */
function settle(turn: Turn, lead: Entry): void {
  const group = floodGroup(turn.groups, lead);
  if (lead.phase !== 'firing' || group.members.length === 0 || group.state === 'unacknowledged') return;
  const kind = group.state === 'returned' ? 'returned' : 'acknowledged';
  easeFlood(turn, lead, group, kind);
  turn.entries.set(lead.groupId, { ...lead, phase: EASED[kind] });
}

/** What came in this turn is more urgent than what was told, or concerns others than those who were. */
function tellMore(turn: Turn, lead: Entry): boolean {
  const open = lead.members.flatMap((id) => cameNow(turn, id));
  if (open.some(({ priority }) => !isAtLeast(lead.priority, priority))) {
    tellFlood(turn, lead, open);
    return true;
  }
  const { channels, notes } = reached(turn, open);
  const late = channels.filter((channel) => !lead.channels.includes(channel));
  if (late.length === 0) return false;
  const count = lead.count + 1;
  say(turn, lead, late, {
    ...{ id: `${lead.groupId}~more-${count}`, kind: 'raised', phase: 'firing', facts: lead.facts },
    group: floodGroup(turn.groups, lead),
    notes: [...listed(turn, { members: open.map(({ id }) => id) }), ...notes],
  });
  turn.entries.set(lead.groupId, { ...lead, count, channels: [...lead.channels, ...late] });
  return true;
}

/** Tells all of them, those who know of it already too: that there is a flood, that it is more urgent, or that it waits again. */
function tellFlood(turn: Turn, lead: Entry, fresh: readonly GroupView[]): void {
  const { nowMs } = turn;
  const found = reached(turn, fresh);
  const { priority, former } = prioritiesOf(lead, { priority: mostUrgent(fresh, lead.priority) });
  const isFirst = lead.channels.length === 0;
  const count = isFirst ? lead.count : lead.count + 1;
  const channels = [...new Set([...found.channels, ...lead.channels])];
  const isAgain = !isFirst && lead.phase !== 'firing';
  const next: Entry = { ...lead, priority, count, channels };
  say(turn, lead, channels, {
    id: isFirst ? lead.groupId : `${lead.groupId}~${isAgain ? 'again' : priority}-${count}`,
    kind: isFirst || isAgain ? 'raised' : 'priority',
    ...{ phase: 'firing', facts: lead.facts, formerPriority: former, toldPriority: priority },
    group: floodGroup(turn.groups, { ...next, pagedAtMs: nowMs }),
    notes: [
      ...(isAgain ? [`${fresh.length} more since it ${SINCE[lead.phase]}.`] : []),
      ...listed(turn, isAgain ? { members: fresh.map(({ id }) => id) } : lead),
      ...found.notes,
    ],
  });
  turn.entries.set(lead.groupId, {
    ...next,
    ...{ phase: 'firing', step: found.step, pagedAtMs: nowMs, saidAtMs: nowMs },
    incident: incidentAfter(lead, 'firing'),
  });
  saidByLead(turn, next);
}

const SINCE = {
  acknowledged: 'was acknowledged',
  resolved: 'was back to normal',
  hidden: 'was hidden',
  firing: 'was told',
} as const;

function mostUrgent(groups: readonly GroupView[], least: Priority): Priority {
  const first = groups[0]?.priority ?? least;
  return groups.reduce((most, { priority }) => (isAtLeast(most, priority) ? most : priority), first);
}

/** Whom the routes name for each of them, all together. */
function reached(
  turn: Turn,
  groups: readonly GroupView[],
): { readonly channels: string[]; readonly step: number; readonly notes: string[] } {
  const found = groups.flatMap((group) => {
    const entry = turn.entries.get(group.id);
    return entry ? (recipientsOf(turn, group, entry) ?? []) : [];
  });
  return {
    channels: [...new Set(found.flatMap(({ channels }) => channels))],
    step: found.reduce((most, { step }) => Math.max(most, step), 0),
    notes: [...new Set(found.flatMap(({ notes }) => notes))],
  };
}

/** By its own routes; those who know of it already are told when they name nobody. Null: nobody is. */
function recipientsOf(turn: Turn, group: GroupView, { facts, channels }: Entry) {
  const found = firstRecipients(routed(group, facts), moment(turn));
  return found ?? (channels.length === 0 ? null : { channels, step: 0, notes: [] });
}

const EASED = { acknowledged: 'acknowledged', returned: 'resolved', closed: 'resolved' } as const;

function easeFlood(turn: Turn, lead: Entry, group: GroupView, kind: keyof typeof EASED): void {
  say(turn, lead, lead.channels, {
    ...{ id: `${lead.groupId}~${kind}-${lead.count}`, kind, phase: EASED[kind], group, facts: lead.facts },
    ...{ by: group.owner ?? '' },
  });
}
