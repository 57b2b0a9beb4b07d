import { describe, expect, it } from 'vitest';
import type { MaintenanceTime } from '../../../shared/alarms.ts';
import { windowAt } from '../../../server/base/calendar.ts';
import { instantOf, localDay, weekdayOf } from '../../../server/base/zoned.ts';

const at = (text: string) => Date.parse(text);
const text = (atMs: number) => new Date(atMs).toISOString().slice(0, 16);
const weekly = (
  change: Partial<Extract<MaintenanceTime, { kind: 'weekly' }>>,
): Extract<MaintenanceTime, { kind: 'weekly' }> => ({
  ...{ kind: 'weekly', zone: 'Europe/London', weekdays: [7], from: '01:30', minutes: 90 },
  ...{ untilMs: at('2027-01-01T00:00Z') },
  ...change,
});
const occurrence = (when: MaintenanceTime, now: string) => {
  const { active, next } = windowAt(when, at(now));
  const span = (it: typeof active) => it && `${text(it.fromMs)} to ${text(it.untilMs)}`;
  return { active: span(active), next: span(next) };
};

describe('a maintenance window', () => {
  it('API-30: that happens once is under way from its beginning up to, and not at, its end', () => {
    const when = { kind: 'once', fromMs: 1_000, untilMs: 2_000 } as const;
    const it = { fromMs: 1_000, untilMs: 2_000 };
    expect(windowAt(when, 999)).toEqual({ active: null, next: it });
    expect(windowAt(when, 1_000)).toEqual({ active: it, next: null });
    expect(windowAt(when, 1_999)).toEqual({ active: it, next: null });
    expect(windowAt(when, 2_000)).toEqual({ active: null, next: null });
    expect(windowAt(when, 999)).toEqual({ active: null, next: it });
  });

  it('API-30: recurs on its weekdays by the clocks of its zone, in winter as in summer', () => {
    const when = weekly({ weekdays: [2, 4], from: '02:00', minutes: 60 });
    expect(occurrence(when, '2026-01-06T02:30Z')).toEqual({
      active: '2026-01-06T02:00 to 2026-01-06T03:00',
      next: '2026-01-08T02:00 to 2026-01-08T03:00',
    });
    expect(occurrence(when, '2026-07-09T01:00Z')).toEqual({
      active: '2026-07-09T01:00 to 2026-07-09T02:00',
      next: '2026-07-14T01:00 to 2026-07-14T02:00',
    });
  });

  it('API-30: that begins before midnight is still under way after it', () => {
    const when = weekly({ weekdays: [1], from: '22:00', minutes: 720 });
    expect(occurrence(when, '2026-01-06T09:59Z').active).toBe('2026-01-05T22:00 to 2026-01-06T10:00');
    expect(occurrence(when, '2026-01-06T10:00Z').active).toBeNull();
  });

  it('API-30: of an hour that does not exist begins as long after the change as it would have been after it', () => {
    expect(occurrence(weekly({}), '2026-03-29T01:45Z').active).toBe('2026-03-29T01:30 to 2026-03-29T03:00');
    expect(occurrence(weekly({}), '2026-03-29T01:15Z').active).toBeNull();
    const santiago = weekly({ zone: 'America/Santiago', from: '00:30', minutes: 60 });
    expect(occurrence(santiago, '2026-09-06T04:31Z').active).toBe('2026-09-06T04:30 to 2026-09-06T05:30');
  });

  it('API-30: of an hour that happens twice begins the first time, once, and lasts its minutes', () => {
    expect(occurrence(weekly({}), '2026-10-25T00:30Z')).toEqual({
      active: '2026-10-25T00:30 to 2026-10-25T02:00',
      next: '2026-11-01T01:30 to 2026-11-01T03:00',
    });
    expect(occurrence(weekly({ minutes: 30 }), '2026-10-25T01:30Z').active).toBeNull();
  });

  it('API-30: ends for ever at its end, in the middle of an occurrence as well', () => {
    const when = weekly({ untilMs: at('2026-01-11T02:00Z') });
    expect(occurrence(when, '2026-01-11T01:59Z')).toEqual({
      active: '2026-01-11T01:30 to 2026-01-11T02:00',
      next: null,
    });
    expect(occurrence(when, '2026-01-11T02:00Z')).toEqual({ active: null, next: null });
  });

  it('API-30: of a zone that nobody knows never happens', () => {
    expect(windowAt(weekly({ zone: 'Mars/Olympus' }), at('2026-01-11T01:45Z'))).toEqual({
      active: null,
      next: null,
    });
  });

  it('API-30: says each minute of a year the same as looking at the clocks does', () => {
    const zone = 'Europe/London';
    const when = weekly({ weekdays: [3, 7], from: '23:15', minutes: 100, untilMs: at('2027-02-01T00:00Z') });
    const clock = new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit' },
    });
    let left = 0;
    for (let now = at('2026-01-01T12:00Z'); now < at('2027-01-01T00:00Z'); now += 60_000) {
      if (/^(Wed|Sun),? 23:15$/.test(clock.format(now))) left = 100;
      if ((windowAt(when, now).active !== null) !== left > 0) expect.fail(`at ${text(now)}`);
      if (left > 0) left -= 1;
    }
  });
});

describe('a time by the clocks of a zone', () => {
  it.each([
    ['Europe/Berlin', [2026, 3, 29], 150, '2026-03-29T01:30'],
    ['Europe/Berlin', [2026, 10, 25], 150, '2026-10-25T00:30'],
    ['Australia/Lord_Howe', [2026, 10, 4], 135, '2026-10-03T15:45'],
    ['Asia/Kathmandu', [2026, 5, 1], 0, '2026-04-30T18:15'],
    ['Pacific/Kiritimati', [2026, 5, 1], 1_440, '2026-05-01T10:00'],
  ] as const)(
    'ONC-1: in %s on %j, %i minutes after midnight, is one point in time',
    (zone, on, minutes, is) => {
      const day = { year: on[0], month: on[1], day: on[2] };
      expect(text(instantOf(day, minutes, zone))).toBe(is);
    },
  );

  it('ONC-1: goes back to the day it came from', () => {
    expect(localDay(at('2026-12-31T23:30Z'), 'Europe/Berlin')).toEqual({ year: 2027, month: 1, day: 1 });
    expect(weekdayOf({ year: 2027, month: 1, day: 1 })).toBe(5);
  });
});
