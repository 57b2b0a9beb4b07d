import {
  type AlarmView,
  type Flood,
  type GroupView,
  type TransitionRecord,
  WATCH,
} from '../../../shared/alarms.ts';
import { z } from 'zod';
import { rankOf } from './alarm.ts';
import { announce, JOINED_MS } from './announce.ts';
import { type FloodState, NO_FLOOD, shiftFlood, stepFlood } from './flood.ts';
import { bySeverity, groupView } from './group-view.ts';
import type { Group, Groups } from './groups.ts';
import { readJson } from './kept-alarm.ts';
import type { Points, Turn } from './points.ts';
import type { Notice, NoticeKind } from './types.ts';

/** Members that a notice carries; the group names all of them. */
const MAX_MEMBERS = 100;

const KeptFlood = z.object({
  openings: z.array(z.object({ atMs: z.number(), groupId: z.string() })),
  flood: z.object({ sinceMs: z.number(), raises: z.number(), firstOut: z.string() }).nullable(),
});

const PAGES: ReadonlySet<NoticeKind> = new Set(['raised', 'priority', 'shown']);

interface Said {
  readonly group: Group;
  readonly view: GroupView;
  readonly kind: NoticeKind;
  readonly silence: string | null;
  readonly members: readonly AlarmView[];
  readonly isNew: boolean;
  /** Why it comes when no alarm of it has changed. */
  readonly cause: string;
}

/** From what happened to alarms to what is said of their groups, and the flood that many of them make. */
export class Noticing {
  hasFloodChanged = false;
  readonly #groups: Groups;
  readonly #points: Points;
  readonly #views = new Map<string, GroupView>();
  #flood: FloodState = NO_FLOOD;
  #wasFirstOut = '';

  constructor(groups: Groups, points: Points, keptFlood: string | undefined) {
    this.#groups = groups;
    this.#points = points;
    const kept = keptFlood === undefined ? '' : readJson(KeptFlood, keptFlood);
    if (typeof kept === 'string') return;
    this.#flood = kept;
    this.#wasFirstOut = kept.flood?.firstOut ?? '';
  }

  get flood(): Flood | null {
    return this.#flood.flood;
  }

  floodText(): string {
    return JSON.stringify(this.#flood);
  }

  views(): GroupView[] {
    return [...this.#views.values()];
  }

  shift(byMs: number): void {
    this.#groups.shift(byMs);
    this.#flood = shiftFlood(this.#flood, byMs);
    this.hasFloodChanged = true;
  }

  /** At most one notice of each group. */
  notices(turn: Turn, nowMs: number): Notice[] {
    const said: Said[] = [];
    for (const id of this.#due(turn, nowMs)) {
      const group = this.#groups.get(id);
      if (group) said.push(...this.#say(group, turn, nowMs));
    }
    said.sort(
      (a, b) => rankOf(b.view.priority) - rankOf(a.view.priority) || (a.group.id < b.group.id ? -1 : 1),
    );
    this.#moveFlood(said, nowMs);
    return said.map((one) => this.#notice(one, turn, nowMs));
  }

  #due(turn: Turn, nowMs: number): string[] {
    const due = new Set([...turn.touched]);
    for (const { id, joinedSinceMs } of this.#groups.all())
      if (joinedSinceMs !== null && nowMs - joinedSinceMs >= JOINED_MS) due.add(id);
    return [...due].sort();
  }

  #say(before: Group, turn: Turn, nowMs: number): Said[] {
    const members = this.#points.members(before.id, nowMs);
    const group = this.#titled(before, members);
    const view = this.#view(group, members);
    const visible = members.filter((alarm) => alarm.hidden === null && !this.#points.isUntold(alarm));
    const said = announce(group, { view, visible, news: turn.news.get(group.id) ?? [], nowMs });
    if (said.group !== before) this.#groups.put(said.group);
    if (members.length === 0) this.#groups.remove(group.id);
    if (said.kind === null) return [];
    const shown = members.length > 0 ? members : (turn.ended.get(group.id) ?? []);
    const { kind, silence } = said;
    const isNew = before.told === null;
    return [{ group: said.group, view, kind, silence, members: shown, isNew, cause: causeOf(kind, before) }];
  }

  #titled(group: Group, members: readonly AlarmView[]): Group {
    const [first] = members;
    return !first || first.title === group.title ? group : { ...group, title: first.title };
  }

  #view(group: Group, members: readonly AlarmView[]): GroupView {
    const view = this.#viewOf(group, members, this.flood?.firstOut === group.id);
    const before = this.#views.get(group.id);
    if (members.length === 0) this.#views.delete(group.id);
    else if (!before || JSON.stringify(before) !== JSON.stringify(view)) this.#views.set(group.id, view);
    return view;
  }

  #viewOf(group: Group, members: readonly AlarmView[], isFirstOut: boolean): GroupView {
    return groupView(group, members, { isFirstOut, isUntold: (alarm) => this.#points.isUntold(alarm) });
  }

  #moveFlood(said: readonly Said[], nowMs: number): void {
    const fresh = said.filter(({ kind, isNew }) => kind === 'raised' && isNew).map(({ group }) => group.id);
    const after = stepFlood(this.#flood, fresh, nowMs);
    if (after === this.#flood) return;
    this.hasFloodChanged = true;
    this.#flood = after;
    const firstOut = after.flood?.firstOut ?? '';
    if (firstOut !== this.#wasFirstOut) this.#markFirstOut(firstOut, nowMs);
  }

  #markFirstOut(firstOut: string, nowMs: number): void {
    for (const id of [this.#wasFirstOut, firstOut]) {
      const group = this.#groups.get(id);
      const members = this.#points.members(id, nowMs);
      if (group && members.length > 0) this.#views.set(id, this.#viewOf(group, members, id === firstOut));
    }
    this.#wasFirstOut = firstOut;
  }

  #notice({ group, view, kind, silence, members, cause }: Said, turn: Turn, nowMs: number): Notice {
    const record =
      kind === 'joined' ? undefined : turn.records.findLast(({ groupId }) => groupId === group.id);
    const sorted = [...members].sort(bySeverity);
    const isOver = view.members.length === 0;
    return {
      id: `${group.id}.${group.notices}`,
      kind,
      atMs: nowMs,
      groupId: group.id,
      rule: group.rule,
      title: group.title,
      priority: isOver ? (sorted[0]?.priority ?? view.priority) : view.priority,
      cluster: group.cluster,
      text: isOver ? `${group.title}: back to normal` : view.text,
      reason: record?.reason ?? cause,
      by: record?.by ?? WATCH,
      members: sorted.slice(0, MAX_MEMBERS),
      group: view,
      silence,
      isInFlood: this.flood !== null && PAGES.has(kind),
    };
  }
}

function causeOf(kind: NoticeKind, { joined, told }: Group): string {
  if (kind === 'joined') return `${joined} more joined`;
  return told?.silence ? 'no longer silenced' : 'it holds again, and is no longer hidden';
}

/** The line of the record when a flood begins or ends; undefined: neither. */
export function floodRecord(
  before: Flood | null,
  after: Flood | null,
): Pick<TransitionRecord, 'kind' | 'reason' | 'groupId'> | undefined {
  if (!before && after) {
    const reason = `${after.raises} new groups of alarms in 10 min`;
    return { kind: 'flood-began', reason, groupId: after.firstOut };
  }
  if (before && !after)
    return {
      kind: 'flood-ended',
      reason: `fewer than 5 new groups in 10 min; ${before.raises} in all`,
      groupId: before.firstOut,
    };
  return undefined;
}
