/** Times on an axis and in fields, in a zone. */
import { clockText, minuteText } from './time.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY_MS),
];

const parts = new Map<string, Intl.DateTimeFormat>();
function partsFormat(timeZone: string): Intl.DateTimeFormat {
  const known = parts.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  parts.set(timeZone, made);
  return made;
}

/** `2007-05-14T21:35:07` as the clocks of the zone show it: also what a date-time field holds. */
export function fieldText(atMs: number, timeZone: string): string {
  const of = Object.fromEntries(
    partsFormat(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  return `${of['year']}-${of['month']}-${of['day']}T${of['hour']}:${of['minute']}:${of['second']}`;
}

/** By how much the clocks of a zone are ahead of UTC at a time, ms. */
export function offsetMs(atMs: number, timeZone: string): number {
  const whole = Math.floor(atMs / SECOND_MS) * SECOND_MS;
  return Date.parse(`${fieldText(whole, timeZone)}Z`) - whole;
}

/** The instant at which the clocks of a zone show this; null when it is no time. Of an hour that comes twice, the first. */
export function fieldMs(text: string, timeZone: string): number | null {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)) return null;
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return null;
  const early = asUtc - offsetMs(asUtc - DAY_MS / 2, timeZone);
  if (fieldText(early, timeZone) === fieldText(asUtc, 'UTC')) return early;
  return asUtc - offsetMs(asUtc, timeZone);
}

/** Round times of the zone within a stretch, at most so many. */
export function timeTicks(fromMs: number, toMs: number, most: number, timeZone: string): readonly number[] {
  const span = toMs - fromMs;
  const step = STEPS.find((length) => span / length <= most) ?? span;
  const ticks: number[] = [];
  const shift = offsetMs(fromMs, timeZone);
  for (let local = Math.ceil((fromMs + shift) / step) * step; ticks.length <= most; local += step) {
    // Clocks may change on the way: midnight stays midnight.
    const at = step < HOUR_MS ? local - shift : local - offsetMs(local - shift, timeZone);
    if (at > toMs) break;
    ticks.push(at);
  }
  return ticks;
}

/** `Mon 14 May`. */
export function shortDayText(atMs: number, timeZone: string): string {
  return new Date(atMs + offsetMs(atMs, timeZone))
    .toUTCString()
    .replace(/^(\w+), 0?(\d+) (\w+) .*$/, '$1 $2 $3');
}

/** What stands at a tick: the day at midnight, else the time, with seconds where the ticks are that close. */
export function tickText(atMs: number, stepMs: number, timeZone: string): string {
  if (stepMs < MINUTE_MS) return clockText(atMs, timeZone);
  const time = minuteText(atMs, timeZone);
  return time === '00:00' || stepMs >= DAY_MS ? shortDayText(atMs, timeZone) : time;
}

/** `Mon 14 May 21:35:07`. */
export function momentText(atMs: number, timeZone: string): string {
  return `${shortDayText(atMs, timeZone)} ${clockText(atMs, timeZone)}`;
}

/** `Mon 14 May 21:20:00 – 21:35:00`, the second day only when it is another one. */
export function spanText(fromMs: number, toMs: number, timeZone: string): string {
  const isOneDay = fieldText(fromMs, timeZone).slice(0, 10) === fieldText(toMs, timeZone).slice(0, 10);
  const end = isOneDay ? clockText(toMs, timeZone) : momentText(toMs, timeZone);
  return `${momentText(fromMs, timeZone)} – ${end}`;
}

/** `10 s`, `2 min`, `1 h`, `1 d`: a length that is told exactly. */
export function lengthText(lengthMs: number): string {
  for (const [unit, ms] of [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['min', MINUTE_MS],
  ] as const)
    if (lengthMs >= ms && lengthMs % ms === 0) return `${lengthMs / ms} ${unit}`;
  return lengthMs < SECOND_MS ? `${lengthMs} ms` : `${Number((lengthMs / SECOND_MS).toFixed(1))} s`;
}
