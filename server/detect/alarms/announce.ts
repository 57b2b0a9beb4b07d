/** Which words a group is worth in this turn: one at most. Pure. */
import type { AlarmView, GroupView } from '../../../shared/alarms.ts';
import { rankOf } from './alarm.ts';
import type { Group, Told } from './groups.ts';
import type { NoticeKind } from './types.ts';

/** Members that came within this time are told of together. */
export const JOINED_MS = 30_000;

/** How an alarm of the group was annunciated in this turn. */
export type News = 'new' | 'risen' | 'again' | 'shown';

export interface GroupNow {
  readonly view: GroupView;
  /** Raised and not hidden, but for what has come out of hiding and does not hold. */
  readonly visible: readonly AlarmView[];
  readonly news: readonly News[];
  readonly nowMs: number;
}

export interface Announcement {
  readonly kind: NoticeKind | null;
  readonly silence: string | null;
  readonly group: Group;
}

/** What is to be said, and the group with that remembered. */
export function announce(group: Group, now: GroupNow): Announcement {
  const silence = silenceOf(now.visible);
  const kind = kindOf(group, now, silence);
  const withheldBy = kind === 'closed' || kind === 'hidden' ? (group.told?.silence ?? null) : silence;
  return { kind, silence: withheldBy, group: remember(group, now, kind, silence) };
}

function kindOf(group: Group, now: GroupNow, silence: string | null): NoticeKind | null {
  const { told } = group;
  const { view, visible, news } = now;
  if (view.members.length === 0) return told ? 'closed' : null;
  if (visible.length === 0) return told && view.isHidden && told.state !== 'hidden' ? 'hidden' : null;
  const page = news.length > 0 ? pageOf(told, view, news) : null;
  if (page || !told) return page;
  return easeOf(told, visible, silence) ?? (isJoinedDue(group, now.nowMs) ? 'joined' : null);
}

/** A silence is over and it still waits for somebody and holds; or all of it is acknowledged, or has returned. */
function easeOf(told: Told, visible: readonly AlarmView[], silence: string | null): NoticeKind | null {
  const state = stateToTell(visible);
  if (state === 'unacknowledged')
    return told.silence !== null && silence === null && isHeld(visible) ? 'shown' : null;
  return state === told.state ? null : state;
}

/** Not known is not over. */
function isHeld(visible: readonly AlarmView[]): boolean {
  return visible.some(({ state, isActive }) => state === 'unacknowledged' && isActive !== false);
}

function isJoinedDue({ joinedSinceMs }: Group, nowMs: number): boolean {
  return joinedSinceMs !== null && nowMs - joinedSinceMs >= JOINED_MS;
}

/** Why somebody has to look at it now; null: they know already. */
function pageOf(told: Told | null, view: GroupView, news: readonly News[]): NoticeKind | null {
  if (!told) return 'raised';
  if (told.state === 'hidden') return 'shown';
  if (told.state === 'returned') return 'raised';
  if (rankOf(view.priority) > rankOf(told.priority)) return 'priority';
  if (told.state === 'unacknowledged') return null;
  if (news.includes('shown')) return 'shown';
  return news.includes('again') || news.includes('risen') ? 'raised' : null;
}

/** Null: some are acknowledged and some have returned; that is no news of the group. */
function stateToTell(visible: readonly AlarmView[]): 'unacknowledged' | 'acknowledged' | 'returned' | null {
  const [first] = visible;
  if (visible.some(({ state }) => state === 'unacknowledged')) return 'unacknowledged';
  const isOne = visible.every(({ state }) => state === first?.state);
  if (!isOne) return null;
  return first?.state === 'returned' ? 'returned' : 'acknowledged';
}

const PAGES: ReadonlySet<NoticeKind> = new Set(['raised', 'priority', 'shown']);

function remember(group: Group, now: GroupNow, kind: NoticeKind | null, silence: string | null): Group {
  const { view, visible, news, nowMs } = now;
  const came = news.filter((one) => one === 'new').length;
  const joined = joinedOf(group, kind, came, nowMs);
  if (visible.length === 0)
    return keep(group, { ...joined, told: view.isHidden ? whileHidden(group.told) : group.told });
  if (!group.told && kind === null) return keep(group, joined);
  const state = stateToTell(visible) ?? group.told?.state ?? 'unacknowledged';
  const wasWithheld = group.told?.silence ?? null;
  // A page that was withheld stays so until one is sent or nobody needs it any more.
  const isPage = kind !== null && PAGES.has(kind);
  const isOpen = state === 'unacknowledged' && wasWithheld !== null && !isPage;
  const told = {
    state,
    priority: view.priority,
    silence: isOpen ? wasWithheld : silenceKept(kind, silence, wasWithheld),
  };
  return keep(group, { ...joined, told });
}

function whileHidden(told: Told | null): Told | null {
  return told && { ...told, state: 'hidden' };
}

function silenceKept(kind: NoticeKind | null, silence: string | null, before: string | null): string | null {
  return kind === null ? before : silence;
}

function joinedOf(
  group: Group,
  kind: NoticeKind | null,
  came: number,
  nowMs: number,
): Pick<Group, 'joined' | 'joinedSinceMs' | 'notices'> {
  const notices = kind === null ? group.notices : group.notices + 1;
  const isTold =
    kind === 'joined' || kind === 'closed' || kind === 'hidden' || (kind !== null && PAGES.has(kind));
  if (isTold) return { joined: 0, joinedSinceMs: null, notices };
  const joined = group.told ? group.joined + came : 0;
  return { joined, joinedSinceMs: joined > 0 ? (group.joinedSinceMs ?? nowMs) : null, notices };
}

/** The same object when nothing changed. */
function keep(group: Group, change: Partial<Group>): Group {
  const after = { ...group, ...change };
  return JSON.stringify(after) === JSON.stringify(group) ? group : after;
}

/** The silence by which all of them are withheld. */
function silenceOf(visible: readonly AlarmView[]): string | null {
  return visible.every(({ silence }) => silence !== null) ? (visible[0]?.silence ?? null) : null;
}
