/**
 * Which tone a screen plays now, when the next one is due, and why. All pure; times are epoch ms of real time, by this screen's
 * own clock.
 *
 * - A group sounds when it is raised, when its priority rises above what it has sounded at, and when nobody has it any more.
 * - While nobody acknowledges it, critical sounds every 30 s, high every 2 min, medium once; low never does.
 * - What is due together is one tone, of the most urgent: it stands for all groups that are no more urgent.
 * - Withheld: hidden groups; groups whose notifications are silenced, for a tone is one; everything old. A replay
 *   is silent itself, and what is raised meanwhile sounds.
 */
import type { AlarmStrip, GroupView, Priority } from '../../shared/alarms.ts';
import { PRIORITIES } from '../../shared/alarms.ts';
import type { ToneId } from '../sound/tones.ts';
import { CLEAR, lostStep, type LostContact } from './sound-lost.ts';
import { isWithheld, type SoundSilence } from './sound-silence.ts';

export type SoundReason =
  | 'raised'
  | 'risen'
  | 'raised-again'
  | 'repeated'
  | 'flood'
  | 'lost-contact'
  /** From here on: why nothing sounds. */
  | 'off'
  | 'testing'
  | 'no-contact'
  | 'blocked'
  | 'silenced'
  | 'just-sounded'
  | 'nothing-due';

/** Null: once is enough. */
export const REPEAT_MS: Readonly<Record<Priority, number | null>> = {
  critical: 30_000,
  high: 120_000,
  medium: null,
  low: null,
};
/** What was over, or gone, and is back sounds again no sooner than this after its last tone. */
const AGAIN_MS: Readonly<Record<Priority, number>> = {
  critical: 30_000,
  high: 120_000,
  medium: 600_000,
  low: 600_000,
};
/** Tones begin at least so far apart: longer than the longest. */
export const GAP_MS = 5_000;
/** In a flood there is one tone for all that comes. */
export const FLOOD_GAP_MS = 30_000;
/** Groups that are remembered. A strip has six. */
const MOST_MARKS = 200;

/** A group that has sounded here. */
export interface Mark {
  /** The highest that it has sounded at since somebody had it. */
  readonly priority: Priority;
  /** `taken`: somebody has had it since. `over`: it has returned or was gone since. */
  readonly phase: 'up' | 'taken' | 'over';
  readonly soundedAtMs: number;
}
export interface SoundMemory {
  readonly marks: ReadonlyMap<string, Mark>;
  readonly lastToneAtMs: number | null;
  readonly lost: LostContact;
}
export const NOTHING_SOUNDED: SoundMemory = { marks: new Map(), lastToneAtMs: null, lost: CLEAR };

export interface SoundInput {
  readonly nowMs: number;
  /** Null: nothing is told of alarms. */
  readonly strip: AlarmStrip | null;
  /** The server speaks and its numbers come. */
  readonly isLive: boolean;
  readonly isOn: boolean;
  /** Audio runs. */
  readonly canPlay: boolean;
  /** A test plays, which an alarm must not cut off: it waits for seconds. */
  readonly isTesting: boolean;
  readonly silence: SoundSilence | null;
}

export interface SoundDecision {
  readonly tone: ToneId | null;
  readonly reason: SoundReason;
  /** Groups that the tone stands for. */
  readonly groups: readonly string[];
  /** When the next tone comes if nothing changes; null: never. */
  readonly nextAtMs: number | null;
  readonly memory: SoundMemory;
}

type News = 'raised' | 'risen' | 'raised-again' | 'repeated';
/** A group that calls, and from when on. */
interface Due {
  readonly group: GroupView;
  readonly atMs: number;
  readonly reason: News;
}

const rankOf = (priority: Priority) => PRIORITIES.indexOf(priority);

