/** Messages that no notice makes: what still holds, and tests. */
import type { GroupView } from '../../../shared/alarms.ts';
import type { Facts, Message } from './message.ts';
import { floodGroup } from './flood-group.ts';
import type { PlanState } from './plan-state.ts';
import { write, type Style } from './wording.ts';

export interface Holding {
  readonly state: PlanState;
  readonly groups: readonly GroupView[];
  readonly style: Style;
  readonly isWaiting: (channel: string, groupId: string) => boolean;
}

/** What a channel has been told and still holds; not while something for the group waits, which it must not overtake. */
export function holdingMessages(
  channel: string,
  { state, groups, style, isWaiting }: Holding,
): readonly Message[] {
  const open = new Map(groups.map((group) => [group.id, group]));
  return Object.values(state.entries).flatMap((entry) => {
    if (!entry.channels.includes(channel) || isWaiting(channel, entry.groupId)) return [];
    if (entry.phase !== 'firing' && entry.phase !== 'acknowledged') return [];
    const group = entry.standing === 'lead' ? floodGroup(open, entry) : open.get(entry.groupId);
    if (group === undefined) return [];
    const { firstId, phase, facts, incident, priority: toldPriority } = entry;
    const kind = 'joined' as const;
    const quiet = { by: '', formerPriority: null, notes: [], atMs: state.nowMs };
    return [
      write(
        { id: `${firstId}~holds`, firstId, kind, phase, toldPriority, incident, ...quiet, group, facts },
        style,
      ),
    ];
  });
}

/** A message that says of itself that it is a test. */
export function testMessage(channel: string, by: string, atMs: number, style: Style): Message {
  const id = `test-${channel}-${atMs}`;
  const group: GroupView = {
    ...{
      id,
      rule: 'test',
      title: 'Test of a channel',
      priority: 'low',
      state: 'acknowledged',
      cluster: null,
    },
    ...{ sinceMs: atMs, raisedAtMs: atMs, members: [], active: 0, mailboxes: 0 },
    text: `${by} tries the channel ${channel}; nothing is wrong`,
    ...{ owner: by, isHidden: false, isSilenced: false, isFirstOut: false },
  };
  const facts: Facts = {
    ...{ what: '', number: '', value: null, limit: null, unit: null, metric: '', names: [], count: 0 },
    ...{ mailboxes: 0, tenants: [], action: 'Nothing.', runbook: null },
  };
  const kind = 'test' as const;
  const of = {
    id,
    firstId: id,
    kind,
    phase: 'resolved' as const,
    toldPriority: 'low' as const,
    formerPriority: null,
  };
  return write({ ...of, atMs, by, notes: [], group, facts }, style);
}
