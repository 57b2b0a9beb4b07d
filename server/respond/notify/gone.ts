/** Groups that are gone without a word, which only happens when something was lost. */
import type { GroupView } from '../../../shared/alarms.ts';
import type { Entry } from './plan-state.ts';
import { say, type Turn } from './turn.ts';

/** A group may be missed for a moment: it is given up only when nothing was said of it for so long. */
const FORGOTTEN_MS = 600_000;

/** They are forgotten; who holds one open learns that it is over. */
export function forget(turn: Turn): void {
  for (const entry of [...turn.entries.values()]) {
    if (entry.standing === 'lead' || turn.groups.has(entry.groupId)) continue;
    if (turn.nowMs - entry.saidAtMs <= FORGOTTEN_MS) continue;
    if (entry.phase === 'firing' || entry.phase === 'acknowledged') sayGone(turn, entry);
    turn.entries.delete(entry.groupId);
  }
}

function sayGone(turn: Turn, entry: Entry): void {
  say(turn, entry, entry.channels, {
    ...{ id: `${entry.firstId}~gone`, kind: 'closed', phase: 'resolved', group: goneGroup(entry) },
    ...{ facts: entry.facts, notes: ['Its end was not told when it came.'] },
  });
}

/** Nothing is left of it but what was said. */
function goneGroup({ groupId, about, facts, priority, pagedAtMs }: Entry): GroupView {
  const { rule, title, cluster, sinceMs, raisedAtMs } = about ?? {
    ...{ rule: '', title: facts.what || 'An alarm', cluster: null },
    ...{ sinceMs: pagedAtMs, raisedAtMs: pagedAtMs },
  };
  return {
    ...{ id: groupId, rule, title, cluster, sinceMs, raisedAtMs, priority },
    ...{ state: 'normal', members: [], active: 0, mailboxes: facts.mailboxes, owner: null },
    text: `${title}: no longer among the alarms`,
    ...{ isHidden: false, isSilenced: false, isFirstOut: false },
  };
}
