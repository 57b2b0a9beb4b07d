/** What the wall says of alarms, in the words and the order in which it is said. All pure. */
import type { AlarmStrip, Flood, GroupView, OnCallView, Priority } from '../../shared/alarms.ts';
import { countOf, quantityText } from '../format/number.ts';
import { dayText, minuteText } from '../format/time.ts';
import type { Tile } from './tile.ts';
import { worstOf, type Worst } from './worst.ts';

/** From this many on, alarms that came together are one thing with many members. */
export const GROUP_MEMBERS = 3;

/** Who has it, as a word and as how loud it is: `nobody` is loud, `back` asks for a look, `taken` is quiet. */
export interface Owner {
  readonly kind: 'nobody' | 'back' | 'taken';
  readonly text: string;
}

/** One alarm, or many that came together, as a card. */
export interface AlarmCard {
  readonly id: string;
  readonly priority: Priority;
  /** `Effective lag: 14 tenants on cluster A`; of few, the title alone. */
  readonly head: string;
  /** Who, and the worst number; of many: how large, and the worst of them. */
  readonly lines: readonly string[];
  readonly sinceMs: number;
  readonly owner: Owner;
  /** Small words beside it: first of a flood, silenced, not over at fewer than all. */
  readonly tags: readonly string[];
  /** It needs room for its members. */
  readonly isWide: boolean;
  /** Only what is most urgent and nobody's may move. */
  readonly isPulsing: boolean;
}

function ownerOf({ state, owner }: GroupView): Owner {
  if (state === 'acknowledged') return { kind: 'taken', text: owner ? `${owner} has it` : 'acknowledged' };
  const had = owner ? ` (${owner} had it)` : '';
  if (state === 'returned') return { kind: 'back', text: `OVER, not acknowledged${had}` };
  return { kind: 'nobody', text: `NOBODY HAS IT${had}` };
}

/** The limit is to be had on the page of the alarm; the wall has room for the number alone. */
const LIMIT = /, (?:limit|over|above|below) [^,]*$/;

/** What the text says beyond the title: of whom, and the number. */
function partsOf({ title, text }: GroupView): readonly [string, string] {
  const rest = (text.startsWith(`${title}:`) ? text.slice(title.length + 1).trim() : text).replace(LIMIT, '');
  const worst = rest.indexOf(', worst ');
  const at = worst < 0 ? rest.indexOf(', ') : worst;
  return at < 0 ? [rest, ''] : [rest.slice(0, at), rest.slice(at + 2)];
}

function tagsOf(group: GroupView): readonly string[] {
  const { members, active, state, isFirstOut, isSilenced } = group;
  const isSettling = members.length > 1 && active < members.length && state !== 'returned';
  return [
    ...(isFirstOut ? ['CAME FIRST'] : []),
    ...(isSilenced ? ['silenced'] : []),
    ...(isSettling ? [settlingText(active, members.length)] : []),
  ];
}

/** An alarm waits a while before it is over for good. */
function settlingText(active: number, all: number): string {
  return active === 0 ? `all ${all} over for now` : `${active} of ${all} not over`;
}

/** One group as the wall shows it; where cards are not to be wide, its members come below its title. */
export function cardOf(group: GroupView, mayBeWide = true): AlarmCard {
  const { id, priority, title, state, sinceMs, mailboxes, members } = group;
  const isWide = mayBeWide && members.length >= GROUP_MEMBERS;
  const [who, worst] = partsOf(group);
  const size =
    mailboxes === null || mailboxes === 0 ? '' : `up to ${quantityText(countOf(mailboxes))} mailboxes`;
  return {
    id,
    priority,
    head: isWide ? `${title}: ${who}` : title,
    lines: (isWide ? [size, worst] : [who, worst]).filter(Boolean),
    sinceMs,
    owner: ownerOf(group),
    tags: tagsOf(group),
    isWide,
    isPulsing: priority === 'critical' && state === 'unacknowledged',
  };
}

/** What the strip has room for, in cells; a wide card takes two. */
export interface StripPlan {
  readonly cards: readonly AlarmCard[];
  /** Alarm groups that are not shown. */
  readonly moreAlarms: number;
  readonly worst: Worst;
}

const cellsOf = (card: AlarmCard, columns: number) => Math.min(columns, card.isWide ? 2 : 1);

/** As many cards, in their order, as there are cells for. */
function fitting(cards: readonly AlarmCard[], cells: number, columns: number): readonly AlarmCard[] {
  let left = cells;
  const first = cards.findIndex((card) => {
    left -= cellsOf(card, columns);
    return left < 0;
  });
  return first < 0 ? cards : cards.slice(0, first);
}

const NO_WORST: Worst = { tiles: [], blind: [], more: 0 };

/** What a strip has room for. */
export interface StripCells {
  readonly cells: number;
  /** Side by side. Absent: all. */
  readonly columns?: number;
  /** A card may take two cells, with its members in its title. Absent: yes. */
  readonly mayBeWide?: boolean;
}

