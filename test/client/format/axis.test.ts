import { describe, expect, it } from 'vitest';
import {
  fieldMs,
  fieldText,
  lengthText,
  offsetMs,
  spanText,
  tickText,
  timeTicks,
} from '../../../client/format/axis.ts';

const BERLIN = 'Europe/Berlin';
const HOUR = 3_600_000;
const T = Date.UTC(2007, 4, 14, 19, 35, 7);
/** Clocks go forward at 01:00 UTC, back at 01:00 UTC. */
const SPRING = Date.UTC(2007, 2, 25, 1);
const AUTUMN = Date.UTC(2007, 9, 28, 1);

describe('a date-time field', () => {
  it('shows the time of the zone', () => {
    expect([fieldText(T, 'UTC'), fieldText(T, BERLIN)]).toEqual([
      '2007-05-14T19:35:07',
      '2007-05-14T21:35:07',
    ]);
  });

  it.each(['UTC', BERLIN, 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland'])(
    'gives back the instant it was made from in %s, around a change of the clocks too',
    (zone) => {
      for (const near of [T, SPRING, AUTUMN])
        for (let hours = -30; hours <= 30; hours += 1) {
          const at = near + hours * HOUR;
          const back = fieldMs(fieldText(at, zone), zone);
          // An hour that comes twice has one text.
          expect([at, at - HOUR, at - HOUR / 2]).toContain(back);
          expect(fieldText(back ?? 0, zone)).toBe(fieldText(at, zone));
        }
    },
  );

  it('takes a time without seconds, and no text that is none', () => {
    expect(fieldMs('2007-05-14T21:35', BERLIN)).toBe(T - 7_000);
    for (const text of ['', 'now', '2007-05-14', '2007-99-14T21:35'])
      expect(fieldMs(text, BERLIN)).toBeNull();
  });

  it('knows by how much a zone is ahead', () => {
    expect([offsetMs(SPRING - 1, BERLIN), offsetMs(SPRING, BERLIN)]).toEqual([HOUR, 2 * HOUR]);
  });
});

describe('the axis of time', () => {
  it.each([
    [60_000, 6],
    [900_000, 6],
    [6 * HOUR, 6],
    [24 * HOUR, 5],
    [90 * 24 * HOUR, 6],
    [3 * 366 * 24 * HOUR, 6],
  ])('has at most so many ticks over %i ms, inside of it and in order', (span, most) => {
    const ticks = timeTicks(T - span, T, most, BERLIN);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(most + 1);
    expect(ticks).toEqual(ticks.toSorted((a, b) => a - b));
    expect(ticks[0]).toBeGreaterThanOrEqual(T - span);
    expect(ticks.at(-1)).toBeLessThanOrEqual(T);
  });

  it('has its ticks at midnight of the zone over days, on both sides of a change of the clocks', () => {
    const ticks = timeTicks(SPRING - 3 * 24 * HOUR, SPRING + 3 * 24 * HOUR, 7, BERLIN);
    expect(ticks.map((at) => fieldText(at, BERLIN).slice(11))).toEqual(ticks.map(() => '00:00:00'));
  });

  it('is labelled by day at midnight, by minute between, by second when it is that close', () => {
    expect(tickText(Date.UTC(2007, 4, 14), HOUR, 'UTC')).toBe('Mon 14 May');
    expect(tickText(T, HOUR, 'UTC')).toBe('19:35');
    expect(tickText(T, 5_000, 'UTC')).toBe('19:35:07');
  });

  it('tells a stretch with its second day only when that is another one', () => {
    expect(spanText(T, T + HOUR, 'UTC')).toBe('Mon 14 May 19:35:07 – 20:35:07');
    expect(spanText(T, T + 9 * HOUR, 'UTC')).toBe('Mon 14 May 19:35:07 – Tue 15 May 04:35:07');
  });

  it('tells a length exactly', () => {
    expect([10_000, 120_000, HOUR, 86_400_000, 90_000, 500].map(lengthText)).toEqual([
      '10 s',
      '2 min',
      '1 h',
      '1 d',
      '90 s',
      '500 ms',
    ]);
  });
});
