/** In a flood one notice stands for all that come with it: who is woken once need not be woken forty times. */
import { PRIORITIES, type GroupView } from '../../../shared/alarms.ts';
import { isAtLeast } from '../../base/notify-routing.ts';
import type { Notice } from '../../detect/alarms/types.ts';
import type { Entry } from './plan-state.ts';
import { firstRecipients } from './targets.ts';
import { isOpen, moment, newEntry, routed, say, type Turn } from './turn.ts';

const MAX_MEMBERS = 500;
const LISTED = 6;

/** A group came in a flood: the first is told as the flood, later ones only when they are more urgent than what was told. */
export function planFlood(turn: Turn, notice: Notice, entry: Entry): void {
  if (entry.channels.length === 0)
    turn.entries.set(entry.groupId, { ...entry, standing: 'flood', saidAtMs: turn.nowMs });
  const before = [...turn.entries.values()].find(({ standing }) => standing === 'lead');
  const lead = before ?? newLead(turn, notice, entry);
  const members = [...new Set([...lead.members, notice.groupId])].slice(-MAX_MEMBERS);
  const isRise = before !== undefined && !isAtLeast(lead.priority, notice.priority);
  const next: Entry = { ...lead, members, priority: isRise ? notice.priority : lead.priority };
  turn.entries.set(lead.groupId, next);
  if (before === undefined || isRise) tellFlood(turn, next, notice, before?.priority ?? null);
}

function newLead(turn: Turn, notice: Notice, entry: Entry): Entry {
  const id = `flood-${notice.id}`;
  return { ...newEntry({ ...notice.group, id }, entry.facts, turn.nowMs), standing: 'lead', firstId: id };
}

function tellFlood(turn: Turn, lead: Entry, notice: Notice, former: Entry['priority'] | null): void {
  const { nowMs } = turn;
  const group = { ...floodGroup(turn.groups, lead), priority: notice.priority };
  const found = firstRecipients(routed(notice.group, lead.facts), moment(turn));
  const channels = [...new Set([...(found?.channels ?? []), ...lead.channels])];
  say(turn, lead, channels, {
    id: former === null ? lead.groupId : `${lead.groupId}~${notice.priority}`,
    kind: former === null ? 'raised' : 'priority',
    ...{ phase: 'firing', group, facts: lead.facts, formerPriority: former, toldPriority: notice.priority },
    notes: [...listed(turn, lead), ...(found?.notes ?? [])],
  });
  turn.entries.set(lead.groupId, {
    ...lead,
    ...{ phase: 'firing', channels, step: found?.step ?? 0, pagedAtMs: nowMs, saidAtMs: nowMs },
  });
}

/** A flood is acknowledged when nothing of it waits for that any more, and over when nothing of it is open. */
export function reconcileFloods(turn: Turn): void {
  for (const lead of [...turn.entries.values()]) {
    if (lead.standing !== 'lead') continue;
    const group = floodGroup(turn.groups, lead);
    if (group.members.length === 0) {
      easeFlood(turn, lead, group, 'closed');
      turn.entries.delete(lead.groupId);
    } else if (group.state !== 'unacknowledged' && lead.phase === 'firing') {
      easeFlood(turn, lead, group, 'acknowledged');
      turn.entries.set(lead.groupId, { ...lead, phase: 'acknowledged' });
    }
  }
}

function easeFlood(turn: Turn, lead: Entry, group: GroupView, kind: 'acknowledged' | 'closed'): void {
  const phase = kind === 'closed' ? 'resolved' : 'acknowledged';
  say(turn, lead, lead.channels, {
    ...{ id: `${lead.groupId}~${kind}`, kind, phase, group, facts: lead.facts },
    ...{ by: group.owner ?? '' },
  });
}

/** The flood as one group, made of those of its groups that are still open. */
export function floodGroup(groups: Turn['groups'], lead: Entry): GroupView {
  const open = lead.members.flatMap((id) => groups.get(id) ?? []);
  const waiting = open.filter(isOpen);
  const first = open.find(({ isFirstOut }) => isFirstOut) ?? open[0];
  const owners = open.flatMap(({ owner }) => owner ?? []);
  return {
    id: lead.groupId,
    rule: 'flood',
    title: 'Flood of alarms',
    priority: lead.priority,
    state: waiting.length > 0 ? 'unacknowledged' : 'acknowledged',
    cluster: null,
    sinceMs: Math.min(lead.pagedAtMs, ...open.map(({ sinceMs }) => sinceMs)),
    raisedAtMs: lead.pagedAtMs,
    members: open.map(({ id }) => id),
    active: open.filter(({ active }) => active > 0).length,
    mailboxes: null,
    text: `Flood of alarms: ${open.length} open beyond those told before${first ? `, the first: ${first.text}` : ''}`,
    owner: owners[0] ?? null,
    isHidden: false,
    isSilenced: false,
    isFirstOut: false,
  };
}

/** The most urgent of it, a line each. */
export function listed(turn: Turn, lead: Entry): string[] {
  const open = lead.members.flatMap((id) => turn.groups.get(id) ?? []).filter(isOpen);
  const rank = (group: GroupView): number => PRIORITIES.indexOf(group.priority);
  const worst = [...open].sort((a, b) => rank(b) - rank(a)).slice(0, LISTED);
  const rest = open.length - worst.length;
  return [
    ...worst.map(({ priority, text }) => `- ${priority.toUpperCase()}: ${text}`),
    ...(rest > 0 ? [`- and ${rest} more that wait`] : []),
  ];
}
