import { describe, expect, it } from 'vitest';
import {
  partOf,
  partOfQuery,
  partText,
  queryOfPart,
  settingsOfQuery,
  settingsOfText,
  textOfSettings,
  themeAt,
  UNSET,
  WHOLE,
} from '../../../client/components/wall/screen-settings.ts';
import { MOST_SHIFT_PX, SHIFT_EVERY_MS, shiftAt } from '../../../client/components/wall/pixel-shift.ts';

const SET = { viewing: { diagonalInches: 55, distanceM: 5 }, theme: 'day' } as const;

describe('the settings of a screen', () => {
  it('come by address, and stay without it (WAL-42)', () => {
    expect(settingsOfQuery({ diagonal: '55', distance: '5', theme: 'day' }, UNSET)).toEqual(SET);
    expect(settingsOfQuery({}, SET)).toEqual(SET);
    expect(settingsOfQuery({ diagonal: '85.6', distance: '7,5' }, SET).viewing).toEqual({
      diagonalInches: 85.6,
      distanceM: 7.5,
    });
  });

  it.each([
    { diagonal: '55' },
    { diagonal: 'big', distance: '5' },
    { diagonal: '55', distance: '-5' },
    { diagonal: '55', distance: '' },
    { diagonal: ['55', '60'], distance: '5' },
    { theme: 'pink' },
  ])('are left as they were by an address that is wrong: %o (WAL-42)', (query) => {
    expect(settingsOfQuery(query, SET)).toEqual(SET);
  });

  it('survive being kept, and whatever else is in the storage', () => {
    expect(settingsOfText(textOfSettings(SET))).toEqual(SET);
    expect(settingsOfText(textOfSettings(UNSET))).toEqual(UNSET);
    for (const text of [null, '', '{', '7', 'null', '[]', '{"diagonalInches":"x"}', '{"theme":3}'])
      expect(settingsOfText(text)).toEqual(UNSET);
  });
});

describe('the theme', () => {
  it('is day from 7 to 19 local time, night before and after (WAL-50)', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => themeAt('auto', hour));
    expect(hours.map((theme, hour) => (theme === 'day' ? hour : -1)).filter((hour) => hour >= 0)).toEqual([
      7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
    ]);
  });

  it('is the chosen one at every hour (WAL-50)', () => {
    for (const hour of [0, 6, 7, 12, 18, 19, 23]) {
      expect(themeAt('night', hour)).toBe('night');
      expect(themeAt('day', hour)).toBe('day');
    }
  });
});

describe('a part of the wall', () => {
  const list = [
    { id: 'a', cluster: 'A' },
    { id: 'b', cluster: 'B' },
    { id: 'c', cluster: 'A' },
    { id: '_unattributed', cluster: '' },
  ];

  it('is a cluster or named tenants, in the places they have on the whole (WAL-46)', () => {
    expect(partOf(list, partOfQuery({ cluster: 'A' })!).shown.map(({ id }) => id)).toEqual(['a', 'c']);
    const named = partOf(list, partOfQuery({ tenants: 'c, a' })!);
    expect(named.shown.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(named.places).toEqual([0, 2]);
    expect(partOf(list, WHOLE).shown).toEqual(list);
  });

  it('says whom it looks for in vain (WAL-46)', () => {
    expect(partOf(list, partOfQuery({ tenants: 'a,nobody' })!).unknown).toEqual(['nobody']);
  });

  it('is left as it is by an address that does not speak of it, and lifted by an empty one (WAL-46)', () => {
    expect(partOfQuery({ at: '2026-11-21T03:12:00Z' })).toBeNull();
    expect(partOfQuery({ cluster: '' })).toEqual(WHOLE);
  });

  it('can be written as an address and in words', () => {
    const part = { tenants: ['a', 'b'], cluster: 'A' };
    expect(partOfQuery(queryOfPart(part))).toEqual(part);
    expect(partText(part)).toBe('cluster A, 2 named tenants');
    expect(partText(WHOLE)).toBe('');
  });
});

describe('against burn-in the wall', () => {
  const places = Array.from({ length: 40 }, (_, i) => shiftAt(i * SHIFT_EVERY_MS));

  it('moves by one or two pixels every three minutes and stands still in between (WAL-55)', () => {
    places.slice(1).forEach((place, i) => {
      const before = places[i]!;
      const step = Math.max(Math.abs(place.x - before.x), Math.abs(place.y - before.y));
      expect([1, 2]).toContain(step);
      expect(shiftAt(i * SHIFT_EVERY_MS + SHIFT_EVERY_MS - 1)).toEqual(before);
    });
  });

  it('never leaves its padding, and stands nowhere more often than twice a round (WAL-55)', () => {
    for (const { x, y } of places)
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(MOST_SHIFT_PX);
    expect(new Set(places.map(({ x, y }) => `${x},${y}`)).size).toBeGreaterThan(7);
  });
});