/** Alarms first; what is left of the room goes to the worst tiles that no alarm is about. Null strip: tiles alone. */
export function stripPlan(
  strip: AlarmStrip | null,
  tiles: readonly Tile[],
  { cells, columns = cells, mayBeWide = true }: StripCells,
): StripPlan {
  const named = new Set(strip?.tenants ?? []);
  const others = tiles.filter((tile) => !named.has(tile.id));
  const all = (strip?.groups ?? []).map((group) => cardOf(group, mayBeWide));
  const cards = fitting(all, cells, columns);
  const left = cells - cards.reduce((sum, card) => sum + cellsOf(card, columns), 0);
  const moreAlarms = all.length - cards.length + (strip?.more ?? 0);
  if (left > 0 && moreAlarms === 0) return { cards, moreAlarms, worst: worstOf(others, left) };
  const more = others.filter((tile) => tile.level !== 'ok').length;
  return { cards, moreAlarms, worst: { ...NO_WORST, more } };
}

/** A word of the line above the cards. `alarm` cannot be missed, `warn` is plain, `quiet` is small. */
export interface StripWord {
  readonly id: string;
  readonly tone: 'alarm' | 'warn' | 'quiet';
  readonly text: string;
  /** What may be cut when there is no room. */
  readonly detail: string;
  /** All is well: the first to go when there is no room. */
  readonly isGood?: boolean;
}

function floodWord(flood: Flood | null, groups: readonly GroupView[]): readonly StripWord[] {
  if (!flood) return [];
  const first = groups.find(({ id }) => id === flood.firstOut);
  const cause = first ? `first: ${first.title}: ${partsOf(first)[0]} · ` : '';
  const text = `FLOOD since ${minuteText(flood.sinceMs)}: ${flood.raises} alarms`;
  return [{ id: 'flood', tone: 'alarm', text, detail: `${cause}grouped by cause` }];
}

function pathWord({ state, reason }: AlarmStrip['path']): readonly StripWord[] {
  switch (state) {
    case 'failing':
      return [{ id: 'path', tone: 'alarm', text: 'ALARMS CANNOT LEAVE', detail: reason }];
    case 'degraded':
      return [{ id: 'path', tone: 'warn', text: 'A WAY OUT FOR ALARMS FAILS', detail: reason }];
    case 'none':
      return [
        { id: 'path', tone: 'quiet', text: 'no channel configured: alarms stay on this screen', detail: '' },
      ];
    case 'unknown':
      return [{ id: 'path', tone: 'quiet', text: 'not checked yet whether alarms can leave', detail: '' }];
    case 'ok':
      return [{ id: 'path', tone: 'quiet', text: 'alarms can leave', detail: '', isGood: true }];
  }
}

/** Above this a time of day alone could be read as today's. */
const SAME_DAY_MS = 20 * 3_600_000;

function momentOf(atMs: number, nowMs: number): string {
  const day = atMs - nowMs > SAME_DAY_MS ? `${dayText(atMs).split(' ')[0] ?? ''} ` : '';
  return `${day}${minuteText(atMs)}`;
}

/** A turn that should be over while nothing newer came: nobody knows who it is now. */
const LATE_MS = 10_000;

function onCallWord(view: OnCallView, isOnly: boolean, nowMs: number): StripWord {
  const { schedule, person, untilMs, next, reason } = view;
  const id = `on-call ${schedule}`;
  const which = isOnly ? '' : ` (${schedule})`;
  if (untilMs !== null && nowMs > untilMs + LATE_MS)
    return { id, tone: 'warn', text: `On call${which}: not known since ${minuteText(untilMs)}`, detail: '' };
  const then = next?.person ? `next ${next.person} at ${momentOf(next.fromMs, nowMs)}` : '';
  if (person === null)
    return {
      id,
      tone: 'alarm',
      text: `NOBODY ON CALL${which}`,
      detail: [reason, then].filter(Boolean).join(' · '),
    };
  const until = untilMs === null ? '' : ` until ${momentOf(untilMs, nowMs)}`;
  return { id, tone: 'warn', text: `On call${which}: ${person}${until}`, detail: '' };
}

function onCallWords(views: readonly OnCallView[], nowMs: number): readonly StripWord[] {
  if (views.length === 0) return [{ id: 'on-call', tone: 'quiet', text: 'no on-call schedule', detail: '' }];
  return views.map((view) => onCallWord(view, views.length === 1, nowMs));
}

const keptWord = (reason: string | null): readonly StripWord[] =>
  reason === null ? [] : [{ id: 'kept', tone: 'alarm', text: 'ALARMS ARE NOT KEPT', detail: reason }];

const LOUDNESS = ['alarm', 'warn', 'quiet'] as const;

/** What is said beside the counts, loudest first. */
export function stripWords(strip: AlarmStrip, nowMs: number): readonly StripWord[] {
  const words = [
    ...pathWord(strip.path),
    ...onCallWords(strip.onCall, nowMs),
    ...floodWord(strip.flood, strip.groups),
    ...keptWord(strip.notKept),
  ];
  return words.toSorted((a, b) => LOUDNESS.indexOf(a.tone) - LOUDNESS.indexOf(b.tone));
}

/** How many groups wait for what; those that are none are left out, but for the first. */
export function stripCounts({
  counts,
}: AlarmStrip): readonly { readonly name: string; readonly n: number }[] {
  const all = [
    { name: 'unacknowledged', n: counts.unacknowledged },
    { name: 'acknowledged', n: counts.acknowledged },
    { name: 'hidden', n: counts.hidden },
    { name: 'silenced', n: counts.silenced },
  ];
  return all.filter(({ name, n }) => n > 0 || name === 'unacknowledged');
}

/** Whether nothing at all is up, hidden or withheld. */
export function isQuiet(strip: AlarmStrip): boolean {
  return Object.values(strip.counts).every((n) => n === 0);
}
