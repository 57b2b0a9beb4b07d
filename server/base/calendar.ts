/** When maintenance is: once, or each week by the clocks of a zone. */
import type { MaintenanceTime } from '../../shared/alarms.ts';
import { addDays, type LocalDay, instantOf, isZone, localDay, minutesOf, weekdayOf } from './zoned.ts';

/** From `fromMs` up to, and without, `untilMs`. */
export interface Occurrence {
  readonly fromMs: number;
  readonly untilMs: number;
}
export interface WindowAt {
  readonly active: Occurrence | null;
  /** The first one that begins later than now. */
  readonly next: Occurrence | null;
}

const MINUTE_MS = 60_000;
const WEEK_DAYS = 7;
const DAY_MINUTES = 1_440;
const NEVER: WindowAt = { active: null, next: null };

/** Zones are dear to ask, and the answer stays the same from one begin or end to the next one. */
const lastAnswers = new WeakMap<MaintenanceTime, WindowAt & { readonly askedMs: number }>();

/**
 * The occurrence that is under way, and the next one. It begins when the clocks of its zone show its time: the first time when
 * they show it twice, and when they leave it out as long after the change as it would have been after it (02:30 becomes 03:30);
 * from there on it lasts its minutes as a stopwatch counts them. At `untilMs` all is over, an occurrence under way as well.
 * A zone that is not known has no occurrences.
 */
export function windowAt(when: MaintenanceTime, nowMs: number): WindowAt {
  const last = lastAnswers.get(when);
  if (last && last.askedMs <= nowMs && nowMs < changesAt(last))
    return { active: last.active, next: last.next };
  const answer = compute(when, nowMs);
  lastAnswers.set(when, { ...answer, askedMs: nowMs });
  return answer;
}

function changesAt({ active, next }: WindowAt): number {
  return Math.min(active?.untilMs ?? Infinity, next?.fromMs ?? Infinity);
}

function compute(when: MaintenanceTime, nowMs: number): WindowAt {
  if (when.kind === 'once') {
    const { fromMs, untilMs } = when;
    return pick(fromMs < untilMs ? [{ fromMs, untilMs }] : [], nowMs);
  }
  if (nowMs >= when.untilMs || !isZone(when.zone)) return NEVER;
  const { untilMs } = when;
  const around = beginsAround(when, nowMs)
    .filter((fromMs) => fromMs < untilMs)
    .map((fromMs) => ({ fromMs, untilMs: Math.min(fromMs + when.minutes * MINUTE_MS, untilMs) }));
  return pick(around, nowMs);
}

/** Ascending; from those that may still last to the first one after a week. */
function beginsAround(when: Extract<MaintenanceTime, { kind: 'weekly' }>, nowMs: number): number[] {
  const today = localDay(nowMs, when.zone);
  const back = Math.ceil(when.minutes / DAY_MINUTES) + 1;
  const days: LocalDay[] = [];
  for (let offset = -back; offset <= WEEK_DAYS + 1; offset++) days.push(addDays(today, offset));
  const minutes = minutesOf(when.from);
  return days
    .filter((day) => when.weekdays.includes(weekdayOf(day)))
    .map((day) => instantOf(day, minutes, when.zone));
}

function pick(occurrences: readonly Occurrence[], nowMs: number): WindowAt {
  return {
    active: occurrences.findLast(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs) ?? null,
    next: occurrences.find(({ fromMs }) => fromMs > nowMs) ?? null,
  };
}
