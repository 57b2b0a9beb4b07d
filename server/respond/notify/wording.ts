/** The words of messages: the same for all channels, and never an address of mail. */
import type { AlarmReading, AlarmView, GroupView } from '../../../shared/alarms.ts';
import { WATCH } from '../../../shared/alarms.ts';
import { durationText } from '../../detect/alarms/duration-text.ts';
import type { NoticeKind } from '../../detect/alarms/types.ts';
import { limitShown, shown } from '../../detect/rules/shown.ts';
import { withoutAddresses } from './addresses.ts';
import type { Facts, Message, Phase } from './message.ts';

/** How messages are written here. */
export interface Style {
  /** Address of this watch; null: none is known. */
  readonly link: string | null;
  /** A moment, local and in UTC. */
  readonly timeText: (atMs: number) => string;
}

export interface Wording {
  readonly id: string;
  readonly firstId: string;
  readonly kind: NoticeKind;
  readonly phase: Phase;
  readonly atMs: number;
  readonly group: GroupView;
  readonly facts: Facts;
  readonly by: string;
  readonly toldPriority: Message['toldPriority'];
  readonly formerPriority: Message['formerPriority'];
  /** Why it comes now or to this receiver; each a sentence. */
  readonly notes: readonly string[];
  /** Absent: the group has had one only. */
  readonly incident?: number;
  readonly formerIncident?: number | null;
}

const MAX_NAMES = 8;
const MAX_TENANTS = 200;
const MAX_LINE = 300;
const MAX_TEXT = 2_000;
const PAGES: readonly NoticeKind[] = ['raised', 'priority', 'shown', 'reminder', 'escalated', 'test'];

/** Writes a message. */
export function write(wording: Wording, style: Style): Message {
  const { group, facts, kind } = wording;
  const link = style.link === null ? null : linkTo(style.link, group.id, kind);
  return {
    id: wording.id,
    kind,
    phase: wording.phase,
    isPage: PAGES.includes(kind),
    groupId: group.id,
    firstId: wording.firstId,
    atMs: wording.atMs,
    sinceMs: group.sinceMs,
    raisedAtMs: group.raisedAtMs,
    rule: group.rule,
    title: oneLine(group.title),
    priority: group.priority,
    toldPriority: wording.toldPriority,
    formerPriority: wording.formerPriority,
    cluster: group.cluster,
    by: oneLine(wording.by),
    subject: oneLine(`${openingOf(wording)}: ${group.text || group.title}`),
    body: bodyOf(wording, style, link),
    link,
    facts,
    incident: wording.incident ?? 0,
    formerIncident: wording.formerIncident ?? null,
  };
}

/** What there is to say of members of a group. */
export function factsOf(members: readonly AlarmView[], group: GroupView, reason: string): Facts {
  const worst = [...members].sort(byWeight);
  const first = worst[0];
  const tenants = members.flatMap(({ scope }) => (scope.kind === 'tenant' ? [scope.id] : []));
  const reading = first?.reading ?? null;
  return {
    what: oneLine(first?.reason || reason || group.text),
    number: reading === null ? '' : readingText(reading),
    ...{ value: null, limit: null, unit: null, metric: '' },
    ...(reading && {
      value: reading.value,
      limit: reading.limit,
      unit: reading.unit,
      metric: reading.metric,
    }),
    names: worst.slice(0, MAX_NAMES).map(({ scopeName }) => oneLine(scopeName)),
    count: Math.max(group.members.length, members.length),
    mailboxes: group.mailboxes,
    tenants: [...new Set(tenants)].slice(0, MAX_TENANTS),
    action: plain(first?.action ?? '', MAX_TEXT),
    runbook: first?.runbook ?? null,
  };
}

function byWeight(a: AlarmView, b: AlarmView): number {
  const rank = { low: 0, medium: 1, high: 2, critical: 3 };
  return rank[b.priority] - rank[a.priority] || (b.mailboxes ?? 0) - (a.mailboxes ?? 0);
}

