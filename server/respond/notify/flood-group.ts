/** A flood as if it were one group, so that it is told, escalated and repeated like one. */
import { PRIORITIES, type AlarmState, type GroupView } from '../../../shared/alarms.ts';
import type { Entry } from './plan-state.ts';
import { isOpen, type Turn } from './turn.ts';

const LISTED = 6;

/** The flood as one group, made of those of its groups that are still open. */
export function floodGroup(groups: Turn['groups'], lead: Entry): GroupView {
  const open = lead.members.flatMap((id) => groups.get(id) ?? []);
  const first = open.find(({ isFirstOut }) => isFirstOut) ?? open[0];
  const owners = open.flatMap(({ owner }) => owner ?? []);
  return {
    id: lead.groupId,
    rule: 'flood',
    title: 'Flood of alarms',
    priority: lead.priority,
    state: stateOf(open),
    cluster: null,
    sinceMs: Math.min(lead.pagedAtMs, ...open.map(({ sinceMs }) => sinceMs)),
    raisedAtMs: lead.pagedAtMs,
    members: open.map(({ id }) => id),
    active: open.filter(({ active }) => active > 0).length,
    mailboxes: null,
    text: `Flood of alarms: ${open.length} open beyond those told before${first ? `, the first: ${first.text}` : ''}`,
    owner: owners[0] ?? null,
    isHidden: false,
    isSilenced: open.length > 0 && open.every(({ isSilenced, isHidden }) => isSilenced || isHidden),
    isFirstOut: false,
  };
}

/** The worst of what nothing hides; of what is hidden nothing can be said, so that it stays as it is. */
function stateOf(open: readonly GroupView[]): AlarmState {
  const shown = open.filter(({ isHidden, isSilenced }) => !isHidden && !isSilenced);
  const is = (state: AlarmState): boolean => shown.some((group) => group.state === state);
  if (shown.length === 0 || is('unacknowledged')) return 'unacknowledged';
  return is('acknowledged') ? 'acknowledged' : 'returned';
}

/** The most urgent of it, a line each. */
export function listed(turn: Turn, { members }: Pick<Entry, 'members'>): string[] {
  const open = members.flatMap((id) => turn.groups.get(id) ?? []).filter(isOpen);
  const rank = (group: GroupView): number => PRIORITIES.indexOf(group.priority);
  const worst = [...open].sort((a, b) => rank(b) - rank(a)).slice(0, LISTED);
  const rest = open.length - worst.length;
  return [
    ...worst.map(({ priority, text }) => `- ${priority.toUpperCase()}: ${text}`),
    ...(rest > 0 ? [`- and ${rest} more that wait`] : []),
  ];
}
