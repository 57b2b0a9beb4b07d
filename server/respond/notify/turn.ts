import type { GroupView, Priority } from '../../../shared/alarms.ts';
import type { RoutedAlarm } from '../../base/notify-routing.ts';
import type { NoticeKind } from '../../detect/alarms/types.ts';
import type { Facts, Message, Phase } from './message.ts';
import { MAX_ENTRIES, shiftState, type Entry, type PlanState } from './plan-state.ts';
import type { Moment, OnCall, Policy } from './targets.ts';
import { write, type Style } from './wording.ts';

/** What planning rests on besides what happened. */
export interface PlanDeps {
  readonly policy: Policy;
  readonly onCall: OnCall;
  readonly style: Style;
}

/** A message that did not get through, or not soon enough. */
export interface Trouble {
  readonly channel: string;
  readonly groupId: string;
  readonly reason: string;
}

/** One message for one channel. */
export interface Planned {
  readonly channel: string;
  readonly message: Message;
}

/** What is said of a group now. */
export interface Saying {
  readonly id: string;
  readonly kind: NoticeKind;
  readonly phase: Phase;
  readonly group: GroupView;
  readonly facts: Facts;
  readonly by?: string;
  readonly notes?: readonly string[];
  /** Other than the entry's: it is told by it from now on. */
  readonly toldPriority?: Priority;
  readonly formerPriority?: Priority | null;
}

/** One turn of planning: what is remembered, changed as it goes on, and what is to be sent. */
export interface Turn {
  readonly deps: PlanDeps;
  readonly nowMs: number;
  readonly groups: ReadonlyMap<string, GroupView>;
  readonly entries: Map<string, Entry>;
  readonly planned: Planned[];
  floodSeenMs: number;
  /** Groups that came, or rose, in a flood in this turn. */
  readonly flooded: Set<string>;
}

export function openTurn(
  deps: PlanDeps,
  before: PlanState,
  groups: readonly GroupView[],
  nowMs: number,
): Turn {
  const state = shiftState(before, nowMs);
  return {
    deps,
    nowMs,
    groups: new Map(groups.map((group) => [group.id, group])),
    entries: new Map(Object.entries(state.entries)),
    planned: [],
    floodSeenMs: state.floodSeenMs,
    flooded: new Set(),
  };
}

/** What is remembered after it; the oldest go first when it is too much. */
export function closeTurn({ entries, floodSeenMs, nowMs }: Turn): PlanState {
  const kept = [...entries].sort(([, a], [, b]) => b.saidAtMs - a.saidAtMs).slice(0, MAX_ENTRIES);
  return { entries: Object.fromEntries(kept), floodSeenMs, nowMs };
}

/** Writes the message once and plans it for each of the channels that has use for it. */
export function say(turn: Turn, entry: Entry, channels: readonly string[], saying: Saying): void {
  const { deps, nowMs, planned } = turn;
  const incident = incidentAfter(entry, saying.phase);
  const message = write(
    {
      id: saying.id,
      firstId: entry.firstId,
      kind: saying.kind,
      phase: saying.phase,
      atMs: nowMs,
      group: saying.group,
      facts: saying.facts,
      by: saying.by ?? '',
      toldPriority: saying.toldPriority ?? entry.priority,
      formerPriority: saying.formerPriority ?? null,
      notes: saying.notes ?? [],
      incident,
      formerIncident: incident === entry.incident ? null : entry.incident,
    },
    deps.style,
  );
  for (const channel of channels)
    if (wants(deps.policy, entry, channel, message)) planned.push({ channel, message });
}

/** The incident that a message of this phase belongs to: what pages after an acknowledgement begins a new one. */
export function incidentAfter({ incident, phase }: Entry, next: Phase): number {
  return phase === 'acknowledged' && next === 'firing' ? incident + 1 : incident;
}

/**
 * Receivers that keep a state of their own are told when it changes, once: an Alertmanager knows no acknowledgement and has
 * its own repetition, PagerDuty resolves once.
 */
function wants(policy: Policy, entry: Entry, channel: string, { phase, formerPriority }: Message): boolean {
  const type = policy.channels.find(({ id }) => id === channel)?.type;
  const isOver = (each: Phase): boolean => each === 'resolved' || each === 'hidden';
  if (type !== 'alertmanager' && type !== 'pagerduty') return true;
  if (isOver(phase)) return !isOver(entry.phase) && entry.channels.includes(channel);
  if (type === 'pagerduty') return true;
  const isNew = !entry.channels.includes(channel) || isOver(entry.phase);
  return phase === 'firing' && (isNew || formerPriority !== null);
}

/** Waits for acknowledgement, and nothing hides it. */
export function isOpen(group: GroupView): boolean {
  return group.state === 'unacknowledged' && !group.isHidden && !group.isSilenced;
}

/** Open, and not over as far as is known: worth telling to whoever does not know of it. */
export function isTellable(group: GroupView): boolean {
  return isOpen(group) && group.active > 0;
}

/** A group of which nobody has been told. */
export function newEntry(group: GroupView, facts: Facts, nowMs: number): Entry {
  return {
    groupId: group.id,
    standing: 'withheld',
    firstId: '',
    phase: 'resolved',
    priority: group.priority,
    channels: [],
    step: 0,
    pagedAtMs: nowMs,
    saidAtMs: nowMs,
    members: [],
    count: 0,
    facts,
    incident: 0,
    waitsSinceMs: null,
    isOver: false,
    about: aboutOf(group),
  };
}

/** By which receivers know it, for when nothing else is left of it. */
function aboutOf({ rule, title, cluster, sinceMs, raisedAtMs }: GroupView): Entry['about'] {
  return { rule, title, cluster, sinceMs, raisedAtMs };
}

/** What routes ask of it. */
export function routed(group: GroupView, facts: Facts): RoutedAlarm {
  return { priority: group.priority, rule: group.rule, cluster: group.cluster, tenants: facts.tenants };
}

/** Nothing is repeated while a flood's notices have come so recently. */
export const FLOOD_QUIET_MS = 600_000;

/** Whether a flood goes on, as far as its notices tell. */
export function isInFlood({ floodSeenMs, nowMs }: Turn): boolean {
  return floodSeenMs > 0 && nowMs - floodSeenMs < FLOOD_QUIET_MS;
}

/** What finding recipients asks of a turn. */
export function moment({ deps, nowMs }: Turn): Moment {
  return { policy: deps.policy, onCall: deps.onCall, nowMs };
}
