/** What is done about alarms that nobody acknowledges, and about messages that do not get through. */
import type { GroupView } from '../../../shared/alarms.ts';
import { isAtLeast } from '../../base/notify-routing.ts';
import { durationText } from '../../detect/alarms/duration-text.ts';
import { floodGroup, listed } from './flood-group.ts';
import { saidByLead, unsaid } from './flood-plan.ts';
import type { Entry } from './plan-state.ts';
import { nextRecipients, otherChannel, type Recipients } from './targets.ts';
import { FLOOD_QUIET_MS, isInFlood, isOpen, moment, say, type Trouble, type Turn } from './turn.ts';

/** What is known of messages on their way. */
export interface OnTheWay {
  /** Whether something for this group still waits to leave through the channel. */
  readonly isWaiting: (channel: string, groupId: string) => boolean;
  readonly troubles: readonly Trouble[];
}

/** Passes on what could not be told, escalates what is due, and repeats the rest. */
export function escalate(turn: Turn, asked: OnTheWay): void {
  for (const entry of [...turn.entries.values()]) {
    if ((entry.standing !== 'told' && entry.standing !== 'lead') || entry.phase !== 'firing') continue;
    const group = entry.standing === 'lead' ? floodGroup(turn.groups, entry) : turn.groups.get(entry.groupId);
    if (group === undefined || !isOpen(group)) continue;
    const found = passedOn(turn, entry, asked) ?? stepDue(turn, entry, group);
    if (found !== undefined) passOn(turn, entry, group, found);
    else if (isReminderDue(turn, entry, group)) remind(turn, entry, group, asked);
  }
}

/** It did not get through: the next step at once; without one, another way. */
function passedOn(turn: Turn, entry: Entry, { troubles }: OnTheWay): Recipients | undefined {
  const { policy } = turn.deps;
  const mine = troubles.filter(
    ({ groupId, channel }) => groupId === entry.groupId && entry.channels.includes(channel),
  );
  if (mine.length === 0) return undefined;
  const notes = mine.map(({ channel, reason }) => `It could not be told through ${channel}: ${reason}.`);
  if (entry.step < policy.steps.length) return nextRecipients(entry.step, moment(turn), notes);
  const other = otherChannel(entry.channels, policy);
  return other === undefined ? undefined : { channels: [other], step: entry.step, notes };
}

/** All steps whose time has come, as one. */
function stepDue(turn: Turn, entry: Entry, group: GroupView): Recipients | undefined {
  const { policy } = turn.deps;
  if (!isAtLeast(group.priority, policy.escalated)) return undefined;
  const elapsedMs = turn.nowMs - entry.pagedAtMs;
  let { step } = entry;
  let found: Recipients | undefined;
  while (step < policy.steps.length && elapsedMs >= (policy.steps[step]?.afterMinutes ?? Infinity) * 60_000) {
    const next = nextRecipients(step, moment(turn));
    const channels = [...new Set([...(found?.channels ?? []), ...next.channels])];
    found = { channels, step: next.step, notes: [...(found?.notes ?? []), ...next.notes] };
    step = next.step;
  }
  const note = `Nobody has acknowledged for ${durationText(elapsedMs)}.`;
  return found && { ...found, notes: [note, ...found.notes] };
}

function passOn(turn: Turn, entry: Entry, group: GroupView, found: Recipients): void {
  const count = entry.count + 1;
  const id = `${entry.firstId}~escalated-${count}`;
  say(turn, entry, found.channels, {
    ...{ id, kind: 'escalated', phase: 'firing', group, facts: entry.facts },
    notes: [...found.notes, ...(entry.standing === 'lead' ? listed(turn, entry) : [])],
  });
  const channels = [...new Set([...entry.channels, ...found.channels])];
  turn.entries.set(entry.groupId, { ...entry, count, channels, step: found.step, saidAtMs: turn.nowMs });
  saidByLead(turn, entry);
}

function isReminderDue(turn: Turn, entry: Entry, group: GroupView): boolean {
  const { deps, nowMs } = turn;
  const quietMs = isInFlood(turn) ? Math.max(deps.policy.repeatMs, FLOOD_QUIET_MS) : 0;
  if (nowMs - entry.saidAtMs >= quietMs && unsaid(turn, entry).length > 0) return true;
  return (
    !isInFlood(turn) &&
    isAtLeast(group.priority, deps.policy.escalated) &&
    nowMs - entry.saidAtMs >= deps.policy.repeatMs
  );
}

/**
 * Said again to those who were told, but for those whose messages still wait. When that leaves only mail, or nothing, one
 * more channel is told: a relay that accepts and loses cannot be seen from here, silence of its readers can.
 */
function remind(turn: Turn, entry: Entry, group: GroupView, { isWaiting }: OnTheWay): void {
  const { policy } = turn.deps;
  const free = entry.channels.filter((channel) => !isWaiting(channel, entry.groupId));
  const typeOf = (channel: string) => policy.channels.find(({ id }) => id === channel)?.type;
  const isUnproven = free.every((channel) => typeOf(channel) === 'email');
  const other = isUnproven ? otherChannel(entry.channels, policy) : undefined;
  const count = entry.count + 1;
  const isElsewhere = other !== undefined && entry.channels.length > 0;
  say(turn, entry, [...free, ...(other === undefined ? [] : [other])], {
    ...{
      id: `${entry.firstId}~reminder-${count}`,
      kind: 'reminder',
      phase: 'firing',
      group,
      facts: entry.facts,
    },
    notes: [
      ...(isElsewhere
        ? [`Told before through ${entry.channels.join(', ')} only, and not acknowledged: now here too.`]
        : []),
      ...(entry.standing === 'lead' ? listed(turn, entry) : []),
    ],
  });
  const channels = other === undefined ? entry.channels : [...entry.channels, other];
  turn.entries.set(entry.groupId, { ...entry, count, channels, saidAtMs: turn.nowMs });
  saidByLead(turn, entry);
}
