/** One group told to those whom the routes name. */
import type { GroupView, Priority } from '../../../shared/alarms.ts';
import { isAtLeast } from '../../base/notify-routing.ts';
import type { Notice } from '../../detect/alarms/types.ts';
import type { Entry } from './plan-state.ts';
import { firstRecipients } from './targets.ts';
import { incidentAfter, moment, routed, say, type Turn } from './turn.ts';

/** Tells everybody whom the routes name, and those who know of it already. */
export function page(
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
    ...{ incident: incidentAfter(entry, 'firing'), waitsSinceMs: null },
  });
}

/** By which those who hold it open know it from now on, and until now: it never falls while they do. */
export function prioritiesOf(
  { channels, phase, priority }: Entry,
  group: Pick<GroupView, 'priority'>,
): { readonly priority: Priority; readonly former: Priority | null } {
  const isHeld = channels.length > 0 && (phase === 'firing' || phase === 'acknowledged');
  if (!isHeld) return { priority: group.priority, former: null };
  return isAtLeast(priority, group.priority)
    ? { priority, former: null }
    : { priority: group.priority, former: priority };
}

/** The reason as a note; none when there is nothing to say. */
export function notesOf(reason: string): string[] {
  return reason === '' ? [] : [reason];
}
