import { DateTime } from 'luxon';
import type { BackTestFire, BackTestReport } from '../../../shared/alarms.ts';
import type { Day, Days } from './days.ts';

const MOST_FIRES = 200;
const MOST_DAYS = 400;
const DAY_MS = 86_400_000;
/** A day of which less is known lacks data. */
const ENOUGH = 0.9;
/** Alarms a day are told when at least so much is known: an hour says little about a day. */
const LEAST_KNOWN_MS = DAY_MS / 2;

type Findings = Pick<
  BackTestReport,
  'fires' | 'moreFires' | 'perDay' | 'worstDay' | 'daysLackingData' | 'summary'
>;

/** What a back-test found so far, in figures and in words. Times are told by the clocks of `zone`. */
export function findingsOf(
  fires: readonly BackTestFire[],
  days: Days,
  { fromMs, toMs, zone }: { readonly fromMs: number; readonly toMs: number; readonly zone: string },
): Findings {
  const all = days.all();
  const knownMs = all.reduce((sum, day) => sum + day.knownMs, 0);
  const lacking = all.filter((day) => day.knownMs < ENOUGH * day.lengthMs);
  const worstDay = worstOf(fires, days);
  const perDay = knownMs >= LEAST_KNOWN_MS ? (fires.length * DAY_MS) / knownMs : null;
  return {
    fires: fires.slice(0, MOST_FIRES).map((fire) => ({ ...fire })),
    moreFires: Math.max(0, fires.length - MOST_FIRES),
    perDay,
    worstDay,
    daysLackingData: lacking.slice(0, MOST_DAYS).map(percentOf),
    summary: [
      ...firedText(fires, { knownMs, rangeMs: toMs - fromMs, zone }),
      ...(worstDay && worstDay.fires > 1 ? [`most on ${dayText(worstDay.day)} (${worstDay.fires})`] : []),
      ...lackText(lacking, knownMs),
    ].join('; '),
  };
}

function worstOf(fires: readonly BackTestFire[], days: Days): BackTestReport['worstDay'] {
  const counts = new Map<string, number>();
  for (const { raisedAtMs } of fires) {
    const day = days.dayOf(raisedAtMs);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const [worst] = [...counts].sort(([, a], [, b]) => b - a);
  return worst ? { day: worst[0], fires: worst[1] } : null;
}

function firedText(
  fires: readonly BackTestFire[],
  { knownMs, rangeMs, zone }: { readonly knownMs: number; readonly rangeMs: number; readonly zone: string },
): string[] {
  const span = spanText(rangeMs);
  const [first] = fires;
  if (!first) return [notFiredText(span, knownMs, rangeMs)];
  const at = DateTime.fromMillis(first.raisedAtMs, { zone, locale: 'en-GB' }).toFormat("HH:mm 'on' d LLLL");
  if (fires.length === 1) return [`would have fired at ${at}`, `1 alarm in ${span}`];
  return [`would have fired first at ${at}`, `${fires.length} alarms in ${span}`];
}

/** Nearly all of it must be known for the whole to be spoken of. */
const KNOWN_SHARE = 0.95;

function notFiredText(span: string, knownMs: number, rangeMs: number): string {
  if (knownMs <= 0) return 'nothing is known of that time';
  if (knownMs >= KNOWN_SHARE * rangeMs) return `would not have fired in ${span}`;
  return `would not have fired in the ${spanText(knownMs)} that are known of ${span}`;
}

function spanText(ms: number): string {
  if (ms >= 2 * DAY_MS) return `${Math.round(ms / DAY_MS)} days`;
  const hours = Math.max(1, Math.round(ms / 3_600_000));
  return hours === 1 ? '1 hour' : `${hours} hours`;
}

function lackText(lacking: readonly Day[], knownMs: number): string[] {
  if (lacking.length === 0 || knownMs === 0) return [];
  if (lacking.length === 1) return [`${dayText(lacking[0]?.day ?? '')} lacked data`];
  return [`${lacking.length} days lacked data`];
}

function dayText(day: string): string {
  return DateTime.fromISO(day, { locale: 'en-GB' }).toFormat('d LLLL');
}

function percentOf({ day, knownMs, lengthMs }: Day): { readonly day: string; readonly percent: number } {
  return { day, percent: Math.floor((100 * knownMs) / lengthMs) };
}
