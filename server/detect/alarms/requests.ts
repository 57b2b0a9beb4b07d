/** What is asked of the desk, looked at before anything changes. Every fault names its mend. */
import type { MaintenanceTime, Matcher } from '../../../shared/alarms.ts';
import { windowAt } from '../../base/calendar.ts';
import { AppError } from '../../base/errors.ts';
import { isZone } from '../../base/zoned.ts';
import { matcherFault } from './matcher.ts';
import { MAX_SHELF_MS } from './operate.ts';
import type { AlarmAction } from './types.ts';

export const MAX_SILENCE_MS = 24 * 3_600_000;
const MAX_OCCURRENCE_MS = 12 * 3_600_000;
const MAX_RECURRENCE_MS = 366 * 86_400_000;
const MAX_TEXT = 1_000;
const MAX_IDS = 20_000;
const MAX_KEPT = 500;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Throws what is wrong with the request in itself; what is wrong with one of its alarms is refused alone. */
export function mustBeGood(action: AlarmAction, nowMs: number): void {
  switch (action.kind) {
    case 'acknowledge':
      mustName(action.by);
      mustBeShort('the note', action.note);
      return mustList(action.ids);
    case 'resolve':
    case 'unshelve':
      mustSayWhy(action);
      return mustList(action.ids);
    case 'shelve':
      mustSayWhy(action);
      mustList(action.ids);
      return mustEnd('the shelf', { fromMs: nowMs, untilMs: action.untilMs }, nowMs, MAX_SHELF_MS);
    case 'out-of-service':
    case 'in-service':
    case 'end-silence':
    case 'end-maintenance':
      return mustSayWhy(action);
    case 'silence': {
      const { silence } = action;
      mustSayWhy(silence);
      mustMatch(silence.matcher);
      return mustEnd('the silence', silence, nowMs, MAX_SILENCE_MS);
    }
    case 'maintain':
      mustSayWhy(action.maintenance);
      mustMatch(action.maintenance.matcher);
      return mustBePlanned(action.maintenance.when, nowMs);
    default:
      return action satisfies never;
  }
}

export function bad(message: string): AppError {
  return new AppError('bad-request', message);
}

/** Nobody can overlook so many at once, and each is looked at each second. */
export function mustHaveRoom(what: string, n: number): void {
  if (n >= MAX_KEPT) throw bad(`there are ${n} ${what} already; end some first`);
}

function mustSayWhy({ by, reason }: { readonly by: string; readonly reason: string }): void {
  mustName(by);
  if (reason.trim() === '') throw bad('no reason is given; say why, for those who find it later');
  mustBeShort('the reason', reason);
}

function mustName(by: string): void {
  if (by.trim() === '') throw bad('no name is given; say who you are');
  mustBeShort('the name', by);
}

function mustBeShort(what: string, text: string): void {
  if (text.length > MAX_TEXT) throw bad(`${what} has ${text.length} characters; write at most ${MAX_TEXT}`);
}

function mustList(ids: readonly string[]): void {
  if (ids.length === 0) throw bad('no alarm is named; give its id');
  if (ids.length > MAX_IDS) throw bad(`${ids.length} alarms are named; at most ${MAX_IDS} at once`);
}

function mustMatch(matcher: Matcher): void {
  const fault = matcherFault(matcher);
  if (fault !== undefined) throw bad(fault);
}

interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

function mustEnd(what: string, { fromMs, untilMs }: Span, nowMs: number, longestMs: number): void {
  if (!Number.isFinite(fromMs) || !Number.isFinite(untilMs))
    throw bad(`${what} has no time; give its end in milliseconds`);
  if (untilMs <= nowMs) throw bad(`${what} would end in the past; give an end that is to come`);
  if (untilMs <= fromMs) throw bad(`${what} would end before it begins; give a later end`);
  const hours = longestMs / 3_600_000;
  if (untilMs - Math.max(fromMs, nowMs) > longestMs)
    throw bad(`${what} would last longer than ${hours} h; give an earlier end, and renew it when need be`);
  if (fromMs - nowMs > MAX_RECURRENCE_MS)
    throw bad(`${what} would begin in more than a year; plan it nearer`);
}

function mustBePlanned(when: MaintenanceTime, nowMs: number): void {
  if (when.kind === 'once') return mustEnd('the maintenance', when, nowMs, MAX_OCCURRENCE_MS);
  if (!isZone(when.zone)) throw bad(`${when.zone} is not a time zone; write a name like Europe/London`);
  if (!TIME.test(when.from)) throw bad(`${when.from} is not a time of day; write HH:MM`);
  const days = when.weekdays;
  if (days.length === 0 || days.some((day) => !Number.isInteger(day) || day < 1 || day > 7))
    throw bad('the weekdays are wrong; name some of 1 (Monday) to 7 (Sunday)');
  const most = MAX_OCCURRENCE_MS / 60_000;
  if (!Number.isInteger(when.minutes) || when.minutes < 1 || when.minutes > most)
    throw bad(`${when.minutes} minutes are not possible; an occurrence lasts 1 to ${most} minutes`);
  if (!(when.untilMs > nowMs))
    throw bad('the maintenance would end in the past; give an end that is to come');
  if (when.untilMs - nowMs > MAX_RECURRENCE_MS)
    throw bad('the maintenance would recur for more than a year; give an earlier end, and renew it then');
  const { active, next } = windowAt(when, nowMs);
  if (!active && !next) throw bad('the maintenance would end before it first begins; give a later end');
}