/** Whether a group asks for somebody, aloud. What does not hold any more, and is watched before it is over, asks for nobody. */
export function calls({ state, isHidden, isSilenced, priority, active }: GroupView): boolean {
  return state === 'unacknowledged' && active > 0 && !isHidden && !isSilenced && priority !== 'low';
}

const callingOf = (strip: AlarmStrip | null) => (strip?.groups ?? []).filter(calls);

/** What has become of a group that sounded. */
function phaseOf(mark: Mark, group: GroupView | undefined, strip: AlarmStrip): Mark['phase'] {
  // Not among the six shown: it may be among those that are not.
  if (!group) return strip.more > 0 ? mark.phase : 'over';
  if (group.state === 'acknowledged') return 'taken';
  return group.state === 'returned' && mark.phase === 'up' ? 'over' : mark.phase;
}

/** Follows what became of the groups. A clock that was set back must not keep anything quiet. */
function settle(memory: SoundMemory, strip: AlarmStrip | null, nowMs: number): SoundMemory {
  const groups = new Map((strip?.groups ?? []).map((group) => [group.id, group]));
  const marks = [...memory.marks].map(([id, mark]): [string, Mark] => {
    const phase = strip ? phaseOf(mark, groups.get(id), strip) : mark.phase;
    return [id, { ...mark, phase, soundedAtMs: Math.min(mark.soundedAtMs, nowMs) }];
  });
  const { lastToneAtMs } = memory;
  return {
    ...memory,
    marks: new Map(marks),
    lastToneAtMs: lastToneAtMs === null ? null : Math.min(lastToneAtMs, nowMs),
  };
}

function dueOf(group: GroupView, mark: Mark | undefined, nowMs: number): Due | null {
  const { priority } = group;
  if (!mark) return { group, atMs: nowMs, reason: 'raised' };
  if (mark.phase === 'taken') return { group, atMs: nowMs, reason: 'raised-again' };
  if (rankOf(priority) > rankOf(mark.priority)) return { group, atMs: nowMs, reason: 'risen' };
  if (mark.phase === 'over')
    return { group, atMs: mark.soundedAtMs + AGAIN_MS[priority], reason: 'raised-again' };
  const everyMs = REPEAT_MS[priority];
  return everyMs === null ? null : { group, atMs: mark.soundedAtMs + everyMs, reason: 'repeated' };
}

/** All that calls, and from when on, whatever may withhold it. */
function duesOf(memory: SoundMemory, { strip, nowMs }: SoundInput): readonly Due[] {
  return callingOf(strip).flatMap((group) => dueOf(group, memory.marks.get(group.id), nowMs) ?? []);
}

/** Remembers that these have sounded at their priority. */
export function markSounded(memory: SoundMemory, groups: readonly GroupView[], nowMs: number): SoundMemory {
  const marks = new Map(memory.marks);
  for (const { id, priority } of groups) {
    const known = marks.get(id);
    const isHigher = known?.phase !== 'taken' && known && rankOf(known.priority) > rankOf(priority);
    // Put behind the others, so that the oldest are the first to be forgotten.
    marks.delete(id);
    marks.set(id, { priority: isHigher ? known.priority : priority, phase: 'up', soundedAtMs: nowMs });
  }
  const kept = [...marks].slice(-MOST_MARKS);
  return { ...memory, marks: new Map(kept) };
}

const NEWS: readonly News[] = ['raised', 'risen', 'raised-again', 'repeated'];

/** The most urgent; of equals what is new. */
function byUrgency(a: Due, b: Due): number {
  return (
    rankOf(b.group.priority) - rankOf(a.group.priority) || NEWS.indexOf(a.reason) - NEWS.indexOf(b.reason)
  );
}

/** Why a screen is quiet whatever calls; null: it is not. */
function muteReason({ isOn, canPlay, isTesting, isLive }: SoundInput): SoundReason | null {
  if (!isOn) return 'off';
  if (!canPlay) return 'blocked';
  if (isTesting) return 'testing';
  return isLive ? null : 'no-contact';
}