function openingOf({ kind, group, by, atMs }: Wording): string {
  const priority = group.priority.toUpperCase();
  const who = by === '' || by === WATCH ? 'the watch' : by;
  const openings: Readonly<Record<NoticeKind, string>> = {
    raised: priority,
    joined: `${priority}, more of it`,
    priority: `Now ${priority}`,
    acknowledged: `Acknowledged by ${who}`,
    returned: group.active > 0 ? `${priority}, in part back to normal` : 'Back to normal, not acknowledged',
    closed: 'Over',
    hidden: `Hidden by ${who}`,
    shown: `${priority}, shown again`,
    reminder: `${priority}, nobody has acknowledged for ${durationText(atMs - group.raisedAtMs)}`,
    escalated: `${priority}, passed on to you`,
    test: 'Test',
  };
  return openings[kind];
}

/** Short lines, the most important first: it is read on a phone, at night. */
function bodyOf({ group, facts, notes, by, kind }: Wording, style: Style, link: string | null): string {
  const lines = [
    oneLine(group.text || group.title),
    ...notes.map(oneLine).filter((note) => note !== facts.what),
    facts.what === '' ? '' : `Why: ${facts.what}`,
    facts.number === '' ? '' : `Number: ${facts.number}`,
    `For: ${whom(facts)}`,
    `Since: ${style.timeText(group.sinceMs)}`,
    `State: ${stateText(group)}${by !== '' && by !== WATCH && kind !== 'test' ? ` (${oneLine(by)})` : ''}`,
    facts.action === '' ? '' : `Do: ${facts.action}`,
    facts.runbook === null ? '' : `How: ${facts.runbook}`,
    link === null ? '' : `Open: ${link}`,
  ];
  return plain(lines.filter((line) => line !== '').join('\n'), 2 * MAX_TEXT);
}

function whom({ names, count, mailboxes }: Facts): string {
  const rest = count - names.length;
  const who =
    names.length === 0 ? `${count} of it` : `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return mailboxes === null
    ? `${who}; number of mailboxes not known`
    : `${who}; up to ${grouped(mailboxes)} mailboxes`;
}

function stateText({ state, active, members, owner }: GroupView): string {
  const holds = members.length > 1 ? `, holds at ${active} of ${members.length}` : '';
  if (state === 'acknowledged') return `acknowledged${owner === null ? '' : ` by ${oneLine(owner)}`}${holds}`;
  if (state === 'returned') return `returned, not acknowledged${holds}`;
  return state === 'normal' ? 'normal' : `${state}${holds}`;
}

/** `03:12 on Sun 12 Jul (Europe/London), 02:12 UTC`; the day of UTC too where it is another. Formatters are slow to make. */
export function createTimeText(timezone: string): Style['timeText'] {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const of = (timeZone: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone, ...options });
  const local = { time: of(timezone, time), day: of(timezone, day) };
  const utc = { time: of('UTC', time), day: of('UTC', day) };
  return (atMs) => {
    const [localDay, utcDay] = [local.day.format(atMs), utc.day.format(atMs)];
    const inUtc = `${utc.time.format(atMs)} UTC${utcDay === localDay ? '' : ` on ${utcDay}`}`;
    return `${local.time.format(atMs)} on ${localDay} (${timezone}), ${inUtc}`;
  };
}

/** `at least 6.2 min, limit 5 min`. */
export function readingText({ value, unit, limit, isFloor, side }: AlarmReading): string {
  const number = value === null ? 'no data' : `${isFloor ? 'at least ' : ''}${shown(value, unit)}`;
  return limit === null
    ? number
    : `${number}; limit ${side === 'above' ? 'over' : 'under'} ${limitShown(limit, unit)}`;
}

function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

function linkTo(link: string, groupId: string, kind: NoticeKind): string {
  const page = `${link.replace(/\/+$/, '')}/alarms`;
  return kind === 'test' ? page : `${page}/${encodeURIComponent(groupId)}`;
}

/** One line without control characters and without addresses; it may become a header. */
export function oneLine(text: string): string {
  return plain(text.replace(/\s+/g, ' ').trim(), MAX_LINE);
}

/** Without control characters but line ends, and with mail addresses taken out. */
function plain(text: string, max: number): string {
  const visible = text
    .replace(/[^\S\n]+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => (char === '\n' ? char : ''));
  const clean = withoutAddresses(visible);
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`;
}