const gapOf = (strip: AlarmStrip | null) => (strip?.flood ? FLOOD_GAP_MS : GAP_MS);
const freeAtMs = ({ lastToneAtMs }: SoundMemory, strip: AlarmStrip | null) =>
  lastToneAtMs === null ? -Infinity : lastToneAtMs + gapOf(strip);

/** When the next tone is due if nothing changes but the time. */
function nextOf(memory: SoundMemory, input: SoundInput): number | null {
  const { nowMs, strip, silence } = input;
  if (muteReason(input)) return null;
  const moments = duesOf(memory, input).map(({ group, atMs, reason }) => {
    const dueMs = Math.max(nowMs, atMs, freeAtMs(memory, strip));
    const isHeldBack = isWithheld(silence, dueMs, { priority: group.priority, isNew: reason !== 'repeated' });
    return isHeldBack && silence ? silence.untilMs : dueMs;
  });
  return moments.length === 0 ? null : Math.min(...moments);
}

const quiet = (reason: SoundReason, memory: SoundMemory, input: SoundInput): SoundDecision => ({
  tone: null,
  reason,
  groups: [],
  nextAtMs: nextOf(memory, input),
  memory,
});

/** Contact was lost for long enough. */
function decideLost(before: SoundMemory, input: SoundInput): SoundDecision {
  const { nowMs, silence } = input;
  const isMute = muteReason(input) !== 'no-contact' || isWithheld(silence, nowMs, null);
  const { lost, isDue, dueAtMs } = lostStep(before.lost, { nowMs, isLive: input.isLive, isMute });
  const memory = { ...before, lost };
  if (!isDue) return { ...quiet(muteReason(input) ?? 'nothing-due', memory, input), nextAtMs: dueAtMs };
  const sounded = { ...memory, lastToneAtMs: nowMs };
  return { tone: 'lost', reason: 'lost-contact', groups: [], nextAtMs: dueAtMs, memory: sounded };
}

function decideAlarm(memory: SoundMemory, input: SoundInput): SoundDecision {
  const { nowMs, strip, silence } = input;
  const due = duesOf(memory, input).filter(({ atMs }) => atMs <= nowMs);
  if (due.length === 0) return quiet('nothing-due', memory, input);
  const audible = due.filter(
    ({ group, reason }) =>
      !isWithheld(silence, nowMs, { priority: group.priority, isNew: reason !== 'repeated' }),
  );
  const first = audible.toSorted(byUrgency)[0];
  if (!first) return quiet('silenced', memory, input);
  if (nowMs < freeAtMs(memory, strip)) return quiet('just-sounded', memory, input);
  const { priority } = first.group;
  const meant = callingOf(strip).filter((group) => rankOf(group.priority) <= rankOf(priority));
  const after = { ...markSounded(memory, meant, nowMs), lastToneAtMs: nowMs };
  return {
    tone: priority === 'low' ? null : priority,
    reason: strip?.flood ? 'flood' : first.reason,
    groups: meant.map(({ id }) => id),
    nextAtMs: nextOf(after, input),
    memory: after,
  };
}

/** Decides. To be asked about once a second, and whenever something has changed. */
export function decideSound(before: SoundMemory, input: SoundInput): SoundDecision {
  const { isLive, strip, nowMs } = input;
  // What is old says nothing of what became of a group.
  const memory = settle(before, isLive ? strip : null, nowMs);
  const mute = muteReason(input);
  if (!isLive) return decideLost(memory, input);
  const { lost } = lostStep(memory.lost, { nowMs, isLive, isMute: mute !== null });
  const here = { ...memory, lost };
  return mute ? quiet(mute, here, input) : decideAlarm(here, input);
}

/** Whether a tone still stands for a group that calls. */
export function isStillCalled(groups: readonly string[], strip: AlarmStrip | null): boolean {
  const calling = new Set(callingOf(strip).map(({ id }) => id));
  return groups.some((id) => calling.has(id));
}
